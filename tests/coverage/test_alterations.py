"""People come into a decree and stand in it otherwise; refusals and second payers touch only what they are about."""

from datetime import date

import pytest

from payung.access.actor import Refused, acting_as
from payung.access.models import Assignment, User
from payung.coverage.actions import (
    apply_answer,
    approve_amendment,
    approve_decree,
    close_month,
    find_changes,
    make_bills,
    make_uploads,
    propose_addition,
    propose_alteration,
    propose_amendment,
    propose_change,
    propose_decree,
    reject_change,
)
from payung.coverage.affordable import OutOfMoney
from payung.coverage.annex import annex_csv, annex_on
from payung.coverage.models import AnnexLine, Bill, BillLine, CoverMonth, MonthlyChange
from payung.funding.ledger import Movement, post
from payung.funding.models import Account
from payung.registry.models import Eligibility, Person
from payung.values import Month, Period
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_fund,
    make_plan,
    read_sheet,
    refuse,
    write_answer,
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
    for person in made.persons + made.queue:
        Eligibility.objects.create(
            person=person, judged_on=TODAY, eligible=True, law_version="x", region_code=person.region_code
        )
    decree = propose_decree(
        operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
    )
    made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


def amended(operator, programme, number="SK 1a", dated=date(2027, 2, 1)):
    made = propose_amendment(operator, decree_id=programme.decree.pk, number=number, dated=dated)
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    return made


def months_of(person):
    return sorted(
        (cover.month.number - START.number, cover.fund.code)
        for cover in CoverMonth.objects.filter(person=person).select_related("fund")
    )


def committed(fund):
    return Account.objects.get(fund=fund, kind="committed").balance


def test_somebody_comes_in_by_an_amendment_with_reason_evidence_and_money(programme, operator):
    new, fund = programme.queue[1], programme.funds[0]
    before = committed(fund)
    for _ in range(2):
        propose_addition(
            operator,
            decree_id=programme.decree.pk,
            person_id=new.pk,
            fund_id=fund.pk,
            months=Period(START + 2, START + 5),
            evidence="Nota dinas 7/2027",
        )
    made = amended(operator, programme)
    assert (made.removed, made.replaced, made.added, made.empty) == (0, 0, 1, 0)
    assert months_of(new) == [(2, "PROV"), (3, "PROV"), (4, "PROV")]
    assert committed(fund) == before + 3 * DUE
    line = AnnexLine.objects.get(person=new)
    assert (line.reason, line.evidence) == ("joins", "Nota dinas 7/2027")
    assert new.name in annex_csv(annex_on(programme.decree.pk, date(2027, 2, 1)))
    assert new.name not in annex_csv(annex_on(programme.decree.pk, date(2027, 1, 31)))


def test_another_fund_takes_somebody_over_and_the_place_goes_to_the_queue(programme, operator):
    person, to = programme.persons[0], programme.funds[1]
    before = [committed(fund) for fund in programme.funds]
    propose_alteration(
        operator, person_id=person.pk, from_month=START + 3, fund_id=to.pk, evidence="Surat CSR 3"
    )
    made = amended(operator, programme)
    assert (made.removed, made.replaced, made.added) == (1, 1, 1)
    assert months_of(person) == [(n, "PROV" if n < 3 else "CSR") for n in range(6)]
    assert months_of(programme.queue[0]) == [(3, "PROV"), (4, "PROV"), (5, "PROV")]
    assert [committed(fund) for fund in programme.funds] == [before[0], before[1] + 3 * DUE]
    rows = [row for row in annex_on(programme.decree.pk, date(2027, 2, 1)) if row["person_id"] == person.pk]
    assert [(row["fund"], row["first"] - START.number, row["last"] - START.number) for row in rows] == [
        ("Dana PROV", 0, 2),
        ("Dana CSR", 3, 5),
    ]


def test_a_place_is_not_given_to_who_is_paid_by_another_in_its_months(programme, operator):
    first, second = programme.queue
    Person.objects.filter(pk=first.pk).update(branch_until=(START + 3).first_day)
    Person.objects.filter(pk=second.pk).update(branch_until=(START + 2).last_day)
    propose_alteration(
        operator,
        person_id=programme.persons[0].pk,
        from_month=START + 3,
        fund_id=programme.funds[1].pk,
        evidence="Surat CSR 3",
    )
    amended(operator, programme)
    assert months_of(first) == []
    assert months_of(second) == [(3, "PROV"), (4, "PROV"), (5, "PROV")]


def test_fewer_months_give_the_rest_to_the_queue_and_more_months_need_money(programme, operator):
    shorter, longer = programme.persons[0], programme.persons[1]
    propose_alteration(
        operator, person_id=shorter.pk, from_month=START + 1, end_month=START + 3, evidence="Kontrak selesai"
    )
    propose_alteration(
        operator, person_id=longer.pk, from_month=START + 1, end_month=START + 9, evidence="Diperpanjang"
    )
    made = amended(operator, programme)
    assert (made.removed, made.replaced, made.added, made.empty) == (2, 1, 2, 0)
    assert [month for month, _ in months_of(shorter)] == [0, 1, 2]
    assert [month for month, _ in months_of(longer)] == list(range(9))
    assert [month for month, _ in months_of(programme.queue[0])] == [3, 4, 5]


def test_a_changed_income_is_priced_anew_from_its_month_on(programme, operator):
    person = programme.persons[0]
    Person.objects.filter(pk=person.pk).update(income=3_000_000)
    propose_alteration(operator, person_id=person.pk, from_month=START + 1, evidence="Pernyataan penghasilan")
    amended(operator, programme)
    make_bills(operator, month=START, today=TODAY)
    make_bills(operator, month=START + 1, today=TODAY)
    paid = {
        line.month.number - START.number: line.jkk + line.jkm
        for line in BillLine.objects.filter(person=person)
    }
    assert paid[0] == DUE
    assert paid[1] > DUE
    lines = BillLine.objects.filter(person=person).select_related("line__amendment").order_by("month")
    assert [line.line.amendment and line.line.amendment.number for line in lines] == [None, "SK 1a"]
    assert set(Bill.objects.values_list("law", flat=True)) != {""}


@pytest.mark.parametrize(
    ("months", "fund", "words"),
    [
        (Period(START + 5, START + 7), 0, "already paid by Dana CSR"),
        (Period(START + 11, START + 14), 0, "pays only from"),
        (Period(START + 6, START + 8), 2, "terms of Dana DESA"),
    ],
)
def test_an_addition_that_cannot_be_is_refused_with_a_sentence(programme, operator, months, fund, words):
    desa = make_fund("DESA", 1_000_000, "apbdes", "SD")
    desa.regions = ["65.01"]
    desa.save()
    funds = [*programme.funds, desa]
    with pytest.raises(Refused, match=words):
        propose_addition(
            operator,
            decree_id=programme.decree.pk,
            person_id=programme.persons[9].pk,
            fund_id=funds[fund].pk,
            months=months,
            evidence="x",
        )


def test_who_is_not_eligible_or_billed_already_cannot_come_in(programme, operator):
    new, fund = programme.queue[0], programme.funds[0]
    Eligibility.objects.filter(person=new).update(eligible_until=START.number + 1)
    ask = {"decree_id": programme.decree.pk, "person_id": new.pk, "fund_id": fund.pk, "evidence": "x"}
    with pytest.raises(Refused, match="not judged eligible"):
        propose_addition(operator, months=Period(START, START + 3), **ask)
    make_bills(operator, month=START, today=TODAY)
    with pytest.raises(Refused, match="made already"):
        propose_addition(operator, months=Period(START, START + 2), **ask)


def test_one_change_of_a_person_waits_at_a_time(programme, operator):
    person = programme.persons[0].pk
    propose_change(operator, person_id=person, kind="moved", from_month=START + 2, evidence="Surat")
    with pytest.raises(Refused, match="waits already"):
        propose_change(operator, person_id=person, kind="wants_out", from_month=START + 2, evidence="Surat")
    with pytest.raises(Refused, match="waits already"):
        propose_alteration(operator, person_id=person, from_month=START + 2, evidence="Surat")
    Person.objects.filter(pk=person).update(died_on=date(2027, 2, 10))
    assert find_changes(operator, month=START + 2) == {}


def test_who_proposed_a_change_can_neither_turn_it_down_nor_approve_its_amendment(programme, operator):
    Assignment.objects.create(user=operator.user, role="approver", region_code="65")
    both = type(operator).of(operator.user)
    person = programme.persons[0].pk
    change = propose_change(both, person_id=person, kind="moved", from_month=START + 2, evidence="Surat")
    with pytest.raises(Refused, match="cannot decide"):
        reject_change(both, change_id=change.pk, reason="salah")
    user = User.objects.create(username="operator-lain")
    Assignment.objects.create(user=user, role="operator", region_code="65")
    other = type(operator).of(user)
    made = propose_amendment(other, decree_id=programme.decree.pk, number="A", dated=TODAY)
    with pytest.raises(Refused, match="cannot decide"):
        approve_amendment(both, amendment_id=made.amendment.pk)


def test_a_refusal_for_one_fund_leaves_the_cover_by_another_and_months_before_it(
    programme, operator, tmp_path
):
    person = programme.persons[0]
    first = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)[0]
    lines = [accept(line, n) for n, line in enumerate(read_sheet(first.path))]
    apply_answer(operator, path=write_answer(tmp_path / "a.csv", lines))
    plan = make_plan((person, programme.funds[0], 6, 2), (person, programme.funds[1], 8, 2))
    again = propose_decree(operator, plan_id=plan.pk, number="SK 2", dated=TODAY, signer="Gubernur")
    approve_decree(actor("approver"), decree_id=again.pk, today=TODAY)
    for one in make_uploads(operator, decree_id=again.pk, out_dir=tmp_path):
        answer = refuse if one.fund == "Dana PROV" else lambda line: accept(line, 77)
        rows = [answer(line) for line in read_sheet(one.path)]
        apply_answer(operator, path=write_answer(one.path.with_suffix(".csv"), rows))
    assert find_changes(operator, month=START) == {"refused": 1}
    assert MonthlyChange.objects.get().from_month == START + 6
    make_bills(operator, month=START, today=TODAY)
    assert BillLine.objects.filter(person=person, month=START).exists(), "registered for January"
    made = propose_amendment(operator, decree_id=again.pk, number="SK 2a", dated=TODAY)
    approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    assert months_of(person) == [(n, "PROV") for n in range(6)] + [(8, "CSR"), (9, "CSR")]


def test_a_month_billed_to_one_fund_can_never_be_billed_to_another(programme, operator):
    person = programme.persons[0]
    make_bills(operator, month=START, today=TODAY)
    propose_change(operator, person_id=person.pk, kind="wants_out", from_month=START, evidence="Surat")
    amended(operator, programme)
    other = make_fund("DESA", 9_000_000)
    plan = make_plan((person, other, 0, 3))
    decree = propose_decree(operator, plan_id=plan.pk, number="SK 2", dated=TODAY, signer="Bupati")
    with pytest.raises(Refused) as refused:
        approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    assert "Dana PROV" in refused.value.sentence
    assert "Dana DESA" in refused.value.sentence
    assert "Januari 2027" in refused.value.sentence


def test_the_annex_of_a_past_day_names_people_as_they_were_printed(programme, operator):
    day = date(2027, 1, 10)
    printed = annex_csv(annex_on(programme.decree.pk, day))
    person = programme.persons[0]
    Person.objects.filter(pk=person.pk).update(name="Nama Baru", region_code="65.01.01.2001")
    propose_change(operator, person_id=person.pk, kind="moved", from_month=START + 2, evidence="Surat")
    amended(operator, programme)
    assert annex_csv(annex_on(programme.decree.pk, day)) == printed
    assert annex_csv(annex_on(programme.decree.pk, date(2027, 2, 1))) != printed
    assert annex_on(programme.decree.pk, date(2027, 1, 3)) == [], "before its own date there is no decree"
    assert Month.containing(day) == START


def test_what_money_does_not_reach_is_named_and_stops_nobody_else(programme, operator, tmp_path):
    """One of three changes needs more than its fund has: it waits, person and fund named; the others go through."""
    small = make_fund("KECIL", 3 * DUE, "csr", "SC")
    dear, cheap, leaver = programme.persons[:3]
    move = {"from_month": START + 2, "fund_id": small.pk, "evidence": "Surat CSR 4"}
    propose_alteration(operator, person_id=dear.pk, **move)
    propose_alteration(operator, person_id=cheap.pk, end_month=START + 5, **move)
    propose_change(operator, person_id=leaver.pk, kind="moved", from_month=START + 2, evidence="Surat pindah")
    made = amended(operator, programme)
    assert (made.removed, made.added) == (2, 1)
    assert [(one.person, one.fund, one.amount, one.missing) for one in made.short] == [
        (dear.name, small.name, 4 * DUE, 4 * DUE)
    ]
    assert months_of(cheap) == [(0, "PROV"), (1, "PROV"), (2, "KECIL"), (3, "KECIL"), (4, "KECIL")]
    assert months_of(dear) == [(month, "PROV") for month in range(6)]
    waits = MonthlyChange.objects.get(state="proposed")
    assert (waits.person_id, waits.amendment_id) == (dear.pk, None)
    with pytest.raises(
        OutOfMoney, match=rf"{dear.name} \({small.name}: needs Rp67.200, Rp67.200 is missing\)"
    ):
        amended(operator, programme, "SK 1b")
    # The month of everybody else goes on; what waits for money is listed.
    closing = close_month(operator, month=START, out_dir=tmp_path, today=TODAY, without_answers=True)
    assert {"bills", "files"} <= {step["step"] for step in closing.steps}
    assert any(dear.name in one["what"] and small.name in one["what"] for one in closing.waiting)


def test_an_amendment_whose_money_has_gone_meanwhile_names_whom_it_does_not_reach(programme, operator):
    person, small = programme.persons[0], make_fund("KECIL", 4 * DUE, "csr", "SC")
    propose_alteration(
        operator, person_id=person.pk, from_month=START + 2, fund_id=small.pk, evidence="Surat CSR 4"
    )
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="SK 1a", dated=TODAY)
    post(operator, [Movement(small.pk, "available", "pledged", DUE, TODAY, "test", None, "gone")])
    with pytest.raises(OutOfMoney) as refusal:
        approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
    assert f"{person.name} ({small.name}: perlu Rp67.200, kurang Rp16.800)" in refusal.value.sentence
    assert months_of(person) == [(month, "PROV") for month in range(6)]
