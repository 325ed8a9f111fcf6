"""The linear programme with minimum and exact head counts, and with more money to ask what if."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from payung.allocation.instance import NO_LIMIT, Instance
from payung.allocation.programme.classes import Classes
from payung.allocation.programme.highs import Unsolved
from payung.allocation.programme.plain_lp import PlainProgramme, Solution

#: a head count that rounding has missed is planned with so many times the people
_MORE = 1.06


class Programme(PlainProgramme):
    """The programme for one instance; holds the solver so that what-if questions start from its basis."""

    def __init__(self, instance: Instance, classes: Classes, order: tuple[str, ...]) -> None:
        super().__init__(instance, classes, order)
        self.demands: dict[int, int] = {}  # the row that asks a pool for its head count
        self._limit_heads()

    def heads(self, solution: Solution) -> NDArray[np.float64]:
        """People by pool and month as the solution has them, money divided by each signature's mean contribution."""
        count = np.zeros((len(self.classes.pools), self.instance.months))
        flow, starts = self.flow, self.starts
        people = solution.flow / self.mean_due[flow.signature]
        for step in range(int(flow.length.max()) if len(flow.length) else 0):
            at = flow.length > step
            np.add.at(count, (flow.pool[at], flow.month[at] + step), people[at])
        own = np.flatnonzero(starts.pool >= 0)
        for t in range(self.instance.months):
            live = own[(starts.begin[own] <= t) & (t <= starts.end[own])]
            np.add.at(count[:, t], starts.pool[live], solution.starts[live])
        return count

    @cached_property
    def mean_due(self) -> NDArray[np.float64]:
        """Mean contribution (in basic ones) of the people of each signature."""
        classes = self.classes
        people = np.bincount(classes.signature, weights=classes.size, minlength=len(self.row_of))
        money = np.bincount(
            classes.signature, weights=classes.size * classes.due / self.base, minlength=len(people)
        )
        return np.where(people > 0, money / np.maximum(people, 1.0), 1.0)

    @cached_property
    def most_due(self) -> NDArray[np.float64]:
        """Largest contribution (in basic ones) among the people of each signature."""
        most = np.full(len(self.row_of), 1.0)
        np.maximum.at(most, self.classes.signature, self.classes.due / self.base)
        return most

    @cached_property
    def least_due(self) -> NDArray[np.float64]:
        """Smallest contribution (in basic ones) among the people of each signature."""
        least = np.full(len(self.row_of), np.inf)
        np.minimum.at(least, self.classes.signature, self.classes.due / self.base)
        return least

    def pledges(self, solution: Solution, until: float | None = None) -> Solution:
        """Minimum head counts: a fund short of its people is made to reach them in its fullest month, or left out."""
        settled: set[int] = set()
        for _ in range(4):
            heads = self.heads(solution)
            short = [
                k
                for k, pool in enumerate(self.classes.pools)
                if pool.min_people and k not in settled and 1e-6 < heads[k].max() < self._planned(k)
            ]
            if not short:
                break
            for k in short:
                settled.add(k)
                month = int(heads[k].argmax())
                self._demand(k, month)
                try:
                    solution = self.solve(until)
                except Unsolved:
                    self._leave_out(k)
                    solution = self.solve(until)
        return solution

    def asked(self, k: int) -> float:
        """People whom a pool still lacks of its minimum head count."""
        pool = self.classes.pools[k]
        return max(0.0, float(pool.min_people - int(self.instance.committed[pool.funds[0]].max())))

    def _planned(self, k: int) -> float:
        """Return the head count to plan for; a little more than asked, because plans are rounded down later."""
        return self.asked(k) * 1.01 + 1.0

    def plenty(self, k: int) -> float:
        """So many people that no rounding makes a pool miss its head count."""
        return _MORE * self._planned(k)

    def with_pledges(self, pools: list[int], month: dict[int, int], until: float | None = None) -> Solution:
        """Return the optimum where each of `pools` reaches its head count in `month`, or is left out without one.

        Pools that cannot reach it beside the others are left out one after another. Raises Unsolved.
        """
        for k in list(self.demands):
            self._ask_nothing(k)
        for k in pools:
            self._limit(k, np.inf)
            if k in month:
                self._demand(k, month[k])
            else:
                self._leave_out(k)
        while True:
            try:
                return self.solve(until)
            except Unsolved:
                if not self.demands:
                    raise
                self._leave_out(max(self.demands, key=self._planned))

    def with_more_heads(self, k: int, solution: Solution, until: float | None = None) -> Solution:
        """Return the optimum where a pool reaches more than its head count, or is left out. Raises Unsolved."""
        if k not in self.demands:
            self._demand(k, int(self.heads(solution)[k].argmax()))
        self.solver.row_bounds(self.demands[k], self.plenty(k), np.inf)
        try:
            return self.solve(until)
        except Unsolved:
            return self.without(k, until)

    def without(self, k: int, until: float | None = None) -> Solution:
        """Return the optimum without a pool whose head count named people did not reach. Raises Unsolved."""
        self._leave_out(k)
        return self.solve(until)

    def _limit_heads(self) -> None:
        """Funds with an exact head count: a head is counted as no more money than the dearest contribution."""
        for k, pool in enumerate(self.classes.pools):
            if pool.places.max() < NO_LIMIT:
                for t in np.flatnonzero(pool.open).tolist():
                    columns, heads = self.heads_in(k, t, self.most_due)
                    values = np.zeros(len(self.cost))
                    values[columns] = heads
                    if columns:
                        self.solver.add_row(-np.inf, float(pool.places[t]), values)

    def heads_in(self, k: int, month: int, due: NDArray[np.float64]) -> tuple[list[int], list[float]]:
        """Columns by which a pool pays in a month, and the people that one unit of each is at contributions `due`.

        With `least_due` that is the most people it can be.
        """
        flow, starts = self.flow, self.starts
        at = np.flatnonzero((flow.pool == k) & (flow.month <= month) & (month < flow.month + flow.length))
        own = np.flatnonzero((starts.pool == k) & (starts.begin <= month) & (month <= starts.end))
        heads = 1.0 / due[flow.signature[at]]
        return [*(self.flow_col + at).tolist(), *own.tolist()], [*heads.tolist(), *[1.0] * len(own)]

    def _demand(self, k: int, month: int) -> None:
        columns, heads = self.heads_in(k, month, self.mean_due)
        values = np.zeros(len(self.cost))
        values[columns] = heads
        self.solver.add_row(self._planned(k), np.inf, values)
        self.demands[k] = self.solver.rows - 1

    def _leave_out(self, k: int) -> None:
        if k in self.demands:
            self._ask_nothing(k)
        self._limit(k, 0.0)

    def _ask_nothing(self, k: int) -> None:
        self.solver.row_bounds(self.demands.pop(k), -np.inf, np.inf)

    def _limit(self, k: int, most: float) -> None:
        """Let every column by which a pool pays take up to `most`."""
        own = np.flatnonzero(self.starts.pool == k)
        self.solver.upper_bounds(np.append(self.flow_col + np.flatnonzero(self.flow.pool == k), own), most)
        self.closed[own] = False

    def with_more(self, pool: int, rupiah: int, until: float | None = None) -> Solution:
        """Return the optimum if a pool had `rupiah` more from its first release on; everything else is put back."""
        first = int(np.flatnonzero(self.classes.pools[pool].cash > 0)[0])
        row = self.cash_row + int(self.period[pool, first])
        release = self.release[row - self.cash_row]
        self.solver.row_bounds(row, -np.inf, release + rupiah / self.base)
        try:
            return self.solve(until)
        finally:
            self.solver.row_bounds(row, -np.inf, release)


__all__ = ["Programme", "Solution", "Unsolved"]
