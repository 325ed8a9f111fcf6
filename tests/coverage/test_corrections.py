"""Wrong matches are taken back by new entries; a receipt and the bank's line of it are one payment."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    approve_bills,
    approve_decree,
    load_statement,
    make_bills,
    match_by_hand,
    match_payments,
    propose_decree,
    record_receipt,
    record_refund,
    send_bills,
    take_back_match,
)
from payung.coverage.models import Bill, BillLine, Credit, Difference, Payment, PaymentMatch
from payung.funding.models import Account
from tests.coverage.scene import START, TODAY, Programme, actor, write_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def bills(operator):
    """The bills of January and February of two funds, sent; the first fund's and the second's of January first."""
    made = Programme().build()
    decree = propose_decree(operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    for month in (START, START + 1):
        make_bills(operator, month=month, today=TODAY)
        approve_bills(actor("approver"), month=month)
        send_bills(operator, month=month)
    return list(Bill.objects.order_by("month", "fund_id"))


def paid(fund):
    return Account.objects.get(fund=fund, kind="paid").balance


def test_a_wrong_match_is_taken_back_and_given_to_the_right_bill(bills, operator, tmp_path):
    wrong, right = bills[0], bills[1]
    path = write_statement(tmp_path / "k.csv", [("03/02/2027", wrong.payment_code, wrong.amount)])
    load_statement(operator, path=path, today=TODAY)
    assert Bill.objects.get(pk=wrong.pk).state == "paid"
    match = PaymentMatch.objects.get()
    with pytest.raises(Refused):
        take_back_match(operator, match_id=match.pk, reason=" ")
    for _ in range(2):
        take_back_match(operator, match_id=match.pk, reason="Salah kode", today=TODAY)
    assert [one.amount for one in PaymentMatch.objects.order_by("pk")] == [wrong.amount, -wrong.amount]
    assert (Bill.objects.get(pk=wrong.pk).state, Bill.objects.get(pk=wrong.pk).paid) == ("sent", 0)
    assert paid(wrong.fund) == 0
    assert Difference.objects.get(kind="payment_unmatched").state == "open"
    assert match_payments(operator, today=TODAY).matched == 0, "its code would lead it to the same bill"
    match_by_hand(operator, payment_id=match.payment_id, bill_id=right.pk, amount=right.amount, today=TODAY)
    assert Bill.objects.get(pk=right.pk).state == "paid"
    assert (paid(wrong.fund), paid(right.fund)) == (0, right.amount)
    assert Difference.objects.get(kind="payment_unmatched").state == "settled"
    again = PaymentMatch.objects.get(bill=right)
    take_back_match(operator, match_id=again.pk, reason="Ternyata benar yang pertama", today=TODAY)
    match_by_hand(operator, payment_id=match.payment_id, bill_id=wrong.pk, amount=wrong.amount, today=TODAY)
    assert (paid(wrong.fund), paid(right.fund)) == (wrong.amount, 0)
    assert PaymentMatch.objects.count() == 5


def test_proofs_and_bill_lines_cannot_be_edited(bills, operator, tmp_path):
    path = write_statement(tmp_path / "k.csv", [("03/02/2027", bills[0].payment_code, bills[0].amount)])
    load_statement(operator, path=path, today=TODAY)
    for model, change in ((PaymentMatch, {"amount": 1}), (Payment, {"amount": 1}), (BillLine, {"jkk": 1})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentMatch.objects.create(
            payment=Payment.objects.get(), bill=bills[0], amount=-5, matched_by=operator.user
        )


def test_a_receipt_pays_a_bill_and_the_banks_line_of_it_is_not_counted_again(bills, operator, tmp_path):
    bill = bills[0]
    ask = {"paid_on": date(2027, 2, 1), "amount": bill.amount, "number": "KW-0017", "today": TODAY}
    receipt = record_receipt(operator, words=f"iuran {bill.payment_code}", **ask)
    assert record_receipt(operator, words=f"iuran {bill.payment_code}", **ask) == receipt
    assert Bill.objects.get(pk=bill.pk).state == "paid"
    lines = [
        ("03/02/2027", f"TRF {bill.payment_code}", bill.amount),
        ("03/02/2027", f"TRF {bills[1].payment_code}", bill.amount),
    ]
    loaded = load_statement(operator, path=write_statement(tmp_path / "k.csv", lines), today=TODAY)
    assert (loaded.new, loaded.matched, loaded.excess, loaded.unmatched) == (2, 1, 0, 0)
    assert Payment.objects.get(same_as=receipt).reference == f"TRF {bill.payment_code}"
    assert not Credit.objects.exists()
    assert paid(bill.fund) == bill.amount
    more = write_statement(tmp_path / "l.csv", [("04/02/2027", f"TRF {bill.payment_code}", bill.amount)])
    assert load_statement(operator, path=more, today=TODAY).excess == bill.amount, "a second payment counts"


def test_a_receipt_whose_line_the_bank_has_sent_already_is_refused(bills, operator, tmp_path):
    bill = bills[0]
    path = write_statement(tmp_path / "k.csv", [("03/02/2027", bill.payment_code, bill.amount)])
    load_statement(operator, path=path, today=TODAY)
    ask = {"paid_on": date(2027, 2, 2), "amount": bill.amount, "number": "KW-0017", "today": TODAY}
    with pytest.raises(Refused, match="bank statement already"):
        record_receipt(operator, words=bill.payment_code, **ask)
    for wrong in ({"number": "1"}, {"amount": 0}, {"paid_on": date(2027, 2, 4)}):
        with pytest.raises(Refused, match="A receipt needs"):
            record_receipt(operator, **{**ask, **wrong})
    assert Payment.objects.count() == 1


def test_money_that_came_back_lowers_the_funds_excess(bills, operator, tmp_path):
    bill = bills[0]
    path = tmp_path / "k.csv"
    path.write_text(
        "Tanggal;Keterangan;Debet;Kredit\n"
        f"03/02/2027;{bill.payment_code};{bill.amount + 10_000};0\n04/02/2027;PENGEMBALIAN;0;10.000\n"
    )
    assert load_statement(operator, path=path, today=TODAY).excess == 10_000
    back = Payment.objects.get(amount__lt=0)
    with pytest.raises(Refused, match="more than"):
        record_refund(operator, payment_id=back.pk, fund_id=bills[1].fund_id, today=TODAY)
    record_refund(operator, payment_id=back.pk, fund_id=bill.fund_id, today=TODAY)
    assert sum(Credit.objects.values_list("amount", flat=True)) == 0
    assert paid(bill.fund) == bill.amount
    with pytest.raises(Refused, match="recorded already"):
        record_refund(operator, payment_id=back.pk, fund_id=bill.fund_id, today=TODAY)
