"""A month closed in order: it stops where a person must act, and running it again does nothing twice."""

from datetime import date

import pytest

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    apply_answer,
    approve_decree,
    close_month,
    compare,
    load_statement,
    make_bills,
    propose_alteration,
    propose_decree,
    settle_difference,
)
from payung.coverage.models import Bill, Difference, MonthlyChange
from payung.coverage.outlook import all_extra, look_with, outlook
from payung.outlook import WhatIf
from payung.registry.models import Eligibility, Person
from payung.values import Month
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_fund,
    read_sheet,
    refuse,
    write_answer,
    write_statement,
)

pytestmark = pytest.mark.django_db
DUE = 16_800


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def programme(operator):
    made = Programme().build()
    for person in made.queue:
        Eligibility.objects.create(
            person=person, judged_on=TODAY, eligible=True, law_version="x", region_code=person.region_code
        )
    decree = propose_decree(
        operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
    )
    made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


def answer_all(operator, folder, number):
    """The branch answers every file in the folder: the first line of each is refused, the rest accepted."""
    for place, path in enumerate(sorted(folder.glob("*.xlsx"))):
        lines = [line for line in read_sheet(path) if line["AKSI"] == "TAMBAH"]
        if not lines:
            continue
        rows = [accept(line, number * 1000 + place * 100 + at) for at, line in enumerate(lines)]
        rows[0] = refuse(lines[0]) if len(rows) > 1 else rows[0]
        apply_answer(operator, path=write_answer(path.with_suffix(".csv"), rows))


def test_three_months_close_with_a_death_and_refusals_among_them(programme, operator, tmp_path):
    approver = actor("approver")
    first = close_month(operator, month=START, out_dir=tmp_path, today=TODAY, approver=approver)
    assert {one["who"] for one in first.waiting} == {"cabang"}, (
        "the branch must answer before anybody is billed"
    )
    assert not Bill.objects.exists()
    answer_all(operator, tmp_path, 1)
    second = close_month(operator, month=START, out_dir=tmp_path, today=TODAY, approver=approver)
    # The two refused leave at once and the two in the queue take their places; their files wait for answers.
    assert MonthlyChange.objects.filter(kind="refused", state="approved").count() == 2
    assert {one["who"] for one in second.waiting} == {"cabang"}
    for place, path in enumerate(tmp_path.glob("*P1*.xlsx")):
        lines = [line for line in read_sheet(path) if line["AKSI"] == "TAMBAH"]
        rows = [accept(line, 9000 + place * 100 + at) for at, line in enumerate(lines)]
        apply_answer(operator, path=write_answer(path.with_suffix(".csv"), rows))
    for number in range(3):
        month = START + number
        if number == 1:
            Person.objects.filter(pk=programme.persons[3].pk).update(died_on=date(2027, 1, 30))
        closing = close_month(operator, month=month, out_dir=tmp_path, today=TODAY, approver=approver)
        bills = list(Bill.objects.filter(month=month.number))
        assert sum(bill.people for bill in bills) == (10 if number == 0 else 9)
        lines = [("05/03/2027", bill.payment_code, bill.payable) for bill in bills]
        load_statement(operator, path=write_statement(tmp_path / f"{month}.csv", lines), today=TODAY)
        closing = close_month(operator, month=month, out_dir=tmp_path, today=TODAY, approver=approver)
        assert closing.closed, closing.waiting
        assert set(Bill.objects.filter(month=month.number).values_list("state", flat=True)) == {"reconciled"}
    events = Bill.objects.count()
    again = close_month(operator, month=START + 2, out_dir=tmp_path, today=TODAY, approver=approver)
    assert again.closed
    assert Bill.objects.count() == events


def test_without_an_approver_it_says_what_waits_for_whom(programme, operator, tmp_path):
    Person.objects.filter(pk=programme.persons[0].pk).update(died_on=date(2026, 12, 30))
    closing = close_month(operator, month=START, out_dir=tmp_path, today=TODAY)
    assert not closing.closed
    assert [one["who"] for one in closing.waiting] == ["penyetuju"]
    assert not Bill.objects.exists(), "nobody is billed while a death waits"


def test_what_is_refused_on_the_way_is_listed_and_the_rest_goes_on(programme, operator, tmp_path):
    """A change that no fund's money reaches waits with its person named; the files of everybody else are made."""
    poor = make_fund("MISKIN", 1)
    for person in programme.persons:
        Eligibility.objects.create(
            person=person, judged_on=TODAY, eligible=True, law_version="x", region_code=person.region_code
        )
    propose_alteration(
        operator,
        person_id=programme.persons[0].pk,
        from_month=START + 1,
        fund_id=poor.pk,
        evidence="Surat dana",
        today=TODAY,
    )
    closing = close_month(operator, month=START, out_dir=tmp_path, today=TODAY, approver=actor("approver"))
    assert not closing.closed
    assert [one["who"] for one in closing.waiting] == ["cabang", "cabang", "operator"]
    assert f"{programme.persons[0].name} (Dana MISKIN: perlu " in closing.waiting[-1]["what"]
    assert MonthlyChange.objects.get().state == "proposed"


def test_the_three_sides_are_compared_and_items_settle_themselves_when_mended(programme, operator, tmp_path):
    make_bills(operator, month=START, today=TODAY)
    counts = compare(operator, month=START, today=TODAY)
    assert counts == {"not_sent": 2, "billed_unregistered": 2}
    assert compare(operator, month=START, today=TODAY) == counts
    assert Difference.objects.filter(owner=operator.user, state="open").count() == 4
    close_month(operator, month=START, out_dir=tmp_path, today=TODAY)
    answer_all(operator, tmp_path, 1)
    counts = compare(operator, month=START, today=date(2027, 3, 1))
    assert counts == {"refused": 2, "billed_refused": 2}
    assert Difference.objects.filter(kind="not_sent", state="settled").count() == 2


def test_an_overdue_bill_is_an_item_and_what_a_person_settled_stays_settled(programme, operator):
    from payung.coverage.actions import approve_bills

    make_bills(operator, month=START, today=TODAY)
    approve_bills(actor("approver"), month=START)
    assert compare(operator, month=START, today=date(2027, 2, 15)).get("bill_overdue") is None
    assert compare(operator, month=START, today=date(2027, 2, 16))["bill_overdue"] == 2
    item = Difference.objects.filter(kind="bill_overdue").first()
    with pytest.raises(Refused):
        settle_difference(operator, difference_id=item.pk, settlement=" ")
    settle_difference(operator, difference_id=item.pk, settlement="Dibayar tunai, bukti menyusul")
    assert compare(operator, month=START, today=date(2027, 2, 17))["bill_overdue"] == 1


def test_the_outlook_prices_the_covered_by_the_law_and_counts_what_is_missing(programme, operator):
    make_bills(operator, month=START, today=TODAY)
    told = outlook(TODAY, goal=Month.of(2027, 12))
    assert told.start == START + 1
    assert told.whole.people == 10
    assert told.whole.missing == 0
    assert told.ending == {30: 0, 60: 0, 90: 0}
    few = outlook(
        TODAY,
        goal=Month.of(2027, 12),
        changes=(
            WhatIf(
                "tanpa uang", extra=all_extra(-39_000_000, told.start, {f.pk: 1 for f in programme.funds})
            ),
        ),
    )
    name, changed = few.compared[1]
    assert name == "tanpa uang"
    assert changed.missing > 0
    assert few.as_data()["what_if"][1]["missing"] == changed.missing


def test_a_budget_that_closes_the_gap_reaches_the_goal_across_the_years_end(programme):
    """Funds end with their year; a what-if's money is next year's budget, and exactly what is missing suffices."""
    goal = Month.of(2028, 3)
    told = outlook(TODAY, goal=goal)
    assert told.whole.missing
    enough = look_with(TODAY, goal=goal, more=told.whole.missing).compared[-1][1]
    assert (enough.lasts_until, enough.missing) == (goal.last_day, 0)
    almost = look_with(TODAY, goal=goal, more=told.whole.missing - 1).compared[-1][1]
    assert almost.missing == 1
