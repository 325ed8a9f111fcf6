"""Minimum head counts decided exactly: which of those funds pay at all, and in which month each is fullest.

The programme over classes with one 0/1 variable for each fund and month. A head is counted as no less money than
the cheapest contribution of its signature, so no lawful plan is excluded and the optimum bounds them all.
"""

from __future__ import annotations

from contextlib import suppress

import highspy
import numpy as np
from numpy.typing import NDArray

from payung.allocation.figures import Figures
from payung.allocation.goals import only_through
from payung.allocation.programme.highs import Unsolved, quiet, run
from payung.allocation.programme.lp import Programme, Solution

#: nodes of the search: a limit on work, not on time, so that equal input gives equal output
_NODES = 200
#: more 0/1 variables than this are not searched; their fractions still give a bound
_MOST = 2_000
_GAP = 1e-4
#: programmes with more columns are not searched: one node may take minutes
LARGEST = 120_000


class Pledges:
    """The 0/1 programme beside the linear one. `month[k]`: where pool k is fullest, for the pools that pay."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.pools = [k for k in range(len(programme.classes.pools)) if programme.asked(k) > 0]
        self.highs = quiet()
        self.highs.setOptionValue("mip_max_nodes", _NODES)
        self.highs.setOptionValue("mip_rel_gap", _GAP)
        self.highs.passModel(programme.solver.highs.getLp())
        self.left_out = np.flatnonzero(programme.closed)
        self.columns = programme.solver.columns
        self.switch: dict[tuple[int, int], int] = {}
        self.month: dict[int, int] = {}
        for k in self.pools:
            self._add(k)
        if len(self.switch) > _MOST:
            self.highs.setOptionValue("solve_relaxation", True)
        self.searched = 0 < len(self.switch) <= _MOST

    def _add(self, k: int) -> None:
        programme = self.programme
        pool = programme.classes.pools[k]
        first = self.columns
        for t in np.flatnonzero(pool.open).tolist():
            columns, heads = programme.heads_in(k, t, programme.least_due)
            if len(columns):
                self.highs.addCol(0.0, 0.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
                self.highs.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
                self._row(0.0, np.inf, [*columns, self.columns], [*heads, -programme.asked(k)])
                self.switch[(k, t)] = self.columns
                self.columns += 1
        switches = np.arange(first, self.columns)
        self._row(-np.inf, 1.0, switches, np.ones(len(switches)))
        columns, money = programme.money_of(k)
        purse = np.full(len(switches), -float(pool.cash[-1]) / programme.base)
        self._row(-np.inf, 0.0, [*columns, *switches], [*money, *purse])

    def _row(
        self,
        lower: float,
        upper: float,
        index: list[int] | NDArray[np.int64],
        value: list[float] | NDArray[np.float64],
    ) -> None:
        self.highs.addRow(lower, upper, len(index), np.asarray(index, np.int32), np.asarray(value, float))

    def decide(self, until: float | None) -> None:
        """Choose the pools that pay. Raises Unsolved."""
        values, _ = run(self.highs, until)
        self.month = {k: t for (k, t), column in self.switch.items() if values[column] > 0.5}

    def most(self, goal: str, figures: Figures, until: float | None) -> float:
        """Return the most of a goal (people, rupiah) that plans as good in the goals before it reach with head counts.

        Raises Unsolved.
        """
        programme = self.programme
        base, weight, order = programme.base, programme.weights, programme.order
        if goal == "kept" and order[0] == "kept":
            return self._bound(programme.starts.keeps.astype(float), until)
        worth = {
            "kept": (weight.kept, float(figures.kept), 1.0),
            "people": (weight.people, float(figures.people), 1.0),
            "months": (weight.month, figures.months_rupiah / base, base),
        }
        points = self._bound(programme.start_value(only_through(weight, order, goal)), until)
        for before in order[: order.index(goal)]:
            rate, own, _ = worth[before]
            points -= rate * own
        rate, _, unit = worth[goal]
        return points / rate * unit

    def beyond_reach(self, k: int, until: float | None) -> bool:
        """Return whether no lawful plan lets a pool reach its head count; False where proof is too slow."""
        self._open()
        row = self.highs.getNumRow()
        switches = [column for (pool, _), column in self.switch.items() if pool == k]
        self._row(1.0, np.inf, switches, np.ones(len(switches)))
        self.highs.changeColsCost(
            self.columns, np.arange(self.columns, dtype=np.int32), np.zeros(self.columns)
        )
        self.highs.setOptionValue("mip_max_nodes", 1)
        try:
            run(self.highs, until)
        except Unsolved:
            return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible)
        finally:
            self.highs.setOptionValue("mip_max_nodes", _NODES)
            self.highs.deleteRows(1, np.array([row], dtype=np.int32))
        return False

    def _open(self) -> None:
        n = len(self.left_out)
        self.highs.changeColsBounds(n, self.left_out.astype(np.int32), np.zeros(n), np.full(n, np.inf))

    def _bound(self, start_value: NDArray[np.float64], until: float | None) -> float:
        self._open()
        cost = np.zeros(self.columns)
        cost[: len(start_value)] = start_value
        self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), cost)
        return run(self.highs, until)[1]


def settle(
    programme: Programme, relaxed: Solution, until: float | None, searched: bool = True
) -> tuple[Solution, Pledges | None]:
    """Return the programme's solution with its head counts kept, and the 0/1 programme for bounds.

    They are met one after another; where that costs points and `searched`, the best choice is searched for. None
    without any head count, unless `searched`, and beyond LARGEST.
    """
    if not searched or programme.solver.columns > LARGEST:
        return programme.pledges(relaxed, until), None
    pledges = Pledges(programme)
    if not pledges.pools:
        return relaxed, None
    met = programme.pledges(relaxed, until)
    if pledges.searched and met.objective < (1 - _GAP) * relaxed.objective:
        with suppress(Unsolved):
            pledges.decide(until)
            return programme.with_pledges(pledges.pools, pledges.month, until), pledges
    return met, pledges
