"""Which payment settles which bill: by code, then by amount and date, one to many and partly.

Pure: open bills and unsettled payments in, allocations out. What cannot be told without guessing stays open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rapidfuzz.distance import Levenshtein

#: How long before and after a bill's due date a payment without its code may still be meant for it.
BEFORE = timedelta(days=60)
AFTER = timedelta(days=45)
#: Words of the payer that say nothing about which payer it is.
_PLAIN = frozenset(
    {
        "PEMERINTAH",
        "PEMKAB",
        "PEMPROV",
        "PROVINSI",
        "KABUPATEN",
        "KOTA",
        "DESA",
        "KELURAHAN",
        "KECAMATAN",
        "PT",
    }
    | {"CV", "DINAS", "DANA", "IURAN", "PROGRAM", "APBD", "APBDES", "CSR", "DAN", "UNTUK", "TAHUN"}
)
_ABOUT_CONTRIBUTIONS = re.compile(r"IURAN|BPJS|JAMSOSTEK|KODE|SETORAN|BPJSTK")


@dataclass(frozen=True, slots=True)
class OpenBill:
    """A bill not yet paid whole: its code, rupiah still open, due date, fund, and the payer's name."""

    id: int
    code: str
    open: int
    due: date
    fund_id: int
    payer: str


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """A payment with rupiah not yet given to a bill."""

    id: int
    day: date
    open: int
    reference: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """`amount` rupiah of a payment for a bill, and by what it was recognised: code, near_code, amount, together."""

    payment_id: int
    bill_id: int
    amount: int
    by: str


@dataclass(frozen=True, slots=True)
class Excess:
    """Rupiah of a payment that its code gives to a fund beyond what the fund's bills need."""

    payment_id: int
    fund_id: int
    amount: int


@dataclass
class Settlement:
    """What was told: allocations, excess, and the payments that nothing could be told about."""

    allocations: list[Allocation] = field(default_factory=list)
    excess: list[Excess] = field(default_factory=list)
    unmatched: list[int] = field(default_factory=list)


def settle(
    payments: Sequence[OpenPayment],
    bills: Sequence[OpenBill],
    paid_codes: Sequence[tuple[str, int]] = (),
    reserved: Sequence[str] = (),
) -> Settlement:
    """Allocate payments to bills.

    `paid_codes` are the (code, fund) of bills already paid whole; `reserved` are codes of bills that cannot be paid
    yet, whose payments wait for them.

    A payment that bears a code pays that bill, then, where its amount fits them exactly, the same payer's
    next bills; what is left over is the fund's excess. Without a code, the amount must be exactly one bill's
    and the date near its due date, and either a code one sign off or the payer's name or a word about
    contributions must stand in the reference. The order of the payments does not change the outcome of
    those with codes being served first.
    """
    left = {bill.id: bill.open for bill in bills}
    order = sorted(bills, key=lambda bill: (bill.due, bill.id))
    known = [(_bare(bill.code), bill) for bill in order]
    done = [(_bare(code), fund) for code, fund in paid_codes]
    held = [_bare(code) for code in reserved]
    answer = Settlement()
    uncoded: list[OpenPayment] = []
    for payment in sorted(payments, key=lambda payment: (payment.day, payment.id)):
        text = _bare(payment.reference)
        named = [bill for code, bill in known if code in text]
        funds = {bill.fund_id for bill in named} | {fund for code, fund in done if code in text}
        if any(code in text for code in held):
            answer.unmatched.append(payment.id)
        elif funds:
            _by_code(payment, named, funds, order, left, answer)
        else:
            uncoded.append(payment)
    for payment in uncoded:
        chosen = _without_code(payment, order, left)
        if chosen is None:
            answer.unmatched.append(payment.id)
            continue
        bill, how = chosen
        left[bill.id] -= payment.open
        answer.allocations.append(Allocation(payment.id, bill.id, payment.open, how))
    return answer


def _by_code(
    payment: OpenPayment,
    named: Sequence[OpenBill],
    funds: set[int],
    order: Sequence[OpenBill],
    left: dict[int, int],
    answer: Settlement,
) -> None:
    rest = payment.open
    for bill in named:
        part = min(rest, left[bill.id])
        if part > 0:
            left[bill.id] -= part
            rest -= part
            answer.allocations.append(Allocation(payment.id, bill.id, part, "code"))
    if rest and named:
        rest -= _together(payment, named, order, left, rest, answer)
    if rest and len(funds) == 1:
        answer.excess.append(Excess(payment.id, next(iter(funds)), rest))
    elif rest:
        answer.unmatched.append(payment.id)


def _together(
    payment: OpenPayment,
    named: Sequence[OpenBill],
    order: Sequence[OpenBill],
    left: dict[int, int],
    rest: int,
    answer: Settlement,
) -> int:
    """Rupiah given to other bills of the payer: one whose open amount is the rest, or the next that sum to it."""
    ids = {bill.id for bill in named}
    payers = {bill.payer for bill in named}
    others = [bill for bill in order if bill.payer in payers and bill.id not in ids and left[bill.id] > 0]
    exact = [bill for bill in others if left[bill.id] == rest]
    run: list[OpenBill] = exact[:1]
    if not run:
        total = 0
        for bill in others:
            total += left[bill.id]
            run.append(bill)
            if total >= rest:
                break
        if total != rest:
            return 0
    for bill in run:
        answer.allocations.append(Allocation(payment.id, bill.id, left[bill.id], "together"))
        left[bill.id] = 0
    return rest


def _without_code(
    payment: OpenPayment, order: Sequence[OpenBill], left: dict[int, int]
) -> tuple[OpenBill, str] | None:
    near = [
        bill
        for bill in order
        if left[bill.id] == payment.open > 0 and bill.due - BEFORE <= payment.day <= bill.due + AFTER
    ]
    if not near:
        return None
    text = _bare(payment.reference)
    off = [bill for bill in near if _one_off(_bare(bill.code), text)]
    if len(off) == 1:
        return off[0], "near_code"
    named = [bill for bill in near if _names(bill.payer, payment.reference)]
    if len(named) == 1:
        return named[0], "amount"
    if not named and len(near) == 1 and _ABOUT_CONTRIBUTIONS.search(payment.reference.upper()):
        return near[0], "amount"
    return None


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _one_off(code: str, text: str) -> bool:
    """Return whether `text` holds the code with one sign wrong."""
    size = len(code)
    return any(
        Levenshtein.distance(code, text[at : at + size], score_cutoff=1) == 1
        for at in range(len(text) - size + 1)
    )


def _names(payer: str, reference: str) -> bool:
    """Return whether every telling word of the payer's name stands in the reference."""
    words = [word for word in re.findall(r"[A-Z0-9]+", payer.upper()) if word not in _PLAIN]
    said = set(re.findall(r"[A-Z0-9]+", reference.upper()))
    return bool(words) and all(word in said for word in words)
