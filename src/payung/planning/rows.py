"""The report of a plan as it is kept with it (JSON) and shown: figures, tables by fund and place, reasons."""

from __future__ import annotations

from typing import Any, TypedDict

from payung.allocation.report import Alternative, Floor, Goal, PeopleFirst, ProblemRow, Refusal, Violation


class Figures(TypedDict):
    """People, months and rupiah of a list of lines.

    people: protected without a gap for the shortest spell or more; whole_year: from the first month they need to the
    last of the plan; money, spent and unspent in rupiah.
    """

    people: int
    person_months: int
    whole_year: int
    kept: int
    dropped: int
    money: int
    spent: int
    unspent: int


class PlaceRow(TypedDict):
    """One regency, district or trade: eligible people, what the plan pays there, and today's way beside it."""

    name: str
    key: str
    eligible: int
    people: int
    months: int
    rupiah: int
    people_today: int
    months_today: int
    rupiah_today: int
    dropped: int
    dropped_today: int


class FundFigures(TypedDict):
    """What one fund's money does (rupiah), whom it could serve, and today's way beside it."""

    fund: str
    name: str
    kind: str
    money: int
    people: int
    months: int
    spent: int
    unspent: int
    people_today: int
    unspent_today: int
    could_serve: int
    unserved: int


class FundRow(FundFigures):
    """The figures of a fund, and why some of its money is left."""

    why: str
    why_en: str


class Tables(TypedDict):
    """The tables by place and trade."""

    by_regency: list[PlaceRow]
    by_district: list[PlaceRow]
    by_trade: list[PlaceRow]


class Spared(TypedDict):
    """Whom the plan leaves to others who pay already."""

    people: int
    months: int


class Computed(TypedDict, total=False):
    """What the allocation adds where it made the plan.

    openings: by fund, what would use money that is left (Indonesian, English); next_money: what Rp100 million more in
    a fund would buy; seconds by stage.
    """

    goals: list[Goal]
    problems: list[ProblemRow]
    method: str
    alternatives: list[Alternative]
    rejected: list[Refusal]
    floors: list[Floor]
    cost_of_people_first: PeopleFirst
    seconds: dict[str, float]
    peak_mb: int
    openings: dict[str, list[list[str]]]
    next_money: list[dict[str, Any]]
    total_seconds: float


class PlanReport(Tables, Computed):
    """The whole report of a stored plan; `reasons` counts people without a payer by code."""

    figures: Figures
    baseline: Figures
    sentence: dict[str, str]
    violations: list[Violation]
    reasons: dict[str, int]
    funds: list[FundRow]
    eligible: int
    doubtful: int
    spared: Spared
