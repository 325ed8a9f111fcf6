"""Fewest changes of payer: the spells stay as they are, only the payers of their months are dealt again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import Draft
from payung.allocation.exchange import press
from payung.allocation.figures import fund_breadth
from payung.allocation.highs import Rows, Solver
from payung.allocation.instance import NO_LIMIT
from payung.allocation.lp import Programme
from payung.allocation.repair import Repair
from payung.allocation.whole import Payers

#: more variables than this are not tried: the goal is the last one and not worth minutes
LARGEST = 120_000


def steady(programme: Programme, draft: Draft, until: float | None = None) -> Draft | None:
    """A draft with the same spells and fewer changes of payer, or None where the problem is too large.

    Raises Unsolved when the time is over.
    """
    inst, pools = programme.instance, programme.classes.pools
    months = inst.months
    plain = (draft.payer >= 0) & (inst.package[np.maximum(draft.payer, 0)] == 0)
    people = np.flatnonzero(plain.any(axis=1))
    if not len(people):
        return None
    groups, member = np.unique(inst.signature[people], return_inverse=True)
    due = inst.due[people] / programme.base
    mean = np.bincount(member, weights=due) / np.bincount(member)
    demand = np.stack(
        [np.bincount(member, weights=due * plain[people, t], minlength=len(groups)) for t in range(months)],
        axis=1,
    )
    pairs = [
        (g, k)
        for g in range(len(groups))
        for k in programme.classes.signature_pools[int(groups[g])].tolist()
        if not pools[k].package
    ]
    if 2 * len(pairs) * months > LARGEST:
        return None
    count = len(pairs)
    group = np.array([g for g, _ in pairs])
    pool = np.array([k for _, k in pairs])
    before = _before(programme, draft, people, member, pairs)
    rows = Rows()
    heads = np.arange(count * months).reshape(count, months)
    more = heads + count * months
    upper = np.full(2 * count * months, np.inf)
    for i, (_, k) in enumerate(pairs):
        upper[heads[i, ~pools[k].open]] = 0.0
    row_lower: list[float] = []
    row_upper: list[float] = []
    for t in range(months):
        rows.add(len(row_lower) + group, heads[:, t], 1.0)
        row_lower += demand[:, t].tolist()
        row_upper += demand[:, t].tolist()
    for t in range(months):
        at = len(row_lower) + np.arange(count)
        rows.add(at, heads[:, t], 1.0)
        rows.add(at, more[:, t], -1.0)
        if t:
            rows.add(at, heads[:, t - 1], -1.0)
        row_lower += [-np.inf] * count
        row_upper += before.tolist() if not t else [0.0] * count
    sector = inst.signature_sector[groups]
    percent = np.array([inst.percent[pools[k].funds[0]][int(sector[g])] for g, k in pairs]) / 100.0
    breadth = fund_breadth(inst)
    broad = 0.0
    for k, own in enumerate(pools):
        mine = np.flatnonzero(pool == k)
        broad += (
            float((draft.spent[own.funds].sum(axis=1) * breadth[own.funds]).sum()) if not own.package else 0.0
        )
        for t in range(months):
            last = t == months - 1 or own.cash[t + 1] != own.cash[t]
            if len(mine) and last:
                for m in range(t + 1):
                    rows.add(len(row_lower), heads[mine, m], percent[mine, m])
                row_lower.append(-np.inf)
                row_upper.append(float(own.cash[t]) / programme.base)
        used = (
            (draft.payer[:, :, None] == own.funds).any(axis=2).sum(axis=0) if own.min_people else np.zeros(1)
        )
        if own.min_people and len(mine) and used.any():
            rows.add(len(row_lower), heads[mine, int(used.argmax())], 1.0 / mean[group[mine]])
            row_lower.append(min(float(used.max()), own.min_people + 1.0))
            row_upper.append(np.inf)
    for k, own in enumerate(pools):
        mine = np.flatnonzero(pool == k)
        if len(mine) and own.places.max() < NO_LIMIT:
            for t in np.flatnonzero(own.open).tolist():
                rows.add(len(row_lower), heads[mine, t], 1.0 / mean[group[mine]])
                row_lower.append(-np.inf)
                row_upper.append(float(own.places[t]))
    width = np.array([breadth[pools[k].funds].mean() for k in pool])
    for t in range(months):
        rows.add(len(row_lower), heads[:, t], percent[:, t] * width / 1000)
    row_lower.append(-np.inf)
    row_upper.append(broad / 1000 / programme.base * (1 + 1e-7) + 1e-6)
    cost = np.zeros(2 * count * months)
    cost[more.ravel()] = -1.0
    matrix = rows.matrix(len(row_lower), len(cost))
    solver = Solver(matrix, cost, upper, np.array(row_lower), np.array(row_upper))
    values, _, _ = solver.solve(until)
    money = values[: count * months].reshape(count, months) * programme.base
    flows = {pair: money[i].copy() for i, pair in enumerate(pairs)}
    of_person = np.full(inst.people, -1, dtype=np.int64)
    of_person[people] = member
    return _deal(programme, draft, of_person, flows, until)


def _before(
    programme: Programme,
    draft: Draft,
    people: NDArray[np.int64],
    member: NDArray[np.int64],
    pairs: list[tuple[int, int]],
) -> NDArray[np.float64]:
    """Contributions of each group whom each pool pays now and who go on in the first month."""
    inst = programme.instance
    of_fund = np.full(len(inst.funds) + 1, -1, dtype=np.int64)
    for k, own in enumerate(programme.classes.pools):
        of_fund[own.funds] = k
    goes_on = inst.covered[people] & (inst.first[people] == 0) & (draft.payer[people, 0] >= 0)
    now = np.where(goes_on, of_fund[inst.current[people]], -1)
    table = np.zeros((int(member.max()) + 1, len(programme.classes.pools)))
    np.add.at(table, (member[now >= 0], now[now >= 0]), inst.due[people[now >= 0]] / programme.base)
    return np.array([table[g, k] for g, k in pairs])


def _deal(
    programme: Programme,
    draft: Draft,
    of_person: NDArray[np.int64],
    flows: dict[tuple[int, int], NDArray[np.float64]],
    until: float | None,
) -> Draft:
    inst = programme.instance
    begin, end = draft.span()
    fresh = Payers(programme, np.zeros(0)).redeal(draft, of_person, flows)
    repair = Repair(fresh, fund_breadth(inst).astype(float), until)
    promised = np.flatnonzero(begin >= 0)
    repair.mend(promised, begin[promised], end[promised])
    repair.rescue()
    repair.refill()
    repair.extend()
    repair.head_counts()
    press(fresh, until)
    fresh.rank()
    return fresh
