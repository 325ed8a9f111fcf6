"""The report of a plan: what was asked, what it reached, how far from the best it can be, what it could not use.

Everything in it is plain data, so that it is kept as JSON and printed by `--json` as it is.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class FigureRow(TypedDict):
    """The figures of one plan; people and months are counted, `*_rupiah`, spent and unspent are rupiah."""

    people: int
    person_months: int
    kept: int
    dropped: int
    months_rupiah: int
    priority_rupiah: int
    spent: int
    unspent: int
    changes: int


#: What was asked: first month (YYYY-MM), length in months, and the order of goals.
Parameters = TypedDict(
    "Parameters",
    {"from": str, "months": int, "keep_months": int, "seed": int, "first_goal": str | list[str]},
)


class Violation(TypedDict):
    """A rule that a plan breaks: `subject` is the person or fund, `month` YYYY-MM or None."""

    code: str
    subject: str
    month: str | None
    text_id: str
    text_en: str


class Refusal(TypedDict):
    """A plan that the independent checker refused."""

    method: str
    violations: list[Violation]
    text_id: str
    text_en: str


class Alternative(FigureRow):
    """A plan that was made and not chosen, and the first goal in which it is worse."""

    method: str
    behind_in: str | None


class Goal(TypedDict):
    """A goal's value, the bound that no plan can be beyond, and the gap between them as a share."""

    name: str
    value: float
    bound: float | None
    gap: float | None
    proven: bool


class Floor(TypedDict):
    """A region's least share of its need: asked, guaranteed and reached (0..1)."""

    region: str
    asked: float
    guaranteed: float
    reached: float


class ProblemRow(TypedDict):
    """Something contradictory in the input; `left_out` tells whether its subject took no part."""

    code: str
    subject: str
    text_id: str
    text_en: str
    left_out: bool


class Baseline(FigureRow):
    """The figures of today's way; `whole_year` counts people paid for without a gap."""

    whole_year: int


class PeopleFirst(TypedDict):
    """What most people first costs beside most months first."""

    more_people: int
    fewer_months: int
    people_months_first: int
    months_months_first: int


class BesideGoals(TypedDict):
    """The part of the report about floors, faults of the input, today's way, and what was asked beside the plan.

    `readings` and `explanations` are added by the command.
    """

    problems: list[ProblemRow]
    whole_year: int
    floors: NotRequired[list[Floor]]
    baseline: NotRequired[Baseline]
    sentence_id: NotRequired[str]
    sentence_en: NotRequired[str]
    cost_of_people_first: NotRequired[PeopleFirst]
    readings: NotRequired[list[dict[str, Any]]]
    explanations: NotRequired[list[dict[str, Any]]]


class OfChosen(FigureRow):
    """The part of the report about the chosen plan and those beside it."""

    method: str
    violations: list[Violation]
    rejected: list[Refusal]
    alternatives: list[Alternative]
    best_rule: FigureRow


class Report(OfChosen, BesideGoals):
    """The whole report. `seconds` are by stage."""

    parameters: Parameters
    goals: list[Goal]
    seconds: dict[str, float]
    peak_mb: int
