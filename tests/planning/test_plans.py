"""Plans: lawful, counted right, explained, approved by somebody else; money already bound is not spent again."""

from __future__ import annotations

from datetime import date
from itertools import product

import polars as pl
import pytest

from payung.access.actor import NotAllowed, Refused, acting_as, everyone_visible
from payung.coverage.models import CoverMonth
from payung.funding.ledger import move
from payung.funding.models import Plan, PlanLine
from payung.funding.plan_money import committed_by
from payung.funding.queries import balances
from payung.law import contribution
from payung.planning.actions import approve_plan, propose_plan, reject_plan
from payung.planning.inputs import cash_left, read_input
from payung.values import Month, Period
from tests.funding.conftest import JANUARY, TODAY

pytestmark = pytest.mark.django_db
VILLAGE, ELSEWHERE = "65.71.01.1001", "65.01.01.2001"
FISHER, PALM = "nelayan_subsisten", "petani_kelapa_sawit_swadaya"
BASIC = contribution(None, "apbd", "other", JANUARY).total


def plan_of(actor, *, name="Rencana 2027", months=12, **options) -> Plan:
    with acting_as(actor):
        return propose_plan(
            actor,
            name=name,
            first_month=JANUARY,
            months=months,
            today=TODAY,
            options=options,
        )


def lines(plan: Plan) -> list[PlanLine]:
    from django.db import transaction

    with transaction.atomic(), everyone_visible():
        return list(PlanLine.objects.filter(plan=plan).order_by("person_id", "first_month"))


def test_money_for_ten_pays_ten_for_the_whole_year(make_workers, make_fund, make_actor):
    make_workers(15, VILLAGE, FISHER)
    make_fund("apbd", {"2027-01": BASIC * 12 * 10}, kind="province")
    plan = plan_of(make_actor("operator"))
    found = lines(plan)
    paid = [line for line in found if line.fund_id]
    assert len(found) == 15
    assert len(paid) == 10
    assert {(line.first_month, line.end_month) for line in paid} == {(JANUARY, JANUARY + 12)}
    assert plan.report["figures"] == {
        "people": 10,
        "person_months": 120,
        "whole_year": 10,
        "kept": 0,
        "dropped": 0,
        "money": BASIC * 120,
        "spent": BASIC * 120,
        "unspent": 0,
    }
    assert sorted(line.rank for line in found if not line.fund_id) == [1, 2, 3, 4, 5]
    assert {line.reason for line in found if not line.fund_id} <= {"money_short", "lottery"}
    assert plan.report["violations"] == []


def test_terms_are_honoured_and_the_left_money_is_explained(make_workers, make_fund, make_actor):
    fishers = make_workers(4, VILLAGE, FISHER)
    make_workers(4, ELSEWHERE, PALM)
    make_fund("csr", {"2027-01": BASIC * 12 * 9}, regions=["65.71"], trades=[FISHER])
    plan = plan_of(make_actor("operator"))
    assert {line.person_id for line in lines(plan) if line.fund_id} == set(fishers)
    assert {line.reason for line in lines(plan) if not line.fund_id} == {"no_fund"}
    row = plan.report["funds"][0]
    assert (row["people"], row["could_serve"], row["unserved"], row["unspent"]) == (4, 4, 0, BASIC * 60)
    assert "bukalah" in row["why"]


def test_the_more_pressing_come_first(make_workers, make_fund, make_actor):
    rich = make_workers(5, VILLAGE, FISHER, poverty_decile=10)
    poor = make_workers(5, VILLAGE, FISHER, poverty_decile=1)
    make_fund("apbd", {"2027-01": BASIC * 12 * 5}, kind="province")
    plan = plan_of(make_actor("operator"))
    assert {line.person_id for line in lines(plan) if line.fund_id} == set(poor)
    plan = plan_of(make_actor("operator"), name="usia", weights={"poverty": 0})
    assert plan.report["figures"]["people"] == 5
    assert rich


def test_the_covered_are_kept_and_nobody_is_paid_twice(make_workers, make_fund, make_actor):
    ids = make_workers(6, VILLAGE, FISHER)
    fund = make_fund("apbd", {"2027-01": BASIC * 9 * 2}, kind="province")
    with everyone_visible():
        for person, month in product(ids[:2], (JANUARY, JANUARY + 2)):
            CoverMonth.objects.create(
                month=month, person_id=person, fund=fund, line_id=0, region_code=VILLAGE
            )
    plan = plan_of(make_actor("operator"))
    paid = {line.person_id: line.first_month for line in lines(plan) if line.fund_id}
    assert paid == dict.fromkeys(ids[:2], JANUARY + 3)
    assert (plan.report["figures"]["kept"], plan.report["figures"]["dropped"]) == (2, 0)


def test_who_is_paid_by_another_is_planned_only_after_that_and_no_saving_is_claimed(
    make_workers, make_fund, make_actor
):
    until_march = make_workers(1, VILLAGE, FISHER, branch_until=date(2027, 3, 31))
    all_year = make_workers(1, VILLAGE, FISHER, branch_until=date(2028, 6, 1))
    free = make_workers(1, VILLAGE, FISHER, branch_until=date(2026, 12, 31))
    make_fund("apbd", {"2027-01": BASIC * 12 * 9}, kind="province")
    plan = plan_of(make_actor("operator"))
    paid = {line.person_id: line.first_month for line in lines(plan) if line.fund_id}
    assert paid == {until_march[0]: JANUARY + 3, free[0]: JANUARY}
    assert [(line.person_id, line.reason) for line in lines(plan) if not line.fund_id] == [
        (all_year[0], "already_covered")
    ]
    assert plan.report["spared"] == {"people": 2, "months": 15}, (
        "nobody was bound to pay these: nothing is saved"
    )


def test_who_is_paid_by_another_does_not_wait_for_a_payer(make_workers):
    from payung.funding.models import Waiting
    from payung.funding.waiting import count_waiting

    make_workers(2, VILLAGE, FISHER)
    make_workers(3, VILLAGE, FISHER, branch_until=date(2027, 1, 1))
    count_waiting(JANUARY)
    assert sum(Waiting.objects.values_list("people", flat=True)) == 2


def test_the_doubtful_wait_and_are_told_so(make_workers, make_fund, make_actor):
    make_workers(1, VILLAGE, FISHER)
    doubtful = make_workers(1, VILLAGE, FISHER, verified=False)
    make_fund("apbd", {"2027-01": BASIC * 12 * 9}, kind="province")
    plan = plan_of(make_actor("operator"))
    held = [line for line in lines(plan) if not line.fund_id]
    assert [(line.person_id, line.reason) for line in held] == [(doubtful[0], "on_hold")]
    assert (plan.report["eligible"], plan.report["doubtful"]) == (1, 1)


def test_bound_money_is_not_planned_again(make_workers, make_fund, make_actor):
    make_workers(10, VILLAGE, FISHER)
    fund = make_fund("apbd", {"2027-01": BASIC * 12 * 8}, kind="province")
    operator = make_actor("operator")
    move(
        operator,
        "commit",
        {fund.pk: BASIC * 12 * 5},
        cause="decree",
        cause_id=1,
        key="decree:1",
        effective_on=TODAY,
    )
    assert plan_of(operator).report["figures"]["people"] == 3


def test_relief_of_the_law_stretches_a_donors_money(make_workers, make_fund, make_actor):
    """PP 50/2025: half of JKK and JKM for transport until March 2027, not where APBD pays."""
    make_workers(1, VILLAGE, "pengemudi_ojek_daring")
    make_fund("csr", {"2027-01": 1_000_000})
    make_fund("prov", {"2027-01": 1_000_000}, kind="province")
    with acting_as(make_actor("operator")):
        given = read_input(period=Period(JANUARY, JANUARY + 12), today=TODAY)
    for kind in ("csr", "apbd"):
        for month in (JANUARY, JANUARY + 3):
            row = given.prices.row(
                by_predicate=(pl.col("kind") == kind)
                & (pl.col("sector") == "transport")
                & (pl.col("month") == month.number),
                named=True,
            )
            due = given.people["monthly_due"][0]
            assert due * row["percent"] // 100 == contribution(None, kind, "transport", month).total


@pytest.mark.parametrize(
    ("releases", "available", "due", "left"),
    [
        ([(1, 100)], 100, [], {1: 100}),
        ([(1, 40), (5, 30), (9, 30)], 50, [], {5: 20, 9: 30}),
        ([(1, 40), (5, 30), (9, 30)], 50, [(m, 5) for m in range(1, 11)], {1: 20, 5: 10, 9: 20}),
        ([(3, 10)], 0, [(3, 10)], {}),
        ([(1, 10), (6, 10)], 5, [(1, 15)], {6: 5}),
    ],
)
def test_what_is_left_by_month(releases, available, due, left):
    def month(n: int) -> Month:
        return JANUARY + (n - 1)

    found = cash_left([(month(n), a) for n, a in releases], available, [(month(n).number, a) for n, a in due])
    assert sum(found.values()) == available
    assert found == {month(n): amount for n, amount in left.items()}


def test_another_user_approves_and_only_while_the_money_is_there(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER)
    fund = make_fund("apbd", {"2027-01": BASIC * 12 * 3}, kind="province")
    operator, approver = make_actor("operator"), make_actor("approver")
    plan = plan_of(operator)
    with pytest.raises(NotAllowed):
        approve_plan(operator, plan.pk)
    with pytest.raises(NotAllowed):
        approve_plan(make_actor("dprd"), plan.pk)
    assert approve_plan(approver, plan.pk).status == "approved"
    assert approve_plan(approver, plan.pk).status == "approved"
    assert balances([fund.pk])[fund.pk]["committed"] == BASIC * 12 * 3
    assert committed_by(plan.pk) == {fund.pk: BASIC * 12 * 3}
    with pytest.raises(Refused, match="number 999999"):
        approve_plan(approver, 999_999)


def test_a_plan_is_not_approved_when_the_money_has_gone(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER)
    fund = make_fund("apbd", {"2027-01": BASIC * 12 * 3}, kind="province")
    operator = make_actor("operator")
    plan = plan_of(operator)
    move(operator, "commit", {fund.pk: 1}, cause="decree", cause_id=1, key="d", effective_on=TODAY)
    with pytest.raises(Refused, match="only"):
        approve_plan(make_actor("approver"), plan.pk)
    assert committed_by(plan.pk) == {}


def test_of_two_plans_for_the_same_money_only_one_is_approved(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER)
    make_fund("apbd", {"2027-01": BASIC * 12 * 2}, kind="province")
    operator, approver = make_actor("operator"), make_actor("approver")
    one, two = plan_of(operator), plan_of(operator, name="lain")
    approve_plan(approver, one.pk)
    with pytest.raises(Refused, match="only"):
        approve_plan(approver, two.pk)


def test_what_an_approved_plan_holds_is_free_again_when_it_is_given_up(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER)
    fund = make_fund("apbd", {"2027-01": BASIC * 12 * 3}, kind="province")
    operator, approver = make_actor("operator"), make_actor("approver")
    plan = plan_of(operator)
    approve_plan(approver, plan.pk)
    reject_plan(approver, plan.pk, reason="diganti")
    assert reject_plan(approver, plan.pk, reason="diganti").status == "rejected"
    assert balances([fund.pk])[fund.pk]["available"] == BASIC * 12 * 3
    assert committed_by(plan.pk) == {}
    with pytest.raises(Refused, match="already rejected"):
        approve_plan(approver, plan.pk)


def test_a_plan_made_after_an_approved_one_leaves_its_people_and_money_alone(
    make_workers, make_fund, make_actor
):
    first = make_workers(2, VILLAGE, FISHER)
    fund = make_fund("apbd", {"2027-01": BASIC * 12 * 2, "2027-07": BASIC * 6 * 3}, kind="province")
    operator, approver = make_actor("operator"), make_actor("approver")
    approve_plan(approver, plan_of(operator).pk)
    more = make_workers(3, VILLAGE, FISHER)
    plan = plan_of(operator, name="bulan berikut")
    paid = {line.person_id for line in lines(plan) if line.fund_id}
    assert paid
    assert paid <= set(more)
    assert plan.report["figures"]["person_months"] == 18
    assert {line.reason for line in lines(plan) if line.person_id in first} == {"already_covered"}
    approve_plan(approver, plan.pk)
    assert balances([fund.pk])[fund.pk]["available"] == 0


def test_the_same_input_and_name_is_the_same_plan(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER)
    make_fund("apbd", {"2027-01": BASIC * 12}, kind="province")
    operator = make_actor("operator")
    first, again = plan_of(operator), plan_of(operator)
    assert first.pk == again.pk
    assert plan_of(operator, seed=7).pk != first.pk


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"keep_months": 13}, "keep_months = 13"),
        ({"method": "sulap"}, "sulap"),
        ({"weights": {"luck": 1}}, "luck"),
        ({"weights": {"poverty": -1}}, "zero or more"),
        ({"extra": {"tidak-ada": 5}}, "tidak-ada"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_options_are_named(make_workers, make_fund, make_actor, options, words):
    make_workers(1, VILLAGE, FISHER)
    make_fund("apbd", {"2027-01": BASIC * 12}, kind="province")
    with pytest.raises(Refused, match=words):
        plan_of(make_actor("operator"), **options)


def test_without_people_or_funds_the_next_step_is_named(make_workers, make_fund, make_actor):
    operator = make_actor("operator")
    with pytest.raises(Refused, match="judge eligibility"):
        plan_of(operator)
    make_workers(1, VILLAGE, FISHER)
    with pytest.raises(Refused, match="propose and approve"):
        plan_of(operator)


def test_a_regency_plans_only_its_own_people(make_workers, make_fund, make_actor):
    make_workers(2, VILLAGE, FISHER)
    make_workers(2, ELSEWHERE, FISHER)
    make_fund("apbd", {"2027-01": BASIC * 12 * 9}, kind="province")
    assert plan_of(make_actor("operator", "65.71")).report["figures"]["people"] == 2
