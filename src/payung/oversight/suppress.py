"""Small cells: what a page of counts must not show, and what would give it away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: A count from 1 to this less one could point at somebody.
LEAST = 5
#: Counts that can be worked out from each other, or bound each other, are withheld together.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("candidates",),
    ("verified",),
    ("eligible", "covered", "decreed", "gap"),
    ("registered", "active"),
    ("ending",),
    ("other_payer",),
)
NAMES = tuple(name for group in GROUPS for name in group)


@dataclass(frozen=True, slots=True)
class Shown:
    """A region (or trade) as a page may show it; None where a count is withheld."""

    code: str
    name: str
    candidates: int | None = 0
    verified: int | None = 0
    eligible: int | None = 0
    covered: int | None = 0
    decreed: int | None = 0
    gap: int | None = 0
    registered: int | None = 0
    active: int | None = 0
    ending: int | None = 0
    other_payer: int | None = 0

    @property
    def coverage(self) -> float | None:
        """Share covered of those who are covered or could be; None where withheld or empty."""
        if self.covered is None or self.gap is None or not self.covered + self.gap:
            return None
        return self.covered / (self.covered + self.gap)


def is_small(count: int) -> bool:
    return 0 < count < LEAST


def show(rows: Sequence[Any], *, closed: Iterable[str] = ()) -> list[Shown]:
    """The rows of one total (objects with code, name and counts) as they may be published.

    A small count is withheld. Where only one row of a column is withheld, or those withheld sum to a small
    count, the total would give it away: then the smallest other rows follow until they do not. `closed` are
    counts shown of no row, because the total itself is withheld.
    """
    shut = set(closed)
    hidden: dict[str, set[str]] = {}
    for group in GROUPS:
        codes = {row.code for row in rows} if shut.intersection(group) else withheld(rows, group)
        hidden.update(dict.fromkeys(group, codes))
    return [
        Shown(
            row.code,
            row.name,
            **{name: None if row.code in hidden[name] else getattr(row, name, 0) for name in NAMES},
        )
        for row in rows
    ]


def withheld(rows: Sequence[Any], group: tuple[str, ...]) -> set[str]:
    """Codes of the rows of one total whose counts named in `group` must not be shown."""

    def counts(row: Any) -> list[int]:
        return [getattr(row, name, 0) for name in group]

    found = {row.code for row in rows if any(map(is_small, counts(row)))}
    rest = sorted(
        (row for row in rows if row.code not in found and any(counts(row))),
        key=lambda row: (sum(counts(row)), row.code),
    )
    while found and rest:
        hidden = [row for row in rows if row.code in found]
        sums = [sum(column) for column in zip(*map(counts, hidden), strict=True)]
        if len(hidden) > 1 and not any(map(is_small, sums)):
            break
        found.add(rest.pop(0).code)
    return found


def show_tree(
    above: Sequence[Any], below: dict[str, list[Any]]
) -> tuple[list[Shown], dict[str, list[Shown]]]:
    """Regions and the regions within each: a count withheld above is withheld in all rows below it."""
    shown = show(above)
    closed = {row.code: [name for name in NAMES if getattr(row, name) is None] for row in shown}
    return shown, {code: show(rows, closed=closed.get(code, ())) for code, rows in below.items()}


def show_levels(
    regencies: Sequence[Any], districts: dict[str, list[Any]], villages: dict[str, list[Any]]
) -> tuple[list[Shown], dict[str, list[Shown]], dict[str, list[Shown]]]:
    """All three levels at once, so that no level gives away what another withholds."""
    above, between = show_tree(regencies, districts)
    below: dict[str, list[Shown]] = {}
    for rows in between.values():
        for row in rows:
            closed = [name for name in NAMES if getattr(row, name) is None]
            below[row.code] = show(villages.get(row.code, ()), closed=closed)
    return above, between, below
