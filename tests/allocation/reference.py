"""The problem written again from the raw tables, person by person, as a plain whole-number programme."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


def may_pay(fund, person):
    return (
        (not fund["regions"] or any((person["region"] + ".").startswith(r + ".") for r in fund["regions"]))
        and (not fund["trades"] or person["trade"] in fund["trades"])
        and not (fund["new_only"] and person["covered_until"] is not None)
    )


def usable(fund, start, months):
    """Months (0..) in which the fund is valid and has cash, and its cumulative cash."""
    first, last = (int(m[:4]) * 12 + int(m[5:]) - 1 - start for m in fund["valid"])
    cash = [
        sum(rupiah for month, rupiah in fund["cash"] if int(month[:4]) * 12 + int(month[5:]) - 1 - start <= t)
        for t in range(months)
    ]
    return [t for t in range(months) if first <= t <= last and cash[t] > 0], cash


class Reference:
    """Lexicographic optimum: kept, months, priority, spent, narrow, changes, each as an exact integer."""

    def __init__(self, people, funds, start, months, keep):
        self.people, self.funds, self.start, self.months, self.keep = people, funds, start, months, keep
        self.cols: list[float] = []
        self.integer: list[int] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        names = ("kept", "people", "months", "priority", "unspent", "narrow", "changes")
        self.goals: dict[str, dict[int, float]] = {name: {} for name in names}
        self.use = [usable(fund, start, months) for fund in funds]
        self.build()

    def var(self, upper=1.0, integer=1):
        self.cols.append(upper)
        self.integer.append(integer)
        return len(self.cols) - 1

    def add(self, goal, column, value):
        self.goals[goal][column] = self.goals[goal].get(column, 0.0) + value

    def standing(self, person):
        until = person["covered_until"]
        covered = until is not None and until >= self.start - 1
        first = max(0, until + 1 - self.start) if covered else 0
        last = self.months - 1
        if person["eligible_until"] is not None:
            last = min(last, person["eligible_until"] - self.start)
        return covered, first, last

    def breadth(self):
        need, able = 0, [0] * len(self.funds)
        for person in self.people:
            covered, first, last = self.standing(person)
            rupiah = person["monthly_due"] * (last - first + 1)
            if last < first or (not covered and last - first + 1 < self.keep):
                continue
            mine = [j for j, fund in enumerate(self.funds) if may_pay(fund, person)]
            if not mine:
                continue
            need += rupiah
            for j in mine:
                able[j] += rupiah
        return [round(1000 * a / max(1, need)) for a in able]

    def build(self):
        n_funds = len(self.funds)
        spend = [[{} for _ in range(self.months)] for _ in range(n_funds)]
        heads = [[{} for _ in range(self.months)] for _ in range(n_funds)]
        breadth = self.breadth()
        for person in self.people:
            self.person(person, spend, heads, breadth)
        for j in range(n_funds):
            total: dict[int, float] = {}
            for t in range(self.months):
                for column, price in spend[j][t].items():
                    total[column] = total.get(column, 0) + price
                self.rows.append((dict(total), -np.inf, self.use[j][1][t]))
            exact = self.funds[j].get("exact_people") or 0
            if exact:
                self.rows += [(dict(heads[j][t]), -np.inf, exact) for t in range(self.months)]
            least = exact or self.funds[j].get("min_people") or 0
            if least:
                on = self.var()
                reach = [self.var() for _ in range(self.months)]
                everything = {c: 1.0 for t in range(self.months) for c in heads[j][t]}
                self.rows.append(({**everything, on: -1e3}, -np.inf, 0))
                self.rows.append(({**dict.fromkeys(reach, 1.0), on: -1.0}, 0, np.inf))
                for t in range(self.months):
                    self.rows.append(({**heads[j][t], reach[t]: -float(least)}, 0, np.inf))

    def person(self, person, spend, heads, breadth):
        covered, first, last = self.standing(person)
        mine = [j for j, fund in enumerate(self.funds) if may_pay(fund, person) and self.use[j][0]]
        if last < first or not mine:
            return
        due, priority = person["monthly_due"], round(person["priority"] * 10_000)
        open_months = {t for j in mine for t in self.use[j][0]}
        stops = {last} | {max(self.use[j][0]) for j in mine}
        spells, chosen = [], {}
        for b in range(first, last + 1):
            for e in range(b, last + 1):
                if not set(range(b, e + 1)) <= open_months:
                    break
                if e - b + 1 < self.keep and not (covered and b == first):
                    continue
                lone = [
                    j
                    for j in mine
                    if (self.funds[j].get("package_months") or 0) > 1
                    and (e - b + 1) % self.funds[j]["package_months"] == 0
                    and set(range(b, e + 1)) <= set(self.use[j][0])
                ]
                if e in stops or lone:
                    spells.append((b, e, None if e in stops else lone))
        for b, e, lone in spells:
            z = chosen[(b, e)] = (self.var(), lone)
            length = e - b + 1
            self.add("people", z[0], 1)
            self.add("months", z[0], due * length)
            self.add("priority", z[0], due * length * priority)
            if covered and b == first and e == last:
                self.add("kept", z[0], 1)
        if not chosen:
            return
        self.rows.append(({z: 1.0 for z, _ in chosen.values()}, -np.inf, 1))
        pay: dict[tuple[int, int], int] = {}
        for j in mine:
            for t in self.use[j][0]:
                if first <= t <= last:
                    x = pay[(j, t)] = self.var()
                    spend[j][t][x] = due
                    heads[j][t][x] = 1.0
                    self.add("unspent", x, due)
                    self.add("narrow", x, -due * breadth[j])
        for t in range(first, last + 1):
            row = {pay[(j, t)]: 1.0 for j in mine if (j, t) in pay}
            for (b, e), (z, _) in chosen.items():
                if b <= t <= e:
                    row[z] = row.get(z, 0) - 1.0
            self.rows.append((row, 0, 0))
        for (b, e), (z, lone) in chosen.items():
            if lone is not None:
                picks = []
                for j in lone:
                    pick = self.var()
                    picks.append(pick)
                    for t in range(b, e + 1):
                        self.rows.append(({pay[(j, t)]: 1.0, pick: -1.0}, 0, np.inf))
                self.rows.append(({**dict.fromkeys(picks, 1.0), z: -1.0}, 0, np.inf))
        for j in mine:
            length = self.funds[j].get("package_months") or 0
            if length > 1:
                blocks = {}
                for t in range(first, last - length + 2):
                    if all((j, m) in pay for m in range(t, t + length)):
                        blocks[t] = self.var()
                for t in range(first, last + 1):
                    if (j, t) in pay:
                        row = {block: -1.0 for b, block in blocks.items() if b <= t < b + length}
                        row[pay[(j, t)]] = 1.0
                        self.rows.append((row, 0, 0))
        self.switches(person, covered, first, last, mine, pay, chosen)

    def switches(self, person, covered, first, last, mine, pay, chosen):
        for t in range(first + 1, last + 1):
            goes_on = {z: 1.0 for (b, e), (z, _) in chosen.items() if b < t <= e}
            for j in mine:
                if (j, t - 1) in pay and goes_on:
                    change = self.var(1.0, 0)
                    self.add("changes", change, -1)
                    row = {pay[(j, t - 1)]: 1.0, change: -1.0}
                    if (j, t) in pay:
                        row[pay[(j, t)]] = -1.0
                    for z, value in goes_on.items():
                        row[z] = row.get(z, 0) + value
                    self.rows.append((row, -np.inf, 1))
        names = [fund["id"] for fund in self.funds]
        if covered and person["current_fund"] in names:
            current = names.index(person["current_fund"])
            for (b, _), (z, _) in chosen.items():
                if b == first:
                    change = self.var(1.0, 0)
                    self.add("changes", change, -1)
                    row = {z: 1.0, change: -1.0}
                    if (current, first) in pay:
                        row[pay[(current, first)]] = -1.0
                    self.rows.append((row, -np.inf, 0))

    def solve(self, goals):
        values = {}
        n = len(self.cols)
        rows = list(self.rows)
        for goal in goals:
            cost = np.zeros(n)
            for column, value in self.goals[goal].items():
                cost[column] = value
            if n == 0:
                values[goal] = 0
                continue
            scale = max(1.0, float(np.abs(cost).max()) / 1000)
            matrix = np.zeros((len(rows), n))
            for r, (row, _, _) in enumerate(rows):
                for column, value in row.items():
                    matrix[r, column] = value
            found = milp(
                -cost / scale,
                constraints=LinearConstraint(matrix, [low for _, low, _ in rows], [high for *_, high in rows])
                if rows
                else None,
                bounds=Bounds(np.zeros(n), np.array(self.cols)),
                integrality=np.array(self.integer),
                options={"mip_rel_gap": 0.0},
            )
            assert found.status == 0, found.message
            values[goal] = round(
                float(cost @ np.where(np.array(self.integer) == 1, np.rint(found.x), found.x))
            )
            rows.append((dict(enumerate((cost / scale).tolist())), (values[goal] - 0.5) / scale, np.inf))
        return values
