"""How much money funds with head counts can spend together at most, where they compete for the same few people.

One small whole-number programme for each set of equal restrictions: packages by kind of person and first month, and
whether each fund reaches its head count at all.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from payung.allocation.instance import Holders, Instance
from payung.allocation.programme.highs import Rows, Solver, Unsolved
from payung.allocation.terms import FundTerms

#: sets of more funds, or of more kinds of people, are left without a bound of their own
_MOST_FUNDS = 12
_MOST_KINDS = 400
#: nodes of the search; the bound holds however early it stops
_NODES = 200


@dataclass(frozen=True, slots=True)
class Rivals:
    """Funds in packages whose head counts compete for the same people."""

    funds: list[int]
    most: float  # rupiah that they can spend together
    beaten: list[int]  # those that would rather pay nobody, so that the others reach their head counts


def rivals(instance: Instance, holders: Holders) -> list[Rivals]:
    """Return sets of funds of equal terms that cannot all reach their head counts and spend their money."""
    groups: dict[FundTerms, list[int]] = {}
    for f, fund in enumerate(instance.funds):
        if fund.package and fund.min_people > int(instance.committed[f].max()) and instance.open[f].any():
            groups.setdefault(fund.terms, []).append(f)
    found = []
    for funds in groups.values():
        if not 1 < len(funds) <= _MOST_FUNDS:
            continue
        may = holders.people(funds[0])
        need = float((instance.due[may] * (instance.last[may] - instance.first[may] + 1)).sum())
        if len(may) and need < float(instance.cash[funds, -1].sum()):
            with suppress(Unsolved):
                found.append(_decide(instance, funds, may))
    return found


def without_beaten(instance: Instance) -> Instance:
    """Return the instance with the funds closed that pay nobody where most money is spent; itself if there are none."""
    beaten = [f for group in rivals(instance, Holders(instance)) for f in group.beaten]
    if not beaten:
        return instance
    opened = instance.open.copy()
    opened[beaten] = False
    return replace(instance, open=opened)


def _decide(instance: Instance, funds: list[int], may: NDArray[np.int64]) -> Rivals:
    """Raise Unsolved where the people are of too many kinds."""
    facts = np.stack([instance.due[may], instance.first[may], instance.last[may], instance.sector[may]])
    kinds, at, size = np.unique(facts, axis=1, return_index=True, return_counts=True)
    if kinds.shape[1] > _MOST_KINDS:
        raise Unsolved("too many kinds of people")
    months, count = instance.months, kinds.shape[1]
    rows = Rows()
    cost: list[float] = []
    purse = count * months
    for j, f in enumerate(funds):
        length = int(instance.package[f])
        for g in range(count):
            first, last = int(kinds[1, g]), int(kinds[2, g])
            for t in range(first, last - length + 2):
                if not instance.open[f, t : t + length].all():
                    continue
                paid = np.arange(t, t + length)
                rupiah = float(np.sum(instance.price(may[at[g]], f, paid)))
                rows.add(g * months + paid, len(cost), 1.0)
                rows.add(purse + j, len(cost), rupiah)
                rows.add(purse + len(funds) + j, len(cost), 1.0)
                cost.append(rupiah)
    switch = len(cost) + np.arange(len(funds))
    asked = instance.min_people[funds] - instance.committed[funds].max(axis=1)
    rows.add(purse + np.arange(len(funds)), switch, -instance.cash[funds, -1].astype(float))
    rows.add(purse + len(funds) + np.arange(len(funds)), switch, -asked.astype(float))
    columns, height = len(cost) + len(funds), purse + 2 * len(funds)
    upper = np.concatenate([np.full(len(cost), np.inf), np.ones(len(funds))])
    lower = np.full(height, -np.inf)
    lower[purse + len(funds) :] = 0.0
    limit = np.concatenate([np.repeat(size, months), np.zeros(len(funds)), np.full(len(funds), np.inf)])
    value = np.concatenate([cost, np.zeros(len(funds))])
    whole = np.arange(columns) >= len(cost)
    solver = Solver(rows.matrix(height, columns), value, upper, lower, limit.astype(float), whole)
    solver.highs.setOptionValue("mip_max_nodes", _NODES)
    values, _, bound = solver.solve()
    return Rivals(funds, bound, [f for f, on in zip(funds, values[switch] > 0.5, strict=True) if not on])
