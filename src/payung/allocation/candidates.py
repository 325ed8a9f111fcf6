"""The plans that were made, best first: goal by goal, or with fewer changes of payer within what rounding costs."""

from __future__ import annotations

from dataclasses import dataclass

from payung.allocation.draft import Draft
from payung.allocation.figures import Figures
from payung.allocation.report import Alternative

#: what a plan may lose of people and months, and of priority, by rounding to whole people and still be preferred for
#: fewer changes of payer
_ROUNDING, _ROUNDING_PRIORITY = 4e-4, 1.5e-3


@dataclass(slots=True)
class Candidate:
    """A plan that may be chosen, and how it was made."""

    method: str
    draft: Draft
    figures: Figures
    short: int = 0  # by how much it misses the regional floors

    def key(self, order: tuple[str, ...]) -> tuple[int, ...]:
        goals = self.figures.key(order)
        return (goals[0], -self.short, *goals[1:])


def ranked(candidates: list[Candidate], order: tuple[str, ...], small: bool) -> list[Candidate]:
    """Best first, goal by goal.

    Beyond the `small` sizes that are solved in whole numbers rounding costs a few months here or there; a plan that is
    within it and changes payers less goes first, unless the simple rule would be better.
    """
    by_goals = sorted(candidates, key=lambda candidate: candidate.key(order), reverse=True)
    if small:
        return by_goals
    best = by_goals[0]
    rule = max(c.key(order) for c in candidates if c.method in ("best_rule", "todays_way"))
    calm = [
        c
        for c in by_goals[1:]
        if c.key(order) >= rule
        and within_rounding(c, best, order)
        and c.figures.changes < best.figures.changes
    ]
    calm.sort(key=lambda candidate: candidate.figures.changes)
    return [*calm[:1], *(c for c in by_goals if c not in calm[:1])]


def within_rounding(one: Candidate, best: Candidate, order: tuple[str, ...]) -> bool:
    """Return whether a plan is no further from the best one than rounding to whole people may be."""
    a, b = one.figures, best.figures
    least = 1 - _ROUNDING
    return (
        a.kept >= b.kept
        and one.short <= best.short
        and ("people" not in order or a.people >= least * b.people)
        and a.months_rupiah >= least * b.months_rupiah
        and a.priority_rupiah >= (1 - _ROUNDING_PRIORITY) * b.priority_rupiah
    )


def alternatives(candidates: list[Candidate], chosen: Candidate, order: tuple[str, ...]) -> list[Alternative]:
    """Return the plans that were made and not chosen, and the first goal in which each falls behind."""
    found: list[Alternative] = []
    for other in candidates:
        if other is chosen:
            continue
        mine, theirs = chosen.figures.key(order), other.figures.key(order)
        behind = next((name for name, a, b in zip(order, mine, theirs, strict=True) if b < a), None)
        found.append({"method": other.method, "behind_in": behind, **other.figures.as_dict()})
    return found
