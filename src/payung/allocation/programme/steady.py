"""Fewest changes of payer: among the plans that are worth as much, one in which people stay with who pays them.

The optimum of the programme is seldom alone. Here the spells and money that its prices call as good as any stay open,
and what they call used up is used up. Changes are counted by signature, pool and month: money that a pool pays more
than the month before, and that is neither of who begins nor of who comes with their cover, is of who changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from payung.allocation.programme.highs import Rows, Solver
from payung.allocation.programme.lp import Programme, Solution

#: columns that lose no more points than this at the prices found stay open
_NEAR = 1e-2
#: what costs more points than this is used up in every plan that is as good
_PRICED = 1e-2
#: changes of payer that are worth a point, a month at priority 1
_WORTH = 50.0


def steady(
    programme: Programme,
    settled: Solution,
    until: float | None,
    largest: int,
    firm: Collection[int] = (),
) -> Solution | None:
    """Return a solution equal to `settled` in every other goal with fewest changes; None beyond `largest` columns.

    `settled` must be what the programme was solved for last. Pools that are `firm` keep all their people; others keep
    what no rounding makes too few for their head count. Raises Unsolved when the time is over, or the work too much.
    """
    model = programme.model()
    values = np.zeros(model.num_col_)
    values[: len(settled.starts)] = settled.starts
    values[programme.flow_col : programme.flow_col + len(settled.flow)] = settled.flow
    near = (np.abs(settled.reduced) <= _NEAR) | (values > 0)
    near[programme.flow_col + len(settled.flow) :] = True
    near &= np.array(model.col_upper_) > 0
    payers = _Payers(programme, settled)
    columns = int(near.sum() + payers.live.sum())
    if not payers.count or columns > largest:
        return None
    rows, lower, upper = _as_rows(model)
    points = _WORTH * _as_good(model, settled.duals, rows, lower, upper)
    payers.count_changes(rows, lower, upper, model.num_col_)
    _hold_heads(programme, settled, values, firm, rows, lower, upper)
    cost = np.concatenate([points, payers.cost])
    most = np.concatenate([np.array(model.col_upper_), np.full(payers.columns, np.inf)])
    live = np.flatnonzero(np.append(near, payers.live))
    matrix = rows.matrix(len(lower), len(cost))[:, live]
    solver = Solver(matrix, cost[live], most[live], np.array(lower), np.array(upper))
    found = np.zeros(len(cost))
    found[live] = solver.interior(until)
    flow = found[programme.flow_col : programme.flow_col + len(settled.flow)]
    return replace(settled, starts=found[: len(settled.starts)], flow=flow)


def _as_rows(model: Any) -> tuple[Rows, list[float], list[float]]:
    matrix = model.a_matrix_
    table = sparse.csc_matrix(
        (np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_)),
        shape=(model.num_row_, model.num_col_),
    ).tocoo()
    rows = Rows()
    rows.add(table.row, table.col, table.data)
    return rows, list(model.row_lower_), list(model.row_upper_)


def _as_good(
    model: Any, duals: NDArray[np.float64], rows: Rows, lower: list[float], upper: list[float]
) -> NDArray[np.float64]:
    """Make equations of what the prices use up and return the points of each column beyond them.

    Points can then be weighed against changes without large numbers that differ by little.
    """
    price = np.zeros(len(lower))
    price[: len(duals)] = np.where(np.abs(duals) > _PRICED, duals, 0.0)
    for row in np.flatnonzero(price).tolist():
        bound = upper[row] if price[row] > 0 else lower[row]
        lower[row] = upper[row] = bound
    return np.asarray(np.array(model.col_cost_) - rows.matrix(len(lower), model.num_col_).T @ price)


def _hold_heads(
    programme: Programme,
    settled: Solution,
    values: NDArray[np.float64],
    firm: Collection[int],
    rows: Rows,
    lower: list[float],
    upper: list[float],
) -> None:
    """Rows that hold the head counts which the solution meets."""
    heads = programme.heads(settled)
    for k in range(len(heads)):
        if programme.asked(k) > 0 and heads[k].max() > 0:
            own, count = programme.heads_in(k, int(heads[k].argmax()), programme.mean_due)
            met = float((values[own] * np.array(count)).sum())
            rows.add(len(lower), own, count)
            lower.append((met if k in firm else min(programme.plenty(k), met)) - 1e-6)
            upper.append(np.inf)


class _Payers:
    """Money by signature, pool and month, and what of it is of people who changed, began, or ended before."""

    def __init__(self, programme: Programme, settled: Solution) -> None:
        self.programme, self.settled = programme, settled
        flow, starts, classes = programme.flow, programme.starts, programme.classes
        self.months = programme.instance.months
        self.signature = classes.signature[starts.cls]
        self.money = classes.due[starts.cls] / programme.base
        pools = len(classes.pools)
        own = starts.pool >= 0
        pairs = np.unique(
            np.append(flow.signature * pools + flow.pool, self.signature[own] * pools + starts.pool[own])
        )
        self.pair_signature, self.pair_pool = pairs // max(1, pools), pairs % max(1, pools)
        self.pair = np.full((len(programme.row_of), pools), -1, dtype=np.int64)
        self.pair[self.pair_signature, self.pair_pool] = np.arange(len(pairs))
        self.count = len(pairs)
        size = self.count * self.months
        self.columns = 3 * size
        self.more, self.begun, self.ended = np.arange(self.columns).reshape(3, self.count, self.months)
        opened = [classes.pools[k].open for k in self.pair_pool.tolist()]
        opens = np.array(opened, dtype=np.bool_).reshape(self.count, self.months)
        before = np.append(np.zeros((self.count, 1), dtype=np.bool_), opens[:, :-1], axis=1)
        self.live = np.concatenate([opens.ravel(), opens.ravel(), before.ravel()])
        self.cost = np.zeros(self.columns)
        self.cost[:size] = np.repeat(-1.0 / programme.mean_due[self.pair_signature], self.months)

    def count_changes(self, rows: Rows, lower: list[float], upper: list[float], first: int) -> None:
        """Add the rows that count changes; columns after the `first` ones are in the order more, begun, ended."""
        more, begun, ended = first + self.more, first + self.begun, first + self.ended
        grows, shrinks = len(lower), len(lower) + self.count * self.months
        cell = np.arange(self.count * self.months).reshape(self.count, self.months)
        for pair, month, column, money in self._paid():
            rows.add(grows + cell[pair, month], column, money)
            later = month + 1 < self.months
            pair, month, column = pair[later], month[later] + 1, column[later]
            money = money[later] if np.ndim(money) else money
            rows.add(grows + cell[pair, month], column, -money)
            rows.add(shrinks + cell[pair, month], column, money)
        rows.add(grows + cell, more, -1.0)
        rows.add(grows + cell, begun, -1.0)
        rows.add(grows + cell, ended, 1.0)
        rows.add(shrinks + cell, ended, -1.0)
        lower += [-np.inf] * cell.size + [0.0] * cell.size
        upper += self._before().ravel().tolist() + [np.inf] * cell.size
        self._begin_and_end(rows, lower, upper, begun, ended)

    def _paid(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Any]]:
        """(pair, month, column, money) of every way a pool pays a signature."""
        programme, flow, starts = self.programme, self.programme.flow, self.programme.starts
        pair = self.pair[flow.signature, flow.pool]
        found: list[Any] = []
        for step in range(int(flow.length.max()) if len(flow.length) else 0):
            at = np.flatnonzero(flow.length > step)
            found.append((pair[at], flow.month[at] + step, programme.flow_col + at, 1.0))
        own = np.flatnonzero(starts.pool >= 0)
        pair = self.pair[self.signature[own], starts.pool[own]]
        for t in range(self.months):
            live = (starts.begin[own] <= t) & (t <= starts.end[own])
            at = own[live]
            found.append((pair[live], np.full(len(at), t), at, self.money[at]))
        return found

    def _goes_on(self) -> NDArray[np.bool_]:
        """Spells that go on from the cover a person has."""
        starts, classes = self.programme.starts, self.programme.classes
        return np.asarray(classes.covered[starts.cls] & (starts.begin == classes.first[starts.cls]))

    def _covered(self, table: NDArray[np.float64], people: NDArray[np.int64], row: NDArray[np.int64]) -> None:
        inst = self.programme.instance
        np.add.at(table, (row, inst.first[people]), inst.due[people] / self.programme.base)

    def _before(self) -> NDArray[np.float64]:
        """Money by pair and month of people whose cover ends then and who can stay with today's pool."""
        inst, pools = self.programme.instance, self.programme.classes.pools
        of_fund = np.full(len(inst.funds), -1, dtype=np.int64)
        for k, pool in enumerate(pools):
            of_fund[pool.funds] = k
        people = np.flatnonzero((inst.signature >= 0) & inst.covered & (inst.current >= 0))
        people = people[of_fund[inst.current[people]] >= 0]
        pair = self.pair[inst.signature[people], of_fund[inst.current[people]]]
        table = np.zeros((self.count, self.months))
        self._covered(table, people[pair >= 0], pair[pair >= 0])
        return np.asarray(table * self._share_kept()[self.pair_signature])

    def _share_kept(self) -> NDArray[np.float64]:
        """Return the share of the covered, by signature and month, that goes on in the solution."""
        inst, starts = self.programme.instance, self.programme.starts
        whole = np.zeros((len(self.programme.row_of), self.months))
        people = np.flatnonzero((inst.signature >= 0) & inst.covered)
        self._covered(whole, people, inst.signature[people])
        kept = np.zeros_like(whole)
        at = self._goes_on()
        np.add.at(kept, (self.signature[at], starts.begin[at]), (self.settled.starts * self.money)[at])
        return np.minimum(1.0, kept / np.maximum(whole, 1e-9))

    def _begin_and_end(
        self,
        rows: Rows,
        lower: list[float],
        upper: list[float],
        begun: NDArray[np.int64],
        ended: NDArray[np.int64],
    ) -> None:
        """Tie what pools pay for who begins, and paid for who ended, to the spells that begin and end."""
        inst, starts = self.programme.instance, self.programme.starts
        free = np.zeros((len(self.programme.row_of), self.months))
        people = np.flatnonzero((inst.signature >= 0) & inst.covered & (inst.current < 0))
        self._covered(free, people, inst.signature[people])
        cell = np.arange(free.size).reshape(free.shape)
        begins, ends = len(lower), len(lower) + free.size
        rows.add(begins + cell[self.pair_signature], begun, 1.0)
        new = np.flatnonzero(~self._goes_on())
        rows.add(begins + cell[self.signature[new], starts.begin[new]], new, -self.money[new])
        rows.add(ends + cell[self.pair_signature], ended, 1.0)
        gone = np.flatnonzero(starts.end + 1 < self.months)
        rows.add(ends + cell[self.signature[gone], starts.end[gone] + 1], gone, -self.money[gone])
        lower += [-np.inf] * free.size + [0.0] * free.size
        upper += free.ravel().tolist() + [0.0] * free.size
