"""Money that comes back takes its payment back, whatever the bank calls it, in any order; no bill stays paid by it."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import acting_as
from payung.coverage.actions import (
    approve_bills,
    approve_decree,
    load_statement,
    make_bills,
    propose_decree,
    record_receipt,
    record_refund,
    send_bills,
    take_back_match,
)
from payung.coverage.models import Bill, Credit, Difference, MoneyBack, Payment, PaymentMatch
from payung.funding.models import Account
from tests.coverage.scene import START, TODAY, Programme, actor

pytestmark = pytest.mark.django_db

HEAD = "Tanggal;Keterangan;Debet;Kredit\n"
SIGNED = "Tanggal,Keterangan,Jumlah,DB/CR\n"
SWIFT = ":20:X\n:25:1\n:28C:1/1\n:60F:C270201IDR90000000,\n{}:62F:C270228IDR9000000,\n"
PAID_SWIFT = ":61:2702050205D{a},NTRFNONREF\n:86:IURAN {c}\n"
CAMT = (
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
    "{}</Stmt></BkToCstmrStmt></Document>"
)
ENTRY = (
    '<Ntry><Amt Ccy="IDR">{{a}}.00</Amt><CdtDbtInd>{way}</CdtDbtInd>{flag}<Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2027-02-{day}</Dt></BookgDt>{code}<NtryDtls><TxDtls><Refs><EndToEndId>{words}</EndToEndId></Refs>"
    "{more}</TxDtls></NtryDtls></Ntry>"
)


def entry(way, day, words="{c}", flag="", code="", more=""):
    return ENTRY.format(way=way, day=day, words=words, flag=flag, code=code, more=more)


PAID_CAMT = entry("DBIT", "05")
FAMILY = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>{}</SubFmlyCd></Fmly></Domn></BkTxCd>"
PAYS = HEAD + "05/02/2027;BAYAR {c};{a};0\n"

#: The statements of one payment that came back, loaded one after another. {c} is the bill's code, {a} its rupiah.
CAME_BACK = {
    "retur, next day": [PAYS + "06/02/2027;RETUR KLIRING {c} REK TUJUAN SALAH;0;{a}\n"],
    "retur, next statement": [PAYS, HEAD + "06/02/2027;RETUR {c};0;{a}\n"],
    "its statement first": [HEAD + "06/02/2027;RETUR {c};0;{a}\n", PAYS],
    "its row first": [HEAD + "06/02/2027;RETUR {c};0;{a}\n05/02/2027;BAYAR {c};{a};0\n"],
    "one day": [PAYS + "05/02/2027;REVERSAL TRF {c};0;{a}\n"],
    "pengembalian": [PAYS + "07/02/2027;PENGEMBALIAN DANA {c};0;{a}\n"],
    "correction": [PAYS + "06/02/2027;KOREKSI {c};0;{a}\n"],
    "cancelled, without the code": [PAYS + "06/02/2027;PEMBATALAN TRANSAKSI;0;{a}\n"],
    "refused": [PAYS + "06/02/2027;BI-FAST DITOLAK BANK PENERIMA {c};0;{a}\n"],
    "nothing but the code": [PAYS + "06/02/2027;{c};0;{a}\n"],
    "negative debit": [PAYS + "06/02/2027;KOREKSI {c};-{a};0\n"],
    "negative debit in brackets": [PAYS + "06/02/2027;{c};({a});0\n"],
    "one column": [SIGNED + "05/02/2027,BAYAR {c},{a},DB\n06/02/2027,BATAL {c},{a},CR\n"],
    "one column, debit below zero": [SIGNED + "05/02/2027,BAYAR {c},{a},DB\n06/02/2027,BATAL {c},-{a},DB\n"],
    "swift RD": [SWIFT.format(PAID_SWIFT + ":61:2702060206RD{a},NTRFNONREF\n:86:{c}\n")],
    "swift rd, without the code": [
        SWIFT.format(PAID_SWIFT + ":61:2702060206RD{a},NTRFNONREF\n:86:NO ACCOUNT\n")
    ],
    "swift returned item": [SWIFT.format(PAID_SWIFT + ":61:2702060206C{a},NRTINONREF\n:86:{c}\n")],
    "camt RvslInd": [CAMT.format(PAID_CAMT + entry("CRDT", "06", flag="<RvslInd>true</RvslInd>"))],
    "camt RvslInd, without the code": [
        CAMT.format(PAID_CAMT + entry("CRDT", "06", "X", flag="<RvslInd>1</RvslInd>"))
    ],
    "camt code": [CAMT.format(PAID_CAMT + entry("CRDT", "06", "X", code=FAMILY.format("RRTN")))],
    "camt return": [
        CAMT.format(PAID_CAMT + entry("CRDT", "06", "X", more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"))
    ],
    "camt, next statement": [CAMT.format(PAID_CAMT), CAMT.format(entry("CRDT", "06"))],
}


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def bills(operator):
    return billed(operator)


def billed(operator, months=2):
    made = Programme().build()
    decree = propose_decree(operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    for month in (START + number for number in range(months)):
        make_bills(operator, month=month, today=TODAY)
        approve_bills(actor("approver"), month=month)
        send_bills(operator, month=month)
    return list(Bill.objects.order_by("month", "fund_id"))


def load(operator, folder, text, bill, amount=None):
    path = folder / f"k{len(list(folder.iterdir()))}.txt"
    path.write_text(text.format(c=bill.payment_code, a=bill.payable if amount is None else amount))
    return load_statement(operator, path=path, today=TODAY)


def stands(bill):
    """What a bill has, its state, its fund's excess, and whether the ledger says the same."""
    found = Bill.objects.get(pk=bill.pk)
    excess = sum(Credit.objects.filter(fund=bill.fund).values_list("amount", flat=True))
    balances = dict(Account.objects.filter(fund=bill.fund).values_list("kind", "balance"))
    fund = Bill.objects.filter(fund=bill.fund)
    assert sum(balances.values()) == 0
    assert balances.get("paid", 0) == sum(fund.values_list("paid", flat=True)) + excess
    assert balances.get("billed", 0) == sum(one.payable - one.paid for one in fund)
    return found.paid, found.state, excess


@pytest.mark.parametrize("statements", CAME_BACK.values(), ids=CAME_BACK.keys())
def test_a_payment_that_came_back_pays_nothing(bills, operator, tmp_path, statements):
    loaded = [load(operator, tmp_path, text, bills[0]) for text in statements]
    assert stands(bills[0]) == (0, "sent", 0)
    item = Difference.objects.get(kind="payment_returned")
    assert (item.state, item.fund_id, item.detail["code"]) == (
        "open",
        bills[0].fund_id,
        bills[0].payment_code,
    )
    assert (sum(one.returned for one in loaded), loaded[-1].unmatched) == (1, 0)
    assert [stands(bill)[0] for bill in bills[1:]] == [0, 0, 0]


def test_paid_again_it_is_paid_and_the_item_closes(bills, operator, tmp_path):
    load(operator, tmp_path, PAYS + "06/02/2027;RETUR {c};0;{a}\n", bills[0])
    load(operator, tmp_path, HEAD + "09/02/2027;BAYAR ULANG {c};{a};0\n", bills[0])
    assert stands(bills[0]) == (bills[0].payable, "paid", 0)
    assert Difference.objects.get(kind="payment_returned").state == "settled"


def test_paid_twice_and_one_came_back_it_is_paid_once(operator, tmp_path):
    bills = billed(operator, 1)
    load(operator, tmp_path, PAYS + "06/02/2027;BAYAR {c};{a};0\n", bills[0])
    assert stands(bills[0]) == (bills[0].payable, "paid", bills[0].payable)
    load(operator, tmp_path, HEAD + "07/02/2027;RETUR {c};0;{a}\n", bills[0])
    assert stands(bills[0]) == (bills[0].payable, "paid", 0)


@pytest.mark.parametrize("part", [1, 5_000, 83_999])
def test_a_part_that_came_back_leaves_the_rest(bills, operator, tmp_path, part):
    load(operator, tmp_path, PAYS, bills[0])
    load(operator, tmp_path, HEAD + "06/02/2027;RETUR SEBAGIAN {c};0;{a}\n", bills[0], part)
    assert stands(bills[0]) == (bills[0].payable - part, "sent", 0)
    load(operator, tmp_path, HEAD + "07/02/2027;RETUR SISANYA {c};0;{a}\n", bills[0], bills[0].payable - part)
    assert stands(bills[0]) == (0, "sent", 0)


def test_one_payment_of_two_bills_comes_back_by_the_code_of_one(bills, operator, tmp_path):
    first, second = bills[0], bills[2]
    both = first.payable + second.payable
    load(operator, tmp_path, PAYS, first, both)
    assert [stands(one)[0] for one in (first, second)] == [first.payable, second.payable]
    load(operator, tmp_path, HEAD + "06/02/2027;RETUR {c};0;{a}\n", second)
    assert [stands(one)[0] for one in (first, second)] == [first.payable, 0]
    load(operator, tmp_path, HEAD + "07/02/2027;RETUR {c};0;{a}\n", first)
    assert [stands(one)[0] for one in (first, second)] == [0, 0]


def test_a_return_taken_back_by_the_bank_lets_the_payment_stand(bills, operator, tmp_path):
    text = PAID_SWIFT + ":61:2702060206RD{a},NTRFNONREF\n:86:{c}\n"
    load(operator, tmp_path, SWIFT.format(text), bills[0])
    load(operator, tmp_path, SWIFT.format(":61:2702070207RC{a},NTRFNONREF\n:86:{c}\n"), bills[0])
    assert stands(bills[0]) == (bills[0].payable, "paid", 0)


def test_the_reversal_of_money_that_came_in_is_no_payment(bills, operator, tmp_path):
    text = SWIFT.format(":61:2702070207RC{a},NTRFNONREF\n:86:SETORAN {c}\n")
    assert load(operator, tmp_path, text, bills[0]).unmatched == 1
    assert stands(bills[0]) == (0, "sent", 0)


@pytest.mark.parametrize(
    "words", ["SETORAN DANA {c}", "SP2D PENCAIRAN {c}", "DROPPING KAS DAERAH UNTUK {c}", "TOP UP {c}"]
)
def test_money_put_in_to_pay_with_takes_nothing_back(bills, operator, tmp_path, words):
    load(operator, tmp_path, PAYS + f"06/02/2027;{words};0;{{a}}\n", bills[0])
    assert stands(bills[0]) == (bills[0].payable, "paid", 0)
    assert not Difference.objects.filter(kind="payment_returned").exists()


def test_excess_that_the_branch_sends_back_leaves_the_bill_paid(bills, operator, tmp_path):
    load(operator, tmp_path, PAYS, bills[0], bills[0].payable + 10_000)
    loaded = load(
        operator, tmp_path, HEAD + "09/02/2027;PENGEMBALIAN KELEBIHAN BAYAR {c};0;10.000\n", bills[0]
    )
    assert (loaded.returned, loaded.unmatched) == (0, 1), "a person names the fund"
    assert Difference.objects.get(kind="payment_returned").detail["untold"] == 10_000
    back = Payment.objects.get(amount__lt=0)
    record_refund(operator, payment_id=back.pk, fund_id=bills[0].fund_id, today=TODAY)
    load(operator, tmp_path, HEAD + "10/02/2027;LAIN;1.000.000;0\n", bills[0])
    assert Difference.objects.get(kind="payment_returned").state == "settled"
    assert Bill.objects.get(pk=bills[0].pk).state == "paid"


def test_more_than_was_paid_is_said(bills, operator, tmp_path):
    loaded = load(operator, tmp_path, PAYS + "06/02/2027;RETUR {c};0;9.000.000\n", bills[0])
    assert stands(bills[0]) == (0, "sent", 0)
    assert loaded.unmatched == 1
    item = Difference.objects.get(kind="payment_returned")
    assert item.detail["untold"] == 9_000_000 - bills[0].payable


def test_a_return_before_any_payment_waits_and_harms_no_later_one(bills, operator, tmp_path):
    load(operator, tmp_path, HEAD + "01/02/2027;RETUR {c};0;{a}\n" + PAYS.removeprefix(HEAD), bills[0])
    assert stands(bills[0]) == (bills[0].payable, "paid", 0)
    assert Difference.objects.get(kind="payment_returned").detail["untold"] == bills[0].payable


def test_a_receipt_whose_money_came_back(bills, operator, tmp_path):
    bill = bills[0]
    record_receipt(
        operator,
        paid_on=date(2027, 2, 1),
        amount=bill.payable,
        number="KW-0017",
        words=bill.payment_code,
        today=TODAY,
    )
    load(operator, tmp_path, HEAD + "02/02/2027;TRF {c};{a};0\n03/02/2027;RETUR {c};0;{a}\n", bill)
    assert stands(bill) == (0, "sent", 0)


def test_by_hand_the_rest_of_a_match_is_taken_back(bills, operator, tmp_path):
    load(operator, tmp_path, PAYS, bills[0])
    load(operator, tmp_path, HEAD + "06/02/2027;RETUR {c};0;{a}\n", bills[0], 4_000)
    match = PaymentMatch.objects.get(takes_back=None)
    back = take_back_match(operator, match_id=match.pk, reason="Salah", today=TODAY)
    assert back.amount == 4_000 - bills[0].payable
    assert take_back_match(operator, match_id=match.pk, reason="Salah", today=TODAY) == back
    assert stands(bills[0]) == (0, "sent", 0)


def test_the_same_statements_again_change_nothing(bills, operator, tmp_path):
    text = PAYS + "06/02/2027;RETUR {c};0;{a}\n"
    for _ in range(2):
        load(operator, tmp_path, text, bills[0])
    load(operator, tmp_path, text + "08/02/2027;BIAYA ADM;6.500;0\n", bills[0])
    assert stands(bills[0]) == (0, "sent", 0)
    assert MoneyBack.objects.count() == 1


@st.composite
def lives(draw):
    """Days of payments, returns and fees of one bill: no more comes back than was there. And how they are loaded."""
    events, there = [], 0
    for day in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["pay", "pay", "return", "correct", "fee"]))
        if kind == "pay":
            amount = draw(st.one_of(st.just(84_000), st.integers(1, 120).map(lambda n: n * 1_000)))
            there += amount
        elif kind == "fee":
            amount = draw(st.sampled_from([2_500, 6_500]))
        else:
            if not there:
                continue
            amount = draw(
                st.one_of(st.just(there), st.integers(1, max(1, there // 1_000)).map(lambda n: n * 1_000))
            )
            amount = min(amount, there)
            there -= amount
        events.append((day, kind, amount))
    files = draw(st.lists(st.integers(0, 2), min_size=len(events), max_size=len(events)))
    order = draw(st.permutations(range(len(events))))
    return events, files, order, there


WORDS = {
    "pay": "IURAN {c};{n};0",
    "return": "RETUR {c};0;{n}",
    "correct": "KOREKSI {c};0;{n}",
    "fee": "BIAYA TRANSFER {c};{n};0",
}


@given(life=lives())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_bill_has_what_stayed_whatever_came_in_which_order(life):
    events, files, order, there = life
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        with acting_as(actor("operator")) as operator:
            bill = billed(operator, 1)[0]
            for file in range(3):
                rows = [events[at] for at in order if files[at] == file]
                lines = [
                    f"{date(2027, 2, 5) + timedelta(day):%d/%m/%Y};"
                    + WORDS[kind].format(c=bill.payment_code, n=f"{amount:,}".replace(",", "."))
                    for day, kind, amount in rows
                ]
                if lines:
                    path = Path(folder) / f"{file}.csv"
                    path.write_text(HEAD + "\n".join(lines) + "\n")
                    load_statement(operator, path=path, today=TODAY)
            paid, state, excess = stands(bill)
            assert paid == min(there, bill.payable)
            assert (state == "paid") == (paid == bill.payable)
            assert excess == there - paid
        transaction.set_rollback(True)
