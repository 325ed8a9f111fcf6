"""The plan: who is paid by whom in which months, proven close to the best, checked before it is returned."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from payung.allocation.checker import check
from payung.allocation.classes import classes_of
from payung.allocation.draft import Draft
from payung.allocation.exact import LARGEST, ExactProgramme
from payung.allocation.figures import Figures, fund_breadth, measure
from payung.allocation.highs import Unsolved
from payung.allocation.instance import FUNDS_TOO_SHORT, PRIORITY_SCALE, Instance, build
from payung.allocation.lp import Programme, Solution
from payung.allocation.pledges import Pledges, settle
from payung.allocation.repair import Repair
from payung.allocation.rules import best_rule, todays_way
from payung.allocation.steady import steady
from payung.allocation.whole import Payers, choose
from payung.allocation.words import sentence, whole_year
from payung.values import Month

#: up to how many people priorities are kept exact; beyond, in bands
_EXACT_PRIORITY = 1_500
#: up to how many people the classes are also solved in whole numbers
_SMALL = 1_000
#: goals whose bound is proven, not only where the programme stands
PROVEN = ("kept", "months", "unspent")
MONEY_SHORT, LOTTERY = "money_short", "lottery"


@dataclass(slots=True)
class Plan:
    """A checked plan.

    `assignments`: person, fund, first_month, last_month (Int32 month numbers, last included), what is decided here;
    what was fixed before is in `fixed`. `unfunded`: person, reason. `report`: figures, goals with bound and gap,
    problems of the input, seconds by stage.
    """

    assignments: pl.DataFrame
    unfunded: pl.DataFrame
    report: dict[str, Any]
    fixed: pl.DataFrame
    prices: pl.DataFrame | None
    instance: Instance
    draft: Draft
    programme: Programme | None
    relaxed: Solution | None

    def unfunded_reason(self, person: str) -> str:
        """The reason code of a person without a month. Raises KeyError for anybody else."""
        found = self.unfunded.filter(pl.col("person") == person)["reason"]
        if not len(found):
            raise KeyError(f"{person} is not among the unfunded")
        return str(found[0])


class _Clock:
    """Seconds by stage; only reported, never decides (a time limit does, when one is asked for)."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last = time.monotonic()

    def stage(self, name: str) -> None:
        now = time.monotonic()
        self.stages[name] = round(self.stages.get(name, 0.0) + now - self._last, 3)
        self._last = now


def plan(
    people: pl.DataFrame,
    funds: Iterable[Mapping[str, Any]],
    start: Month,
    months: int,
    keep_months: int = 6,
    *,
    seed: int = 0,
    first_goal: str = "months",
    baseline: bool = False,
    fixed: pl.DataFrame | None = None,
    prices: pl.DataFrame | None = None,
    floors: Mapping[str, float] | None = None,
    time_limit: float | None = None,
) -> Plan:
    """Decides who is paid by which fund in which months.

    people: id, region (dotted village code), trade, priority (0..1), monthly_due (rupiah), eligible_until,
    covered_until (month numbers or null), current_fund; optional sector, sex, age, hold (doubtful, not funded).
    funds: mappings as in funds.json. `first_goal` 'people' puts most people before most months.
    `fixed`: assignments already decreed (same columns as the result), kept as they are.
    `prices`: kind|null, sector|null, month (number), percent of monthly_due. `floors`: region prefix -> least share
    of its need (0..1). `time_limit` in seconds: the best checked plan by then.
    Raises ValueError for a horizon or a table that makes the whole plan meaningless.
    """
    clock = _Clock()
    until = None if time_limit is None else time.monotonic() + time_limit
    funds = list(funds)
    instance = build(people, funds, start, months, keep_months, seed, fixed, prices, floors)
    clock.stage("read")
    goals = goal_names(first_goal)
    rule = best_rule(instance)
    rule_figures = measure(rule)
    clock.stage("best_rule")
    candidates = [(rule, rule_figures, "best_rule")]
    today = todays_way(instance) if baseline else None
    if today is not None:
        candidates.append((today, measure(today), "todays_way"))
        clock.stage("baseline")
    programme: Programme | None = None
    relaxed: Solution | None = None
    pledges: Pledges | None = None
    if (instance.signature >= 0).any() and len(instance.funds):
        try:
            best = _optimise(instance, first_goal, until, clock)
            programme, relaxed, pledges = best.programme, best.relaxed, best.pledges
            found = [(draft, measure(draft), "programme") for draft in best.drafts]
            candidates += found
            calm = steady(programme, max(found, key=lambda one: one[1].key(goals))[0], until)
            if calm is not None:
                candidates.append((calm, measure(calm), "programme_steady"))
            clock.stage("steady")
        except Unsolved:
            clock.stage("programme")
        try:
            exact = _exact(instance, goals, until)
            if exact is not None:
                candidates.append((exact[0], measure(exact[0]), "exact" if exact[1] else "whole_number"))
        except Unsolved:
            pass
        clock.stage("exact")
    candidates.sort(key=lambda candidate: candidate[1].key(goals), reverse=True)
    rejected = []
    for draft, figures, method in candidates:  # noqa: B007 - the last one stands if none is lawful
        assignments = assignments_of(draft)
        violations = check(assignments, people, funds, start, months, keep_months, fixed, prices)
        if not violations:
            break
        rejected.append({"method": method, "violations": violations})
    clock.stage("check")
    report: dict[str, Any] = {
        "parameters": {
            "from": str(start),
            "months": months,
            "keep_months": keep_months,
            "seed": seed,
            "first_goal": first_goal,
        },
        **figures.as_dict(),
        "method": method,
        "violations": violations,
        "rejected": rejected,
        "problems": [problem.as_dict() for problem in instance.problems],
        "best_rule": rule_figures.as_dict(),
    }
    report["goals"] = _goals(instance, figures, programme, relaxed, pledges, goals, method == "exact", until)
    clock.stage("bounds")
    report["whole_year"] = whole_year(draft)
    if today is not None:
        report["baseline"] = {**measure(today).as_dict(), "whole_year": whole_year(today)}
        more_months = figures.person_months - report["baseline"]["person_months"]
        money = int(instance.cash[:, -1].sum()) if len(instance.funds) else 0
        report["sentence_id"], report["sentence_en"] = sentence(
            money, money, report["whole_year"] - report["baseline"]["whole_year"], more_months
        )
    if first_goal == "people":
        report["cost_of_people_first"] = _cost_of_people(instance, figures, until)
        clock.stage("months_first")
    report["seconds"] = clock.stages
    report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Plan(
        assignments=assignments,
        unfunded=unfunded_of(draft),
        report=report,
        fixed=instance.fixed,
        prices=prices,
        instance=instance,
        draft=draft,
        programme=programme,
        relaxed=relaxed,
    )


def _cost_of_people(instance: Instance, figures: Figures, until: float | None) -> dict[str, int]:
    """What most people first costs in months: the figures of most months first, and the differences."""
    months_first = measure(best_rule(instance))
    try:
        found = [measure(draft) for draft in _optimise(instance, "months", until, _Clock()).drafts]
        months_first = max(months_first, *found, key=lambda f: f.key(goal_names("months")))
    except (Unsolved, ValueError):
        pass
    return {
        "more_people": figures.people - months_first.people,
        "fewer_months": months_first.person_months - figures.person_months,
        "people_months_first": months_first.people,
        "months_months_first": months_first.person_months,
    }


def _exact(instance: Instance, goals: tuple[str, ...], until: float | None) -> tuple[Draft, bool] | None:
    if int((instance.signature >= 0).sum()) > _SMALL:
        return None
    exact = ExactProgramme(instance)
    if not 0 < exact.size <= LARGEST:
        return None
    draft, proven = exact.solve(goals, until)
    draft.rank()
    return draft, proven


def goal_names(first_goal: str) -> tuple[str, ...]:
    """The goals in their order. Raises ValueError for an unknown first goal."""
    if first_goal == "months":
        return ("kept", "months", "priority", "unspent", "narrow", "changes")
    if first_goal == "people":
        return ("kept", "people", "months", "priority", "unspent", "narrow", "changes")
    raise ValueError(f"first_goal must be 'months' or 'people', not {first_goal!r}")


@dataclass(slots=True)
class _Optimised:
    programme: Programme
    relaxed: Solution
    pledges: Pledges | None
    drafts: list[Draft]


def _optimise(instance: Instance, first_goal: str, until: float | None, clock: _Clock) -> _Optimised:
    size = int((instance.signature >= 0).sum())
    band = 1 if size <= _EXACT_PRIORITY else PRIORITY_SCALE // 10
    classes = classes_of(instance, band)
    programme = Programme(instance, classes, first_goal)
    clock.stage("classes")
    relaxed = programme.solve(until)
    solution, pledges = settle(programme, relaxed, until)
    clock.stage("programme")
    drafts = [whole(programme, solution, until)]
    while pledges is not None and (missed := _missed(programme, solution, drafts[-1])):
        with suppress(Unsolved):
            for k in missed:
                solution = programme.without(k, until)
            drafts.append(whole(programme, solution, until))
            continue
        break
    clock.stage("whole")
    return _Optimised(programme, relaxed, pledges, drafts)


def _missed(programme: Programme, solution: Solution, draft: Draft) -> list[int]:
    """Pools with a head count that the programme counted on and that pay nobody in the draft."""
    heads = programme.heads(solution).max(axis=1)
    return [
        k
        for k, pool in enumerate(programme.classes.pools)
        if programme.asked(k) > 0 and heads[k] > 1e-6 and not (draft.payer == pool.funds[0]).any()
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
    draft.rank()
    return draft


def _goals(
    instance: Instance,
    figures: Figures,
    programme: Programme | None,
    relaxed: Solution | None,
    pledges: Pledges | None,
    goals: tuple[str, ...],
    exact: bool,
    until: float | None,
) -> list[dict[str, Any]]:
    """Value, bound and gap of each goal, and whether the bound is proven.

    Proven: no plan that keeps as many can be beyond the bound. For priority the bound is the value at which the
    programme stands when the goals before it are at their bounds, priorities averaged within bands.
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
    bound: dict[str, float] = {name: value[name] for name in goals} if exact else {}
    if not exact:
        bound = _bounds(instance, figures, programme, relaxed, pledges, until)
    result: list[dict[str, Any]] = []
    for name in goals:
        best = bound.get(name)
        entry = {
            "name": name,
            "value": value[name],
            "bound": best,
            "gap": None,
            "proven": exact or name in PROVEN,
        }
        if best is None:
            entry["proven"] = False
        elif name == "unspent":
            # against the money, so that nothing left over is not a division by nothing
            entry["gap"] = max(0.0, value[name] - best) / max(1.0, float(figures.spent + figures.unspent))
        else:
            entry["gap"] = max(0.0, best - value[name]) / max(1.0, abs(best))
        result.append(entry)
    return result


def _bounds(
    instance: Instance,
    figures: Figures,
    programme: Programme | None,
    relaxed: Solution | None,
    pledges: Pledges | None,
    until: float | None,
) -> dict[str, float]:
    active = instance.signature >= 0
    need = float((instance.due * (instance.last - instance.first + 1))[active].sum())
    money = float(instance.cash[:, -1].sum()) if len(instance.funds) else 0.0
    one_price = bool((instance.percent == 100).all())
    months = min(need, money) if one_price else need
    bound: dict[str, float] = {"kept": float((active & instance.covered).sum())}
    if programme is not None and relaxed is not None:
        bound["kept"] = min(bound["kept"], float(np.floor(relaxed.kept + 1e-6)))
        if pledges is not None:
            with suppress(Unsolved):
                bound["kept"] = min(bound["kept"], float(np.floor(pledges.kept_bound(until) + 1e-6)))
        bound["priority"] = relaxed.priority * programme.base
        if not programme.weights.people:
            with suppress(Unsolved):
                best = (pledges or programme).months_bound(figures.kept, until)
                months = min(months, best * programme.base)
        else:
            bound["people"], months = relaxed.people, relaxed.months * programme.base
    bound["months"] = months
    if one_price:
        bound["unspent"] = max(0.0, money - months)
    return {name: round(amount, 6) for name, amount in bound.items()}


def assignments_of(draft: Draft) -> pl.DataFrame:
    """Runs of months with one payer, sorted by person and month."""
    inst, payer = draft.instance, draft.payer
    person, month = np.nonzero(payer >= 0)
    fund = payer[person, month].astype(np.int64)
    fresh = np.ones(len(person), dtype=np.bool_)
    if len(person):
        fresh[1:] = (person[1:] != person[:-1]) | (fund[1:] != fund[:-1]) | (month[1:] != month[:-1] + 1)
    at = np.flatnonzero(fresh)
    stop = np.append(at[1:], len(person)) - 1 if len(at) else at
    names = np.array([f.id for f in inst.funds], dtype=object)
    return pl.DataFrame(
        {
            "person": pl.Series(inst.ids[person[at]].tolist(), dtype=pl.String),
            "fund": pl.Series(names[fund[at]].tolist() if len(at) else [], dtype=pl.String),
            "first_month": pl.Series((month[at] + inst.start.number).astype(np.int32), dtype=pl.Int32),
            "last_month": pl.Series((month[stop] + inst.start.number).astype(np.int32), dtype=pl.Int32),
        }
    )


def unfunded_of(draft: Draft) -> pl.DataFrame:
    """Everyone without a month, with the reason code."""
    inst = draft.instance
    reasons = inst.reasons.copy()
    idle = (inst.signature >= 0) & (draft.payer < 0).all(axis=1)
    open_by_signature = [
        np.asarray(inst.open[members].any(axis=0)) if len(members) else np.zeros(inst.months, dtype=np.bool_)
        for members in inst.signature_funds
    ]
    funded = (inst.signature >= 0) & ~idle
    worst: dict[tuple[int, ...], int] = {}

    def key(i: int) -> tuple[int, ...]:
        return (
            int(inst.signature[i]),
            int(inst.due[i]),
            int(inst.first[i]),
            int(inst.last[i]),
            int(inst.current[i]) if inst.covered[i] else -2,
        )

    for i in np.flatnonzero(funded).tolist():
        k = key(i)
        worst[k] = min(worst.get(k, PRIORITY_SCALE), int(inst.priority[i]))
    for i in np.flatnonzero(idle).tolist():
        months = open_by_signature[int(inst.signature[i])][inst.first[i] : inst.last[i] + 1]
        if _longest(months) < inst.keep_months and not (inst.covered[i] and len(months) and months[0]):
            reasons[i] = FUNDS_TOO_SHORT
        elif worst.get(key(i)) == int(inst.priority[i]):
            reasons[i] = LOTTERY
        else:
            reasons[i] = MONEY_SHORT
    without = np.flatnonzero((draft.payer < 0).all(axis=1))
    return pl.DataFrame(
        {
            "person": pl.Series(inst.ids[without].tolist(), dtype=pl.String),
            "reason": pl.Series(reasons[without].tolist(), dtype=pl.String),
        }
    )


def _longest(months: Any) -> int:
    best = run = 0
    for is_open in months:
        run = run + 1 if is_open else 0
        best = max(best, run)
    return best
