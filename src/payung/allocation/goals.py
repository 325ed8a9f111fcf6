"""The goals of a plan: their order, and exchange rates that make one weighted solve answer them in that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: what an order of goals may name; the three last goals always follow
FIRST_GOALS = ("kept", "people", "months", "priority")
LAST_GOALS = ("unspent", "narrow", "changes")
#: the order when none is asked for: keep the covered, most months, the most pressing
DEFAULT = ("kept", "months", "priority")
MOST_PEOPLE = ("kept", "people", "months", "priority")
MOST_PRESSING = ("kept", "priority", "months")

#: a month outweighs this many priorities of 1 (or the other way round)
_MONTH_SCALE = 10.0
#: how much dearer a person is than everything that keeping or beginning one may cost
_PERSON_SCALE = 1.5


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of a kept person, of a person, of a month, and of a month at priority 1."""

    kept: float
    people: float
    month: float
    priority: float = 1.0


def goal_order(first_goals: str | Sequence[str]) -> tuple[str, ...]:
    """All goals in their order. `first_goals`: 'months', 'people', 'priority', or names of FIRST_GOALS, foremost first.

    Months and priority must be among them. Raises ValueError for an order that is none.
    """
    named = {"months": DEFAULT, "people": MOST_PEOPLE, "priority": MOST_PRESSING}
    asked = named.get(first_goals) if isinstance(first_goals, str) else tuple(first_goals)
    if (
        asked is None
        or len(set(asked)) < len(asked)
        or not {"months", "priority"} <= set(asked) <= set(FIRST_GOALS)
    ):
        raise ValueError(
            f"the order of goals must name months and priority, and may name kept and people, not {first_goals!r}"
        )
    return (*asked, *LAST_GOALS)


def weights(order: Sequence[str], months: int, dearest: float) -> Weights:
    """Exchange rates for an order: each goal outweighs all below it that it may cost.

    `months` is the horizon, `dearest` the largest contribution in basic ones.
    """
    points = dict.fromkeys(FIRST_GOALS, 0.0)
    per_month = per_person = 0.0
    for goal in reversed([goal for goal in order if goal in FIRST_GOALS]):
        if goal in ("months", "priority"):
            points[goal] = max(1.0, _MONTH_SCALE * per_month, _MONTH_SCALE * per_person)
            per_month += points[goal]
        else:
            points[goal] = max(1.0, _PERSON_SCALE * (months * dearest * per_month + per_person))
            per_person += points[goal]
    return Weights(points["kept"], points["people"], points["months"], points["priority"])


def only_through(weight: Weights, order: Sequence[str], goal: str) -> Weights:
    """Return the same rates without the goals below `goal`."""
    names = [name for name in order if name in FIRST_GOALS]
    kept = set(names[: names.index(goal) + 1])
    value = {
        "kept": weight.kept,
        "people": weight.people,
        "months": weight.month,
        "priority": weight.priority,
    }
    return Weights(*(value[name] if name in kept else 0.0 for name in FIRST_GOALS))
