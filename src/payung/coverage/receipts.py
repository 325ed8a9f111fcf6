"""Receipts that the bank's statement has not confirmed yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from payung import database

#: How far the day of a receipt and the bank's own may lie apart.
_APART = timedelta(days=7)
#: A word of fewer signs may stand in anybody's line.
_TELLING = 8

_OPEN = """
SELECT p.id, p.paid_on, p.amount, array_remove(array_agg(b.payment_code), NULL) || p.reference::text
  FROM coverage_payment p
  JOIN coverage_statement s ON s.id = p.statement_id AND s.format = 'receipt'
  LEFT JOIN coverage_paymentmatch m ON m.payment_id = p.id
  LEFT JOIN coverage_bill b ON b.id = m.bill_id
 WHERE NOT EXISTS (SELECT 1 FROM coverage_payment c WHERE c.same_as_id = p.id)
 GROUP BY p.id
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment recorded from a receipt; `names` are the codes of the bills it paid and its own words."""

    payment_id: int
    paid_on: date
    amount: int
    names: tuple[str, ...]

    def confirmed(self, day: date, amount: int, text: str) -> bool:
        """Return whether a bank's line is this payment: same rupiah, near day, and one of its names in the text."""
        said = _bare(text)
        return (
            amount == self.amount
            and abs(day - self.paid_on) <= _APART
            and any(name in said for name in self.names)
        )


def open_receipts() -> list[Receipt]:
    """Return the receipts that no bank line has confirmed, earliest first."""
    found = [
        Receipt(payment_id, paid_on, amount, tuple(name for text in texts for name in names_of(text)))
        for payment_id, paid_on, amount, texts in database.rows(_OPEN)
    ]
    return sorted(found, key=lambda one: (one.paid_on, one.payment_id))


def names_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that can mean only one payment: a receipt's number, a payment code."""
    words = (_bare(word) for word in text.split())
    return tuple(word for word in words if len(word) >= _TELLING and any(sign.isdigit() for sign in word))


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())
