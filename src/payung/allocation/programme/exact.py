"""Small problems solved to optimality, goal by goal, as a whole-number programme over classes.

With a few dozen people rounding costs more than it saves, so the classes are solved exactly as well and the
better plan is kept. Limits count nodes, not seconds, so that the answer never depends on the machine.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY, Draft
from payung.allocation.figures import fund_breadth
from payung.allocation.instance import Instance
from payung.allocation.programme.classes import package_spells, spells
from payung.allocation.programme.highs import Rows, Solver, Unsolved

#: more whole-number variables than this are not tried
LARGEST = 600
NODES = 1_000

Kind = tuple[int, int, int, int, bool, int, int]  # signature, due, first, last, covered, current, sector


@dataclass(slots=True)
class _Start:
    cls: tuple[Kind, int]
    begin: int
    end: int
    fund: int  # the package fund that pays it all, or NOBODY


class ExactProgramme:
    """The whole-number programme of one instance. `size` tells whether solving it is reasonable."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.people: dict[tuple[Kind, int], list[int]] = defaultdict(list)
        active = np.flatnonzero(instance.signature >= 0)
        order = np.lexsort((instance.lottery[active], -instance.priority[active]))
        for i in active[order].tolist():
            self.people[(self._kind(i), int(instance.priority[i]))].append(i)
        self.starts: list[_Start] = []
        self.flows: list[tuple[Kind, int, int, int, int]] = []  # kind, end, fund, month, length
        self.kinds = sorted({kind for kind, _ in self.people})
        for kind in self.kinds:
            self._columns(kind)

    def _kind(self, i: int) -> Kind:
        inst = self.instance
        current = int(inst.current[i]) if inst.covered[i] else NOBODY
        return (
            int(inst.signature[i]),
            int(inst.due[i]),
            int(inst.first[i]),
            int(inst.last[i]),
            bool(inst.covered[i]),
            current,
            int(inst.sector[i]),
        )

    @property
    def size(self) -> int:
        return len(self.starts) + 2 * len(self.flows)

    def _columns(self, kind: Kind) -> None:
        inst = self.instance
        s, _, first, last, covered, _, _ = kind
        funds = [f for f in inst.signature_funds[s].tolist() if inst.open[f].any()]
        if not funds:
            return
        mask = inst.open[funds]
        ends = tuple(sorted({int(np.flatnonzero(row)[-1]) for row in mask}))
        free = spells(
            tuple(np.asarray(mask.any(axis=0)).tolist()), ends, first, last, covered, inst.keep_months
        )
        classes = sorted(key for key in self.people if key[0] == kind)
        for cls in classes:
            self.starts += [_Start(cls, b, e, NOBODY) for b, e in free]
        for f in funds:
            length = inst.funds[f].package
            if length:
                own = package_spells(
                    tuple(map(bool, inst.open[f])), length, first, last, covered, inst.keep_months
                )
                for cls in classes:
                    self.starts += [_Start(cls, b, e, f) for b, e in own if (b, e) not in free]
            for end in sorted({e for _, e in free}):
                step = length or 1
                self.flows += [
                    (kind, end, f, t, step)
                    for t in range(first, end - step + 2)
                    if inst.open[f, t : t + step].all()
                ]

    def _assemble(self) -> None:
        inst = self.instance
        rows, lower, upper = Rows(), [], []

        def row(low: float, high: float) -> int:
            lower.append(low)
            upper.append(high)
            return len(lower) - 1

        integers = len(self.starts) + len(self.flows)
        heads = self._spending(rows, row)
        self._covering(rows, row)
        columns = self._changes(rows, row, integers)
        columns, switches = self._head_counts(rows, row, columns, heads)
        for f in [f for f, fund in enumerate(inst.funds) if fund.max_people]:
            for t, places in enumerate(inst.places()[f].tolist()):
                if taken := heads.get((f, t)):
                    rows.add(row(-np.inf, float(places)), taken, 1.0)
        flags = np.zeros(columns, dtype=np.bool_)
        flags[:integers] = True
        limits = np.full(columns, np.inf)
        for switch in switches:
            flags[switch], limits[switch] = True, 1.0
        self.columns = columns
        self.solver = Solver(
            rows.matrix(len(lower), columns),
            np.zeros(columns),
            limits,
            np.array(lower, dtype=float),
            np.array(upper, dtype=float),
            flags,
        )
        self.solver.highs.setOptionValue("mip_max_nodes", NODES)

    def _spending(self, rows: Rows, row: Any) -> dict[tuple[int, int], list[int]]:
        """No fund spends more than it has by any month; gives the columns that a fund pays for in each month."""
        inst = self.instance
        last_of_period = inst.cash != np.concatenate(
            [inst.cash[:, 1:], np.full((len(inst.cash), 1), -1)], axis=1
        )
        of_cash = {
            (f, t): row(-np.inf, float(inst.cash[f, t])) for f, t in np.argwhere(last_of_period).tolist()
        }
        self.cost = np.zeros(len(self.starts) + len(self.flows))
        self.wide = np.zeros(len(self.cost))
        breadth = fund_breadth(inst)
        heads: dict[tuple[int, int], list[int]] = defaultdict(list)
        for column, kind, fund, month in self._payments():
            price = int((kind[1] * inst.percent[fund, kind[6], month] + 50) // 100)
            for t in range(month, inst.months):
                if (fund, t) in of_cash:
                    rows.add(of_cash[(fund, t)], column, price)
            self.cost[column] += price
            self.wide[column] += price * int(breadth[fund])
            heads[(fund, month)].append(column)
        return heads

    def _payments(self) -> Iterator[tuple[int, Kind, int, int]]:
        """Each month that a column makes a fund pay: column, kind, fund, month."""
        for column, start in enumerate(self.starts):
            if start.fund >= 0:
                for t in range(start.begin, start.end + 1):
                    yield column, start.cls[0], start.fund, t
        for column, (kind, _, fund, month, length) in enumerate(self.flows, start=len(self.starts)):
            for t in range(month, month + length):
                yield column, kind, fund, t

    def _covering(self, rows: Rows, row: Any) -> None:
        """Nobody starts twice, and whoever starts without a fund of their own is paid in every month."""
        of_class: dict[tuple[Kind, int], int] = {}
        of_cover: dict[tuple[Kind, int, int], int] = {}

        def cover(kind: Kind, end: int, month: int) -> int:
            key = (kind, end, month)
            if key not in of_cover:
                of_cover[key] = row(0.0, 0.0)
            return of_cover[key]

        for column, start in enumerate(self.starts):
            if start.cls not in of_class:
                of_class[start.cls] = row(-np.inf, len(self.people[start.cls]))
            rows.add(of_class[start.cls], column, 1.0)
            if start.fund < 0:
                for t in range(start.begin, start.end + 1):
                    rows.add(cover(start.cls[0], start.end, t), column, -1.0)
        for column, (kind, end, _, month, length) in enumerate(self.flows, start=len(self.starts)):
            for t in range(month, month + length):
                rows.add(cover(kind, end, t), column, 1.0)

    def _changes(self, rows: Rows, row: Any, columns: int) -> int:
        """One variable per kind, end, fund and month: people who leave that fund for another."""
        n_start = len(self.starts)
        by_month: dict[tuple[Kind, int, int, int], list[int]] = defaultdict(list)
        for number, (kind, end, fund, month, length) in enumerate(self.flows):
            for t in range(month, month + length):
                by_month[(kind, end, fund, t)].append(n_start + number)
        self.change_columns: list[int] = []
        self.change_cost: dict[int, float] = {}
        seen = sorted({(kind, end, fund) for kind, end, fund, _ in by_month})
        for kind, end, fund in seen:
            for t in range(kind[2] + 1, end + 1):
                if before := by_month.get((kind, end, fund, t - 1)):
                    at = row(-np.inf, 0.0)
                    rows.add(at, before, 1.0)
                    if now := by_month.get((kind, end, fund, t)):
                        rows.add(at, now, -1.0)
                    rows.add(at, columns, -1.0)
                    self.change_columns.append(columns)
                    columns += 1
        for column, start in enumerate(self.starts):
            current = start.cls[0][5]
            if current >= 0 and start.begin == start.cls[0][2] and start.fund >= 0 and start.fund != current:
                self.change_cost[column] = 1.0
        for kind in self.kinds:
            if kind[5] < 0:
                continue
            for end in sorted(
                {start.end for start in self.starts if start.cls[0] == kind and start.fund < 0}
            ):
                at = row(-np.inf, 0.0)
                for column, start in enumerate(self.starts):
                    if (
                        start.cls[0] == kind
                        and start.end == end
                        and start.begin == kind[2]
                        and start.fund < 0
                    ):
                        rows.add(at, column, 1.0)
                if stays := by_month.get((kind, end, kind[5], kind[2])):
                    rows.add(at, stays, -1.0)
                rows.add(at, columns, -1.0)
                self.change_columns.append(columns)
                columns += 1
        return columns

    def _head_counts(
        self, rows: Rows, row: Any, columns: int, heads: dict[tuple[int, int], list[int]]
    ) -> tuple[int, list[int]]:
        """Make a fund with a minimum head count pay nobody, or reach it in some month (its fullest)."""
        inst = self.instance
        switches: list[int] = []
        everybody = float(inst.people * inst.months)
        for f in np.flatnonzero(inst.min_people > 0).tolist():
            months = [t for t in range(inst.months) if heads.get((f, t))]
            used = columns
            total = row(-np.inf, 0.0)
            rows.add(total, used, -everybody)
            chosen = row(0.0, np.inf)
            rows.add(chosen, used, -1.0)
            columns += 1
            for t in months:
                for column in heads[(f, t)]:
                    rows.add(total, column, 1.0)
                reach = row(-float(inst.committed[f, t]), np.inf)
                for column in heads[(f, t)]:
                    rows.add(reach, column, 1.0)
                rows.add(reach, columns, -float(inst.min_people[f]))
                rows.add(chosen, columns, 1.0)
                columns += 1
            switches += range(used, columns)
        return columns, switches

    def _goal(self, name: str) -> NDArray[np.float64]:
        value = np.zeros(self.columns)
        for column, start in enumerate(self.starts):
            kind, priority = start.cls
            length = start.end - start.begin + 1
            if name == "kept":
                value[column] = kind[4] and start.begin == kind[2] and start.end == kind[3]
            elif name == "people":
                value[column] = 1
            elif name == "months":
                value[column] = kind[1] * length
            elif name == "priority":
                value[column] = kind[1] * length * priority
        if name == "unspent":
            value[: len(self.cost)] = self.cost
        elif name == "narrow":
            value[: len(self.wide)] = -self.wide
        elif name == "changes":
            value[self.change_columns] = -1.0
            for column, cost in self.change_cost.items():
                value[column] = -cost
        return value

    def solve(self, goals: tuple[str, ...], until: float | None = None) -> tuple[Draft, bool]:
        """Return the best draft and whether every goal was proven optimal.

        Raises Unsolved if none was found in time.
        """
        self._assemble()
        values = np.zeros(self.columns)
        proven = True
        one_price = bool((self.instance.percent == 100).all())
        for number, name in enumerate(goals):
            if name == "unspent" and one_price:
                continue  # at one price the months weighted by contribution are the money spent
            goal = self._goal(name)
            unit = gcd(*np.abs(goal[goal != 0]).astype(np.int64).tolist()) or 1
            goal = goal / unit
            self.solver.costs(goal)
            try:
                values, objective, bound = self.solver.solve(until)
            except Unsolved:
                if not number:
                    raise
                proven = False
                break
            proven &= bound - objective < 0.5
            self.solver.add_row(round(objective) - 0.25, np.inf, goal)
            if until is not None and time.monotonic() > until:
                proven = False
                break
        return self._draft(np.rint(values).astype(np.int64)), proven

    def _draft(self, values: NDArray[np.int64]) -> Draft:
        """Named people: starts by rank, then month by month whoever can stay with a fund stays."""
        draft = Draft(self.instance)
        used: dict[tuple[Kind, int], int] = defaultdict(int)
        groups: dict[tuple[Kind, int], list[tuple[int, int]]] = defaultdict(list)
        order = sorted(
            range(len(self.starts)),
            key=lambda c: (self.starts[c].cls, self.starts[c].begin - self.starts[c].end, c),
        )
        for column in order:
            start = self.starts[column]
            for _ in range(int(values[column])):
                person = self.people[start.cls][used[start.cls]]
                used[start.cls] += 1
                if start.fund >= 0:
                    draft.payer[person, start.begin : start.end + 1] = start.fund
                else:
                    groups[(start.cls[0], start.end)].append((start.begin, person))
        flows: dict[tuple[Kind, int], dict[int, list[tuple[int, int, int]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for number, (kind, end, fund, month, length) in enumerate(self.flows):
            count = int(values[len(self.starts) + number])
            if count:
                flows[(kind, end)][month].append((fund, length, count))
        for key in sorted(groups):
            self._deal(draft, key, groups[key], flows[key])
        draft.recount()
        return draft

    def _deal(
        self,
        draft: Draft,
        key: tuple[Kind, int],
        people: list[tuple[int, int]],
        flows: dict[int, list[tuple[int, int, int]]],
    ) -> None:
        kind = key[0]
        for month in sorted(flows):
            free = [p for begin, p in sorted(people) if begin <= month and draft.payer[p, month] == NOBODY]
            waiting = list(flows[month])
            rest: list[tuple[int, int, int]] = []
            for fund, length, count in waiting:
                stays = [p for p in free if self._before(draft, p, month, kind) == fund][:count]
                for p in stays:
                    draft.payer[p, month : month + length] = fund
                    free.remove(p)
                rest.append((fund, length, count - len(stays)))
            free.sort(key=lambda p: self._before(draft, p, month, kind) >= 0)
            for fund, length, count in rest:
                for p in free[:count]:
                    draft.payer[p, month : month + length] = fund
                free = free[count:]

    def _before(self, draft: Draft, person: int, month: int, kind: Kind) -> int:
        if month == kind[2]:
            return kind[5]
        return int(draft.payer[person, month - 1])
