"""What a fund's money reaches: changes that bring cost, each with its person, so that one does not stop the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payung import database
from payung.access.actor import Refused
from payung.coverage.tariff import run_cost
from payung.values import format_rupiah

#: Rupiah that the months not billed of the staged `leaving` give back to their funds.
_GIVEN_BACK = f"""
SELECT v.change_id, v.fund_id,
       {run_cost("v.income", "v.sector", "v.payer", "greatest(v.first_month, v.unbilled)", "v.end_month")}
  FROM leaving v WHERE v.end_month > greatest(v.first_month, v.unbilled)
"""

_ASKED = f"""
SELECT v.change_id, v.name, v.fund_id, f.name,
       {run_cost("v.income", "v.sector", "v.payer", "v.first_month", "v.end_month")}
  FROM coming v JOIN funding_fund f ON f.id = v.fund_id ORDER BY v.change_id
"""

_AVAILABLE = "SELECT fund_id, balance FROM funding_account WHERE kind = 'available'"

_ADDED = """
SELECT l.id, p.name, l.fund_id, f.name, l.amount
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

    def words(self) -> str:
        needs, missing = format_rupiah(self.amount), format_rupiah(self.missing)
        return f"{self.person} ({self.fund}: perlu {needs}, kurang {missing})"

    def english(self) -> str:
        needs, missing = format_rupiah(self.amount), format_rupiah(self.missing)
        return f"{self.person} ({self.fund}: needs {needs}, {missing} is missing)"


class OutOfMoney(Refused):
    """No money for these people; the sentence names each with the fund, and says what to do."""

    def __init__(self, short: Sequence[Short]) -> None:
        words, english = (_listed([say(one) for one in short]) for say in (Short.words, Short.english))
        super().__init__(
            f"Uang tidak cukup untuk {words}. Tambah uang dana itu, usulkan masa yang lebih pendek atau dana lain, "
            "atau tolak usulannya.",
            f"There is no money for {english}. Add money to the fund, propose fewer months or another fund, or turn "
            "the change down.",
        )


def _listed(texts: list[str]) -> str:
    more = len(texts) - _NAMED
    return "; ".join(texts[:_NAMED]) + (f"; +{more}" if more > 0 else "")


def leave_out_unaffordable() -> tuple[Short, ...]:
    """Takes the changes that money does not reach out of the staged `coming` and `leaving`; they go on waiting.

    In the order they were proposed, each with what it gives back itself. Needs the staged `tariff`. Five statements.
    """
    asked = database.rows(_ASKED)
    if not asked:
        return ()
    money: dict[int, int] = defaultdict(int, database.rows(_AVAILABLE))
    gives: dict[int, list[tuple[int, int]]] = defaultdict(list)
    changing = {change for change, *_ in asked}
    for change, fund, amount in database.rows(_GIVEN_BACK):
        if change in changing:
            gives[change].append((fund, amount))
        else:
            money[fund] += amount
    short = asked
    while True:
        left = [one for one in short if not _paid(one, gives[one[0]], money)]
        if len(left) == len(short):
            break
        short = left
    for table in ("coming", "leaving") if short else ():
        database.run(f"DELETE FROM {table} WHERE change_id = ANY(%s)", [[change for change, *_ in short]])
    return tuple(
        Short(name, fund, amount, amount - money[to] - sum(back for own, back in gives[change] if own == to))
        for change, name, to, fund, amount in short
    )


def _paid(one: tuple[int, str, int, str, int], gives: list[tuple[int, int]], money: dict[int, int]) -> bool:
    """Return whether the fund's money reaches a change, which then takes it."""
    _, _, to, _, amount = one
    if money[to] + sum(back for fund, back in gives if fund == to) < amount:
        return False
    for fund, back in gives:
        money[fund] += back
    money[to] -= amount
    return True


def require_money(amendment_id: int, added: Mapping[int, int]) -> None:
    """Raises OutOfMoney where the funds' available money does not reach what an amendment adds, naming who is left.

    `added` is {fund id: rupiah} of its lines.
    """
    money: dict[int, int] = defaultdict(int, database.rows(_AVAILABLE))
    if all(money[fund] >= amount for fund, amount in added.items()):
        return
    short = []
    for _, name, to, fund, amount in database.rows(_ADDED, [amendment_id]):
        if money[to] < amount:
            short.append(Short(name, fund, amount, amount - money[to]))
        else:
            money[to] -= amount
    raise OutOfMoney(short)
