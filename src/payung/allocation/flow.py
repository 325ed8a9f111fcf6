"""A bound on the months of any plan, at any size: the most money that can reach months in need.

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

from payung.allocation.head_bounds import rivals
from payung.allocation.instance import Instance

#: capacities are counted in units that keep all of them together below this
_MOST = 1_000_000_000


def most_months(instance: Instance) -> float:
    """Rupiah of months, at the full price, that no plan can exceed."""
    active = instance.signature >= 0
    months, funds = instance.months, len(instance.funds)
    if not active.any() or not funds:
        return 0.0
    signatures = len(instance.signature_funds)
    need = np.zeros((signatures, months))
    for t in range(months):
        at = active & (instance.first <= t) & (t <= instance.last)
        need[:, t] = np.bincount(
            instance.signature[at], weights=instance.due[at].astype(float), minlength=signatures
        )
    unit = max(1.0, np.ceil(need.sum() / _MOST))
    cash = np.minimum(instance.cash, _most_in_packages(instance, active)[:, None])
    release = np.diff(cash, axis=1, prepend=0) / _least_price(instance, active)[:, None]
    groups: dict[tuple[Any, ...], int] = {}
    group = np.array([groups.setdefault(f.predicate, len(groups)) for f in instance.funds], dtype=np.int64)
    # nodes: 0 source, 1 sink, funds by month, groups of equal restrictions by month, signatures by month
    fund_node = 2 + np.arange(funds * months).reshape(funds, months)
    group_node = 2 + funds * months + np.arange(len(groups) * months).reshape(-1, months)
    cell_node = 2 + (funds + len(groups)) * months + np.arange(signatures * months).reshape(-1, months)
    tail: list[NDArray[Any]] = []
    head: list[NDArray[Any]] = []
    room: list[NDArray[Any]] = []

    def edges(a: Any, b: Any, capacity: Any) -> None:
        for into, value in zip((tail, head, room), np.broadcast_arrays(a, b, capacity), strict=True):
            into.append(value.ravel())

    source = np.zeros(funds, dtype=np.int64)
    size = 2 + (funds + len(groups) + signatures) * months
    for rival in rivals(instance, active):
        least = _least_price(instance, active)[rival.funds].min()
        source[rival.funds] = size
        edges(0, size, min(np.ceil(rival.most / least / unit), _MOST))
        size += 1
    edges(source[:, None], fund_node, np.minimum(np.ceil(release / unit), _MOST))
    edges(fund_node[:, :-1], fund_node[:, 1:], _MOST)
    fund, month = np.nonzero(instance.open)
    edges(fund_node[fund, month], group_node[group[fund], month], _MOST)
    edges(cell_node, 1, np.ceil(need / unit))
    pairs = sorted(
        {
            (int(group[f]), s)
            for s, members in enumerate(instance.signature_funds)
            for f in members.tolist()
            if need[s].any()
        }
    )
    if pairs:
        of_group, of_signature = np.array(pairs).T
        edges(group_node[of_group], cell_node[of_signature], _MOST)
    arcs = (np.concatenate(tail), np.concatenate(head))
    # equal arcs (funds of one group in one month) never occur twice, so nothing is summed beyond its capacity
    graph = sparse.csr_matrix((np.concatenate(room).astype(np.int32), arcs), shape=(size, size))
    return float(maximum_flow(graph, 0, 1).flow_value * unit)


def _least_price(instance: Instance, active: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The smallest share of its full price at which each fund ever pays a month, rounding to rupiah included."""
    percent = instance.percent.min(axis=(1, 2))
    rounding = 0.0 if (instance.percent == 100).all() else 0.5 / float(instance.due[active].min())
    return np.maximum(percent / 100 - rounding, 1e-9)


def _most_in_packages(instance: Instance, active: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Rupiah that each fund can spend at most for the number of its packages that people have time for."""
    most = np.full(len(instance.funds), np.inf)
    of_fund: dict[int, list[int]] = {f: [] for f in np.flatnonzero(instance.package).tolist()}
    for s, members in enumerate(instance.signature_funds):
        for f in members.tolist():
            if f in of_fund:
                of_fund[f].append(s)
    for f, signatures in of_fund.items():
        own = np.flatnonzero(instance.open[f])
        if not len(own):
            continue
        may = np.flatnonzero(active & np.isin(instance.signature, signatures))
        length = int(instance.package[f])
        free = np.minimum(instance.last[may], own[-1]) - np.maximum(instance.first[may], own[0]) + 1
        packages = np.maximum(free, 0) // length
        dearest = instance.percent[f].max() / 100
        most[f] = float((packages * length * instance.due[may]).sum()) * dearest
    return most
