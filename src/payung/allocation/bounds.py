"""How far a plan can be from the best one: the value, the bound and the gap of each goal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from payung.allocation.figures import Figures
from payung.allocation.flow import Reach
from payung.allocation.goals import FIRST_GOALS, points
from payung.allocation.highs import Unsolved
from payung.allocation.instance import PRIORITY_SCALE, Instance
from payung.allocation.lp import Programme, Solution
from payung.allocation.pledges import Pledges

#: goals whose bound is proven, not only where the programme stands
PROVEN = ("kept", "people", "months", "unspent")


@dataclass(slots=True)
class Proofs:
    """Most covered people kept, and most points any plan can have through each goal; what was not solved is missing."""

    kept: float | None = None
    months: float = np.inf  # rupiah
    priority: float | None = None  # rupiah times priority, of plans that keep `keeping` of the covered
    keeping: int = 0
    through: dict[str, float] = field(default_factory=dict)


def prove(programme: Programme, relaxed: Solution, pledges: Pledges | None, until: float | None) -> Proofs:
    """Re-solves the programme goal by goal, without the goals below each."""
    proofs = Proofs(kept=relaxed.kept)
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

    Proven: no plan that does as well in the goals before it can be beyond the bound. Where the programme was solved
    whole, the bound of priority is the value at which it stands when the goals before it are at their bounds.
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
    result: list[dict[str, Any]] = []
    for name in order:
        best = bound.get(name)
        entry = {
            "name": name,
            "value": value[name],
            "bound": best,
            "gap": None,
            "proven": exact or (best is not None and (name in PROVEN or programme is None)),
        }
        if best is not None and name == "unspent":
            # against the money, so that nothing left over is not a division by nothing
            entry["gap"] = max(0.0, value[name] - best) / max(1.0, float(figures.spent + figures.unspent))
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
        bound["priority"] = proofs.priority
    if one_price:
        bound["unspent"] = max(0.0, money - months)
    return {name: round(amount, 6) for name, amount in bound.items()}
