"""What a fund's money reaches: changes that bring cost, each with its person, so that one does not stop the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Refused, spoken
from payung.database.staging import Staged
from payung.database.statements import Statement
from payung.values import format_rupiah


class _Asked(NamedTuple):
    """What a change costs the fund that it names."""

    change_id: int
    person: str
    fund_id: int
    fund: str
    amount: int


_GIVEN_BACK = Statement("coverage", "amendment_given_back")

_ASKED = Statement("coverage", "amendment_asked")

_AVAILABLE = "SELECT fund_id, balance FROM funding_account WHERE kind = 'available'"

_ADDED = """
SELECT l.id AS change_id, p.name AS person, l.fund_id, f.name AS fund, l.amount
  FROM coverage_annexline l JOIN registry_person p ON p.id = l.person_id JOIN funding_fund f ON f.id = l.fund_id
 WHERE l.amendment_id = %s AND l.act = 'add' ORDER BY l.id
"""

#: So many people are named in a sentence.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Short:
    """A change that the fund's money does not reach: the person, the fund, what it costs and what is missing."""

    person: str
    fund: str
    amount: int
    missing: int

    def __str__(self) -> str:
        return _("%(person)s (%(fund)s: perlu %(needs)s, kurang %(missing)s)") % {
            "person": self.person,
            "fund": self.fund,
            "needs": format_rupiah(self.amount),
            "missing": format_rupiah(self.missing),
        }


class OutOfMoney(Refused):
    """No money for these people; the sentence names each with the fund, and says what to do."""

    def __init__(self, short: Sequence[Short]) -> None:
        super().__init__(
            _(
                "Uang tidak cukup untuk %(people)s. Tambah uang dana itu, usulkan "
                "masa yang lebih pendek atau dana lain, atau tolak usulannya."
            ),
            people=spoken(lambda _language: _listed([str(one) for one in short])),
        )


def _listed(texts: list[str]) -> str:
    more = len(texts) - _NAMED
    return "; ".join(texts[:_NAMED]) + (f"; +{more}" if more > 0 else "")


def leave_out_unaffordable(leaving: Staged, coming: Staged, tariff: Staged) -> tuple[Short, ...]:
    """Take the changes that money does not reach out of the staged `coming` and `leaving`; they go on waiting.

    In the order they were proposed, each with what it gives back itself. Five statements.
    """
    asked = _ASKED.typed(_Asked, coming=coming, tariff=tariff)
    if not asked:
        return ()
    money: dict[int, int] = defaultdict(int, database.rows(_AVAILABLE))
    gives: dict[int, list[tuple[int, int]]] = defaultdict(list)
    changing = {change.change_id for change in asked}
    for change, fund, amount in _GIVEN_BACK.rows(leaving=leaving, tariff=tariff):
        if change in changing:
            gives[change].append((fund, amount))
        else:
            money[fund] += amount
    short = asked
    while True:
        left = [change for change in short if not _paid(change, gives[change.change_id], money)]
        if len(left) == len(short):
            break
        short = left
    left_out = [change.change_id for change in short]
    for table in (coming, leaving) if short else ():
        database.run(f"DELETE FROM {table.identifier} WHERE change_id = ANY(%s)", [left_out])
    return tuple(
        Short(
            change.person,
            change.fund,
            change.amount,
            change.amount - money[change.fund_id] - _own(change, gives[change.change_id]),
        )
        for change in short
    )


def _own(change: _Asked, gives: list[tuple[int, int]]) -> int:
    """Rupiah that a change gives back to the very fund that it asks."""
    return sum(amount for fund, amount in gives if fund == change.fund_id)


def _paid(change: _Asked, gives: list[tuple[int, int]], money: dict[int, int]) -> bool:
    """Return whether the fund's money reaches a change, which then takes it."""
    if money[change.fund_id] + _own(change, gives) < change.amount:
        return False
    for fund, amount in gives:
        money[fund] += amount
    money[change.fund_id] -= change.amount
    return True


def require_money(amendment_id: int, added: Mapping[int, int]) -> None:
    """Raise OutOfMoney where the funds' available money does not reach what an amendment adds, naming who is left.

    `added` is {fund id: rupiah} of its lines.
    """
    money: dict[int, int] = defaultdict(int, database.rows(_AVAILABLE))
    if all(money[fund] >= amount for fund, amount in added.items()):
        return
    short = []
    for line in database.typed(_Asked, _ADDED, [amendment_id]):
        if money[line.fund_id] < line.amount:
            short.append(Short(line.person, line.fund, line.amount, line.amount - money[line.fund_id]))
        else:
            money[line.fund_id] -= line.amount
    raise OutOfMoney(short)
