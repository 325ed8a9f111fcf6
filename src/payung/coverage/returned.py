"""Money that came back: the payment is taken back, its bill is open again, and an item says so until it is paid."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings

from payung import database
from payung.access.actor import Actor
from payung.coverage.models import Bill, Credit, MoneyBack, PaymentMatch
from payung.coverage.receipts import names_of
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.exchange import returns
from payung.exchange.fees import is_fee
from payung.funding.ledger import MOVES, Movement, post_within


class _Came(NamedTuple):
    """Money that came in of which rupiah (`left`) are not told yet; `returned`: the bank marks it as a reversal."""

    payment_id: int
    paid_on: date
    left: int
    reference: str
    returned: bool


class _Told(NamedTuple):
    """Money that came back, the words of the payments it took back, and the codes of the bills taken from."""

    payment_id: int
    paid_on: date
    amount: int
    reference: str
    paid_reference: str
    codes: list[str]


class _Given(NamedTuple):
    """A match of a payment, with the rupiah left of it."""

    match_id: int
    bill_id: int
    fund_id: int
    payment_code: str
    left: int


_CAME = Statement("coverage", "returned_came")

_PAID = Statement("coverage", "returned_paid")

#: All that went out and came in with a code up to a day.
_MOVED = """
SELECT amount, reference FROM coverage_payment
 WHERE paid_on <= %s AND same_as_id IS NULL
   AND regexp_replace(upper(reference), '[^A-Z0-9]', '', 'g') ~ %s
"""

_GIVEN = Statement("coverage", "returned_given")
_EXCESS = """
SELECT c.fund_id, least(sum(c.amount), (SELECT sum(amount) FROM coverage_credit h WHERE h.fund_id = c.fund_id))
  FROM coverage_credit c JOIN coverage_payment p ON p.id = c.payment_id AND p.amount > 0
 WHERE c.payment_id = %s GROUP BY c.fund_id HAVING sum(c.amount) > 0
"""

#: Excess still held of payments that name a bill now open again.
_HELD = """
SELECT p.id, sum(c.amount) FROM coverage_credit c JOIN coverage_payment p ON p.id = c.payment_id AND p.amount > 0
 WHERE c.fund_id = %s AND strpos(regexp_replace(upper(p.reference), '[^A-Z0-9]', '', 'g'), %s) > 0
 GROUP BY p.id HAVING sum(c.amount) > 0 ORDER BY p.id
"""

_ITEMS = Statement("coverage", "returned_items")

_TOLD = Statement("coverage", "returned_told")

_OVER = Statement("coverage", "returned_over")


@dataclass
class TakenBack:
    """What money that came back did: how many lines of it, rupiah taken back, and the bills open again."""

    lines: set[int] = field(default_factory=set)
    amount: int = 0
    bills: set[int] = field(default_factory=set)


def take_back_returned(actor: Actor, today: date) -> TakenBack:
    """Take back the payments whose money came back, inside the caller's transaction."""
    came, codes = _came()
    done = TakenBack()
    if not came:
        return done
    # A bill being made meanwhile must not use the excess that goes back here.
    one_at_a_time(Lock.BILLS)
    payments = _payments(came, codes)
    found = returns.take_back(came, payments)
    for taken in [*found, *_later(came, payments, found)]:
        amount = _take(actor, taken, today, done)
        if amount:
            done.lines.add(taken.back_id)
            done.amount += amount
    for bill in Bill.objects.filter(pk__in=done.bills).order_by("pk"):
        _release(actor, bill, today)
    return done


def _later(
    came: Sequence[returns.MoneyBack], payments: Sequence[returns.Paid], found: Sequence[returns.Taken]
) -> list[returns.Taken]:
    """Return what the returns take of later payments whose own earlier ones are used up (see `take_later`)."""
    left = {one.id: one.left for one in payments}
    rests = {one.id: one.open for one in came}
    for taken in found:
        left[taken.payment_id] -= taken.amount
        rests[taken.back_id] -= taken.amount
    answer: list[returns.Taken] = []
    for back in sorted(came, key=lambda one: (one.day, one.id)):
        if not rests[back.id] or not back.codes:
            continue
        pattern = "|".join(sorted(_bare(code) for code in back.codes))
        net = sum(
            int(amount)
            for amount, reference in database.rows(_MOVED, [back.day, pattern])
            if not (0 < amount <= settings.PAYUNG_BANK_FEE_MOST and is_fee(reference))
        )
        answer += returns.take_later(back, rests[back.id], net, payments, left)
    return answer


def note_returned(actor: Actor) -> None:
    """Every line of money that came back is an item with an owner, until its bill is paid again."""
    bills = {
        bill.payment_code: bill
        for bill in Bill.objects.only("payment_code", "fund_id", "month").order_by("-pk")
    }
    open_ = {
        came.payment_id: came.left
        for came in _CAME.typed(_Came)
        if _counts(came.reference, came.returned, _codes_in(came.reference, bills))
    }
    waiting = []
    for told in _TOLD.typed(_Told, {"open": list(open_)}):
        # The bill that it took from, else the one that it or its payment names.
        named = [
            *told.codes,
            *sorted(_codes_in(told.reference, bills)),
            *sorted(_codes_in(told.paid_reference, bills)),
        ]
        bill = bills[named[0]] if named else None
        about = (bill.payment_code, bill.fund_id, bill.month.number) if bill else (None, None, None)
        waiting.append(
            (
                told.payment_id,
                told.paid_on,
                told.amount,
                told.reference,
                *about,
                open_.get(told.payment_id, 0),
            )
        )
    if waiting:
        columns = {
            "id": "bigint",
            "day": "date",
            "amount": "bigint",
            "reference": "text",
            "code": "text",
            "fund_id": "bigint",
            "month": "integer",
            "untold": "bigint",
        }
        money_back = database.stage("money_back", columns, waiting)
        _ITEMS.run({"user": actor.user.pk, "province": settings.PAYUNG_PROVINCE}, money_back=money_back)
    _OVER.run({"user": actor.user.pk})


def untold() -> int:
    """How many lines of money that came back no payment was found for."""
    untold_lines: int = database.rows(
        "SELECT count(*) FROM coverage_difference WHERE kind = 'payment_returned' AND state = 'open'"
        " AND detail ? 'untold'"
    )[0][0]
    return untold_lines


def _counts(reference: str, marked: bool, codes: Collection[str]) -> bool:
    """Return whether money that came in is about a payment of ours, by bank or words or by naming a bill."""
    return marked or returns.says_returned(reference) or (bool(codes) and not returns.says_deposit(reference))


def _came() -> tuple[list[returns.MoneyBack], frozenset[str]]:
    rows = _CAME.typed(_Came)
    if not rows:
        return [], frozenset()
    known = _all_codes()
    found = []
    for came in rows:
        codes = _codes_in(came.reference, known)
        # What the branch sends back of an excess is named by a person: no payment failed.
        if _counts(came.reference, came.returned, codes) and (
            came.returned or not returns.says_excess(came.reference)
        ):
            back = came.returned or returns.says_returned(came.reference)
            words = frozenset(names_of(came.reference))
            found.append(returns.MoneyBack(came.payment_id, came.paid_on, came.left, codes, words, back))
    return found, frozenset().union(*(one.codes for one in found))


def _all_codes() -> list[str]:
    return list(Bill.objects.values_list("payment_code", flat=True))


def _codes_in(reference: str, codes: Iterable[str]) -> frozenset[str]:
    text = _bare(reference)
    return frozenset(code for code in codes if _bare(code) in text)


def _payments(came: Sequence[returns.MoneyBack], codes: Collection[str]) -> list[returns.Paid]:
    pattern = "|".join(sorted(_bare(code) for code in codes)) or "^$"
    about = {"amounts": sorted({one.open for one in came}), "codes": sorted(codes), "pattern": pattern}
    found = []
    for number, day, left, reference, bills, sums in _PAID.rows(about):
        if not bills and left <= settings.PAYUNG_BANK_FEE_MOST and is_fee(reference):
            continue  # the bank's own fee stays with the bank
        by_code = tuple(zip(bills, map(int, sums), strict=True))
        named = _codes_in(reference, codes) | frozenset(bills)
        words = frozenset(names_of(reference))
        found.append(returns.Paid(number, day, int(left), sum(map(int, sums)), named, words, by_code))
    return found


def _take(actor: Actor, taken: returns.Taken, today: date, done: TakenBack) -> int:
    """Take rupiah back: what no bill has, then excess, then from the bills named, then from the others."""
    matches = sorted(
        _GIVEN.typed(_Given, {"payment": taken.payment_id}),
        key=lambda given: given.payment_code not in taken.codes,
    )
    excess = database.rows(_EXCESS, [taken.payment_id])
    ((payment_left,),) = database.rows(
        "SELECT p.amount - (SELECT coalesce(sum(amount), 0) FROM coverage_moneyback WHERE payment_id = p.id)"
        " - (SELECT coalesce(sum(amount), 0) FROM coverage_credit WHERE payment_id = p.id)"
        " - (SELECT coalesce(sum(amount), 0) FROM coverage_paymentmatch WHERE payment_id = p.id)"
        " FROM coverage_payment p WHERE p.id = %s",
        [taken.payment_id],
    )
    rest = taken.amount - min(taken.amount, int(payment_left))
    for fund, held in excess:
        part = min(rest, int(held))
        if part > 0:
            give_back_excess(
                actor, fund, taken.payment_id, part, f"returned:{taken.back_id}:{taken.payment_id}", today
            )
            rest -= part
    taken_from = []
    for match, bill, fund, _, left in matches:
        part = min(rest, left)
        if part > 0:
            back = PaymentMatch.objects.create(
                payment_id=taken.payment_id,
                bill_id=bill,
                amount=-part,
                takes_back_id=match,
                back_id=taken.back_id,
                reason="Uangnya kembali.",
                matched_by=actor.user,
            )
            taken_from.append((fund, part, f"match:{match}:back:{back.pk}", bill))
            done.bills.add(bill)
            rest -= part
    post_named(actor, "unpay", taken_from, today)
    if taken_from:
        refresh_paid([bill for *_, bill in taken_from])
    if taken.amount - rest:
        MoneyBack.objects.create(
            back_id=taken.back_id, payment_id=taken.payment_id, amount=taken.amount - rest
        )
    return taken.amount - rest


def _release(actor: Actor, bill: Bill, today: date) -> None:
    """Excess of payments that name a bill now open again pays the bill first: it is given back to its payments."""
    for payment, held in database.rows(_HELD, [bill.fund_id, _bare(bill.payment_code)]):
        ((balance,),) = database.rows(
            "SELECT coalesce(sum(amount), 0)::bigint FROM coverage_credit WHERE fund_id = %s", [bill.fund_id]
        )
        part = min(int(held), balance, bill.open_amount)
        if part > 0:
            count = Credit.objects.filter(payment_id=payment).count()
            give_back_excess(actor, bill.fund_id, payment, part, f"released:{payment}:{count}", today)


def give_back_excess(actor: Actor, fund: int, payment: int, amount: int, key: str, today: date) -> None:
    """Take rupiah of a payment out of its fund's excess."""
    Credit.objects.create(
        fund_id=fund, amount=-amount, cause=Credit.Cause.RETURNED, payment_id=payment, key=key, by=actor.user
    )
    for name in ("unpay", "unbill", "uncommit"):
        post_named(actor, name, [(fund, amount, key, payment)], today)


_BILL_PAID = """
UPDATE coverage_bill b SET paid = t.paid,
       state = CASE WHEN t.paid >= b.amount - b.credit AND b.state IN ('approved', 'sent') THEN 'paid'
                    WHEN t.paid < b.amount - b.credit AND b.state IN ('paid', 'reconciled') THEN 'sent'
                    ELSE b.state END
  FROM (SELECT bill_id, sum(amount) AS paid FROM coverage_paymentmatch WHERE bill_id = ANY(%s) GROUP BY bill_id) t
 WHERE b.id = t.bill_id
"""


def refresh_paid(bills: Sequence[int]) -> None:
    """Write what the bills now have, and whether they are paid."""
    database.run(_BILL_PAID, [list(bills)])


def post_named(actor: Actor, name: str, rows: Iterable[tuple[int, int, str, Any]], today: date) -> None:
    """Post one named movement of each (fund, rupiah, key, cause)."""
    debit, credit = MOVES[name]
    post_within(
        actor,
        [
            Movement(fund, debit, credit, amount, today, "payment", cause, f"{key}:{name}")
            for fund, amount, key, cause in rows
        ],
    )


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def again_out(payments: Iterable[tuple[int, date, int, str]]) -> frozenset[int]:
    """Of payments that the bank marks as reversals of money that came in: those that undo a return told before."""
    waiting = list(payments)
    if not waiting:
        return frozenset()
    codes = _all_codes()
    came: dict[int, list[tuple[date, frozenset[str]]]] = defaultdict(list)
    rows = database.rows("SELECT paid_on, -amount, reference FROM coverage_payment WHERE amount < 0")
    for day, amount, reference in rows:
        came[amount].append((day, _codes_in(reference, codes)))
    return frozenset(
        number
        for number, day, amount, reference in waiting
        if any(back <= day and named & _codes_in(reference, codes) for back, named in came[amount])
    )
