"""Bank fees among a statement's unmatched lines: shown together, settled together by one person's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Actor, Refused, action
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.coverage.models import Difference
from payung.database.locks import Lock, one_at_a_time
from payung.exchange.fees import is_fee

#: Lines wholly unmatched and small; a bank names the payment's code beside its own fee as well.
_SMALL = """
SELECT s.id AS statement_id, s.file_name, d.id AS item_id, p.paid_on, p.amount, p.reference, p.id AS payment_id
  FROM coverage_difference d
  JOIN coverage_payment p ON d.key = 'payment:' || p.id
  JOIN coverage_statement s ON s.id = p.statement_id
 WHERE d.kind = 'payment_unmatched' AND d.state = 'open' AND p.amount BETWEEN 1 AND %s
   AND NOT EXISTS (SELECT 1 FROM coverage_paymentmatch m WHERE m.payment_id = p.id)
 ORDER BY s.id DESC, p.paid_on, p.id
"""


class _Line(NamedTuple):
    """A small payment wholly unmatched, with its statement and its open item."""

    statement_id: int
    file_name: str
    item_id: int
    paid_on: date
    amount: int
    reference: str
    payment_id: int


@dataclass(frozen=True, slots=True)
class Fees:
    """The open lines of one statement that look like bank fees: (item, day, rupiah, words), and their payments."""

    statement_id: int
    file_name: str
    lines: tuple[tuple[int, date, int, str], ...]
    payments: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(line[2] for line in self.lines)


def open_fees() -> list[Fees]:
    """Every statement with such lines, the newest first. One statement of SQL."""
    small = database.typed(_Line, _SMALL, [settings.PAYUNG_BANK_FEE_MOST])
    fees = [line for line in small if is_fee(line.reference)]
    each = groupby(fees, key=lambda line: (line.statement_id, line.file_name))
    return [_fees(*statement, list(lines)) for statement, lines in each]


def _fees(statement_id: int, file_name: str, lines: list[_Line]) -> Fees:
    return Fees(
        statement_id,
        file_name,
        tuple((line.item_id, line.paid_on, line.amount, line.reference) for line in lines),
        tuple(line.payment_id for line in lines),
    )


def settle_fees(actor: Actor, *, statement_id: int) -> Fees:
    """Settle every line of a statement that looks like a bank fee; those lines. No bill and no fund is touched.

    Raises NotAllowed; Refused where the statement has none open, so that a second press says so.
    """
    with action(actor, Act.STATEMENT_FEES, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.PAYMENTS)
        fees = next((one for one in open_fees() if one.statement_id == statement_id), None)
        if fees is None:
            raise Refused(_("Rekening koran ini tidak punya biaya bank yang terbuka."))
        Difference.objects.filter(pk__in=[line[0] for line in fees.lines]).update(
            state=Difference.State.SETTLED, settled_by=actor.user, settlement="Biaya bank, bukan iuran."
        )
        deed.subject_id = statement_id
        deed.data = {"lines": len(fees.lines), "amount": fees.total}
    return fees
