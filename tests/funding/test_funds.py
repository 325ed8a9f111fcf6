"""Funds and their changes: proposed by one user, in force when another approves; nothing doubles."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from payung.access.actor import NotAllowed, Refused
from payung.funding.actions import (
    add_payer,
    approve_fund,
    decide_change,
    propose_change,
    propose_fund,
    reject_fund,
)
from payung.funding.ledger import move
from payung.funding.loading import load_funds
from payung.funding.models import Entry, Fund, FundChange, Payer
from payung.funding.queries import balances, fund_rows, waiting_for_approval
from payung.values import Month

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
JANUARY = Month.of(2027, 1)


def propose(actor, code="csr-1", cash=None, **more) -> Fund:
    payer = add_payer(actor, name="PT Contoh", kind="company")
    return propose_fund(
        actor,
        code=code,
        payer=payer,
        name="CSR PT Contoh",
        cash=cash or {"2027-01": 1_000_000},
        first_month=JANUARY,
        end_month=JANUARY + 12,
        **more,
    )


def test_a_proposed_fund_has_no_money_yet(make_actor):
    fund = propose(make_actor("operator"))
    assert fund.status == "proposed"
    assert set(balances([fund.pk])[fund.pk].values()) == {0}


def test_the_proposer_cannot_approve_even_in_the_database(make_actor):
    budget = make_actor("budget")
    fund = propose(budget)
    with pytest.raises(Refused, match="cannot decide"):
        approve_fund(budget, fund.pk, today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fund.objects.filter(pk=fund.pk).update(status="active", decided_by=budget.user)


def test_approving_twice_posts_once(make_actor):
    fund = propose(make_actor("operator"))
    approver = make_actor("approver")
    approve_fund(approver, fund.pk, today=TODAY)
    approve_fund(approver, fund.pk, today=TODAY)
    assert balances([fund.pk])[fund.pk]["available"] == 1_000_000
    assert Entry.objects.filter(fund=fund).count() == 2


def test_who_may_do_what(make_actor):
    with pytest.raises(NotAllowed):
        propose(make_actor("dprd"))
    fund = propose(make_actor("operator"))
    with pytest.raises(NotAllowed):
        approve_fund(make_actor("operator"), fund.pk, today=TODAY)
    with pytest.raises(NotAllowed):
        approve_fund(make_actor("budget", "65.71"), fund.pk, today=TODAY)


def test_a_regency_proposes_its_own_budget_only(make_actor):
    tarakan = make_actor("operator", "65.71")
    add_payer(tarakan, name="Pemkot Tarakan", kind="regency", region_code="65.71")
    with pytest.raises(NotAllowed):
        add_payer(tarakan, name="Pemkab Bulungan", kind="regency", region_code="65.01")


def test_the_same_proposal_again_is_the_same_fund_and_another_is_refused(make_actor):
    operator = make_actor("operator")
    assert propose(operator).pk == propose(operator).pk
    with pytest.raises(Refused, match="exists with other content"):
        propose(operator, cash={"2027-01": 2})


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"regions": ["6571"]}, "6571"),
        ({"trades": ["penyihir"]}, "penyihir"),
        ({"sex": "x"}, "Sex x"),
        ({"min_age": 50, "max_age": 20}, "lowest age 50"),
        ({"new_only": True, "covered_only": True}, "newcomers only"),
        ({"group_code": "XX"}, "Group code XX"),
        ({"cash": {"2028-02": 5}}, "2028-02"),
        ({"cash": {"2027-02": -5}}, "zero or less"),
        ({"cash": {"2027-02": 5.5}}, "5.5"),
        ({"kind": "emas"}, "emas"),
    ],
)
def test_wrong_terms_are_named(make_actor, terms, words):
    with pytest.raises(Refused, match=words):
        propose(make_actor("operator"), **terms)


def test_a_rejected_fund_stays_without_money(make_actor):
    fund = propose(make_actor("operator"))
    approver = make_actor("approver")
    reject_fund(approver, fund.pk, reason="belum ada DPA")
    with pytest.raises(Refused, match="rejected"):
        approve_fund(approver, fund.pk, today=TODAY)
    assert not Entry.objects.filter(fund=fund).exists()


def test_terms_change_when_another_user_approves(make_fund, make_actor):
    fund = make_fund("a", {"2027-01": 100_000})
    operator, approver = make_actor("operator"), make_actor("approver")
    change = propose_change(
        operator, fund.pk, reason="diperluas", terms={"regions": ["65.03"], "end_month": JANUARY + 18}
    )
    with pytest.raises(Refused, match="still waiting"):
        propose_change(operator, fund.pk, reason="lagi", close=True)
    fund.refresh_from_db()
    assert fund.regions == []
    decide_change(approver, change.pk, approve=True, today=TODAY)
    fund.refresh_from_db()
    assert (fund.regions, fund.end_month) == (["65.03"], JANUARY + 18)


def test_the_proposer_of_a_change_cannot_decide_it(make_fund, make_actor):
    fund, budget = make_fund("a", {"2027-01": 100_000}), make_actor("budget")
    change = propose_change(budget, fund.pk, reason="tambah", cash={"2027-04": 50_000})
    with pytest.raises(Refused, match="cannot decide"):
        decide_change(budget, change.pk, approve=True, today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundChange.objects.filter(pk=change.pk).update(status="approved", decided_by=budget.user)


def test_money_is_added_and_taken_away_but_never_what_is_bound(make_fund, make_actor):
    fund = make_fund("a", {"2027-01": 100_000})
    operator, approver = make_actor("operator"), make_actor("approver")

    def change(cash: dict[str, int]) -> None:
        made = propose_change(operator, fund.pk, reason="APBD-P", cash=cash)
        decide_change(approver, made.pk, approve=True, today=TODAY)

    change({"2027-04": 50_000})
    assert balances([fund.pk])[fund.pk]["available"] == 150_000
    change({"2027-04": -20_000})
    assert balances([fund.pk])[fund.pk]["available"] == 130_000
    with transaction.atomic():
        move(
            operator, "commit", {fund.pk: 125_000}, cause="decree", cause_id=1, key="d:1", effective_on=TODAY
        )
    with pytest.raises(Refused, match="too little money"):
        change({"2027-01": -10_000})
    fund.refresh_from_db()
    assert (fund.amount, dict(fund.releases.values_list("month", "amount"))) == (
        130_000,
        {JANUARY: 100_000, JANUARY + 3: 30_000},
    )


def test_closing_lets_the_rest_expire(make_fund, make_actor):
    fund = make_fund("a", {"2027-01": 100_000})
    change = propose_change(make_actor("operator"), fund.pk, reason="akhir tahun", close=True)
    approver = make_actor("approver")
    decide_change(approver, change.pk, approve=True, today=TODAY)
    decide_change(approver, change.pk, approve=True, today=TODAY)
    found = balances([fund.pk])[fund.pk]
    assert (found["available"], found["expired"]) == (0, 100_000)


def test_rejecting_a_change_changes_nothing(make_fund, make_actor):
    fund = make_fund("a", {"2027-01": 100_000})
    change = propose_change(make_actor("operator"), fund.pk, reason="tambah", cash={"2027-04": 1})
    decide_change(make_actor("approver"), change.pk, approve=False, today=TODAY, reason="tidak ada dasar")
    assert balances([fund.pk])[fund.pk]["available"] == 100_000


FILE = [
    {
        "id": "apbd-65",
        "kind": "apbd",
        "name": "APBD Provinsi",
        "cash": [["2027-01", 800], ["2027-05", 600]],
        "valid": ["2027-01", "2027-12"],
        "regions": ["65"],
        "trades": [],
        "new_only": False,
        "min_people": None,
        "package_months": None,
        "group_code": "SG",
    },
    {
        "id": "csr-laut",
        "kind": "csr",
        "name": "CSR PT Laut",
        "payer": "PT Laut",
        "payer_kind": "company",
        "cash": [["2027-04", 90]],
        "valid": ["2027-04", "2027-12"],
        "regions": ["65.71"],
        "min_people": 6,
        "package_months": 6,
    },
]


def test_a_file_of_funds_loads_and_loads_again_unchanged(make_actor, tmp_path):
    path = tmp_path / "funds.json"
    path.write_text(json.dumps(FILE))
    operator = make_actor("operator")
    first = load_funds(operator, path)
    again = load_funds(operator, path)
    assert [fund.pk for fund in first] == [fund.pk for fund in again]
    assert Payer.objects.count() == 2
    laut = Fund.objects.get(code="csr-laut")
    assert (laut.kind, laut.group_code, laut.min_people, laut.package_months) == ("csr", "SC", 6, 6)
    assert (laut.first_month, laut.end_month) == (Month.of(2027, 4), Month.of(2028, 1))
    assert len(waiting_for_approval()["funds"]) == 2
    assert waiting_for_approval(operator.user.pk)["funds"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "JSON"), ('{"a": 1}', "a list"), ('[{"id": "x", "kind": "csr"}]', "Fund 1"), ("[3]", "Fund 1")],
)
def test_an_unreadable_file_of_funds_is_named(make_actor, tmp_path, text, words):
    path = tmp_path / "dana.json"
    path.write_text(text)
    with pytest.raises(Refused, match=words):
        load_funds(make_actor("operator"), path)


def test_rows_for_a_page_show_what_the_money_does(make_fund, django_assert_max_num_queries):
    make_fund("a", {"2027-01": 400, "2027-05": 600})
    make_fund("b", {"2027-01": 50})
    with django_assert_max_num_queries(4):
        rows = fund_rows(today=date(2027, 2, 1))
    assert [(row.fund.code, row.released, row.used) for row in rows] == [("a", 400, 0), ("b", 50, 0)]
    assert sum(amount for _, amount, _ in rows[0].parts) == 1_000
