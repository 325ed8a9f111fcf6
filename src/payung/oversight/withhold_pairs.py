"""Places by two attributes at once: what must be withheld so that no sum or difference of answers tells a small count.

Worked out for all regions down to districts together, because what is withheld in a district may ask for something to
be withheld in its regency. First each group of a region is divided whole or not at all, as the rules of `withhold`
demand; then whatever can still be worked out by subtracting along any line of the table (also knowing who is nought) is
found as a reader would find it, and more is withheld until nothing small is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from payung.oversight.withhold import Counts, Mask, Standing, rectangles, small
from payung.oversight.withhold_links import Links, lines_beside, nobody


class Pair:
    """Regions by two attributes. `cells` are the counts by region and both; `singles` what is withheld of either.

    `beside`: for each other attribute that may be asked for, the counts by region of the first and it, and of the
    second and it.
    """

    def __init__(
        self,
        root: str,
        below: Mapping[str, Sequence[str]],
        cells: Mapping[str, Counts],
        singles: tuple[Standing, Standing],
        beside: Sequence[tuple[Mapping[str, Counts], Mapping[str, Counts]]] = (),
    ) -> None:
        self.regions = [root, *(child for children in below.values() for child in children)]
        self.at = {code: at for at, code in enumerate(self.regions)}
        self.cells = np.stack([cells[code] for code in self.regions])
        self.tree = [
            (self.at[code], np.array([self.at[child] for child in children]))
            for code, children in below.items()
        ]
        first, second = singles
        self.groups = np.stack([first.groups[code] for code in self.regions])
        self.parts = np.stack([second.groups[code] for code in self.regions])
        self.total = np.array([first.total[code] for code in self.regions])
        others = [(self._all(with_first), self._all(with_second)) for with_first, with_second in beside]
        told = [line for other in others for line in lines_beside(self.cells, *other)]
        nought = np.zeros((len(self.regions), self.cells.shape[1] + 1, self.cells.shape[2] + 1), bool)
        for other in others:
            nought[:, :-1, :-1] |= nobody(*other)
        whole = self._whole()
        directions: list[Direction] = [*_directions(self.tree)]
        if told:
            directions.append(Links(whole.shape, told))
        self.hidden = _sealed(self._undivided(), whole, self._gone(), nought, directions)

    def _all(self, counts: Mapping[str, Counts]) -> Counts:
        return np.stack([counts[code] for code in self.regions])

    def shown(self, region: str, first: int, second: int) -> int | None:
        """The count of a region with both values; None where it is withheld."""
        at = self.at[region]
        return None if self.hidden[at, first, second] else int(self.cells[at, first, second])

    def _undivided(self) -> Mask:
        """The cells withheld because their group is not divided in their region, or their part withheld there."""
        mask = np.zeros(self.groups.shape, bool)
        mask[0] = undivided_at_root(self.cells[0], self.groups[0], self.parts[0])
        for above, children in self.tree:
            mask[children] = undivided(
                self.cells[children],
                groups_hidden=self.groups[children],
                parts_hidden=self.parts[children],
                row_hidden=self.total[children],
                above=mask[above],
                parts_hidden_above=self.parts[above],
            )
        return mask[:, :, None] | self.parts[:, None, :] | self.groups[:, :, None]

    def _whole(self) -> Counts:
        """The cells with the totals of either attribute and of both as a last row and column."""
        rows = np.concatenate([self.cells, self.cells.sum(1, keepdims=True)], axis=1)
        whole: Counts = np.concatenate([rows, rows.sum(2, keepdims=True)], axis=2)
        return whole

    def _gone(self) -> Mask:
        """Which of those totals are withheld."""
        gone = np.zeros((len(self.regions), self.cells.shape[1] + 1, self.cells.shape[2] + 1), bool)
        gone[:, :-1, -1], gone[:, -1, :-1], gone[:, -1, -1] = self.groups, self.parts, self.total
        return gone


Tree = list[tuple[int, NDArray[Any]]]


class _Lines:
    """The lines of a table in one direction, as an array whose first row holds their totals."""

    def __init__(self, axis: int, regions: NDArray[Any] | None = None) -> None:
        self.axis, self.regions = axis, regions

    def _view(self, table: NDArray[Any]) -> NDArray[Any]:
        return np.moveaxis(np.flip(table, self.axis), self.axis, 0)

    def of(self, table: NDArray[Any]) -> NDArray[Any]:
        return self._view(table).copy() if self.regions is None else table[self.regions]

    def put(self, table: NDArray[Any], lines: NDArray[Any], _: bool) -> None:
        if self.regions is None:
            self._view(table)[...] = lines
        else:
            table[self.regions] = lines


Direction = _Lines | Links


def _directions(tree: Tree) -> list[_Lines]:
    """A region's groups, a region's parts, and the regions of a region."""
    return [_Lines(1), _Lines(2), *(_Lines(0, np.array([above, *below])) for above, below in tree)]


def unknown_still(whole: Counts, hidden: Mask, nought: Mask, directions: Sequence[Direction]) -> Mask:
    """What of the withheld a reader cannot work out by subtracting along lines, again and again.

    A line with one number missing gives it; a line whose parts missing add up to nought gives them all. `nought`: where
    other cuts tell that nobody is.
    """
    unknown = hidden & ~nought
    while True:
        before = int(unknown.sum())
        for direction in directions:
            counts, missing = direction.of(whole), direction.of(unknown)
            nought = ~missing[0] & (np.where(missing[1:], counts[1:], 0).sum(0) == 0)
            missing[1:] &= ~nought
            missing &= missing.sum(0) != 1
            direction.put(unknown, missing, False)
        if int(unknown.sum()) == before:
            return unknown


def _sealed(
    cells_hidden: Mask, whole: Counts, gone: Mask, nobody_there: Mask, directions: Sequence[Direction]
) -> Mask:
    """The mask of the cells, with more withheld until no small count and no small sum can be worked out."""
    hidden = gone.copy()
    hidden[:, :-1, :-1] = cells_hidden
    kept = small(whole)
    while True:
        unknown = unknown_still(whole, hidden, nobody_there, directions)
        told = kept & hidden & ~unknown
        more = np.zeros_like(hidden)
        for direction in directions:
            missing, counts = direction.of(unknown), direction.of(whole)
            rest = np.where(missing[1:], counts[1:], 0).sum(0)
            faulty = direction.of(told).any(0) | (small(rest) & ~missing[0])
            added = direction.of(more)
            masked = direction.of(hidden)
            _one_more(added, counts, masked, faulty, direction.regions is not None)
            # Where no part is left to withhold, those worked out elsewhere must be kept from that.
            added[1:] |= faulty & masked[1:] & ~missing[1:] & (masked[1:] | (counts[1:] == 0)).all(0)
            direction.put(more, added, True)
        # Totals of one attribute are withheld or shown by themselves.
        more[:, -1, :] = more[:, :, -1] = False
        more &= ~nobody_there
        if not (more & ~hidden).any() and not (more & ~kept).any():
            # Where a total of either attribute is nought, so are its parts: there is nothing to withhold.
            nought = (whole == 0) & ~gone
            mask: Mask = hidden[:, :-1, :-1] & ~nought[:, -1:, :-1] & ~nought[:, :-1, -1:]
            return mask
        # A total withheld for its parts must itself stay unknown.
        hidden |= more
        kept |= more


def _one_more(added: Mask, counts: Counts, hidden: Mask, faulty: Mask, total_too: bool) -> None:
    """Withholds the smallest shown part of each faulty line; its total where no part is left."""
    most = np.iinfo(np.int64).max
    price = np.where(hidden[1:] | (counts[1:] == 0), most, counts[1:])
    chosen = np.expand_dims(price.argmin(0), 0)
    found = np.expand_dims(faulty & (price.min(0) < most), 0)
    parts = np.take_along_axis(added[1:], chosen, 0) | found
    np.put_along_axis(added[1:], chosen, parts, 0)
    if total_too:
        added[0] |= faulty & (price.min(0) == most)


def undivided_at_root(cells: Counts, groups_hidden: Mask, parts_hidden: Mask) -> Mask:
    """Of the whole province: which groups (rows) are not divided into parts (columns) at all."""
    merged = _merged(cells[None], parts_hidden[None])[0]
    live = cells.sum(1) > 0
    mask = (small(merged).any(1) | groups_hidden) & live
    if live.sum() < 2:
        return mask
    order = [at for at in np.argsort(cells.sum(1), kind="stable") if live[at] and not mask[at]]
    while mask.any() and order and (mask.sum() < 2 or small(merged[mask].sum(0)).any()):
        mask[order.pop(0)] = True
    return mask


def undivided(
    cells: Counts,
    *,
    groups_hidden: Mask,
    parts_hidden: Mask,
    row_hidden: Mask,
    above: Mask,
    parts_hidden_above: Mask,
) -> Mask:
    """Of the regions (first axis) within one: which groups (second) are not divided into parts (third) there.

    A group of a region is divided whole or not at all; parts withheld in that region stand as one remainder.
    `above` is the same of the region above; `parts_hidden_above` its withheld parts.
    """
    by_group = cells.sum(2)
    rows = (by_group.sum(1) > 0) | row_hidden
    columns = (by_group.sum(0) > 0) | above | groups_hidden.any(0)
    mask = np.zeros(by_group.shape, bool)
    if not rows.any():
        return mask
    live = np.ix_(rows, columns)
    if rows.sum() == 1:
        mask[live] = above[columns][None, :]
        return mask
    if columns.sum() == 1:
        mask[live] = row_hidden[rows][:, None]
        return mask
    part, hidden_parts = cells[live], parts_hidden[rows]
    merged = _merged(part, hidden_parts)
    found = small(merged).any(2) | groups_hidden[live] | row_hidden[rows][:, None] | above[columns][None, :]
    totals = by_group[live]
    while True:
        before = int(found.sum())
        rectangles(totals, found)
        # In each region: what is not divided adds up, for every part, to none or enough.
        loose = small(np.where(found[..., None], merged, 0).sum(1)).any(1) & ~row_hidden[rows]
        # For each group across the regions: what is withheld of a part shown above, likewise.
        gone = found[..., None] | hidden_parts[:, None, :]
        left = small(np.where(gone, part, 0).sum(0))[:, ~parts_hidden_above].any(1) & ~above[columns]
        _smallest(totals, found, loose)
        _smallest(totals.T, found.T, left)
        if int(found.sum()) == before:
            break
    mask[live] = found
    return mask


def _merged(cells: Counts, parts_hidden: Mask) -> Counts:
    """The parts with those withheld in their region put together as one last part."""
    shown = np.where(parts_hidden[:, None, :], 0, cells)
    rest = np.where(parts_hidden[:, None, :], cells, 0).sum(2, keepdims=True)
    merged: Counts = np.concatenate([shown, rest], axis=2)
    return merged


def _smallest(totals: Counts, mask: Mask, rows: NDArray[Any]) -> None:
    """Adds the smallest group with people to each of these rows, where one is left."""
    for row in np.flatnonzero(rows):
        free = np.flatnonzero(~mask[row] & (totals[row] > 0))
        if len(free):
            mask[row, free[np.argmin(totals[row, free])]] = True
