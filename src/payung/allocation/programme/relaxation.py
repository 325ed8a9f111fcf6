"""The programme as it is before head counts narrow it, kept beside it for proofs.

Every lawful plan is one of its points. So the most (or least) it allows in one goal, when the goals before are held at
what a plan has, is a bound for every plan that does as well in those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from payung.allocation.figures import Figures
from payung.allocation.instance import PRIORITY_SCALE
from payung.allocation.programme.highs import PRIMAL, quiet, run
from payung.allocation.programme.lp import Programme

#: what rounding in the solver may make of a value that is held
_EXACT = 1e-9


class Relaxation:
    """A copy of a programme just solved, with the basis of its optimum."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.highs = quiet()
        self.highs.setOptionValue("simplex_strategy", PRIMAL)
        self.highs.passModel(programme.model())
        self.highs.setBasis(programme.solver.highs.getBasis())
        self.columns, self.rows = programme.solver.columns, programme.solver.rows
        self.length = programme.starts.end - programme.starts.begin + 1
        self.months = programme.classes.due[programme.starts.cls] / programme.base * self.length

    def close(self, k: int) -> None:
        """Let a pool pay nobody: for one of which that is proven."""
        columns = np.array(self.programme.money_of(k)[0], dtype=np.int32)
        self.highs.changeColsBounds(len(columns), columns, np.zeros(len(columns)), np.zeros(len(columns)))

    def most(self, goal: str, figures: Figures, order: Sequence[str], until: float | None) -> float:
        """Return the most of one of the first goals that a plan can have: people, rupiah, or rupiah times priority.

        Of plans that do as well in the goals before it, priority left aside. Raises Unsolved.
        """
        if goal == "priority":
            return self._most_priority(figures, order, until)
        self._as_good(figures, order[: order.index(goal)])
        amount, unit = self._amounts()[goal]
        return self._best(amount, np.arange(len(amount)), until) * unit

    def _most_priority(self, figures: Figures, order: Sequence[str], until: float | None) -> float:
        """Price every person by their own priority; the programme knows the mean of a class only."""
        self._as_good(figures, order[: order.index("priority")])
        classes, starts = self.programme.classes, self.programme.starts
        objective = self._best(self.months * classes.weight[starts.cls], np.arange(len(starts)), until)
        solution = self.highs.getSolution()
        price = np.array(solution.row_dual)[: len(classes.due)]
        gain = np.array(solution.col_dual)[: len(starts)] + price[starts.cls]
        best = np.full((len(classes.due), self.programme.instance.months + 1), -np.inf)
        np.maximum.at(best, (starts.cls, self.length), gain)
        size = classes.size
        cls = np.repeat(np.arange(len(size)), size)
        own = self.programme.instance.priority[classes.order] / PRIORITY_SCALE - classes.weight[cls]
        worth = np.zeros(len(cls))
        for months in range(1, best.shape[1]):
            more = months * classes.due[cls] / self.programme.base * own
            worth = np.maximum(worth, best[cls, months] + more)
        return (objective + float(worth.sum() - (price * size).sum())) * self.programme.base

    def least_broad(self, figures: Figures, order: Sequence[str], until: float | None) -> float:
        """Rupiah times breadth (0 to 1) of any plan that does as well in the goals before. Raises Unsolved.

        Priority is not held: the programme does not know it person by person.
        """
        programme = self.programme
        self._as_good(figures, order)
        columns, money, broad = programme.spending()
        # prices other than the whole contribution are rounded to rupiah, half of one at most
        one_price = bool((programme.instance.percent == 100).all())
        rounded = 0.0 if one_price else 0.5 * figures.person_months
        self._hold(columns, money, (figures.spent - rounded) / programme.base)
        return -self._best(-broad, columns, until) * programme.base - rounded

    def _as_good(self, figures: Figures, goals: Sequence[str]) -> None:
        """Hold kept people, people and months at what a plan has, where they are among `goals`."""
        if self.highs.getNumRow() > self.rows:
            added = np.arange(self.rows, self.highs.getNumRow(), dtype=np.int32)
            self.highs.deleteRows(len(added), added)
        value = {"kept": figures.kept, "people": figures.people, "months": figures.months_rupiah}
        for goal, (amount, unit) in self._amounts().items():
            if goal in goals:
                self._hold(np.arange(len(amount)), amount, value[goal] / unit)

    def _amounts(self) -> dict[str, tuple[NDArray[np.float64], float]]:
        """Return what one of each start column adds to a goal, and the unit in which that is counted."""
        keeps = self.programme.starts.keeps.astype(float)
        return {
            "kept": (keeps, 1.0),
            "people": (np.ones_like(keeps), 1.0),
            "months": (self.months, self.programme.base),
        }

    def _hold(self, columns: Any, amounts: Any, least: float) -> None:
        index, amount = np.asarray(columns, dtype=np.int32), np.asarray(amounts, dtype=float)
        some = amount != 0
        self.highs.addRow(least * (1 - _EXACT) - _EXACT, np.inf, int(some.sum()), index[some], amount[some])

    def _best(self, cost: NDArray[np.float64], columns: NDArray[np.int64], until: float | None) -> float:
        every = np.zeros(self.columns)
        np.add.at(every, columns, cost)
        self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), every)
        return run(self.highs, until)[1]
