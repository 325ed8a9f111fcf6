"""How far a plan can be from the best one: the value, the bound and the gap of each goal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from payung.allocation.figures import Figures, fund_breadth
from payung.allocation.flow import Reach
from payung.allocation.goals import FIRST_GOALS, points
from payung.allocation.highs import Unsolved
from payung.allocation.instance import NO_LIMIT, PRIORITY_SCALE, Instance
from payung.allocation.lp import Programme, Solution
from payung.allocation.pledges import Pledges


@dataclass(slots=True)
class Proofs:
    """Most covered people kept, and most points any plan can have through each goal; what was not solved is missing."""

    kept: float | None = None
    months: float = np.inf  # rupiah
    priority: float | None = None  # rupiah times priority, of plans that keep `keeping` of the covered
    keeping: int = 0
    through: dict[str, float] = field(default_factory=dict)


def prove(
    programme: Programme,
    relaxed: Solution,
    pledges: Pledges | None,
    until: float | None,
    kept: int | None = None,
) -> Proofs:
    """Re-solves the programme goal by goal, without the goals below each; priority for plans that keep `kept`."""
    proofs = Proofs(kept=relaxed.kept)
    if kept is not None:
        proofs.keeping = kept if programme.order[0] == "kept" else 0
        proofs.priority = Reach(programme.instance).most_priority(proofs.keeping or None)
    if pledges is not None:
        with suppress(Unsolved):
            proofs.kept = min(relaxed.kept, pledges.kept_bound(until))
    first = [goal for goal in programme.order if goal in FIRST_GOALS]
    for goal in first[:-1]:
        if goal != "kept" or first[0] != "kept":
            with suppress(Unsolved):
                proofs.through[goal] = (pledges or programme).most(goal, until)
    return proofs


def prove_large(instance: Instance, order: tuple[str, ...], kept: int) -> Proofs:
    """Where the programme is too large to be solved whole; `kept` of the covered are kept."""
    reach = Reach(instance)
    keeping = kept if order[0] == "kept" else None
    return Proofs(
        months=reach.most(reach.active), priority=reach.most_priority(keeping), keeping=keeping or 0
    )


def table(
    instance: Instance,
    figures: Figures,
    programme: Programme | None,
    relaxed: Solution | None,
    proofs: Proofs,
    order: tuple[str, ...],
    exact: bool,
) -> list[dict[str, Any]]:
    """Value, bound and gap of each goal, and whether the bound is proven.

    Proven: no plan that does as well in the goals before it can be beyond the bound. Where priority has no proof, its
    bound is the value at which the programme stands when the goals before it are at their bounds.
    """
    value = {
        "kept": figures.kept,
        "people": figures.people,
        "months": figures.months_rupiah,
        "priority": figures.priority_rupiah // PRIORITY_SCALE,
        "unspent": figures.unspent,
        "narrow": figures.broad // 1000,
        "changes": figures.changes,
    }
    bound: dict[str, float] = {name: value[name] for name in order} if exact else {}
    if not exact:
        bound = _bounds(instance, figures, programme, relaxed, proofs)
        bound["narrow"] = least_broad(instance, figures.spent)
        bound["changes"] = fewest_changes(instance, figures.kept) if order[0] == "kept" else 0.0
    result: list[dict[str, Any]] = []
    for name in order:
        best = bound.get(name)
        entry = {
            "name": name,
            "value": value[name],
            "bound": best,
            "gap": None,
            "proven": exact or (best is not None and (name != "priority" or _has_priority(proofs, figures))),
        }
        if best is not None and name == "unspent":
            # against the money, so that nothing left over is not a division by nothing
            entry["gap"] = max(0.0, value[name] - best) / max(1.0, float(figures.spent + figures.unspent))
        elif best is not None and name in ("narrow", "changes"):
            entry["gap"] = max(0.0, value[name] - best) / max(1.0, float(value[name]))
        elif best is not None:
            entry["gap"] = max(0.0, best - value[name]) / max(1.0, abs(best))
        result.append(entry)
    return result


def _bounds(
    instance: Instance,
    figures: Figures,
    programme: Programme | None,
    relaxed: Solution | None,
    proofs: Proofs,
) -> dict[str, float]:
    active = instance.signature >= 0
    need = float((instance.due * (instance.last - instance.first + 1))[active].sum())
    money = float(instance.cash[:, -1].sum()) if len(instance.funds) else 0.0
    one_price = bool((instance.percent == 100).all())
    months = min(need, money if one_price else need, proofs.months)
    bound: dict[str, float] = {"kept": float((active & instance.covered).sum())}
    if programme is not None and relaxed is not None:
        base, weight = programme.base, programme.weights
        if proofs.kept is not None and programme.order[0] == "kept":
            bound["kept"] = min(bound["kept"], float(np.floor(proofs.kept + 1e-6)))
        bound["people"] = float(active.sum())
        if not _has_priority(proofs, figures):
            bound["priority"] = relaxed.priority * base
        rate = {"kept": 1.0, "people": 1.0, "months": base, "priority": base}
        own = {
            "kept": float(figures.kept),
            "people": float(figures.people),
            "months": figures.months_rupiah / base,
            "priority": figures.priority_rupiah / PRIORITY_SCALE / base,
        }
        per_unit = dict(
            zip(FIRST_GOALS, (weight.kept, weight.people, weight.month, weight.priority), strict=True)
        )
        for goal, most in proofs.through.items():
            before = [name for name in programme.order[: programme.order.index(goal)] if name in FIRST_GOALS]
            higher = points(weight, *(own[name] if name in before else 0.0 for name in FIRST_GOALS))
            bound[goal] = min(bound.get(goal, np.inf), (most - higher) / per_unit[goal] * rate[goal])
        months = min(months, bound.get("months", np.inf))
    bound["months"] = months
    if proofs.priority is not None and figures.kept >= proofs.keeping:
        bound["priority"] = min(proofs.priority, bound.get("priority", np.inf))
    if one_price:
        bound["unspent"] = max(0.0, money - months)
    return {name: round(amount, 6) for name, amount in bound.items()}


def _has_priority(proofs: Proofs, figures: Figures) -> bool:
    """Whether the bound of priority holds for plans like this one."""
    solved = "priority" in proofs.through
    return solved or (proofs.priority is not None and figures.kept >= proofs.keeping)


def least_broad(instance: Instance, spent: int) -> float:
    """The least breadth at which `spent` rupiah can be spent: the narrowest first, as far as their people need."""
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
    used = np.diff(np.minimum(np.cumsum(most[order]), spent), prepend=0.0)
    return float(np.floor((used * breadth[order]).sum() / 1000))


def fewest_changes(instance: Instance, kept: int) -> float:
    """Changes of payer that keeping `kept` covered people takes at least.

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
