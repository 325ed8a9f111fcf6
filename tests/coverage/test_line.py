"""From an approved plan to protected people: decree, upload, answer, bill, payment, coverage."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.coverage.actions import (
    apply_answer,
    approve_bills,
    approve_decree,
    load_statement,
    make_bills,
    make_uploads,
    propose_decree,
    send_bills,
)
from payung.coverage.models import AnnexLine, Bill, BillLine, CoverMonth, Credit, Difference, Registration
from payung.coverage.queries import coverage_on, person_by_nik
from payung.coverage.standing import counts_on, write_everyone
from payung.funding.models import Account
from payung.registry.models import Person
from payung.values import Month
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_fund,
    make_person,
    make_plan,
    read_sheet,
    refuse,
    write_answer,
    write_statement,
)

pytestmark = pytest.mark.django_db

#: Rp16.800 is the full contribution of the lowest income row (JKK 10.000, JKM 6.800); months of 2027 are full.
DUE = 16_800


@pytest.fixture
def programme():
    return Programme().build()


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


def balance(fund, kind):
    return Account.objects.filter(fund=fund, kind=kind).values_list("balance", flat=True).first() or 0


def decreed(operator, programme, number="SK 1/2027"):
    decree = propose_decree(
        operator, plan_id=programme.plan.pk, number=number, dated=date(2027, 1, 4), signer="Gubernur"
    )
    return approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)


def test_the_annex_is_priced_by_the_law_and_approved_by_another(programme, operator):
    decree = propose_decree(
        operator, plan_id=programme.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
    )
    assert AnnexLine.objects.filter(decree=decree).count() == 10
    assert set(AnnexLine.objects.values_list("amount", flat=True)) == {6 * DUE}
    with pytest.raises(NotAllowed):
        approve_decree(operator, decree_id=decree.pk)
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    assert CoverMonth.objects.count() == 60
    assert balance(programme.funds[0], "committed") == 5 * 6 * DUE
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    assert balance(programme.funds[0], "committed") == 5 * 6 * DUE


def test_the_same_user_can_never_propose_and_approve(programme, operator):
    from payung.access.models import Assignment

    Assignment.objects.create(user=operator.user, role="approver", region_code="65")
    both = type(operator).of(operator.user)
    decree = propose_decree(both, plan_id=programme.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    with pytest.raises(Refused):
        approve_decree(both, decree_id=decree.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(decree).objects.filter(pk=decree.pk).update(decided_by=both.user)


def test_a_second_payer_is_refused_naming_both_funds(programme, operator):
    decreed(operator, programme)
    other = make_fund("DESA", 10_000_000, "apbdes", "SD")
    plan = make_plan((programme.persons[0], other, 5, 3))
    second = propose_decree(operator, plan_id=plan.pk, number="SK 2", dated=TODAY, signer="Bupati")
    with pytest.raises(Refused) as refused:
        approve_decree(actor("approver"), decree_id=second.pk)
    assert "Dana PROV" in refused.value.sentence
    assert "Dana DESA" in refused.value.sentence
    assert "Juni 2027" in refused.value.sentence
    assert balance(other, "committed") == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        cover = CoverMonth.objects.filter(person=programme.persons[0]).first()
        CoverMonth(
            month=cover.month, person_id=cover.person_id, fund=other, line_id=1, region_code=cover.region_code
        ).save(force_insert=True)


def test_a_second_payer_in_another_region_is_named_though_it_cannot_be_seen(operator):
    fund, other = make_fund("PROV", 9_000_000), make_fund("DESA", 9_000_000)
    person = make_person(1, "65.01.01.2001")
    first = propose_decree(
        operator, plan_id=make_plan((person, fund, 0, 3)).pk, number="A", dated=TODAY, signer="G"
    )
    approve_decree(actor("approver"), decree_id=first.pk)
    Person.objects.filter(pk=person.pk).update(region_code="65.71.01.1001")
    second = propose_decree(
        operator, plan_id=make_plan((person, other, 0, 3)).pk, number="B", dated=TODAY, signer="G"
    )
    with acting_as(actor("approver", "65.71")) as tarakan, pytest.raises(Refused, match="Dana PROV"):
        approve_decree(tarakan, decree_id=second.pk)


def test_a_decree_beyond_the_money_is_refused_and_leaves_nothing(operator):
    fund = make_fund("KECIL", 3 * DUE)
    decree = propose_decree(
        operator, plan_id=make_plan((make_person(1), fund, 0, 4)).pk, number="A", dated=TODAY, signer="G"
    )
    with pytest.raises(Refused, match="KECIL"):
        approve_decree(actor("approver"), decree_id=decree.pk)
    assert CoverMonth.objects.count() == 0


def test_the_whole_line(programme, operator, tmp_path):
    decree = decreed(operator, programme)
    uploads = make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
    assert [(one.group_code, one.rows, one.new) for one in uploads] == [("SG", 5, True), ("SC", 5, True)]
    again = make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
    assert [(one.sha256, one.new) for one in again] == [(one.sha256, False) for one in uploads]
    lines = read_sheet(uploads[0].path)
    assert all(isinstance(line["NIK"], str) and len(line["NIK"]) == 16 for line in lines)
    answers = [accept(line, at) for at, line in enumerate(lines[:4])] + [refuse(lines[4])]
    applied = apply_answer(operator, path=write_answer(tmp_path / "jawaban.csv", answers))
    assert (applied.accepted, applied.refused, applied.unknown, applied.changed) == (4, 1, 0, 5)
    others = [accept(line, 50 + at) for at, line in enumerate(read_sheet(uploads[1].path))]
    apply_answer(operator, path=write_answer(tmp_path / "jawaban2.csv", others))

    billed = make_bills(operator, month=START, today=TODAY)
    assert [(bill.people, bill.amount) for bill in billed.bills] == [(4, 4 * DUE), (5, 5 * DUE)]
    assert make_bills(operator, month=START, today=TODAY).bills == ()
    assert balance(programme.funds[0], "billed") == 4 * DUE
    assert balance(programme.funds[0], "committed") == 30 * DUE - 4 * DUE
    assert approve_bills(actor("approver"), month=START) == 2
    assert send_bills(operator, month=START) == 2

    first, second = billed.bills
    statement = write_statement(
        tmp_path / "koran.csv",
        [
            ("05/02/2027", f"PEMBAYARAN KODE IURAN {first.payment_code}", 4 * DUE),
            ("06/02/2027", f"BYR IURAN {second.payment_code} TAHAP 1", 2 * DUE),
            ("28/02/2027", "BIAYA ADM", 15_000),
        ],
    )
    loaded = load_statement(operator, path=statement, today=TODAY)
    assert (loaded.new, loaded.matched, loaded.bills_paid, loaded.unmatched) == (3, 2, 1, 1)
    assert load_statement(operator, path=statement).repeated
    assert {bill.fund.code: (bill.state, bill.paid) for bill in Bill.objects.all()} == {
        "PROV": ("paid", 4 * DUE),
        "CSR": ("sent", 2 * DUE),
    }
    assert balance(programme.funds[0], "paid") == 4 * DUE
    assert Difference.objects.filter(kind="payment_unmatched", state="open").count() == 1

    member = Registration.objects.filter(state="accepted", fund=programme.funds[0]).first()
    told = coverage_on(member.person_id, date(2027, 1, 20))
    assert (told.protected, told.state, told.fund) == (True, "protected", "Dana PROV")
    assert told.until == date(2027, 6, 30)
    assert told.clock.paid_months == 1
    refused = Registration.objects.get(state="refused")
    assert coverage_on(refused.person_id, date(2027, 1, 20)).state == "refused"
    assert coverage_on(programme.persons[9].pk, date(2027, 1, 20)).state == "unpaid"
    assert coverage_on(programme.queue[0].pk, date(2027, 1, 20)).state == "none"
    counts = counts_on(date(2027, 1, 20))
    assert {state: count for state, count in counts.items() if count} == {
        "protected": 4,
        "unpaid": 5,
        "refused": 1,
    }
    assert write_everyone(date(2027, 1, 20), tmp_path / "semua.csv") == counts
    text = (tmp_path / "semua.csv").read_text("utf-8-sig")
    assert len(text.splitlines()) == 11
    assert not any(line["NIK"] in text for line in lines)


def test_bill_lines_are_those_of_the_covers_and_sum_to_the_bill(programme, operator):
    decreed(operator, programme)
    make_bills(operator, month=START, today=TODAY)
    for bill in Bill.objects.all():
        lines = BillLine.objects.filter(bill=bill)
        assert bill.amount == sum(line.jkk + line.jkm for line in lines)
        assert {line.person_id for line in lines} == set(
            CoverMonth.objects.filter(fund=bill.fund, month=START).values_list("person_id", flat=True)
        )


def test_overpaid_money_lowers_the_next_bill(programme, operator, tmp_path):
    decreed(operator, programme)
    bill = make_bills(operator, month=START, today=TODAY).bills[0]
    approve_bills(actor("approver"), month=START)
    send_bills(operator, month=START)
    path = write_statement(tmp_path / "k.csv", [("05/02/2027", bill.payment_code, bill.amount + 10_000)])
    assert load_statement(operator, path=path, today=TODAY).excess == 10_000
    following = make_bills(operator, month=START + 1, today=TODAY).bills[0]
    assert (following.credit, following.payable) == (10_000, following.amount - 10_000)
    assert sum(Credit.objects.filter(fund=bill.fund).values_list("amount", flat=True)) == 0
    path = write_statement(tmp_path / "l.csv", [("05/03/2027", following.payment_code, following.payable)])
    approve_bills(actor("approver"), month=START + 1)
    load_statement(operator, path=path, today=TODAY)
    assert Bill.objects.get(pk=following.pk).state == "paid"
    assert balance(bill.fund, "paid") == bill.amount + following.amount
    assert balance(bill.fund, "billed") == 0


def test_one_line_in_two_statements_is_counted_once(programme, operator, tmp_path):
    decreed(operator, programme)
    bill = make_bills(operator, month=START, today=TODAY).bills[0]
    approve_bills(actor("approver"), month=START)
    line = ("05/02/2027", bill.payment_code, bill.amount)
    load_statement(operator, path=write_statement(tmp_path / "a.csv", [line]), today=TODAY)
    longer = write_statement(tmp_path / "b.csv", [line, ("06/02/2027", "BIAYA ADM", 1_000)])
    loaded = load_statement(operator, path=longer, today=TODAY)
    assert (loaded.new, loaded.excess) == (1, 0)
    twice = write_statement(tmp_path / "c.csv", [line, line])
    assert load_statement(operator, path=twice, today=TODAY).excess == bill.amount


def test_a_person_is_found_by_nik_only_where_the_session_may_look(programme, operator):
    from payung.access.crypto import decrypt

    nik = decrypt(programme.persons[0].nik_enc, "nik")
    assert person_by_nik(nik) == programme.persons[0].pk
    with acting_as(actor("operator", "65.01")):
        assert person_by_nik(nik) is None
        assert coverage_on(programme.persons[0].pk, TODAY).state == "none"


def test_a_connection_that_has_planned_the_question_still_looks_whose_people_it_may_show(programme, operator):
    decreed(operator, programme)
    someone = programme.persons[0].pk
    for region, known in [("65", True), ("65.01", False)] * 8:
        with acting_as(actor("operator", region)):
            assert coverage_on(someone, date(2027, 1, 20)).known is known


def test_months_around_the_years_end_bill_once_each(operator):
    fund = make_fund("PROV", 9_000_000, months=24)
    plan = make_plan((make_person(1), fund, 11, 2))
    decree = propose_decree(operator, plan_id=plan.pk, number="A", dated=TODAY, signer="G")
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    for month in (Month.of(2027, 12), Month.of(2028, 1)):
        assert make_bills(operator, month=month, today=date(2027, 12, 31)).people == 1
    assert make_bills(operator, month=Month.of(2028, 2), today=date(2028, 1, 1)).bills == ()
