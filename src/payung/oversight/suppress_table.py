"""Small cells of a table with totals on two sides: what must be withheld so that no sum gives it away."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from payung.oversight.suppress import is_small

Key = TypeVar("Key", bound=Hashable)
#: (row, column)
Cell = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one payer does in one place in a year. `people` is the most covered in any one month."""

    people: int = 0
    months: int = 0
    paid_months: int = 0
    rupiah: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    @property
    def small(self) -> bool:
        """Whether these are so few people that the counts could point at somebody."""
        return is_small(self.people)


NOTHING = Counts()
Table = Mapping[Any, Mapping[Key, Counts]]


def total(cells: Iterable[Counts]) -> Counts:
    return sum(cells, NOTHING)


def fold(lines: Mapping[Key, Counts]) -> list[Key]:
    """The lines to merge into one, so that neither the total of any line nor that of the merged one is small."""
    merged = [key for key, counts in lines.items() if counts.small]
    others = sorted((key for key in lines if key not in merged), key=lambda key: lines[key].people)
    while merged and others and total(lines[key] for key in merged).small:
        merged.append(others.pop(0))
    return merged


@dataclass(slots=True)
class _Table:
    """The cells that hold anything, by (row, column); which are small; which are withheld."""

    cells: Mapping[Cell, Counts]
    hidden: set[Cell]

    def lines(self) -> list[list[Cell]]:
        found: dict[tuple[int, Hashable], list[Cell]] = {}
        for at in self.cells:
            found.setdefault((0, at[0]), []).append(at)
            found.setdefault((1, at[1]), []).append(at)
        return list(found.values())

    def open_cells(self) -> list[Cell]:
        """Cells still shown that can hide something: those alone in their line follow from its total."""
        alone = {line[0] for line in self.lines() if len(line) == 1}
        shown = [at for at in self.cells if at not in self.hidden and at not in alone]
        return sorted(shown, key=lambda at: (self.cells[at].people, str(at)))

    def known(self, at: Cell) -> bool:
        """Whether a withheld cell follows from totals and cells shown. Rows and columns are the points of a graph,
        withheld cells its edges; an edge that is on no circle has only one possible value."""
        beside: dict[tuple[int, Hashable], set[tuple[int, Hashable]]] = {}
        for row, column in self.hidden - {at}:
            beside.setdefault((0, row), set()).add((1, column))
            beside.setdefault((1, column), set()).add((0, row))
        reached = {(0, at[0])}
        waiting: list[tuple[int, Hashable]] = [(0, at[0])]
        while waiting:
            for point in beside.get(waiting.pop(), set()) - reached:
                reached.add(point)
                waiting.append(point)
        return (1, at[1]) not in reached

    def unsafe(self) -> Cell | None:
        """A small cell that is known, or is withheld with so few others that they are small together."""
        small = sorted((at for at in self.hidden if self.cells[at].small), key=str)
        for at in small:
            if self.known(at):
                return at
            for side in (0, 1):
                line = [o for o in self.hidden if o[side] == at[side] and not self.known(o)]
                if total(self.cells[o] for o in line).small:
                    return at
        return None


def withheld(table: Table[Key]) -> tuple[set[Cell], Any]:
    """The cells (row, column) to withhold where the totals of all rows and columns are published.

    Small cells are; then the smallest others near them, until no small cell follows from the rest by adding and
    subtracting. Totals must not be small (`fold`). Beside it a row that cannot be kept apart, if there is one: it
    must be merged with another.
    """
    cells: dict[Cell, Counts] = {
        (row, column): counts for row, line in table.items() for column, counts in line.items()
    }
    cells = {at: counts for at, counts in cells.items() if counts.people}
    made = _Table(cells, {at for at, counts in cells.items() if counts.small})
    while (at := made.unsafe()) is not None:
        shown = made.open_cells()
        near = [o for o in shown if o[0] == at[0] or o[1] == at[1]]
        if not shown:
            return made.hidden, at[0]
        made.hidden.add((near or shown)[0])
    useless = {at for at in made.hidden if not cells[at].small and made.known(at)}
    return made.hidden - useless, None
