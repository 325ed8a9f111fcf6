"""Which counts of a whole family of tables must be withheld, so that none of them together tells a small one.

The tables of one month and rung are tied to each other: a region is the sum of the regions in it, a trade in a region
the sum of its age bands, and so on. Whoever may ask for all of them can add and subtract. So what is withheld is worked
out for the family, from the whole province downwards, and depends only on the counts: the same cell is shown or
withheld in every answer. Three rules, each applied where a shown total is divided:

- a count of 1 to `LEAST` - 1 is withheld, and so is everything below a withheld count;
- what is withheld of a total adds up to `LEAST` or more, and is never one count alone;
- across regions and groups at once, each withheld count is the corner of a rectangle of withheld counts, so that the
  four can change together without any total changing.

Pure: arrays of counts in, masks of what to withhold out. Zero is never small; where a total is zero, its parts are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from payung.oversight.suppress import LEAST

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def small(counts: Counts) -> Mask:
    """Where a count could point at somebody."""
    mask: Mask = (counts > 0) & (counts < LEAST)
    return mask


def line(parts: Counts) -> Mask:
    """What to withhold of the parts of one shown total."""
    hidden = small(parts)
    order = [at for at in np.argsort(parts, kind="stable") if parts[at] > 0 and not hidden[at]]
    while hidden.any() and order and (hidden.sum() < 2 or parts[hidden].sum() < LEAST):
        hidden[order.pop(0)] = True
    return hidden


def block(counts: Counts, row_hidden: Mask, column_hidden: Mask) -> Mask:
    """What to withhold of regions (rows) by groups (columns), whose totals either way are shown or withheld.

    `row_hidden`: regions whose total is withheld; `column_hidden`: groups withheld in the region above.
    """
    # A total of nought tells that its parts are; one that is withheld does not.
    rows, columns = (counts.sum(1) > 0) | row_hidden, (counts.sum(0) > 0) | column_hidden
    hidden = np.zeros(counts.shape, bool)
    if not rows.any():
        return hidden
    live = np.ix_(rows, columns)
    if rows.sum() == 1:
        # The region is its parent under another name, and is shown as far as that is.
        hidden[live] = column_hidden[columns][None, :]
    elif columns.sum() == 1:
        hidden[live] = row_hidden[rows][:, None]
    else:
        part = counts[live]
        start = small(part) | row_hidden[rows][:, None] | column_hidden[columns][None, :]
        hidden[live] = _closed(part, start, row_hidden[rows], column_hidden[columns])
    return hidden


def _closed(counts: Counts, hidden: Mask, row_hidden: Mask, column_hidden: Mask) -> Mask:
    """The smallest mask found that contains `hidden` and keeps the second and third rule."""
    while True:
        before = int(hidden.sum())
        _fill(counts, hidden, row_hidden)
        _fill(counts.T, hidden.T, column_hidden)
        rectangles(counts, hidden)
        if int(hidden.sum()) == before:
            return hidden


def _fill(counts: Counts, hidden: Mask, total_hidden: Mask) -> None:
    """Each row withholds nothing, or at least `LEAST` in all (rows whose total is withheld tell nothing)."""
    sums = np.where(hidden, counts, 0).sum(1)
    for row in np.flatnonzero(hidden.any(1) & (sums < LEAST) & ~total_hidden):
        for at in np.argsort(counts[row], kind="stable"):
            if counts[row, at] > 0 and not hidden[row, at]:
                hidden[row, at] = True
                if counts[row, hidden[row]].sum() >= LEAST:
                    break


def rectangles(counts: Counts, hidden: Mask) -> None:
    """Makes every withheld cell the corner of a rectangle of withheld cells, at the least cost in people."""
    while True:
        shared = hidden.astype(np.int64) @ hidden.T.astype(np.int64)
        np.fill_diagonal(shared, 0)
        cornered = ((shared >= 2).astype(np.int64) @ hidden.astype(np.int64)) > 0
        lonely = np.argwhere(hidden & ~cornered)
        if not len(lonely):
            return
        row, column = lonely[0]
        cost = np.where(hidden, 0, counts + 1)
        total = cost[:, column][:, None] + cost[row][None, :] + cost
        total[row, :] = total[:, column] = np.iinfo(np.int64).max
        other_row, other_column = np.unravel_index(int(np.argmin(total)), total.shape)
        hidden[other_row, column] = hidden[row, other_column] = hidden[other_row, other_column] = True


class Standing:
    """Places by one attribute (or none) of one month and rung: what of it is withheld.

    `read` gives the counts of a cut ('' or the attribute) in a region. `begin` with the whole, then `divide` each
    region before those in it; only the regions on the way to the one asked for are needed.
    """

    def __init__(self, name: str, read: Callable[[str, str], Counts]) -> None:
        self.name, self.read = name, read
        self.total: dict[str, bool] = {}
        self.groups: dict[str, Mask] = {}

    def begin(self, root: str) -> None:
        self.total[root] = bool(small(self.read("", root))[0])
        if self.name:
            counts = self.read(self.name, root)
            self.groups[root] = np.ones(len(counts), bool) if self.total[root] else line(counts)

    def divide(self, code: str, children: Sequence[str]) -> None:
        totals = np.array([self.read("", child)[0] for child in children])
        gone = np.ones(len(children), bool) if self.total[code] else line(totals)
        self.total |= zip(children, map(bool, gone), strict=True)
        if self.name:
            counts = np.stack([self.read(self.name, child) for child in children])
            self.groups |= zip(children, block(counts, gone, self.groups[code]), strict=True)

    def shown(self, region: str, at: int | None = None) -> int | None:
        """The count of a region, or of one of its groups; None where it is withheld."""
        if at is None:
            return None if self.total[region] else int(self.read("", region)[0])
        return None if self.groups[region][at] else int(self.read(self.name, region)[at])
