"""HiGHS through arrays: one thread, fixed options, the basis kept, so that equal input gives equal output."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

#: the primal simplex needs a third of the dual's time, but for the largest programmes
PRIMAL, _DUAL = 4, 1
#: steps of the simplex after which a vertex from the inside is given up
_STEPS = 20_000
_PRIMAL_COLUMNS = 400_000


class Unsolved(RuntimeError):
    """HiGHS gave no usable solution (limit reached before one was found, or infeasible)."""


@dataclass(slots=True)
class Rows:
    """A linear programme under construction: coordinate triplets, bounds of rows and columns."""

    row: list[NDArray[Any]] = field(default_factory=list)
    col: list[NDArray[Any]] = field(default_factory=list)
    val: list[NDArray[Any]] = field(default_factory=list)

    def add(self, row: Any, col: Any, val: Any) -> None:
        row, col, val = np.broadcast_arrays(np.asarray(row), np.asarray(col), np.asarray(val, dtype=float))
        self.row.append(row.ravel())
        self.col.append(col.ravel())
        self.val.append(val.ravel())

    def matrix(self, rows: int, cols: int) -> sparse.csc_matrix:
        if not self.row:
            return sparse.csc_matrix((rows, cols))
        return sparse.csc_matrix(
            (np.concatenate(self.val), (np.concatenate(self.row), np.concatenate(self.col))),
            shape=(rows, cols),
        )


def quiet() -> highspy.Highs:
    """HiGHS on one thread with a fixed seed."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy annotates no constructor
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        highs.setOptionValue(option, value)
    return highs


def run(highs: highspy.Highs, until: float | None = None) -> tuple[NDArray[np.float64], float]:
    """(values, proven bound of the objective). `until` is a time.monotonic() moment. Raises Unsolved."""
    if until is not None:
        left = until - time.monotonic()
        if left <= 0:
            raise Unsolved("Time limit reached")
        # HiGHS counts its time limit over all runs of one model
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
    highs.run()
    status = highs.getModelStatus()
    info = highs.getInfo()
    whole = info.mip_node_count >= 0  # -1 for a linear programme
    done = status == highspy.HighsModelStatus.kOptimal
    if not done and not (whole and info.primal_solution_status == 2):
        raise Unsolved(highs.modelStatusToString(status))
    bound = info.mip_dual_bound if whole else info.objective_function_value
    return np.array(highs.getSolution().col_value), float(bound)


class Solver:
    """One model held in HiGHS: maximise, re-solve after changes from the last basis."""

    def __init__(
        self,
        matrix: sparse.csc_matrix,
        cost: NDArray[np.float64],
        upper: NDArray[np.float64],
        row_lower: NDArray[np.float64],
        row_upper: NDArray[np.float64],
        integer: NDArray[np.bool_] | None = None,
    ) -> None:
        self.highs = quiet()
        if integer is None and matrix.shape[1] <= _PRIMAL_COLUMNS:
            self.highs.setOptionValue("simplex_strategy", PRIMAL)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = cost
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = upper
        lp.row_lower_, lp.row_upper_ = row_lower, row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = matrix.indptr
        lp.a_matrix_.index_ = matrix.indices
        lp.a_matrix_.value_ = matrix.data
        if integer is not None:
            lp.integrality_ = [
                highspy.HighsVarType.kInteger if flag else highspy.HighsVarType.kContinuous
                for flag in integer
            ]
            for option in ("mip_rel_gap", "mip_abs_gap"):
                self.highs.setOptionValue(option, 1e-9)
        self.integer = integer is not None
        self.columns = int(lp.num_col_)
        self.rows = int(lp.num_row_)
        self.highs.passModel(lp)

    def costs(self, cost: NDArray[np.float64]) -> None:
        self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), cost.astype(float))

    def row_bounds(self, row: int, lower: float, upper: float) -> None:
        self.highs.changeRowBounds(row, lower, upper)

    def upper_bounds(self, columns: NDArray[np.int64], upper: float) -> None:
        """Let columns take 0 to `upper`."""
        n = len(columns)
        self.highs.changeColsBounds(n, columns.astype(np.int32), np.zeros(n), np.full(n, upper))

    def reduced_costs(self) -> NDArray[np.float64]:
        """Return the change of the objective for one more unit of each column at today's prices."""
        return np.array(self.highs.getSolution().col_dual)

    def primal(self) -> None:
        """From now on re-solves begin from a basis that is feasible: after columns were opened, not rows added."""
        self.highs.setOptionValue("simplex_strategy", PRIMAL)

    def interior(self, until: float | None = None) -> NDArray[np.float64]:
        """Values of a vertex found from the inside, in half the time where many are optimal. Raises Unsolved.

        Where the inside is too thin the dual simplex goes on from there, so far as is worth it.
        """
        steps = ("simplex_iteration_limit", _STEPS)
        for option, value in (("solver", "ipm"), ("simplex_strategy", _DUAL), steps):
            self.highs.setOptionValue(option, value)
        return run(self.highs, until)[0]

    def add_row(self, lower: float, upper: float, values: NDArray[np.float64]) -> None:
        index = np.flatnonzero(values).astype(np.int32)
        self.highs.addRow(lower, upper, len(index), index, values[index].astype(float))
        self.rows += 1

    def solve(self, until: float | None = None) -> tuple[NDArray[np.float64], float, float]:
        """(values, objective, bound). `until` is a time.monotonic() moment. Raises Unsolved."""
        values, bound = run(self.highs, until)
        return values, float(self.highs.getInfo().objective_function_value), bound

    def duals(self) -> NDArray[np.float64]:
        return np.array(self.highs.getSolution().row_dual)
