"""Money at its edges: a law grown dearer, excess of just the money there is, fees, the last rupiah by hand."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    approve_bills,
    approve_decree,
    load_statement,
    make_bills,
    match_by_hand,
    propose_decree,
    record_refund,
    send_bills,
    take_back_match,
)
from payung.coverage.models import Bill, Credit, Difference, Payment, PaymentMatch
from payung.funding.ledger import Movement, post
from payung.funding.models import Account
from tests.coverage.scene import START, TODAY, Programme, actor, write_statement

pytestmark = pytest.mark.django_db
DUE = 16_800
#: What the five people of a fund cost in a month.
MONTH = 5 * DUE


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


def decreed(operator, money, less=0):
    """A programme whose decree was priced by a law that asked for `less` rupiah less of each person."""
    made = Programme(money=money).build()
    decree = propose_decree(operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    if less:
        moves = [
            Movement(fund.pk, "committed", "available", 5 * less, TODAY, "test", None, f"less:{fund.pk}")
            for fund in made.funds
        ]
        post(operator, moves)
    return made


def billed(operator, month=START):
    make_bills(operator, month=month, today=TODAY)
    approve_bills(actor("approver"), month=month)
    send_bills(operator, month=month)
    return Bill.objects.filter(month=month.number).order_by("pk")[0]


def pay(operator, folder, *lines):
    path = folder / f"k{len(list(folder.iterdir()))}.csv"
    return load_statement(
        operator, path=write_statement(path, [("05/02/2027", *line) for line in lines]), today=TODAY
    )


def balances(fund):
    return dict(Account.objects.filter(fund=fund).exclude(balance=0).values_list("kind", "balance"))


def test_what_a_law_grown_dearer_asks_for_more_is_taken_of_the_free_money_and_no_more(operator):
    made = decreed(operator, 6 * MONTH + 1_000, less=600)
    fund = made.funds[0]
    assert balances(fund)["committed"] == 6 * MONTH - 3_000
    for month in range(6):
        make_bills(operator, month=START + month, today=TODAY)
        told = balances(fund)
        spent = (month + 1) * MONTH
        assert told["billed"] == spent
        assert told.get("committed", 0) == max(0, 6 * MONTH - 3_000 - spent)
        assert told["available"] == 6 * MONTH + 1_000 - max(spent, 6 * MONTH - 3_000)


def test_a_law_grown_dearer_than_the_money_makes_no_bill(operator):
    made = decreed(operator, 6 * MONTH, less=600)
    post(operator, [Movement(made.funds[0].pk, "available", "pledged", 1, TODAY, "test", None, "one")])
    for month in range(5):
        make_bills(operator, month=START + month, today=TODAY)
    with pytest.raises(Refused, match="Dana PROV"), transaction.atomic():
        make_bills(operator, month=START + 5, today=TODAY)
    assert not Bill.objects.filter(month=START + 5).exists()
    assert balances(made.funds[0])["committed"] == MONTH - 3_000


@pytest.mark.parametrize(
    ("free", "over", "kept"),
    [
        (0, [10_000], 0),
        (9_999, [10_000], 0),
        (10_000, [10_000], 10_000),
        (10_000, [10_000, 1], 10_000),
        (10_000, [6_000, 6_000], 6_000),
        (10_000, [6_000, 6_000, 4_000], 10_000),
    ],
)
def test_excess_is_kept_as_far_as_the_fund_has_money_and_the_rest_stays_open(
    operator, tmp_path, free, over, kept
):
    made = decreed(operator, 6 * MONTH + free)
    bill = billed(operator)
    first, *others = over
    lines = [(f"{bill.payment_code} {n}", amount) for n, amount in enumerate([MONTH + first, *others])]
    told = pay(operator, tmp_path, *lines)
    assert told.excess == kept
    assert sum(Credit.objects.filter(fund=made.funds[0]).values_list("amount", flat=True)) == kept
    assert balances(made.funds[0]).get("available", 0) == free - kept
    items = Difference.objects.filter(kind="payment_unmatched", state="open")
    assert sum(item.detail["amount"] for item in items) == sum(over) - kept


def test_a_payment_that_names_bills_of_two_funds_leaves_its_rest_to_a_person(operator, tmp_path):
    decreed(operator, 20_000_000)
    billed(operator)
    one, other = Bill.objects.order_by("pk")
    told = pay(operator, tmp_path, (f"{one.payment_code} {other.payment_code}", 2 * MONTH + 5_000))
    assert (told.matched_amount, told.excess, told.unmatched) == (2 * MONTH, 0, 1)
    assert not Credit.objects.exists()


def test_the_branch_pays_back_all_of_the_excess_and_not_a_rupiah_more(operator, tmp_path):
    made = decreed(operator, 20_000_000)
    bill = billed(operator)
    pay(operator, tmp_path, (bill.payment_code, MONTH + 10_000))
    for amount, good in ((10_001, False), (10_000, True)):
        path = tmp_path / f"{amount}.csv"
        path.write_text(f"Tanggal;Keterangan;Debet;Kredit\n06/02/2027;PENGEMBALIAN;0;{amount}\n")
        load_statement(operator, path=path, today=TODAY)
        back = Payment.objects.get(amount=-amount)
        if good:
            record_refund(operator, payment_id=back.pk, fund_id=made.funds[0].pk, today=TODAY)
        else:
            with pytest.raises(Refused), transaction.atomic():
                record_refund(operator, payment_id=back.pk, fund_id=made.funds[0].pk, today=TODAY)
    assert balances(made.funds[0])["paid"] == MONTH


def test_by_hand_a_bill_is_given_all_it_lacks_and_a_payment_gives_all_it_has(operator, tmp_path):
    decreed(operator, 20_000_000)
    billed(operator)
    one, other = Bill.objects.order_by("pk")
    pay(operator, tmp_path, ("TRANSFER", MONTH + 5), ("TRANSFER LAIN", 7))
    large, small = Payment.objects.order_by("-amount")
    for payment, bill, amount in ((large, one, MONTH + 1), (small, other, 8), (small, other, 0)):
        with pytest.raises(Refused), transaction.atomic():
            match_by_hand(operator, payment_id=payment.pk, bill_id=bill.pk, amount=amount, today=TODAY)
    match_by_hand(operator, payment_id=large.pk, bill_id=one.pk, amount=MONTH, today=TODAY)
    match_by_hand(operator, payment_id=small.pk, bill_id=other.pk, amount=7, today=TODAY)
    assert list(Bill.objects.order_by("pk").values_list("paid", flat=True)) == [MONTH, 7]
    assert Bill.objects.get(pk=one.pk).state == "paid"


def test_a_payment_taken_back_by_a_person_does_not_find_its_bill_again(operator, tmp_path):
    decreed(operator, 20_000_000)
    bill = billed(operator)
    pay(operator, tmp_path, (bill.payment_code, MONTH))
    take_back_match(operator, match_id=PaymentMatch.objects.get().pk, reason="Salah", today=TODAY)
    told = pay(operator, tmp_path, ("TRANSFER", 7))
    assert (told.matched, told.unmatched) == (0, 2)
    assert Bill.objects.get(pk=bill.pk).paid == 0


@pytest.mark.parametrize(
    ("words", "amount", "paid"),
    [
        ("BIAYA TRANSFER", 100_000, 0),
        ("BIAYA TRANSFER", 100_001, 100_001),
        ("BIAYA TRANSFER", MONTH, MONTH),
        ("BIAYA TRANSFER", MONTH - 1, 0),
        ("IURAN", 100_000, 100_000),
    ],
)
def test_what_the_bank_takes_pays_nothing_unless_it_is_the_very_bill(
    operator, tmp_path, settings, words, amount, paid
):
    settings.PAYUNG_BANK_FEE_MOST = 100_000
    decreed(operator, 20_000_000)
    bill = billed(operator)
    pay(operator, tmp_path, (f"{words} {bill.payment_code}", amount))
    given = sum(PaymentMatch.objects.values_list("amount", flat=True))
    given += sum(Credit.objects.values_list("amount", flat=True))
    assert given == paid


def test_a_bill_that_excess_pays_whole_is_paid_when_it_is_sent_and_frees_its_money(operator, tmp_path):
    made = decreed(operator, 20_000_000)
    fund, bill = made.funds[0], billed(operator)
    pay(operator, tmp_path, (bill.payment_code, 2 * MONTH))
    before = balances(fund)
    following = billed(operator, START + 1)
    assert (following.credit, following.payable, following.state) == (MONTH, 0, "paid")
    after = balances(fund)
    assert after.get("billed", 0) == before.get("billed", 0) == 0
    assert after["committed"] == before["committed"] - MONTH
    assert after["available"] == before["available"] + MONTH
    other = Bill.objects.get(month=(START + 1).number, fund=made.funds[1])
    assert (other.credit, other.state) == (0, "sent"), "one fund's excess pays nobody else's bill"


@pytest.mark.parametrize(("today", "expires"), [(14, 15), (15, 15), (16, 30)])
def test_a_code_is_good_on_the_day_it_is_due(operator, today, expires):
    decreed(operator, 20_000_000)
    made = make_bills(operator, month=START, today=date(2027, 2, today))
    due = date(2027, 2, 15)
    assert {bill.expires_on for bill in made.bills} == {due if expires == 15 else date(2027, 3, 2)}
