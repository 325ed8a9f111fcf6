"""Computing a plan: the lines by the chosen method, checked, with today's way and what was not chosen beside it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from payung import allocation
from payung.allocation.instance import build
from payung.allocation.lines import assignments_of, unfunded_of
from payung.allocation.rules import best_rule, todays_way
from payung.planning.inputs import PlanInput
from payung.planning.report import by_fund, by_place_and_trade, costed, figures, sentence, spared
from payung.planning.rows import Computed, PlanReport
from payung.registry.models import Occupation, Region
from payung.registry.queries import region_names
from payung.values import Period

#: how much more money each fund is asked about, how many funds are asked, and how long that may take
NEXT_MONEY = 100_000_000
_ASKED_FUNDS = 60
_NEXT_MONEY_SECONDS = 20


@dataclass(slots=True)
class Solved:
    """A plan's lines before they are stored: who is paid, who is not and why, and the report."""

    given: PlanInput
    assignments: pl.DataFrame
    unfunded: pl.DataFrame
    report: PlanReport
    options: dict[str, Any] = field(default_factory=dict)


def solve(given: PlanInput, period: Period, options: Mapping[str, Any]) -> Solved:
    """Compute the plan of `options` over `given`, checked, with today's way beside it."""
    began = time.monotonic()
    keep, seed = options["keep_months"], options["seed"]
    start, months = period.first, len(period)
    baseline = simple(given, period, keep, seed, todays_way)
    extra = _NO_SOLVER
    if options["method"] == "best":
        made = allocation.plan(
            given.people,
            given.funds,
            start,
            months,
            keep,
            seed=seed,
            first_goal=options["first_goal"],
            prices=given.prices,
            floors=options["floors"] or None,
            fair=options["fair"],
            time_limit=options["time_limit"],
        )
        assignments, unfunded = made.assignments, made.unfunded
        extra = _computed(made, given)
    elif options["method"] == "today":
        assignments, unfunded = baseline
    else:
        assignments, unfunded = simple(given, period, keep, seed, best_rule)
    report = report_of(given, period, keep, assignments, unfunded, baseline[0], extra)
    report["total_seconds"] = round(time.monotonic() - began, 2)
    return Solved(given, assignments, unfunded, report, dict(options))


def _computed(made: allocation.Plan, given: PlanInput) -> Computed:
    """Return what the allocation's report adds to a plan's own."""
    told = made.report
    added: Computed = {
        "goals": told["goals"],
        "problems": told["problems"],
        "method": told["method"],
        "alternatives": told["alternatives"],
        "rejected": told["rejected"],
        "seconds": told["seconds"],
        "peak_mb": told["peak_mb"],
        "openings": _openings(made, given),
        "next_money": _next_money(made, given),
    }
    if "floors" in told:
        added["floors"] = told["floors"]
    if "cost_of_people_first" in told:
        added["cost_of_people_first"] = told["cost_of_people_first"]
    return added


def _next_money(made: allocation.Plan, given: PlanInput) -> list[dict[str, Any]]:
    """Return what Rp100 million more in each of the largest funds would buy, re-solved; by the fund's kind and place.

    The largest of each kind and place come first, in case time runs out.
    """
    described = {fund["id"]: fund for fund in given.funds}
    largest = sorted(
        described, key=lambda code: (-sum(amount for _, amount in described[code]["cash"]), code)
    )
    seen: Counter[tuple[Any, ...]] = Counter()
    turn: dict[str, int] = {}
    for code in largest:
        alike = (described[code]["kind"], *described[code]["regions"])
        turn[code] = seen[alike]
        seen[alike] += 1
    largest.sort(key=turn.__getitem__)
    until = time.monotonic() + _NEXT_MONEY_SECONDS
    found = allocation.next_money(made, NEXT_MONEY, largest[:_ASKED_FUNDS], until)
    return [
        {**row, "name": described[row["fund"]]["name"], "regions": described[row["fund"]]["regions"]}
        for row in found.to_dicts()
    ]


def _openings(made: allocation.Plan, given: PlanInput) -> dict[str, list[list[str]]]:
    """For each fund with money that finds no use: what would use it, in Indonesian and English."""
    places = region_names()
    found = {}
    for fund in made.instance.funds:
        changes = allocation.explain_fund(made, fund.id).changes
        if changes:
            found[fund.id] = [
                [_named(text, change.facts, places) for text in (change.text_id, change.text_en)]
                for change in changes
            ]
    return found


def _named(text: str, facts: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """Return a sentence with the region's name in place of its code."""
    code = facts.get("region", "")
    return text.replace(code, places[code]) if code in places else text


def simple(
    given: PlanInput, period: Period, keep: int, seed: int, rule: Any
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines and unfunded of a simple rule of the allocation (best_rule, todays_way)."""
    draft = rule(build(given.people, given.funds, period.first, len(period), keep, seed, prices=given.prices))
    return assignments_of(draft), unfunded_of(draft)


#: What is computed where no solver made the lines.
_NO_SOLVER: Computed = {"problems": []}


def report_of(
    given: PlanInput,
    period: Period,
    keep: int,
    assignments: pl.DataFrame,
    unfunded: pl.DataFrame,
    baseline: pl.DataFrame,
    computed: Computed = _NO_SOLVER,
) -> PlanReport:
    """Report any list of lines: figures, broken rules, tables by place, trade and fund, reasons, and the sentence."""
    lines, today = costed(given, assignments), costed(given, baseline)
    mine, other = (figures(given, part, period, keep) for part in (lines, today))
    levels = (Region.Level.REGENCY, Region.Level.DISTRICT)
    names = dict(Region.objects.filter(level__in=levels).values_list("code", "name"))
    labels = dict(Occupation.objects.values_list("id", "label"))
    return {
        "figures": mine,
        "baseline": other,
        "sentence": {lang: sentence(mine, other, keep, lang) for lang in ("id", "en")},
        "violations": allocation.check(
            assignments,
            given.people,
            given.funds,
            period.first,
            len(period),
            keep,
            prices=given.prices,
        ),
        "reasons": dict(unfunded.group_by("reason").len().sort("len", descending=True).iter_rows()),
        "funds": by_fund(given, lines, today, unfunded, period, keep),
        "eligible": given.people.filter(~pl.col("hold")).height,
        "doubtful": given.people.filter(pl.col("hold")).height,
        "spared": spared(given, period),
        **by_place_and_trade(given, lines, today, names, labels, period),
        **computed,
    }
