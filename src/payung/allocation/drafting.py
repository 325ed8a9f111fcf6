"""Drafts of a plan: from the programme to named people, whole or part by part, exact where that is small enough."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from payung.allocation import parts
from payung.allocation.candidates import Candidate, within_rounding
from payung.allocation.clock import Clock
from payung.allocation.draft import Draft
from payung.allocation.exchange import press, stay
from payung.allocation.figures import fund_breadth, measure
from payung.allocation.instance import Instance
from payung.allocation.mending.repair import Repair
from payung.allocation.programme import fairness
from payung.allocation.programme.classes import classes_of
from payung.allocation.programme.exact import LARGEST, ExactProgramme
from payung.allocation.programme.head_bounds import without_beaten
from payung.allocation.programme.highs import Unsolved
from payung.allocation.programme.lp import Programme, Solution
from payung.allocation.programme.pledges import Pledges, settle
from payung.allocation.programme.relaxation import Relaxation
from payung.allocation.programme.steady import steady
from payung.allocation.programme.whole import Payers, choose
from payung.allocation.rules import best_rule

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
class Optimised:
    """A solved programme and the drafts made from it.

    `relaxed`: before head counts, `settled`: with them. `relaxation` proves bounds. `fraction`: the part of each
    regional floor that is guaranteed.
    """

    programme: Programme
    relaxed: Solution
    settled: Solution
    pledges: Pledges | None
    relaxation: Relaxation | None
    drafts: list[Draft]
    fraction: float | None = None


def is_small(instance: Instance) -> bool:
    """Return whether so few people need a payer that the problem is also solved in whole numbers."""
    return int((instance.signature >= 0).sum()) <= _SMALL


def exact_draft(instance: Instance, order: tuple[str, ...], until: float | None) -> tuple[Draft, bool] | None:
    """Return the best plan of a small problem and whether that is proven; None for others. Raises Unsolved."""
    if not is_small(instance) or instance.floors:
        return None
    exact = ExactProgramme(instance)
    if not 0 < exact.size <= LARGEST:
        return None
    draft, proven = exact.solve(order, until)
    draft.rank()
    return draft, proven


def relax(
    instance: Instance,
    order: tuple[str, ...],
    fair: float | None,
    until: float | None,
    proven: bool = True,
    searched: bool = True,
) -> Optimised:
    """Return the programme and what it says. Raises Unsolved."""
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
    return Optimised(programme, relaxed, settled, pledges, relaxation, [], fraction)


def goes_in_parts(instance: Instance) -> bool:
    """Return whether the problem is planned in parts; regional floors hold across parts, so they are planned whole."""
    return int((instance.signature >= 0).sum()) > parts.WHOLE and not instance.floors


def planned_in_parts(instance: Instance, order: tuple[str, ...], clock: Clock) -> Draft:
    """Return a draft of a large problem, part by part. Raises Unsolved."""
    return parts.in_parts(instance, partial(in_part, order=order, clock=clock), clock.hurrying)


def in_part(part: Instance, order: tuple[str, ...], clock: Clock) -> NDArray[np.int16]:
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
            best = relax(own, order, None, until, proven=False, searched=searched)
            columns = best.programme.solver.columns
            make_whole(best, until)
            top = max((Candidate("", draft, measure(draft)) for draft in best.drafts), key=by_goals)
            found.append(top)
            calm = steadied(best, until)
            if calm is not None and within_rounding(one := Candidate("", calm, measure(calm)), top, order):
                found[-1] = one
            if top.figures.months_rupiah >= (1 - _NEAR) * best.relaxed.months * best.programme.base:
                break
    best_draft = max(found, key=by_goals).draft if found else best_rule(part, clock.hurrying)
    return best_draft.payer


def make_whole(best: Optimised, until: float | None) -> None:
    """Make drafts for named people near the programme's solution.

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


def steadied(best: Optimised, until: float | None) -> Draft | None:
    """Return a draft with fewest changes of payer; None where that takes too many columns. Raises Unsolved.

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
    return [k for k in idle_pools(programme, draft) if heads[k] > 1e-6]


def idle_pools(programme: Programme, draft: Draft) -> list[int]:
    """Pools with a head count that pay nobody in the draft."""
    return [
        k
        for k, pool in enumerate(programme.classes.pools)
        if programme.asked(k) > 0 and not (draft.payer == pool.funds[0]).any()
    ]


def whole(programme: Programme, solution: Solution, until: float | None = None) -> Draft:
    """Return a lawful draft for named people near the programme's solution."""
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
