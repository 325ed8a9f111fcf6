"""Regional floors: the share of its need that every region is guaranteed, after keeping the covered.

What is asked may be more than the money allows; then the same fraction of every floor is guaranteed.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import Draft
from payung.allocation.instance import Instance, region_groups
from payung.allocation.programme.highs import quiet, run
from payung.allocation.programme.lp import Programme, Solution

_REGENCY = 5  # characters of a regency's dotted code
#: a floor counts as kept when whole people fall short of it by less than this share of the need
_ROUNDING = 0.002


def regencies(regions: NDArray[Any]) -> dict[str, float]:
    """Every regency of the people, each with the whole of its need as its floor."""
    codes = {str(code)[:_REGENCY] for code in np.unique(regions.astype(str)) if len(str(code)) >= _REGENCY}
    return dict.fromkeys(sorted(codes), 1.0)


def floors_in_order(instance: Instance) -> list[tuple[str, float]]:
    """(region, share asked) in the order of the classes' region groups."""
    return [(name, instance.floors[name]) for name in sorted(instance.floors, key=len)]


def reachable(programme: Programme, relaxed: Solution, until: float | None) -> float:
    """Return the largest fraction (0 to 1) of every floor that can be kept together with all who can be kept.

    Raises Unsolved.
    """
    highs = quiet()
    highs.passModel(programme.model())
    highs.setBasis(programme.solver.highs.getBasis())
    columns = programme.solver.columns
    highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), np.zeros(columns))
    keeps = np.flatnonzero(programme.starts.keeps)
    if len(keeps):
        _row(highs, relaxed.kept * (1 - 1e-9) - 1e-6, keeps, np.ones(len(keeps)))
    highs.addCol(1.0, 0.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
    for group, (_, share) in enumerate(floors_in_order(programme.instance)):
        values, need = programme.months_in(group)
        at = np.flatnonzero(values)
        if need and share:
            _row(highs, 0.0, np.append(at, columns), np.append(values[at], -share * need))
    return float(run(highs, until)[0][columns])


def _row(highs: highspy.Highs, lower: float, index: NDArray[np.int64], value: NDArray[np.float64]) -> None:
    highs.addRow(lower, np.inf, len(index), index.astype(np.int32), value)


def guarantee(programme: Programme, fraction: float) -> None:
    """Add the floors, each times `fraction`, to the programme."""
    for group, (_, share) in enumerate(floors_in_order(programme.instance)):
        values, need = programme.months_in(group)
        if need:
            programme.solver.add_row(share * fraction * need * (1 - 1e-9), np.inf, values)


def first_served(instance: Instance) -> NDArray[np.bool_]:
    """For the simple rule: the people whose months make up the floors, the covered and the most pressing first.

    Where all floors together ask for more than all the money, each is lowered alike.
    """
    served = np.zeros(instance.people, dtype=np.bool_)
    if not instance.floors:
        return served
    group = region_groups(instance)
    people = np.flatnonzero((instance.signature >= 0) & (group >= 0))
    rank = np.lexsort((instance.lottery[people], -instance.priority[people], ~instance.covered[people]))
    people = people[rank[np.argsort(group[people][rank], kind="stable")]]
    need = (instance.due * (instance.last - instance.first + 1))[people].astype(float)
    needs = np.bincount(group[people], weights=need, minlength=len(instance.floors))
    asked = needs * np.array([share for _, share in floors_in_order(instance)])
    asked *= min(1.0, float(instance.cash[:, -1].sum()) / max(1.0, float(asked.sum())))
    before = np.cumsum(need) - need - (np.cumsum(needs) - needs)[group[people]]
    served[people] = before < asked[group[people]]
    return served


def shares(draft: Draft) -> list[float]:
    """Return the share of its need that each floor's region gets."""
    inst = draft.instance
    group = region_groups(inst)
    active = (inst.signature >= 0) & (group >= 0)
    need = np.where(active, inst.due * (inst.last - inst.first + 1), 0)
    given = np.where(active, inst.due * (draft.payer >= 0).sum(axis=1), 0)
    count = len(inst.floors)
    needs = np.bincount(group[active], weights=need[active], minlength=count)
    gives = np.bincount(group[active], weights=given[active], minlength=count)
    return [float(g / n) if n else 1.0 for g, n in zip(gives, needs, strict=True)]


def shortfall(draft: Draft, fraction: float) -> int:
    """By how many per mille of need the floors are missed in sum; 0 where only rounding to whole people shows."""
    lacks = [
        share * fraction - reached
        for (_, share), reached in zip(floors_in_order(draft.instance), shares(draft), strict=True)
    ]
    return sum(round(1000 * lack) for lack in lacks if lack > _ROUNDING)
