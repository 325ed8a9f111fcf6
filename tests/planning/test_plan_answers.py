"""Plans compared, explained, made by hand, queued and exported."""

from __future__ import annotations

import pytest
from django.db import transaction

from payung.access.actor import Refused, acting_as
from payung.access.crypto import nik_hash
from payung.coverage.queue import next_in_queue
from payung.funding.models import Fund
from payung.planning.actions import approve_plan
from payung.planning.by_hand import propose_plan_by_hand
from payung.planning.queries import compare, explain_worker, export_rows, find_lines
from payung.registry.models import Person
from tests.funding.conftest import JANUARY, TODAY
from tests.planning.test_plans import BASIC, ELSEWHERE, FISHER, PALM, VILLAGE, plan_of

pytestmark = pytest.mark.django_db


def by_hand(actor, text: str, **more):
    with acting_as(actor):
        return propose_plan_by_hand(
            actor,
            name="tangan",
            content=text.encode(),
            first_month=JANUARY,
            months=12,
            today=TODAY,
            **more,
        )


def test_a_plan_stands_beside_todays_way_and_beside_another(make_workers, make_fund, make_actor):
    make_workers(4, VILLAGE, FISHER)
    make_workers(4, ELSEWHERE, PALM)
    make_fund("prov", {"2027-01": BASIC * 12 * 4}, kind="province")
    make_fund("csr", {"2027-01": BASIC * 12 * 4}, trades=[FISHER])
    operator = make_actor("operator")
    best = plan_of(operator)
    half = plan_of(operator, name="setengah", extra={"prov": -BASIC * 12 * 2})
    found = compare([best.pk])
    people = next(row for row in found["figures"] if row["name"] == "people")
    assert people["values"][0] == 8
    assert people["values"][1] < 8
    assert people["best"] == [True, False]
    both = compare([best.pk, half.pk])
    assert next(row["values"] for row in both["figures"] if row["name"] == "people") == [8, 6]
    assert [row["key"] for row in both["by_regency"]] == ["65.01", "65.71"]
    whole = {"people": 4, "months": 48, "dropped": 0, "eligible": 4}
    assert [row["values"][0] for row in both["by_trade"]] == [whole, whole]
    assert [row["key"] for row in both["by_district"]] == ["65.01.01", "65.71.01"]
    assert {row["key"]: [v["people"] for v in row["values"]] for row in both["funds"]} == {
        "csr": [4, 4],
        "prov": [4, 2],
    }
    assert both["sentences"][0]["id"].startswith("setengah: Dengan Rp1,2 juta (pembandingnya Rp1,6 juta): ")
    assert "2 orang lebih sedikit terlindungi sepanjang masa rencana" in both["sentences"][0]["id"]
    assert "orang lebih banyak terlindungi" in best.report["sentence"]["id"]
    with pytest.raises(Refused):
        compare([best.pk, 10**9])


def test_each_worker_is_told_why_and_what_would_have_to_change(make_workers, make_fund, make_actor):
    fishers = make_workers(2, VILLAGE, FISHER, poverty_decile=1)
    poor_palm = make_workers(1, ELSEWHERE, PALM, poverty_decile=9)
    make_fund("csr", {"2027-01": BASIC * 12 * 9}, trades=[FISHER])
    operator = make_actor("operator")
    plan = plan_of(operator)
    with acting_as(operator):
        funded = explain_worker(plan, fishers[0], today=TODAY)
        waits = explain_worker(plan, poor_palm[0], today=TODAY)
        with pytest.raises(Refused):
            explain_worker(plan, 10**9, today=TODAY)
    assert funded.reason == "funded"
    assert [(entry["fund"].code, entry["first"], entry["end"]) for entry in funded.months] == [
        ("csr", JANUARY, JANUARY + 12)
    ]
    assert waits.reason == "no_fund"
    assert (waits.rank, waits.queue) == (1, 1)
    assert waits.funds[0]["barriers"] == [("pekerjaan", "trade")]
    assert waits.changes == [
        (
            "Dana csr masih punya uang, tetapi dibatasi: pekerjaan.",
            "Dana csr still has money, but is limited: trade.",
        )
    ]
    total = sum(entry["score"] * entry["weight"] for entry in waits.scores)
    assert total == pytest.approx(waits.priority, abs=1e-4)


def test_who_is_in_doubt_is_not_sent_to_other_funds(make_workers, make_fund, make_actor):
    make_workers(1, ELSEWHERE, PALM)
    doubtful = make_workers(1, VILLAGE, PALM, verified=False)
    make_fund("csr", {"2027-01": BASIC * 12 * 9}, trades=[FISHER])
    operator = make_actor("operator")
    plan = plan_of(operator)
    with acting_as(operator):
        answer = explain_worker(plan, doubtful[0], today=TODAY)
    assert answer.reason == "on_hold"
    assert answer.changes == []


def test_a_worker_of_another_region_is_not_explained(make_workers, make_fund, make_actor):
    make_workers(1, VILLAGE, FISHER)
    other = make_workers(1, ELSEWHERE, FISHER)
    make_fund("prov", {"2027-01": BASIC * 12 * 9}, kind="province")
    plan = plan_of(make_actor("operator"))
    with acting_as(make_actor("operator", "65.71")), pytest.raises(Refused):
        explain_worker(plan, other[0], today=TODAY)


def test_a_plan_by_hand_is_counted_and_its_broken_rules_are_named(make_workers, make_fund, make_actor):
    ids = make_workers(3, VILLAGE, FISHER)
    make_fund("csr", {"2027-01": BASIC * 12 * 2})
    operator = make_actor("operator")
    good = by_hand(operator, f"person,fund,first_month,last_month\n{ids[0]},csr,2027-01,2027-12\n")
    assert good.report["violations"] == []
    assert (good.report["figures"]["people"], good.report["figures"]["spent"]) == (1, BASIC * 12)
    assert good.report["reasons"] == {"not_listed": 2}
    rows = "".join(f"{i},csr,2027-01,2027-12\n" for i in ids)
    bad = by_hand(operator, "person,fund,first_month,last_month\n" + rows)
    assert bad.report["violations"]
    with pytest.raises(Refused, match="breaks a rule"):
        approve_plan(make_actor("approver"), bad.pk)


def test_a_plan_by_hand_may_name_people_by_nik(make_workers, make_fund, make_actor):
    (person,) = make_workers(1, VILLAGE, FISHER)
    nik = "6571014508680001"
    operator = make_actor("operator")
    with acting_as(operator), transaction.atomic():
        Person.objects.filter(pk=person).update(nik_hash=nik_hash(nik))
    make_fund("csr", {"2027-01": BASIC * 12})
    plan = by_hand(operator, f"NIK,fund,first_month,last_month\n{nik},csr,2027-01,2027-06\n")
    assert plan.report["figures"]["person_months"] == 6


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("999999999,csr,2027-01,2027-12", "Line 2: the worker"),
        ("{id},emas,2027-01,2027-12", "Line 2: the fund"),
        ("{id},csr,2027-13,2027-12", "Line 2: the months"),
        ("{id},csr,2027-06,2027-05", "Line 2: the months"),
        ("{id},csr,2027-01,2028-01", "Line 2: the months"),
    ],
)
def test_a_wrong_line_of_a_plan_by_hand_is_named(make_workers, make_fund, make_actor, row, words):
    (person,) = make_workers(1, VILLAGE, FISHER)
    make_fund("csr", {"2027-01": BASIC * 12})
    with pytest.raises(Refused, match=words):
        by_hand(make_actor("operator"), "person,fund,first_month,last_month\n" + row.format(id=person) + "\n")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\xff"])
def test_a_file_that_is_no_plan_is_refused(make_workers, make_fund, make_actor, text):
    make_workers(1, VILLAGE, FISHER)
    make_fund("csr", {"2027-01": BASIC * 12})
    with pytest.raises(Refused):
        by_hand(make_actor("operator"), text)


def test_the_queue_of_a_fund_follows_the_plan_and_the_funds_terms(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER, poverty_decile=8)
    first = make_workers(1, VILLAGE, FISHER, poverty_decile=2)
    make_workers(2, ELSEWHERE, FISHER, poverty_decile=1)
    make_fund("csr", {"2027-01": BASIC * 11}, regions=["65.71"])
    operator = make_actor("operator")
    plan = plan_of(operator, keep_months=12)
    with acting_as(operator):
        queue = next_in_queue(plan, Fund.objects.get(code="csr"), limit=10)
    assert [row["region_code"] for row in queue] == [VILLAGE] * 4
    assert queue[0]["person_id"] == first[0]
    assert [row["rank"] for row in queue] == sorted(row["rank"] for row in queue)


def test_lines_are_found_by_name_and_exported_without_nik(make_workers, make_fund, make_actor):
    make_workers(3, VILLAGE, FISHER)
    make_fund("csr", {"2027-01": BASIC * 12})
    operator = make_actor("operator")
    plan = plan_of(operator)
    with acting_as(operator):
        assert [line.person.name for line in find_lines(plan, "pekerja 1")] == ["Pekerja 1"]
        assert find_lines(plan, "p") == []
        rows = list(export_rows(plan))
    assert len(rows) == 3
    assert sum(1 for row in rows if row[4] == "csr" and row[5:7] == ("2027-01", "2027-12")) == 1
    assert find_lines(plan, "pekerja") == []
