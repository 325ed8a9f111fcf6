"""People leave, the next in the queue come, the money follows, and the annex of any day can be told again."""

from datetime import date

import pytest

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.coverage.actions import (
    apply_answer,
    approve_amendment,
    approve_bills,
    approve_decree,
    find_changes,
    make_bills,
    make_uploads,
    propose_amendment,
    propose_change,
    propose_decree,
    reject_amendment,
)
from payung.coverage.ahead import ahead
from payung.coverage.annex import annex_on
from payung.coverage.models import BillLine, CoverMonth, Credit, Difference, KeptAhead, MonthlyChange
from payung.funding.models import Account
from payung.registry.models import Eligibility, Person
from payung.values import Month
from tests.coverage.scene import START, TODAY, Programme, accept, actor, read_sheet, refuse, write_answer

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
            person=person,
            judged_on=TODAY,
            eligible=True,
            eligible_until=START.number + 60,
            law_version="x",
            region_code=person.region_code,
        )
    decree = propose_decree(
        operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
    )
    made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


def balance(fund, kind):
    return Account.objects.filter(fund=fund, kind=kind).values_list("balance", flat=True).first() or 0


def test_kept_counts_are_those_of_counting_anew_after_every_change(programme, operator):
    def told():
        kept = ahead(START + 1, START)
        KeptAhead.objects.all().delete()
        anew = ahead(START + 1, START)
        for name in ("bound", "beyond", "ends", "births"):
            assert sorted(getattr(kept, name), key=str) == sorted(getattr(anew, name), key=str)
        return kept

    def people(counts):
        return sum(people for month, *_, people, _others in counts.bound if month == (START + 1).number)

    first = told()
    assert people(first) == len(programme.persons)
    Person.objects.filter(pk=programme.persons[1].pk).update(birth_date=date(1964, 2, 29))
    assert (date(1964, 3, 1), 1) in told().births
    gone = programme.persons[0]
    propose_change(operator, person_id=gone.pk, kind="moved", from_month=START + 2, evidence="Surat pindah")
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="SK 1a", dated=date(2027, 3, 1))
    assert told().ends == ahead(START + 1, START).ends
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    after = told()
    assert sorted(after.ends) != sorted(first.ends), "whoever leaves ends earlier"
    with acting_as(actor("operator", "65.04")):
        assert told().bound == [], "the counts of one scope are not shown to another"
    with acting_as(operator):
        assert people(told()) == people(after) > 0


def test_the_dead_leave_and_the_next_in_the_queue_take_the_place(programme, operator):
    gone = programme.persons[0]
    Person.objects.filter(pk=gone.pk).update(died_on=date(2027, 2, 10))
    assert find_changes(operator, month=START + 2) == {"died": 1}
    assert find_changes(operator, month=START + 2) == {}
    change = MonthlyChange.objects.get()
    assert change.from_month == START + 2
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="SK 1a", dated=date(2027, 3, 1))
    assert (made.removed, made.replaced, made.empty) == (1, 1, 0)
    assert CoverMonth.objects.filter(person=gone).count() == 6, "nothing changes before approval"
    before = balance(programme.funds[0], "committed")
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    assert sorted(
        m.number for m in CoverMonth.objects.filter(person=gone).values_list("month", flat=True)
    ) == [
        START.number,
        START.number + 1,
    ]
    change.refresh_from_db()
    assert change.replacement_id == programme.queue[0].pk
    assert CoverMonth.objects.filter(person=programme.queue[0], fund=programme.funds[0]).count() == 4
    assert balance(programme.funds[0], "committed") == before
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    assert CoverMonth.objects.count() == 60
    names = {row["name"] for row in annex_on(programme.decree.pk, date(2027, 2, 28))}
    assert programme.queue[0].name not in names
    after = {row["name"]: row for row in annex_on(programme.decree.pk, date(2027, 3, 1))}
    assert after[gone.name]["last"] == START.number + 1
    assert after[programme.queue[0].name]["first"] == START.number + 2


def test_a_death_found_late_turns_billed_months_into_excess_for_the_next_bill(programme, operator):
    fund, gone = programme.funds[0], programme.persons[0]
    for number in range(3):
        make_bills(operator, month=START + number, today=TODAY)
    Person.objects.filter(pk=gone.pk).update(died_on=date(2027, 1, 20))
    find_changes(operator, month=START + 3)
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="A", dated=TODAY)
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    assert sum(Credit.objects.filter(fund=fund).values_list("amount", flat=True)) == 2 * DUE
    newcomer = CoverMonth.objects.filter(person=programme.queue[0]).order_by("month")
    assert newcomer.first().month == START + 3, "months already billed cannot be taken over"
    bill = make_bills(operator, month=START + 3, today=TODAY).bills[0]
    assert (bill.people, bill.credit) == (5, 2 * DUE)
    assert balance(fund, "billed") == 3 * 5 * DUE + 5 * DUE - 2 * DUE
    assert BillLine.objects.filter(person=gone).count() == 3, "bills stay as they were"


def test_refusals_of_the_branch_become_changes_and_are_settled_by_the_amendment(
    programme, operator, tmp_path
):
    upload = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)[0]
    lines = read_sheet(upload.path)
    apply_answer(
        operator,
        path=write_answer(
            tmp_path / "a.csv", [refuse(lines[0]), *(accept(x, n) for n, x in enumerate(lines[1:]))]
        ),
    )
    make_bills(operator, month=START, today=TODAY)
    assert find_changes(operator, month=START + 1) == {"refused": 1}
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="A", dated=TODAY)
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    assert Difference.objects.get(kind="refused").state == "settled"
    refused = MonthlyChange.objects.get().person_id
    assert not CoverMonth.objects.filter(person=refused).exists()
    assert not Credit.objects.exists(), "who was never billed leaves no excess"
    # Six months of the refused come back, five of the newcomer are bound.
    assert balance(programme.funds[0], "committed") == (30 - 4 - 6 + 5) * DUE
    files = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)
    mutation = [one for one in files if one.new]
    assert [one.rows for one in mutation] == [2]
    both = read_sheet(mutation[0].path)
    assert [line["AKSI"] for line in both] == ["TAMBAH", "HAPUS"]
    told = [accept(both[0], 90), accept(both[1], 91)]
    applied = apply_answer(operator, path=write_answer(tmp_path / "b.csv", told))
    assert (applied.accepted, applied.unknown) == (1, 0)
    without = [{**line, "NO REFERENSI": ""} for line in told]
    again = apply_answer(operator, path=write_answer(tmp_path / "c.csv", without))
    assert (again.accepted, again.unknown, again.changed) == (1, 0, 0)


def test_an_answer_for_somebody_since_removed_does_no_harm(programme, operator, tmp_path):
    upload = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)[0]
    lines = read_sheet(upload.path)
    propose_change(
        operator, person_id=programme.persons[0].pk, kind="wants_out", from_month=START, evidence="Surat 1"
    )
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="A", dated=TODAY, replace=False)
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    apply_answer(operator, path=write_answer(tmp_path / "a.csv", [accept(x, n) for n, x in enumerate(lines)]))
    assert not CoverMonth.objects.filter(person=programme.persons[0]).exists()
    item = Difference.objects.get(kind="registered_not_covered")
    assert item.person_id == programme.persons[0].pk


def test_who_proposed_an_amendment_cannot_approve_it_and_a_rejected_one_frees_its_changes(
    programme, operator
):
    change = propose_change(
        operator,
        person_id=programme.persons[0].pk,
        kind="moved",
        from_month=START + 2,
        evidence="Surat pindah",
    )
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="A", dated=TODAY)
    with pytest.raises(NotAllowed, match="may not"):
        approve_amendment(operator, amendment_id=made.amendment.pk)
    reject_amendment(actor("approver"), amendment_id=made.amendment.pk, reason="salah orang")
    change.refresh_from_db()
    assert (change.state, change.amendment_id) == ("proposed", None)
    again = propose_amendment(operator, decree_id=programme.decree.pk, number="B", dated=TODAY)
    assert again.replaced == 1


def test_a_newcomer_into_a_month_billed_meanwhile_is_refused(programme, operator):
    propose_change(
        operator, person_id=programme.persons[0].pk, kind="moved", from_month=START, evidence="Surat pindah"
    )
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="A", dated=TODAY)
    make_bills(operator, month=START, today=TODAY)
    with pytest.raises(Refused, match="is made already"):
        approve_amendment(actor("approver"), amendment_id=made.amendment.pk)
    assert CoverMonth.objects.count() == 60


def test_a_change_needs_evidence_and_a_covered_person(programme, operator):
    person = programme.persons[0].pk
    with pytest.raises(Refused, match="evidence"):
        propose_change(operator, person_id=person, kind="moved", from_month=START, evidence=" ")
    with pytest.raises(Refused, match="not covered"):
        propose_change(operator, person_id=person, kind="moved", from_month=Month.of(2028, 1), evidence="x")
    with pytest.raises(Refused, match="unknown"):
        propose_change(operator, person_id=person, kind="bored", from_month=START, evidence="x")


def test_two_funds_queues_never_give_one_person_two_places(programme, operator):
    for person in (programme.persons[0], programme.persons[9]):
        propose_change(operator, person_id=person.pk, kind="moved", from_month=START + 1, evidence="Surat")
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="A", dated=TODAY)
    assert made.replaced == 2
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    taken = set(MonthlyChange.objects.values_list("replacement_id", flat=True))
    assert taken == {person.pk for person in programme.queue}
    assert approve_bills(actor("approver"), month=START) == 0
