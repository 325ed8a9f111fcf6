"""The rungs of one cell together: what one of them does not tell, no two others tell by subtraction.

From below: active, registered, decreed; then eligible (decreed and the gap), verified, candidates. Each rung is at
least the one below it, in truth and as shown; two that are equal are shown equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from payung.disclosure.rounding import LEAST, is_small

#: From the lowest rung to the highest.
RUNGS = ("active", "registered", "decreed", "eligible", "verified", "candidates")
Counts = Mapping[str, int]
#: The rounded number of a measure with so many people.
Draw = Callable[[str, int], int]


def rounded(counts: Counts, draw: Draw) -> dict[str, int]:
    """Return the rungs that `counts` has, rounded, and the gap where decreed and eligible are among them.

    The gap is rounded and eligible is made of it: who is left out is what is asked for most.
    """
    shown: dict[str, int] = {}
    people = at = 0
    for name in (rung for rung in RUNGS if rung in counts):
        count = counts[name]
        if count > people:
            if name == "eligible" and "decreed" in shown:
                at += draw("gap", count - people)
            else:
                at = max(at, draw(name, count))
            people = count
        shown[name] = at
    return _with_gap(shown)


def exact_rungs(tables: Sequence[Counts], before: Sequence[Sequence[Counts]] = ()) -> frozenset[str]:
    """Return the rungs that may be shown as they are of all `tables` (the cells of one total) at once.

    A rung may where in each table it is none or five and more above the exact one below it, and where neither it nor
    that difference changed by 1 to 4 since any of `before` (the same cells of months that were shown).
    """
    found: list[str] = []
    lower = ""
    for name in RUNGS:
        if all(name in table for table in tables) and all(
            _far(_step(table, name, lower)) for table in tables
        ):
            changes = (
                _step(table, name, below) - _step(old, name, below)
                for olds in before
                for table, old in zip(tables, olds, strict=True)
                for below in {"", lower}
                if name in old and (not below or below in old)
            )
            if all(map(_far, changes)):
                found.append(name)
                lower = name
    return frozenset(found)


def exact(counts: Counts, kept: frozenset[str], draw: Draw) -> dict[str, int]:
    """Return the rungs of a cell: those in `kept` as they are, the others rounded between them.

    A rounded rung stands a multiple of five above the exact one below it, and none or five and more below the next.
    """
    shown: dict[str, int] = {}
    people = at = lower = 0
    names = [rung for rung in RUNGS if rung in counts]
    for place, name in enumerate(names):
        count = counts[name]
        if name in kept:
            at = lower = count
        elif count > people:
            ceiling = min((counts[above] for above in names[place:] if above in kept), default=None)
            at = _between(at, lower + draw(name, count - lower), ceiling)
        people = count
        shown[name] = at
    return _with_gap(shown)


def _between(least: int, wanted: int, ceiling: int | None) -> int:
    """Return the publishable count nearest to `wanted` that leaves no small count up to the exact rung above."""
    at = max(least, wanted)
    if ceiling is None or ceiling - at >= LEAST:
        return at
    return at - LEAST if is_small(ceiling - at) and at - LEAST >= least else ceiling


def part(name: str, people: int, whole: int, shown: int, draw: Draw, *, keep: bool = False) -> int:
    """Return some of the people of a rung (`whole` of them, of which `shown` is told), rounded, never more than those.

    With `keep` as they are, where neither they nor the others of the rung are few.
    """
    if people <= 0:
        return 0
    if people >= whole:
        return shown
    if keep and whole == shown and not is_small(people) and not is_small(whole - people):
        return people
    told = min(draw(name, people), shown)
    return max(0, told - LEAST) if keep and is_small(shown - told) else told


def _with_gap(shown: dict[str, int]) -> dict[str, int]:
    if "eligible" in shown and "decreed" in shown:
        shown["gap"] = shown["eligible"] - shown["decreed"]
    return shown


def _step(counts: Counts, name: str, below: str) -> int:
    return counts[name] - (counts[below] if below else 0)


def _far(difference: int) -> bool:
    return not is_small(abs(difference))
