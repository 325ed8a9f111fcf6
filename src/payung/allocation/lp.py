"""The linear programme over classes and pools, its weights and its prices.

Variables: people of a class who begin and end in given months (`u`), people of a class who get a whole spell
in packages of one pool (`w`), money from a pool to a signature in a month (`y`) or in a package that begins in
a month (`k`), cash that a pool carries into its next release (`c`). Money is counted in basic contributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray

from payung.allocation.classes import Classes
from payung.allocation.columns import flow_columns, start_columns
from payung.allocation.figures import fund_breadth
from payung.allocation.goals import Weights, weights
from payung.allocation.highs import Rows, Solver, Unsolved
from payung.allocation.instance import NO_LIMIT, Instance

TIE_WEIGHT = 1e-4
BREADTH_WEIGHT = 1e-3
#: with more columns than this, spells that end early are left out until they are worth it
SIFTED = 10_000
#: packages are tied to whole spells where their people need less than so many times the money of the fund
_SCARCE = 4.0
#: a head count that rounding has missed is planned with so many times the people
_MORE = 1.06
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


class Programme:
    """The programme for one instance; holds the solver so that what-if questions start from its basis."""

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
        self.demands: dict[int, int] = {}  # the row that asks a pool for its head count
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
        instance, classes, starts, flow = self.instance, self.classes, self.starts, self.flow
        months = instance.months
        n_start, n_flow, n_cls, n_release = len(starts), len(flow.pool), len(classes.due), len(self.release)
        carry_of = [r for r in range(n_release - 1) if self.release_pool[r] == self.release_pool[r + 1]]
        balance, cash = n_cls, n_cls + signatures * months
        cbar = classes.due / self.base
        rows = Rows()
        u = np.arange(n_start)
        rows.add(starts.cls, u, 1.0)
        signature = classes.signature[starts.cls]
        own = starts.pool >= 0
        percent = self._percent()
        for t in range(months):
            active = (starts.begin <= t) & (t <= starts.end)
            at = np.flatnonzero(active & ~own)
            rows.add(balance + self.row_of[signature[at]] * months + t, at, -cbar[starts.cls[at]])
            at = np.flatnonzero(active & own)
            pool = starts.pool[at]
            price = percent[pool, instance.signature_sector[signature[at]], t]
            rows.add(cash + self.period[pool, t], at, cbar[starts.cls[at]] * price)
        y = n_start + np.arange(n_flow)
        for step in range(int(flow.length.max()) if n_flow else 0):
            at = np.flatnonzero(flow.length > step)
            month = flow.month[at] + step
            rows.add(balance + self.row_of[flow.signature[at]] * months + month, y[at], 1.0)
            price = percent[flow.pool[at], instance.signature_sector[flow.signature[at]], month]
            rows.add(cash + self.period[flow.pool[at], month], y[at], price)
        first_carry = n_start + n_flow
        for c, r in enumerate(carry_of):
            rows.add([cash + r, cash + r + 1], first_carry + c, [1.0, -1.0])
        scarce = self._scarce_packages()
        for i, f in enumerate(scarce.tolist()):
            inside = signature == flow.signature[f]
            inside &= (starts.begin <= flow.month[f]) & (flow.month[f] + flow.length[f] - 1 <= starts.end)
            at = np.flatnonzero(inside & ~own)
            rows.add(cash + n_release + i, np.append(at, y[f]), np.append(-cbar[starts.cls[at]], 1.0))
        n_rows, n_cols = cash + n_release + len(scarce), first_carry + len(carry_of)
        matrix = rows.matrix(n_rows, n_cols)
        upper = np.full(n_cols, np.inf)
        row_lower = np.full(n_rows, -np.inf)
        row_upper = np.concatenate(
            [classes.size, np.zeros(signatures * months), self.release, np.zeros(len(scarce))]
        ).astype(float)
        row_lower[balance:cash] = 0.0
        self.balance_row, self.cash_row, self.flow_col = balance, cash, n_start
        self.cost = np.zeros(n_cols)
        self.cost[:n_start] = self.start_value(self.weights)
        breadth = np.array([pool.breadth for pool in classes.pools])
        self.flow_cost = BREADTH_WEIGHT * breadth
        if n_flow:
            self.cost[n_start:first_carry] = -self.flow_cost[flow.pool] * flow.length
        if own.any():
            length = starts.end - starts.begin + 1
            self.cost[:n_start][own] -= (self.flow_cost[starts.pool] * length * cbar[starts.cls])[own]
        self.solver = Solver(matrix, self.cost, upper, row_lower, row_upper)
        self.closed = np.zeros(n_start, dtype=np.bool_)
        if n_cols > SIFTED:
            self._close_early_ends()
        self._limit_heads()

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
        """Solves, opens the left-out spells that would gain at the prices found, and solves again until none would.

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

    def money(self, k: int) -> int:
        """All cash of a pool."""
        return int(self.classes.pools[k].cash[-1])

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
        """Lets every column by which a pool pays take up to `most`."""
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
