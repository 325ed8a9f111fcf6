"""How far a plan can be from the best one: the value, the bound and the gap of each goal."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from payung.allocation.figures import Figures, fund_breadth
from payung.allocation.goals import FIRST_GOALS
from payung.allocation.instance import NO_LIMIT, PRIORITY_SCALE, Instance
from payung.allocation.programme.flow import Reach
from payung.allocation.programme.highs import Unsolved
from payung.allocation.programme.pledges import Pledges
from payung.allocation.programme.relaxation import Relaxation
from payung.allocation.report import Goal

#: a bound is sought further where a goal is more than this share away from it
_CLOSE = 5e-4
#: of so many funds that miss their head count it is asked whether any plan reaches it
_IDLE = 4
#: after which shares of the money that the narrowest funds have together the network is asked for a bound
_SHARES = np.linspace(0.04, 1.0, 25)


def prove(
    relaxation: Relaxation,
    pledges: Pledges | None,
    figures: Figures,
    order: tuple[str, ...],
    until: float | None,
    idle: Sequence[int] = (),
) -> dict[str, float]:
    """Bounds for plans that do as well as this one in the goals before each, as far as time allows.

    Asked of the programme before its head counts, without the `idle` pools whose head count is proven to be beyond
    reach; of the 0/1 programme with head counts where the first is not close. Neither knows the priority of single
    people, so what comes after priority is bounded without it.
    """
    if pledges is not None:
        for k in idle[:_IDLE]:
            if pledges.beyond_reach(k, until):
                relaxation.close(k)
    value = _values(figures)
    found: dict[str, float] = {}
    searched = pledges
    for goal in [name for name in order if name in FIRST_GOALS]:
        if goal == "priority":
            searched = None
        with suppress(Unsolved):
            found[goal] = relaxation.most(goal, figures, order, until)
        if searched is not None and value[goal] < (1 - _CLOSE) * found.get(goal, np.inf):
            with suppress(Unsolved):
                found[goal] = min(found.get(goal, np.inf), searched.most(goal, figures, until))
    with suppress(Unsolved):
        found["narrow"] = relaxation.least_broad(figures, order, until)
    return found


def prove_large(instance: Instance, order: tuple[str, ...], figures: Figures) -> dict[str, float]:
    """As `prove`, where the programme is too large to be solved whole."""
    reach = Reach(instance)
    return {
        "months": reach.most(reach.active),
        "priority": reach.most_priority(figures.kept if order[0] == "kept" else None),
        "narrow": least_broad(instance, figures.spent, reach),
    }


def table(
    instance: Instance, figures: Figures, proven: dict[str, float], order: tuple[str, ...], exact: bool
) -> list[Goal]:
    """Value, bound and gap of each goal, and whether the bound is proven.

    Proven: no plan that does as well in the goals before it can be beyond the bound.
    """
    value = _values(figures)
    bound = {name: value[name] for name in order} if exact else _bounds(instance, figures, proven, order)
    result: list[Goal] = []
    for name in order:
        best = bound.get(name)
        entry: Goal = {
            "name": name, "value": value[name], "bound": best, "gap": None, "proven": best is not None
        }  # fmt: skip
        if best is not None and name == "unspent":
            # against the money, so that nothing left over is not a division by nothing
            entry["gap"] = max(0.0, value[name] - best) / max(1.0, float(figures.spent + figures.unspent))
        elif best is not None and name in ("narrow", "changes"):
            entry["gap"] = max(0.0, value[name] - best) / max(1.0, float(value[name]))
        elif best is not None:
            entry["gap"] = max(0.0, best - value[name]) / max(1.0, abs(best))
        result.append(entry)
    return result


def _values(figures: Figures) -> dict[str, float]:
    return {
        "kept": figures.kept,
        "people": figures.people,
        "months": figures.months_rupiah,
        "priority": figures.priority_rupiah // PRIORITY_SCALE,
        "unspent": figures.unspent,
        "narrow": figures.broad // 1000,
        "changes": figures.changes,
    }


def _bounds(
    instance: Instance, figures: Figures, proven: dict[str, float], order: tuple[str, ...]
) -> dict[str, float]:
    """Return the proven bound of each goal, no further than what holds for any plan."""
    active = instance.signature >= 0
    need = float((instance.due * (instance.last - instance.first + 1))[active].sum())
    money = float(instance.cash[:, -1].sum()) if len(instance.funds) else 0.0
    one_price = bool((instance.percent == 100).all())
    bound = dict(proven)
    people = {"kept": float((active & instance.covered).sum()), "people": float(active.sum())}
    for name, most in people.items():
        bound[name] = min(most, float(np.floor(bound.get(name, most) + 1e-6)))
    bound["months"] = min(need, money if one_price else need, bound.get("months", np.inf))
    if one_price:
        bound["unspent"] = max(0.0, money - bound["months"])
    bound["narrow"] = max(0.0, bound.get("narrow", least_broad(instance, figures.spent)))
    bound["changes"] = fewest_changes(instance, figures.kept) if order[0] == "kept" else 0.0
    return {name: round(amount, 6) for name, amount in bound.items()}


def least_broad(instance: Instance, spent: int, reach: Reach | None = None) -> float:
    """Return the least breadth at which `spent` rupiah can be spent: narrowest funds first, as far as people need them.

    With `reach` also no more than can reach people from the narrowest funds together.
    """
    if not len(instance.funds) or not instance.people:
        return 0.0
    breadth = fund_breadth(instance)
    active = instance.signature >= 0
    need = float((instance.due * (instance.last - instance.first + 1))[active].sum())
    dearest = instance.percent.max(axis=(1, 2)) / 100 + 0.5 / max(
        1.0, float(instance.due[active].min(initial=NO_LIMIT))
    )
    most = np.minimum(instance.cash[:, -1], (breadth + 0.5) / 1000 * need * dearest)
    order = np.argsort(breadth, kind="stable")
    together = np.cumsum(most[order])
    if reach is not None and bool((instance.percent == 100).all()):
        together = _together(reach, order, breadth[order], most[order])
    used = np.diff(np.minimum(together, spent), prepend=0.0)
    return float(np.floor((used * breadth[order]).sum() / 1000))


def _together(
    reach: Reach, order: NDArray[np.int64], breadth: NDArray[np.int64], most: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rupiah that the narrowest funds can spend together at most, fund by fund in their order.

    Asked of the network after some of the funds; between those each fund adds what it can spend alone.
    """
    ends = np.flatnonzero(np.diff(breadth, append=-1))
    steps = np.unique(np.searchsorted(np.cumsum(most)[ends], np.cumsum(most)[-1] * _SHARES))
    asked = ends[np.minimum(steps, len(ends) - 1)]
    together = np.cumsum(most)
    for end in asked.tolist():
        closed = np.ones(len(order), dtype=np.bool_)
        closed[order[: end + 1]] = False
        lower = min(float(together[end]), reach.most(reach.active, closed))
        together[end:] = np.minimum(together[end:], lower + together[end:] - together[end])
        together[: end + 1] = np.minimum(together[: end + 1], lower)
    return together


def fewest_changes(instance: Instance, kept: int) -> float:
    """Return the least number of changes of payer that keeping `kept` covered people takes.

    Only who is paid by one fund throughout, today's where there is one, has none; and today's has money for so many.
    """
    alone = np.zeros(instance.people, dtype=np.bool_)
    people = np.flatnonzero((instance.signature >= 0) & instance.covered)
    facts = np.stack([instance.signature, instance.first, instance.last, instance.current])[:, people]
    kinds, kind = np.unique(facts, axis=1, return_inverse=True)
    able = []
    for s, first, last, current in kinds.T.tolist():
        members = instance.signature_funds[s]
        members = members if current < 0 else members[members == current]
        able.append(bool(instance.open[members, first : last + 1].all(axis=1).any()))
    alone[people] = np.array(able, dtype=np.bool_)[kind.ravel()]
    free = int((alone & (instance.current < 0)).sum())
    need = instance.due * (instance.last - instance.first + 1)
    for f in np.unique(instance.current[alone & (instance.current >= 0)]).tolist():
        cheapest = float(instance.percent[f].min()) / 100
        needs = np.sort(need[alone & (instance.current == f)] * cheapest - instance.months)
        free += int(np.searchsorted(np.cumsum(needs), float(instance.cash[f, -1]), side="right"))
    return float(max(0, kept - free))
