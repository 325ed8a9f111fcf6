"""Bounds on the months and the priority of any plan, at any size: the most money that can reach months in need.

A maximum flow from releases of cash to the months of people who share a signature. Spells are left out, and packages
and head counts but for how many of them people have time for, so no lawful plan can be beyond it; it is close where
few spells fail for their length.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from payung.allocation.instance import PRIORITY_SCALE, Holders, Instance
from payung.allocation.programme.head_bounds import rivals
from payung.allocation.terms import FundTerms

#: capacities are counted in units that keep all of them together below this
_MOST = 1_000_000_000
#: levels of priority at which a bound looks at what people above them can get; fewer where there are more people
_LEVELS, _FEWEST_LEVELS = 100, 24
_LEVEL_PEOPLE = 20_000_000


class Reach:
    """How much money can reach the months of some of the people, in rupiah at the full price."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.active = instance.signature >= 0
        self.empty = not self.active.any() or not len(instance.funds)
        if not self.empty:
            self._build()

    def _build(self) -> None:
        instance, active = self.instance, self.active
        holders = Holders(instance)
        months, funds = instance.months, len(instance.funds)
        signatures = len(instance.signature_funds)
        self.unit = max(1.0, np.ceil(self._need(active).sum() / _MOST))
        least = _least_price(instance, active)
        cash = np.minimum(instance.cash, _most_in_packages(instance, holders)[:, None])
        release = np.diff(cash, axis=1, prepend=0) / least[:, None]
        groups: dict[FundTerms, int] = {}
        group = np.array([groups.setdefault(f.terms, len(groups)) for f in instance.funds])
        # nodes: 0 source, 1 sink, funds by month, groups of equal restrictions by month, signatures by month
        fund_node = self.fund_node = 2 + np.arange(funds * months).reshape(funds, months)
        group_node = 2 + funds * months + np.arange(len(groups) * months).reshape(-1, months)
        first_cell = 2 + (funds + len(groups)) * months
        self.cell_node = first_cell + np.arange(signatures * months).reshape(-1, months)
        self.arcs: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
        source = np.zeros(funds, dtype=np.int64)
        self.size = first_cell + signatures * months
        for rival in rivals(instance, holders):
            source[rival.funds] = self.size
            most = np.ceil(rival.most / least[rival.funds].min() / self.unit)
            self._edges(0, self.size, min(most, _MOST))
            self.size += 1
        self.source = np.unique(source)
        self._edges(source[:, None], fund_node, np.minimum(np.ceil(release / self.unit), _MOST))
        self._edges(fund_node[:, :-1], fund_node[:, 1:], _MOST)
        fund, month = np.nonzero(instance.open)
        self._edges(fund_node[fund, month], group_node[group[fund], month], _MOST)
        pairs = {(int(group[f]), s) for s, own in enumerate(instance.signature_funds) for f in own.tolist()}
        of_group, of_signature = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
        self._edges(group_node[of_group], self.cell_node[of_signature], _MOST)

    def _edges(self, tail: Any, head: Any, room: Any) -> None:
        a, b, capacity = np.broadcast_arrays(tail, head, room)
        self.arcs.append((a.ravel(), b.ravel(), capacity.ravel()))

    def _need(self, people: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Rupiah by signature and month."""
        inst = self.instance
        need = np.zeros((len(inst.signature_funds), inst.months))
        for t in range(inst.months):
            at = people & (inst.first <= t) & (t <= inst.last)
            due = inst.due[at].astype(float)
            need[:, t] = np.bincount(inst.signature[at], weights=due, minlength=len(need))
        return need

    def most(self, people: NDArray[np.bool_], closed: NDArray[np.bool_] | None = None) -> float:
        """Rupiah of months, at the full price, that no plan can exceed for these people; `closed` funds pay nothing."""
        if self.empty:
            return 0.0
        need = np.ceil(self._need(people & self.active) / self.unit)
        into = (self.cell_node.ravel(), np.ones(need.size, dtype=np.int64), need.ravel())
        tail, head, room = (np.concatenate(part) for part in zip(*self.arcs, into, strict=True))
        if closed is not None:
            room[np.isin(head, self.fund_node[closed]) & np.isin(tail, self.source)] = 0
        # equal arcs (funds of one group in one month) never occur twice, so nothing is summed beyond its capacity
        graph = sparse.csr_matrix((room.astype(np.int32), (tail, head)), shape=(self.size, self.size))
        return float(maximum_flow(graph, 0, 1).flow_value * self.unit)

    def most_priority(self, kept: int | None) -> float:
        """Rupiah of months times priority that no plan can exceed; none that keeps `kept` covered people, if given.

        What people at or above each of some levels of priority can get bounds what a plan adds at those levels.
        """
        inst, active = self.instance, self.active
        need = inst.due * (inst.last - inst.first + 1)
        first = active & inst.covered if kept is not None else np.zeros_like(active)
        level = inst.priority / PRIORITY_SCALE
        held = float(np.sort(need[first])[:kept].sum())
        total = float((need * level)[first].sum())
        others = active & ~first
        values, at = np.unique(level[others], return_inverse=True)
        wanted = np.bincount(at, weights=need[others].astype(float), minlength=len(values))
        levels = min(_LEVELS, max(_FEWEST_LEVELS, _LEVEL_PEOPLE // max(1, inst.people)))
        steps = np.unique(np.arange(levels) * len(values) // levels)[::-1] if len(values) else values
        above, reached = len(values), 0.0
        for low in steps.tolist():
            most = max(0.0, self.most(first | (others & (level >= values[low]))) - held)
            # inside a step the highest get all they need until what the step can reach is spent
            spend = max(0.0, most - reached)
            rupiah = wanted[low:above][::-1]
            got = np.diff(np.minimum(np.cumsum(rupiah), spend), prepend=0.0)
            total += float((got * values[low:above][::-1]).sum())
            reached += float(got.sum())
            above = low
        return total


def _least_price(instance: Instance, active: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the smallest share of its full price at which each fund ever pays a month, rounding to rupiah included."""
    percent = instance.percent.min(axis=(1, 2))
    rounding = 0.0 if (instance.percent == 100).all() else 0.5 / float(instance.due[active].min())
    return np.asarray(np.maximum(percent / 100 - rounding, 1e-9))


def _most_in_packages(instance: Instance, holders: Holders) -> NDArray[np.float64]:
    """Rupiah that each fund can spend at most for the number of its packages that people have time for."""
    most = np.full(len(instance.funds), np.inf)
    for f in np.flatnonzero(instance.package).tolist():
        own = np.flatnonzero(instance.open[f])
        if not len(own):
            continue
        may = holders.people(f)
        length = int(instance.package[f])
        free = np.minimum(instance.last[may], own[-1]) - np.maximum(instance.first[may], own[0]) + 1
        packages = np.maximum(free, 0) // length
        dearest = instance.percent[f].max() / 100
        most[f] = float((packages * length * instance.due[may]).sum()) * dearest
    return most
