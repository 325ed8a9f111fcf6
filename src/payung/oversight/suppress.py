"""Small cells: what an open page must not show, and what would give it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

#: A count from 1 to this less one could point at somebody.
LEAST = 5


class Counted(Protocol):
    """Counts of a region that an open page shows beside each other."""

    code: str
    covered: int
    gap: int
    ending: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A region as an open page may show it; None where a count is withheld."""

    code: str
    name: str
    covered: int | None
    gap: int | None
    ending: int | None

    @property
    def withheld(self) -> bool:
        return self.covered is None

    @property
    def coverage(self) -> float | None:
        """Share covered of those who are covered or could be; None where withheld or empty."""
        if self.covered is None or self.gap is None or not self.covered + self.gap:
            return None
        return self.covered / (self.covered + self.gap)


def is_small(count: int) -> bool:
    return 0 < count < LEAST


def for_everybody(rows: Sequence[Counted], names: dict[str, str] | None = None) -> list[Shown]:
    """The rows of one total as they may be published.

    A row with any small count is withheld whole, since its counts could be worked out from each other. Where
    only one row is withheld, or those withheld sum to a small count, the total would give it away: then the
    smallest rows follow until they do not.
    """
    withheld = {row.code for row in rows if any(is_small(n) for n in (row.covered, row.gap, row.ending))}
    rest = sorted(
        (row for row in rows if row.code not in withheld and row.covered + row.gap),
        key=lambda row: (row.covered + row.gap, row.code),
    )
    while withheld and rest:
        hidden = [row for row in rows if row.code in withheld]
        sums = [sum(getattr(row, name) for row in hidden) for name in ("covered", "gap", "ending")]
        if len(hidden) > 1 and not any(is_small(total) for total in sums):
            break
        withheld.add(rest.pop(0).code)
    return [
        Shown(row.code, _name(row, names), None, None, None)
        if row.code in withheld
        else Shown(row.code, _name(row, names), row.covered, row.gap, row.ending)
        for row in rows
    ]


def _name(row: Counted, names: dict[str, str] | None) -> str:
    return (names or {}).get(row.code, getattr(row, "name", row.code))
