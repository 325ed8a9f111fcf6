"""The plan: who is paid by whom in which months, proven close to the best, checked before it is returned."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payung.allocation import bounds, fairness, parts
from payung.allocation.candidates import Candidate, alternatives, ranked, within_rounding
from payung.allocation.checker import check
from payung.allocation.classes import classes_of
from payung.allocation.clock import Clock
from payung.allocation.draft import Draft
from payung.allocation.exact import LARGEST, ExactProgramme
from payung.allocation.exchange import press, stay
from payung.allocation.figures import Figures, fund_breadth, measure
from payung.allocation.funds import Problem
from payung.allocation.goals import goal_order
from payung.allocation.head_bounds import without_beaten
from payung.allocation.highs import Unsolved
from payung.allocation.instance import Instance, build
from payung.allocation.lines import assignments_of, unfunded_of
from payung.allocation.lp import Programme, Solution
from payung.allocation.pledges import Pledges, settle
from payung.allocation.relaxation import Relaxation
from payung.allocation.repair import Repair
from payung.allocation.rules import best_rule, todays_way
from payung.allocation.steady import steady
from payung.allocation.whole import Payers, choose
from payung.allocation.words import refusal, sentence, whole_year
from payung.values import Month

#: up to how many people priorities are kept exact; beyond, in bands
_EXACT_PRIORITY = 1_500
#: ten-thousandths of priority in a band, and in one of a part, where more programmes are solved
_BAND, _BAND_OF_PART = 300, 300
#: up to how many people the classes are also solved in whole numbers
_SMALL = 1_000
#: up to how many columns fewest changes of payer are sought: the goal is the last one and not worth minutes
_STEADY = 500_000
#: share of its months that a part may fall short of its programme before its head counts are looked at again, and how
#: many columns of the programme are searched for them
_NEAR, _SEARCHED = 2.5e-3, 10_000


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
    report: dict[str, Any]
    fixed: pl.DataFrame
    prices: pl.DataFrame | None
    instance: Instance
    draft: Draft
    programme: Programme | None
    settled: Solution | None

    def unfunded_reason(self, person: str) -> str:
        """The reason code of a person without a month. Raises KeyError for anybody else."""
        found = self.unfunded.filter(pl.col("person") == person)["reason"]
        if not len(found):
            raise KeyError(f"the plan has no unfunded person {person}")
        return str(found[0])


@dataclass(slots=True)
class _Optimised:
    programme: Programme
    relaxed: Solution
    settled: Solution
    pledges: Pledges | None
    relaxation: Relaxation | None
    drafts: list[Draft]
    fraction: float | None = None


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
    """Decides who is paid by which fund in which months.

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
    with ThreadPoolExecutor(max_workers=1) as beside:
        begun: Future[_Optimised] | None = None
        joined: Future[Draft] | None = None
        if _in_parts(instance):
            joined = beside.submit(
                parts.in_parts, instance, partial(_in_part, order=order, clock=clock), clock.hurrying
            )
        elif (instance.signature >= 0).any() and len(instance.funds):
            begun = beside.submit(_relax, instance, order, fair, until)
        rule = best_rule(instance, clock.hurrying)
        candidates = [Candidate("best_rule", rule, measure(rule))]
        rule_figures = candidates[0].figures
        clock.stage("best_rule")
        today = todays_way(instance) if baseline else None
        if today is not None:
            candidates.append(Candidate("todays_way", today, measure(today)))
            clock.stage("baseline")
        best: _Optimised | None = None
        proofs: tuple[Candidate, Future[dict[str, float]]] | None = None
        if joined is not None:
            with suppress(Unsolved):
                candidates.append(Candidate("parts", joined.result(), measure(joined.result())))
            likely = candidates[-1]
            proofs = likely, beside.submit(bounds.prove_large, instance, order, likely.figures)
            clock.stage("parts")
        try:
            best = begun.result() if begun is not None else None
            clock.stage("programme")
            if best is not None:
                _make_whole(best, until)
                found = [Candidate("programme", draft, measure(draft)) for draft in best.drafts]
                candidates += found
                clock.stage("whole")
                calm = _steadied(best, until)
                if calm is not None:
                    candidates.append(Candidate("programme_steady", calm, measure(calm)))
        except Unsolved:
            pass
        clock.stage("steady")
        with suppress(Unsolved):
            exact = _exact(instance, order, until)
            if exact is not None:
                candidates.append(
                    Candidate("exact" if exact[1] else "whole_number", exact[0], measure(exact[0]))
                )
        clock.stage("exact")
        if best is not None and best.fraction is not None:
            for candidate in candidates:
                candidate.short = fairness.shortfall(candidate.draft, best.fraction)
        candidates = ranked(candidates, order, _small(instance))
        rejected = []
        for chosen in candidates:
            assignments = assignments_of(chosen.draft)
            violations = check(assignments, people, funds, start, months, keep_months, fixed, prices)
            if not violations:
                break
            rejected.append(refusal(chosen.method, violations))
        clock.stage("check")
        if best is not None and best.relaxation is not None:
            idle = _idle(best.programme, chosen.draft)
            proven = bounds.prove(best.relaxation, best.pledges, chosen.figures, order, until, idle)
        elif proofs is not None and proofs[0] is chosen:
            proven = proofs[1].result()
        else:
            proven = bounds.prove_large(instance, order, chosen.figures)
    report: dict[str, Any] = {
        "parameters": {
            "from": str(start),
            "months": months,
            "keep_months": keep_months,
            "seed": seed,
            "first_goal": first_goal if isinstance(first_goal, str) else list(first_goal),
        },
        **chosen.figures.as_dict(),
        "method": chosen.method,
        "violations": violations,
        "rejected": rejected,
        "alternatives": alternatives(candidates, chosen, order),
        "best_rule": rule_figures.as_dict(),
        "goals": bounds.table(instance, chosen.figures, proven, order, chosen.method == "exact"),
    }
    clock.stage("bounds")
    if instance.floors and begun is not None:
        fraction = best.fraction if best is not None else None
        report["floors"] = _floors(instance, chosen.draft, fraction, fair)
    report["problems"] = [problem.as_dict() for problem in instance.problems]
    report["whole_year"] = whole_year(chosen.draft)
    if today is not None:
        report["baseline"] = {**measure(today).as_dict(), "whole_year": whole_year(today)}
        more_months = chosen.figures.person_months - report["baseline"]["person_months"]
        money = int(instance.cash[:, -1].sum()) if len(instance.funds) else 0
        report["sentence_id"], report["sentence_en"] = sentence(
            money, money, report["whole_year"] - report["baseline"]["whole_year"], more_months
        )
    if first_goal == "people":
        clock.divide()
        report["cost_of_people_first"] = _cost_of_people(instance, chosen.figures, fair, clock)
        clock.stage("months_first")
    report["seconds"] = clock.stages
    report["peak_mb"] = _peak_mb(beside=parts.WORKERS if joined is not None else 0)
    return Plan(
        assignments=assignments,
        unfunded=unfunded_of(chosen.draft),
        report=report,
        fixed=instance.fixed,
        prices=prices,
        instance=instance,
        draft=chosen.draft,
        programme=best.programme if best is not None else None,
        settled=best.settled if best is not None else None,
    )


def _peak_mb(beside: int) -> int:
    """Megabytes at most in this process and in `beside` others, each counted as the largest of them."""
    own, other = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (own + beside * other) // 1024


def _floors(
    instance: Instance, draft: Draft, fraction: float | None, fair: float | None
) -> list[dict[str, float | str]]:
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


def _cost_of_people(instance: Instance, figures: Figures, fair: float | None, clock: Clock) -> dict[str, int]:
    """What most people first costs in months: the figures of most months first, and the differences."""
    order = goal_order("months")
    drafts = [best_rule(instance, clock.hurrying)]
    with suppress(Unsolved):
        if _in_parts(instance):
            drafts.append(
                parts.in_parts(instance, partial(_in_part, order=order, clock=clock), clock.hurrying)
            )
        else:
            best = _relax(instance, order, fair, clock.solving)
            _make_whole(best, clock.solving)
            drafts += best.drafts
    months_first = max(map(measure, drafts), key=lambda figures: figures.key(order))
    return {
        "more_people": figures.people - months_first.people,
        "fewer_months": months_first.person_months - figures.person_months,
        "people_months_first": months_first.people,
        "months_months_first": months_first.person_months,
    }


def _small(instance: Instance) -> bool:
    return int((instance.signature >= 0).sum()) <= _SMALL


def _exact(instance: Instance, order: tuple[str, ...], until: float | None) -> tuple[Draft, bool] | None:
    if not _small(instance) or instance.floors:
        return None
    exact = ExactProgramme(instance)
    if not 0 < exact.size <= LARGEST:
        return None
    draft, proven = exact.solve(order, until)
    draft.rank()
    return draft, proven


def _relax(
    instance: Instance,
    order: tuple[str, ...],
    fair: float | None,
    until: float | None,
    proven: bool = True,
    searched: bool = True,
) -> _Optimised:
    """The programme and what it says. Raises Unsolved."""
    size = int((instance.signature >= 0).sum())
    band = 1 if size <= _EXACT_PRIORITY else _BAND if proven else _BAND_OF_PART
    programme = Programme(instance, classes_of(instance, band), order)
    relaxed = programme.solve(until)
    fraction = None
    if instance.floors:
        fraction = fairness.reachable(programme, relaxed, until) * (1.0 if fair is None else fair)
        fairness.guarantee(programme, fraction)
        relaxed = programme.solve(until)
    relaxation = Relaxation(programme) if proven else None
    settled, pledges = settle(programme, relaxed, until, searched)
    return _Optimised(programme, relaxed, settled, pledges, relaxation, [], fraction)


def _in_parts(instance: Instance) -> bool:
    """Whether the problem is planned in parts; regional floors hold across parts, so they are planned whole."""
    return int((instance.signature >= 0).sum()) > parts.WHOLE and not instance.floors


def _in_part(part: Instance, order: tuple[str, ...], clock: Clock) -> NDArray[np.int16]:
    """Who pays whom in the best draft of one part of a large problem; the best simple rule's where the time is over.

    Where head counts compete for people, first those pay that spend most; then all are met one after another, and
    only searched for where that costs months.
    """
    found: list[Candidate] = []
    until, columns = clock.solving, 0

    def by_goals(one: Candidate) -> tuple[int, ...]:
        return one.key(order)

    with suppress(Unsolved):
        narrowed = without_beaten(part)
        for own, searched in ((narrowed, False), (part, False), (part, True))[narrowed is part :]:
            if searched and found and columns > _SEARCHED:
                break
            best = _relax(own, order, None, until, proven=False, searched=searched)
            columns = best.programme.solver.columns
            _make_whole(best, until)
            top = max((Candidate("", draft, measure(draft)) for draft in best.drafts), key=by_goals)
            found.append(top)
            calm = _steadied(best, until)
            if calm is not None and within_rounding(one := Candidate("", calm, measure(calm)), top, order):
                found[-1] = one
            if top.figures.months_rupiah >= (1 - _NEAR) * best.relaxed.months * best.programme.base:
                break
    best_draft = max(found, key=by_goals).draft if found else best_rule(part, clock.hurrying)
    return best_draft.payer


def _make_whole(best: _Optimised, until: float | None) -> None:
    """Drafts for named people near what the programme says.

    A fund whose head count they miss by rounding is planned with more people; at the second time it is left out.
    """
    programme = best.programme
    best.drafts.append(whole(programme, best.settled, until))
    asked_more: set[int] = set()
    while missed := _missed(programme, best.settled, best.drafts[-1]):
        again = [k for k in missed if k not in asked_more]
        try:
            for k in again:
                best.settled = programme.with_more_heads(k, best.settled, until)
            if not again:
                best.settled = programme.without(min(missed, key=programme.money), until)
        except Unsolved:
            return
        asked_more.update(again)
        best.drafts.append(whole(programme, best.settled, until))


def _steadied(best: _Optimised, until: float | None) -> Draft | None:
    """A draft with fewest changes of payer; None where that takes too many columns. Raises Unsolved.

    A fund whose head count it misses by rounding keeps all the people it had before, or is planned with more.
    """
    programme, missed = best.programme, list[int]()
    for _ in range(2):
        for k in missed:
            if programme.heads(best.settled)[k].max() < programme.plenty(k):
                best.settled = programme.with_more_heads(k, best.settled, until)
        solution = steady(programme, best.settled, until, _STEADY, missed)
        if solution is None:
            return None
        draft = whole(programme, solution, until)
        missed = _missed(programme, solution, draft)
        if not missed:
            break
    return draft


def _missed(programme: Programme, solution: Solution, draft: Draft) -> list[int]:
    """Pools with a head count that the programme counted on and that pay nobody in the draft."""
    heads = programme.heads(solution).max(axis=1)
    return [k for k in _idle(programme, draft) if heads[k] > 1e-6]


def _idle(programme: Programme, draft: Draft) -> list[int]:
    """Pools with a head count that pay nobody in the draft."""
    return [
        k
        for k, pool in enumerate(programme.classes.pools)
        if programme.asked(k) > 0 and not (draft.payer == pool.funds[0]).any()
    ]


def whole(programme: Programme, solution: Solution, until: float | None = None) -> Draft:
    """A lawful draft for named people near the programme's solution."""
    chosen = choose(programme, solution)
    draft = Payers(programme, solution.flow).deal(chosen)
    repair = Repair(draft, fund_breadth(programme.instance).astype(float), until)
    person, begin, end, own = chosen
    free = own < 0
    repair.mend(person[free], begin[free], end[free])
    repair.head_counts()
    repair.rescue()
    repair.refill()
    repair.extend()
    repair.head_counts()
    stay(draft)
    press(draft, until)
    draft.rank()
    return draft
