"""What other cuts tell of a cut by two attributes, where nobody is in some of their cells.

Trade by age, trade by sex and age by sex are three views of the same people. Where no fisher is a woman and no farmer a
man, the women of an age are its farmers: a count withheld in one cut stands open in another. So for each region and
each value of one attribute the values of the other that can belong together are found (a graph whose edges are the
cells of the third cut with people in them); each part of that graph has a sum which the other cut tells, unless it
withholds it.

Nobody knows here what the other cuts withhold beyond small counts, so all else is taken as told.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from payung.oversight.suppress import LEAST
from payung.oversight.withhold import Counts, Mask


class Links:
    """Sets of cells of a table (region, first, second; totals last) of which a reader knows the sum from elsewhere.

    They stand as lines for the rules of `withhold_pairs`, with a total that is never withheld.
    """

    def __init__(self, shape: tuple[int, ...], lines: list[NDArray[np.int64]]) -> None:
        self.regions = None  # no regions of a region: its total is not there to be withheld
        self.size = int(np.prod(shape))
        longest = max(map(len, lines), default=0)
        self.index = np.full((longest + 1, len(lines)), self.size)
        for at, line in enumerate(lines):
            self.index[1 : len(line) + 1, at] = line

    def of(self, table: NDArray[Any]) -> NDArray[Any]:
        """The lines of a table as columns, below a first row for their totals; nothing where a line is shorter."""
        return np.append(table.reshape(-1), np.zeros(1, table.dtype))[self.index]

    def put(self, table: NDArray[Any], lines: NDArray[Any], value: bool) -> None:
        """Sets `value` in the cells that have it in one of their lines."""
        says = np.zeros(self.size + 1, bool)
        says[self.index[lines == value]] = True
        table.reshape(-1)[says[:-1]] = value


def lines_beside(cells: Counts, with_first: Counts, with_second: Counts) -> list[NDArray[np.int64]]:
    """Sets of cells whose sums another attribute tells, as positions in the table with its totals.

    `cells` are counts by region, first and second attribute; `with_first` those by region, first and the other
    attribute; `with_second` by region, second and the other.
    """
    regions, firsts, seconds = cells.shape
    position = np.arange(regions * (firsts + 1) * (seconds + 1)).reshape(regions, firsts + 1, seconds + 1)
    found = _parts(cells, with_first, with_second, position[:, :-1, :-1])
    return found + _parts(
        cells.transpose(0, 2, 1), with_second, with_first, position[:, :-1, :-1].transpose(0, 2, 1)
    )


def nobody(with_first: Counts, with_second: Counts) -> Mask:
    """Where another attribute tells that nobody has a first and a second value: none of its values has both."""
    both = np.einsum("rac,rbc->rab", (with_first > 0).astype(np.int32), (with_second > 0).astype(np.int32))
    return np.asarray(both == 0)


def _parts(
    cells: Counts, across: Counts, down: Counts, position: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """For each region and value of the second attribute: the values of the first that belong together."""
    there = (cells > 0).transpose(0, 2, 1)  # region, second, first
    edge = (across > 0)[:, None] & there[..., None] & (down > 0)[:, :, None, :]
    reach = _closed(edge)
    doubtful: Mask = np.asarray((edge & ((down > 0) & (down < LEAST))[:, :, None, :]).any(3))
    told: Mask = np.asarray(~(reach & doubtful[:, :, None, :]).any(3))
    apart: Mask = np.asarray(((reach != there[:, :, None, :]) & there[..., None]).any((2, 3)))
    head = reach.argmax(3)  # the first value of its part
    found = []
    for region, second in np.argwhere(apart):
        members = np.flatnonzero(there[region, second])
        heads = head[region, second, members]
        for one in np.unique(heads[told[region, second, members]]):
            found.append(position[region, members[heads == one], second])
    return found


def _closed(edge: Mask) -> Mask:
    """Which values of the first attribute can be reached from each other along edges."""
    reach: Mask = np.asarray((edge.astype(np.int32) @ edge.astype(np.int32).swapaxes(2, 3)) > 0)
    while True:
        more: Mask = np.asarray((reach.astype(np.int32) @ reach.astype(np.int32)) > 0)
        if (more == reach).all():
            return reach
        reach = more
