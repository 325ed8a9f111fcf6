"""The linear programme over classes and pools, its weights and its prices.

Variables: people of a class who begin and end in given months (`u`), people of a class who get a whole spell
in packages of one pool (`w`), money from a pool to a signature in a month (`y`) or in a package that begins in
a month (`k`), cash that a pool carries into its next release (`c`). Money is counted in basic contributions.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from payung.allocation.figures import fund_breadth
from payung.allocation.goals import Weights, weights
from payung.allocation.instance import Instance
from payung.allocation.programme.classes import Classes
from payung.allocation.programme.columns import flow_columns, start_columns
from payung.allocation.programme.highs import Rows, Solver

TIE_WEIGHT = 1e-4
BREADTH_WEIGHT = 1e-3
#: with more columns than this, spells that end early are left out until they are worth it
SIFTED = 10_000
#: packages are tied to whole spells where their people need less than so many times the money of the fund
_SCARCE = 4.0
#: what a left-out spell must gain at the prices found to be taken in
GAIN = 1e-7


@dataclass(slots=True)
class Solution:
    """What the linear programme says, with prices in objective points per basic contribution."""

    starts: NDArray[np.float64]
    flow: NDArray[np.float64]
    objective: float
    signature_price: NDArray[np.float64]  # signature x month
    pool_price: NDArray[np.float64]  # pool x month
    kept: float
    people: float
    months: float  # in basic contributions
    priority: float
    spent: float  # basic contributions at the price paid
    reduced: NDArray[np.float64]  # points that one more of each column would add
    duals: NDArray[np.float64]  # points that one more of each row would add


class PlainProgramme:
    """The programme for one instance without head counts: its rows and columns, its optimum and its prices."""

    def __init__(self, instance: Instance, classes: Classes, order: tuple[str, ...]) -> None:
        self.instance, self.classes, self.order = instance, classes, order
        self.base = float(instance.due[instance.signature >= 0].min()) if len(classes.due) else 1.0
        dearest = float(classes.due.max()) / self.base if len(classes.due) else 1.0
        self.weights = weights(order, instance.months, dearest)
        self.starts = start_columns(instance, classes)
        months = instance.months
        used = np.zeros(len(classes.signature_pools), dtype=np.bool_)
        used[classes.signature[self.starts.cls]] = True
        self.flow = flow_columns(classes, used, months)
        self.row_of = np.full(len(used), -1, dtype=np.int64)
        self.row_of[used] = np.arange(int(used.sum()))
        self._periods()
        self._assemble(int(used.sum()))

    def _periods(self) -> None:
        """Cash arrives in releases: months between two releases share one row and one price."""
        months = self.instance.months
        pools = self.classes.pools
        self.period = np.zeros((len(pools), months), dtype=np.int64)
        self.release: list[float] = []
        self.release_pool: list[int] = []
        for k, pool in enumerate(pools):
            previous = 0
            for t in range(months):
                if t == 0 or pool.cash[t] > pool.cash[t - 1]:
                    self.release.append(float(pool.cash[t] - previous) / self.base)
                    self.release_pool.append(k)
                    previous = int(pool.cash[t])
                self.period[k, t] = len(self.release) - 1

    def _assemble(self, signatures: int) -> None:
        """Build the rows and columns, their costs and bounds, and give them to the solver.

        Rows: people of each class, the balance of each signature and month, the cash of each release, and packages
        for which time is scarce. Columns: starts, flow, and cash carried into the next release.
        """
        n_start, n_flow, n_release = len(self.starts), len(self.flow.pool), len(self.release)
        self.balance_row = len(self.classes.due)
        self.cash_row = self.balance_row + signatures * self.instance.months
        self.flow_col = n_start
        carry_of = [r for r in range(n_release - 1) if self.release_pool[r] == self.release_pool[r + 1]]
        first_carry = n_start + n_flow
        rows = Rows()
        rows.add(self.starts.cls, np.arange(n_start), 1.0)
        self._add_starts(rows)
        self._add_flow(rows)
        for c, r in enumerate(carry_of):
            rows.add([self.cash_row + r, self.cash_row + r + 1], first_carry + c, [1.0, -1.0])
        scarce = self._scarce_packages()
        self._add_scarce(rows, scarce)
        n_rows, n_cols = self.cash_row + n_release + len(scarce), first_carry + len(carry_of)
        row_lower = np.full(n_rows, -np.inf)
        row_lower[self.balance_row : self.cash_row] = 0.0
        row_upper = np.concatenate(
            [
                self.classes.size,
                np.zeros(signatures * self.instance.months),
                self.release,
                np.zeros(len(scarce)),
            ]
        ).astype(float)
        self.cost = self._costs(n_cols)
        self.solver = Solver(
            rows.matrix(n_rows, n_cols), self.cost, np.full(n_cols, np.inf), row_lower, row_upper
        )
        self.closed = np.zeros(n_start, dtype=np.bool_)
        if n_cols > SIFTED:
            self._close_early_ends()

    def _add_starts(self, rows: Rows) -> None:
        """Take what each started spell needs from its signature's balance, or from its own pool's cash."""
        classes, starts, months, percent = self.classes, self.starts, self.instance.months, self._percent()
        cbar = classes.due / self.base
        signature = classes.signature[starts.cls]
        own = starts.pool >= 0
        for t in range(months):
            active = (starts.begin <= t) & (t <= starts.end)
            at = np.flatnonzero(active & ~own)
            rows.add(self.balance_row + self.row_of[signature[at]] * months + t, at, -cbar[starts.cls[at]])
            at = np.flatnonzero(active & own)
            pool = starts.pool[at]
            price = percent[pool, self.instance.signature_sector[signature[at]], t]
            rows.add(self.cash_row + self.period[pool, t], at, cbar[starts.cls[at]] * price)

    def _add_flow(self, rows: Rows) -> None:
        """Move money from a pool's cash to a signature's balance, for a month or for each month of a package."""
        flow, months, percent = self.flow, self.instance.months, self._percent()
        y = self.flow_col + np.arange(len(flow.pool))
        for step in range(int(flow.length.max()) if len(flow.pool) else 0):
            at = np.flatnonzero(flow.length > step)
            month = flow.month[at] + step
            rows.add(self.balance_row + self.row_of[flow.signature[at]] * months + month, y[at], 1.0)
            price = percent[flow.pool[at], self.instance.signature_sector[flow.signature[at]], month]
            rows.add(self.cash_row + self.period[flow.pool[at], month], y[at], price)

    def _add_scarce(self, rows: Rows, scarce: NDArray[np.int64]) -> None:
        """Tie each scarce package to people whose spells hold all of it."""
        starts, flow = self.starts, self.flow
        cbar = self.classes.due / self.base
        signature = self.classes.signature[starts.cls]
        own = starts.pool >= 0
        for i, f in enumerate(scarce.tolist()):
            inside = signature == flow.signature[f]
            inside &= (starts.begin <= flow.month[f]) & (flow.month[f] + flow.length[f] - 1 <= starts.end)
            at = np.flatnonzero(inside & ~own)
            rows.add(
                self.cash_row + len(self.release) + i,
                np.append(at, self.flow_col + f),
                np.append(-cbar[starts.cls[at]], 1.0),
            )

    def _costs(self, columns: int) -> NDArray[np.float64]:
        """Return the objective points of each column: worth of the starts, less for money of broad funds."""
        starts, flow, n_start = self.starts, self.flow, len(self.starts)
        cost = np.zeros(columns)
        cost[:n_start] = self.start_value(self.weights)
        breadth = np.array([pool.breadth for pool in self.classes.pools])
        self.flow_cost = BREADTH_WEIGHT * breadth
        if len(flow.pool):
            cost[n_start : n_start + len(flow.pool)] = -self.flow_cost[flow.pool] * flow.length
        own = starts.pool >= 0
        if own.any():
            length = starts.end - starts.begin + 1
            cbar = self.classes.due / self.base
            cost[:n_start][own] -= (self.flow_cost[starts.pool] * length * cbar[starts.cls])[own]
        return cost

    def _scarce_packages(self) -> NDArray[np.int64]:
        """Return the money columns of packages for whose people time may be scarce.

        Each of them needs people whose spells hold the whole package, or money of several people would make up one.
        Elsewhere that changes nothing.
        """
        classes, flow = self.classes, self.flow
        need = np.bincount(
            classes.signature,
            weights=classes.size * classes.due * (classes.last - classes.first + 1),
            minlength=len(classes.signature_pools),
        )
        within = np.zeros(len(classes.pools))
        for s, members in enumerate(classes.signature_pools):
            within[members] += need[s]
        money = np.array([float(pool.cash[-1]) for pool in classes.pools])
        narrow = within < _SCARCE * money
        return np.flatnonzero((flow.length > 1) & narrow[flow.pool]) if len(classes.pools) else flow.pool

    def months_in(self, group: int) -> tuple[NDArray[np.float64], float]:
        """For a regional floor: the months of its people by column, and all months they need (basic contributions)."""
        classes, starts = self.classes, self.starts
        cbar = classes.due / self.base
        inside = classes.region[starts.cls] == group
        values = np.zeros(len(self.cost))
        values[: len(starts)] = np.where(inside, cbar[starts.cls] * (starts.end - starts.begin + 1), 0.0)
        members = classes.region == group
        need = cbar * (classes.last - classes.first + 1) * classes.size
        return values, float(need[members].sum())

    def _percent(self) -> NDArray[np.float64]:
        """Price by pool, sector and month as a share of the full contribution."""
        first = [int(pool.funds[0]) for pool in self.classes.pools]
        return self.instance.percent[first] / 100.0

    def start_value(self, weight: Weights, ties: bool = True) -> NDArray[np.float64]:
        """Objective points of each start column: kept people, people, months by contribution, priority."""
        classes, starts = self.classes, self.starts
        months = classes.due[starts.cls] / self.base * (starts.end - starts.begin + 1)
        tie = TIE_WEIGHT * classes.tie if ties else 0.0
        per_month = weight.month + weight.priority * (classes.weight + tie)[starts.cls]
        return weight.kept * starts.keeps + weight.people + months * per_month

    def model(self) -> highspy.HighsLp:
        """Return the programme as HiGHS holds it, with every spell."""
        lp = self.solver.highs.getLp()
        upper = np.array(lp.col_upper_)
        upper[: len(self.closed)][self.closed] = np.inf
        lp.col_upper_ = upper
        return lp

    def solve(self, until: float | None = None) -> Solution:
        """Return the optimum and its prices. Raises Unsolved when the time is over."""
        return self._read(*self._sifted(until))

    def _close_early_ends(self) -> None:
        """Spells that end before their person's months do are left out until the prices ask for them."""
        classes, starts = self.classes, self.starts
        whole = starts.end == classes.last[starts.cls]
        has_whole = np.zeros(len(classes.due), dtype=np.bool_)
        has_whole[starts.cls[whole]] = True
        self.closed = ~whole & has_whole[starts.cls]
        self.solver.upper_bounds(np.flatnonzero(self.closed), 0.0)

    def _sifted(self, until: float | None) -> tuple[NDArray[np.float64], float]:
        """Solve, open the left-out spells that would gain at the prices found, and solve again until none would.

        The optimum is that of all spells.
        """
        values, objective, _ = self.solver.solve(until)
        while self.closed.any():
            gains = self.solver.reduced_costs()[: len(self.starts)]
            wanted = np.flatnonzero(self.closed & (gains > GAIN))
            if not len(wanted):
                break
            self.solver.upper_bounds(wanted, np.inf)
            self.closed[wanted] = False
            self.solver.primal()
            values, objective, _ = self.solver.solve(until)
        return values, objective

    def _read(self, values: NDArray[np.float64], objective: float) -> Solution:
        classes, starts, months = self.classes, self.starts, self.instance.months
        duals = self.solver.duals()
        u = values[: len(starts)]
        y = values[self.flow_col : self.flow_col + len(self.flow.pool)]
        signature_price = np.zeros((len(self.row_of), months))
        used = self.row_of >= 0
        signature_price[used] = -duals[self.balance_row : self.cash_row].reshape(-1, months)
        cash_price = np.maximum(duals[self.cash_row : self.cash_row + len(self.release)], 0.0)
        pool_price = cash_price[self.period] if len(classes.pools) else np.zeros((0, months))
        lasting = u * classes.due[starts.cls] / self.base * (starts.end - starts.begin + 1)
        return Solution(
            starts=u,
            flow=y,
            objective=objective,
            signature_price=signature_price,
            pool_price=pool_price,
            kept=float(u[starts.keeps].sum()),
            people=float(u.sum()),
            months=float(lasting.sum()),
            priority=float((lasting * classes.weight[starts.cls]).sum()),
            spent=self._spent(y, u),
            reduced=self.solver.reduced_costs(),
            duals=duals,
        )

    def _spent(self, flow: NDArray[np.float64], starts: NDArray[np.float64]) -> float:
        """Return the basic contributions paid, at the price paid."""
        total = 0.0
        for k in range(len(self.classes.pools)):
            at, money, own, paid = self._prices_of(k)
            total += float((flow[at] * money).sum() + (starts[own] * paid).sum())
        return total

    def money(self, k: int) -> int:
        """All cash of a pool."""
        return int(self.classes.pools[k].cash[-1])

    def money_of(self, k: int) -> tuple[list[int], list[float]]:
        """Columns by which a pool pays, and the money that one unit of each takes from it."""
        at, price, own, paid = self._prices_of(k)
        return [*(self.flow_col + at).tolist(), *own.tolist()], [*price.tolist(), *paid.tolist()]

    def spending(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Every column by which money is spent, the money that one unit takes, and that money times its breadth."""
        breadth = fund_breadth(self.instance) / 1000
        columns: list[int] = []
        money: list[float] = []
        broad: list[float] = []
        for k, pool in enumerate(self.classes.pools):
            own, price = self.money_of(k)
            columns += own
            money += price
            broad += (np.array(price) * breadth[pool.funds].min()).tolist()
        return np.array(columns, dtype=np.int64), np.array(money), np.array(broad)

    def _prices_of(
        self, k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """Return a pool's money columns and its own spells, with the money that one unit of each takes."""
        flow, starts, percent = self.flow, self.starts, self._percent()
        sector = self.instance.signature_sector
        at = np.flatnonzero(flow.pool == k)
        price = np.zeros(len(at))
        for step in range(int(flow.length[at].max()) if len(at) else 0):
            live = flow.length[at] > step
            price[live] += percent[k, sector[flow.signature[at[live]]], flow.month[at[live]] + step]
        own = np.flatnonzero(starts.pool == k)
        paid = np.zeros(len(own))
        for t in range(self.instance.months):
            live = (starts.begin[own] <= t) & (t <= starts.end[own])
            signature = self.classes.signature[starts.cls[own]]
            paid += np.where(live, percent[k, sector[signature], t], 0.0)
        return at, price, own, paid * self.classes.due[starts.cls[own]] / self.base
