"""Money that comes back: what a bank writes of it, and which payment it takes back.

Pure: payments and money that came in, with what is known of them, in; what is taken back, out. What cannot be told
without guessing stays open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: How long after a payment money that bears nothing of it but its amount may still be that payment.
WITHIN = timedelta(days=31)

_RETURN = re.compile(
    r"""\b(?:di)?(?:retur(?:n(?:ed)?)?|rtr|revers(?:al|ed|e)|rvsl|rev|koreksi|kor|correction|batal(?:kan)?|pembatalan
    |cancel(?:led|lation)?|void|tolakan|ditolak|tolak|reject(?:ed)?|gagal|failed|refund|kembali(?:kan)?|pengembalian
    |dikembalikan|chargeback|unpaid|undelivered|salah\s+(?:rek\w*|transfer|kirim|setor\w*))\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: Of these the branch itself may send money back that was too much: not a payment that failed.
_EXCESS = re.compile(r"(?i)\b(kelebihan|lebih\s+bayar|restitusi|overpa\w+|excess|sisa)\b")
#: Money put into the account to pay with, though it names what it is for.
_DEPOSIT = re.compile(
    r"(?i)\b(setor(?:an)?|dropping|sp2d|pencairan|top\s?up|titipan|pelimpahan|penerimaan)\b"
)


def says_returned(reference: str) -> bool:
    """Return whether the words of a statement line say that money was sent back, reversed or corrected.

    >>> says_returned("RETUR KLIRING REK SALAH"), says_returned("SETORAN TUNAI")
    (True, False)
    """
    return _RETURN.search(reference) is not None


def says_excess(reference: str) -> bool:
    """Return whether the words say that it is the excess of a payment that came back, not the payment.

    >>> says_excess("PENGEMBALIAN KELEBIHAN BAYAR")
    True
    """
    return _EXCESS.search(reference) is not None


def says_deposit(reference: str) -> bool:
    """Return whether the words say that money was put into the account, and nothing of a return.

    >>> says_deposit("SETORAN DANA IURAN"), says_deposit("RETUR SETORAN")
    (True, False)
    """
    return _DEPOSIT.search(reference) is not None and not says_returned(reference)


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """Money that came in: rupiah not yet told, the codes of bills in its words, and whether it says it is a return."""

    id: int
    day: date
    open: int
    codes: frozenset[str]
    words: frozenset[str]
    returned: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of which rupiah may come back: what is left of it, and how much of that pays bills.

    `codes` are those of its words and of the bills that it pays, `by_code` the rupiah that each such bill has of it.
    """

    id: int
    day: date
    left: int
    matched: int
    codes: frozenset[str]
    words: frozenset[str]
    by_code: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """`amount` rupiah of a payment taken back by money that came in; from the bills of `codes` first, if any."""

    back_id: int
    payment_id: int
    amount: int
    codes: frozenset[str] = frozenset()


def take_back(came: Sequence[MoneyBack], payments: Sequence[Paid]) -> list[Taken]:
    """Which payments the money that came in takes back.

    By a code: a payment of the very amount, else of a bill that has the very amount of one, else, in parts, those
    payments that do least harm, the latest first. Without a code, where the bank calls it a return: a payment of the
    very amount that shares a reference with it, or the only one of the month before. Never one made afterwards.
    """
    left = {one.id: one.left for one in payments}
    answer: list[Taken] = []
    for back in sorted(came, key=lambda one: (one.day, one.id)):
        before = [one for one in payments if one.day <= back.day and left[one.id] > 0]
        for taken in _coded(back, before, left) if back.codes else _uncoded(back, before, left):
            left[taken.payment_id] -= taken.amount
            answer.append(taken)
    return answer


def _coded(back: MoneyBack, before: Sequence[Paid], left: dict[int, int]) -> list[Taken]:
    named = sorted(
        (one for one in before if one.codes & back.codes),
        key=lambda one: (min(one.matched, one.left), -one.day.toordinal(), -one.id),
    )
    whole = [one for one in named if left[one.id] == back.open]
    if whole:
        return [Taken(back.id, whole[0].id, back.open, back.codes)]
    for one in named:
        if (
            back.open < left[one.id]
            and sum(sum_ for code, sum_ in one.by_code if code in back.codes) == back.open
        ):
            return [Taken(back.id, one.id, back.open, back.codes)]
    answer, rest = [], back.open
    for one in named:
        part = min(rest, left[one.id])
        if part > 0:
            answer.append(Taken(back.id, one.id, part, back.codes))
            rest -= part
    return answer


def _uncoded(back: MoneyBack, before: Sequence[Paid], left: dict[int, int]) -> list[Taken]:
    if not back.returned:
        return []
    same = [one for one in before if left[one.id] == back.open]
    shared = [one for one in same if one.words & back.words]
    near = [one for one in same if back.day - one.day <= WITHIN]
    chosen = shared if len(shared) == 1 else near if len(near) == 1 and not shared else []
    return [Taken(back.id, one.id, back.open) for one in chosen]


def take_later(
    back: MoneyBack, rest: int, net: int, payments: Sequence[Paid], left: dict[int, int]
) -> list[Taken]:
    """Take returned money of a code from payments made after it, once those before are used up.

    Statements may come in any order: a later return may have taken the payment that this one was for. `net` is what
    payments less returns with its codes sum to by its day, all of this one counted; as far as there was money then,
    the later ones must give.
    """
    allowed, answer = min(rest, rest + net), []
    named = sorted(
        (one for one in payments if one.codes & back.codes and left[one.id] > 0),
        key=lambda one: (min(one.matched, left[one.id]), -one.day.toordinal(), -one.id),
    )
    for one in named:
        part = min(allowed, left[one.id])
        if part > 0:
            answer.append(Taken(back.id, one.id, part, back.codes))
            left[one.id] -= part
            allowed -= part
    return answer
