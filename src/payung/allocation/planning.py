"""The plan: who is paid by whom in which months, proven close to the best, checked before it is returned."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from payung.allocation import parts
from payung.allocation.candidates import Candidate, alternatives, ranked
from payung.allocation.checker import check
from payung.allocation.clock import Clock
from payung.allocation.draft import Draft
from payung.allocation.drafting import (
    Optimised,
    exact_draft,
    goes_in_parts,
    idle_pools,
    is_small,
    make_whole,
    planned_in_parts,
    relax,
    steadied,
)
from payung.allocation.figures import Figures, measure
from payung.allocation.funds import Problem
from payung.allocation.goals import goal_order
from payung.allocation.instance import Instance, build
from payung.allocation.lines import assignments_of, unfunded_of
from payung.allocation.programme import bounds, fairness
from payung.allocation.programme.highs import Unsolved
from payung.allocation.programme.lp import Programme, Solution
from payung.allocation.report import BesideGoals, Floor, OfChosen, PeopleFirst, Refusal, Report, Violation
from payung.allocation.rules import best_rule, todays_way
from payung.allocation.words import refusal, sentence, whole_year
from payung.values import Month


@dataclass(slots=True)
class Plan:
    """A checked plan.

    `assignments`: person, fund, first_month, last_month (Int32 month numbers, last included), what is decided here;
    what was fixed before is in `fixed`. `unfunded`: person, reason. `report`: figures, goals with bound and gap,
    alternatives that were not chosen, problems of the input, seconds by stage. `settled`: what the programme says
    with head counts and floors kept; `programme` answers what-if questions from there.
    """

    assignments: pl.DataFrame
    unfunded: pl.DataFrame
    report: Report
    fixed: pl.DataFrame
    prices: pl.DataFrame | None
    instance: Instance
    draft: Draft
    programme: Programme | None
    settled: Solution | None

    def unfunded_reason(self, person: str) -> str:
        """Return the reason code of a person without a month. Raises KeyError for anybody else."""
        found = self.unfunded.filter(pl.col("person") == person)["reason"]
        if not len(found):
            raise KeyError(f"the plan has no unfunded person {person}")
        return str(found[0])


@dataclass(slots=True)
class _Tried:
    """The plans made, and what the proof of the chosen one rests on.

    `optimised`: the programme of a problem solved whole. `in_parts`: the plan of a large one, with the bounds that
    are being proven for it meanwhile.
    """

    candidates: list[Candidate]
    baseline: Draft | None = None
    optimised: Optimised | None = None
    in_parts: Candidate | None = None
    in_parts_bounds: Future[dict[str, float]] | None = None


@dataclass(slots=True)
class _Chosen:
    """The best plan that breaks no rule, or the last one tried where each breaks some."""

    candidate: Candidate
    assignments: pl.DataFrame
    violations: list[Violation]
    rejected: list[Refusal]


def plan(
    people: pl.DataFrame,
    funds: Iterable[Mapping[str, Any]],
    start: Month,
    months: int,
    keep_months: int = 6,
    *,
    seed: int = 0,
    first_goal: str | Sequence[str] = "months",
    baseline: bool = False,
    fixed: pl.DataFrame | None = None,
    prices: pl.DataFrame | None = None,
    floors: Mapping[str, float] | None = None,
    fair: float | None = None,
    time_limit: float | None = None,
) -> Plan:
    """Decide who is paid by which fund in which months.

    people: id, region (dotted village code), trade, priority (0..1), monthly_due (rupiah), eligible_until,
    covered_until (month numbers or null), current_fund; optional sector, sex, age, hold (doubtful, not funded).
    funds: mappings as in funds.json. `first_goal`: 'months', 'people' (most people before most months), or the
    order of goals by name, e.g. ('kept', 'priority', 'months').
    `fixed`: assignments already decreed (same columns as the result), kept as they are.
    `prices`: kind|null, sector|null, month (number), percent of monthly_due. `floors`: region prefix -> least share
    of its need (0..1), after keeping the covered; what is out of reach is named and lowered. `fair`: every regency is
    guaranteed this part (0..1) of the largest share that all can have. `time_limit` in seconds: the best checked
    plan by then. Raises ValueError for a horizon, an order or a table that makes the whole plan meaningless.
    """
    clock = Clock(time_limit)
    funds, order = list(funds), goal_order(first_goal)
    if fair is not None:
        floors = fairness.regencies(people["region"].drop_nulls().to_numpy())
    instance = build(people, funds, start, months, keep_months, seed, fixed, prices, floors)
    clock.stage("read")
    clock.divide(0.5 if first_goal == "people" else 1.0)
    until = clock.solving
    checked = partial(
        check,
        people=people,
        funds=funds,
        start=start,
        months=months,
        keep_months=keep_months,
        fixed=fixed,
        prices=prices,
    )
    with ThreadPoolExecutor(max_workers=1) as beside:
        tried = _try(instance, order, fair, baseline, clock, beside)
        in_order = ranked(tried.candidates, order, is_small(instance))
        chosen = _first_lawful(in_order, checked)
        clock.stage("check")
        proven = _proven(instance, tried, chosen.candidate, order, until)
    goals = bounds.table(
        instance, chosen.candidate.figures, proven, order, chosen.candidate.method == "exact"
    )
    clock.stage("bounds")
    report: Report = {
        "parameters": {
            "from": str(start),
            "months": months,
            "keep_months": keep_months,
            "seed": seed,
            "first_goal": first_goal if isinstance(first_goal, str) else list(first_goal),
        },
        **_of_chosen(tried, chosen, in_order, order),
        "goals": goals,
        **_beside_goals(instance, tried, chosen.candidate, fair),
        "seconds": clock.stages,
        "peak_mb": 0,
    }
    if first_goal == "people":
        clock.divide()
        report["cost_of_people_first"] = _cost_of_people(instance, chosen.candidate.figures, fair, clock)
        clock.stage("months_first")
    report["peak_mb"] = _peak_mb(beside=parts.WORKERS if goes_in_parts(instance) else 0)
    best = tried.optimised
    return Plan(
        assignments=chosen.assignments,
        unfunded=unfunded_of(chosen.candidate.draft),
        report=report,
        fixed=instance.fixed,
        prices=prices,
        instance=instance,
        draft=chosen.candidate.draft,
        programme=best.programme if best is not None else None,
        settled=best.settled if best is not None else None,
    )


def _try(
    instance: Instance,
    order: tuple[str, ...],
    fair: float | None,
    baseline: bool,
    clock: Clock,
    beside: Executor,
) -> _Tried:
    """Make plans in every way that the size allows: the solver works `beside` while the simple rule is made."""
    large = goes_in_parts(instance)
    joined = beside.submit(planned_in_parts, instance, order, clock) if large else None
    begun = (
        beside.submit(relax, instance, order, fair, clock.solving)
        if not large and _programme_has_a_say(instance)
        else None
    )
    rule = best_rule(instance, clock.hurrying)
    tried = _Tried([Candidate("best_rule", rule, measure(rule))])
    clock.stage("best_rule")
    if baseline:
        tried.baseline = todays_way(instance)
        tried.candidates.append(Candidate("todays_way", tried.baseline, measure(tried.baseline)))
        clock.stage("baseline")
    if joined is not None:
        with suppress(Unsolved):
            tried.candidates.append(Candidate("parts", joined.result(), measure(joined.result())))
        tried.in_parts = tried.candidates[-1]
        tried.in_parts_bounds = beside.submit(bounds.prove_large, instance, order, tried.in_parts.figures)
        clock.stage("parts")
    if begun is not None:
        with suppress(Unsolved):
            best = tried.optimised = begun.result()
            clock.stage("programme")
            _add_optimised(tried.candidates, best, clock)
    clock.stage("steady")
    with suppress(Unsolved):
        exact = exact_draft(instance, order, clock.solving)
        if exact is not None:
            draft, proven = exact
            tried.candidates.append(Candidate("exact" if proven else "whole_number", draft, measure(draft)))
    clock.stage("exact")
    if tried.optimised is not None and tried.optimised.fraction is not None:
        for candidate in tried.candidates:
            candidate.short = fairness.shortfall(candidate.draft, tried.optimised.fraction)
    return tried


def _programme_has_a_say(instance: Instance) -> bool:
    return bool((instance.signature >= 0).any() and len(instance.funds))


def _add_optimised(candidates: list[Candidate], best: Optimised, clock: Clock) -> None:
    """Add the programme's plans for named people, then the one with fewest changes of payer. Raises Unsolved."""
    make_whole(best, clock.solving)
    candidates += [Candidate("programme", draft, measure(draft)) for draft in best.drafts]
    clock.stage("whole")
    calm = steadied(best, clock.solving)
    if calm is not None:
        candidates.append(Candidate("programme_steady", calm, measure(calm)))


def _first_lawful(in_order: list[Candidate], checked: Callable[..., list[Violation]]) -> _Chosen:
    """Return the first of the plans that the independent checker passes, with those it refused before."""
    rejected: list[Refusal] = []
    for candidate in in_order:
        assignments = assignments_of(candidate.draft)
        violations = checked(assignments)
        if not violations:
            break
        rejected.append(refusal(candidate.method, violations))
    return _Chosen(candidate, assignments, violations, rejected)


def _proven(
    instance: Instance, tried: _Tried, chosen: Candidate, order: tuple[str, ...], until: float | None
) -> dict[str, float]:
    """How far any plan can be from the chosen one, goal by goal."""
    best = tried.optimised
    if best is not None and best.relaxation is not None:
        idle = idle_pools(best.programme, chosen.draft)
        return bounds.prove(best.relaxation, best.pledges, chosen.figures, order, until, idle)
    if tried.in_parts is chosen and tried.in_parts_bounds is not None:
        return tried.in_parts_bounds.result()
    return bounds.prove_large(instance, order, chosen.figures)


def _of_chosen(tried: _Tried, chosen: _Chosen, in_order: list[Candidate], order: tuple[str, ...]) -> OfChosen:
    """Return the part of the report about the chosen plan and those beside it."""
    rule = next(c for c in tried.candidates if c.method == "best_rule")
    return {
        **chosen.candidate.figures.as_dict(),
        "method": chosen.candidate.method,
        "violations": chosen.violations,
        "rejected": chosen.rejected,
        "alternatives": alternatives(in_order, chosen.candidate, order),
        "best_rule": rule.figures.as_dict(),
    }


def _beside_goals(instance: Instance, tried: _Tried, chosen: Candidate, fair: float | None) -> BesideGoals:
    """Return the part of the report about regional floors, faults of the input, and today's way for comparison."""
    floors: list[Floor] | None = None
    if instance.floors and _programme_has_a_say(instance):
        fraction = tried.optimised.fraction if tried.optimised is not None else None
        floors = _floors(instance, chosen.draft, fraction, fair)
    found: BesideGoals = {
        "problems": [problem.as_dict() for problem in instance.problems],
        "whole_year": whole_year(chosen.draft),
    }
    if floors is not None:
        found["floors"] = floors
    if tried.baseline is not None:
        found["baseline"] = {**measure(tried.baseline).as_dict(), "whole_year": whole_year(tried.baseline)}
        more_months = chosen.figures.person_months - found["baseline"]["person_months"]
        money = int(instance.cash[:, -1].sum()) if len(instance.funds) else 0
        found["sentence_id"], found["sentence_en"] = sentence(
            money, money, found["whole_year"] - found["baseline"]["whole_year"], more_months
        )
    return found


def _peak_mb(beside: int) -> int:
    """Megabytes at most in this process and in `beside` others, each counted as the largest of them."""
    own, other = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (own + beside * other) // 1024


def _floors(instance: Instance, draft: Draft, fraction: float | None, fair: float | None) -> list[Floor]:
    """Each floor asked, guaranteed and reached; names floors that the money or the time does not allow."""
    if fraction is None:
        instance.problems.append(
            Problem(
                "floors_not_solved",
                "",
                "waktu habis sebelum batas bawah wilayah dihitung; pekerja di wilayah itu hanya didahulukan. "
                "Beri waktu lebih lama",
                "the time was over before the regional floors were solved; people there were only served first. "
                "Allow more time",
                left_out=False,
            )
        )
    elif fraction < 1 - 1e-6 and fair is None:
        instance.problems.append(
            Problem(
                "floors_out_of_reach",
                "",
                f"batas bawah wilayah tidak terjangkau; {100 * fraction:.1f}% dari setiap batas dijamin",
                f"the regional floors are out of reach; {100 * fraction:.1f}% of each is guaranteed",
                left_out=False,
            )
        )
    return [
        {
            "region": name,
            "asked": share,
            "guaranteed": round(share * (fraction or 0.0), 6),
            "reached": round(reached, 6),
        }
        for (name, share), reached in zip(
            fairness.floors_in_order(instance), fairness.shares(draft), strict=True
        )
    ]


def _cost_of_people(instance: Instance, figures: Figures, fair: float | None, clock: Clock) -> PeopleFirst:
    """Return the cost in months of most people first: the figures of most months first, and the differences."""
    order = goal_order("months")
    drafts = [best_rule(instance, clock.hurrying)]
    with suppress(Unsolved):
        if goes_in_parts(instance):
            drafts.append(planned_in_parts(instance, order, clock))
        else:
            best = relax(instance, order, fair, clock.solving)
            make_whole(best, clock.solving)
            drafts += best.drafts
    months_first = max(map(measure, drafts), key=lambda figures: figures.key(order))
    return {
        "more_people": figures.people - months_first.people,
        "fewer_months": months_first.person_months - figures.person_months,
        "people_months_first": months_first.people,
        "months_months_first": months_first.person_months,
    }
