"""Contested rules: ask the same question under every other reading, one and several at once, and keep what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from payung.law.errors import LawError
from payung.law.steps import OtherReading, Taken
from payung.law.store import Law
from payung.values import Month

Answer = TypeVar("Answer")
#: No question is asked under more combinations of readings than this.
MOST = 500


Parts = Mapping[str, Any]


def other_readings(
    law: Law,
    day: date | Month,
    ask: Callable[[Law], Parts],
    fixed: Sequence[str] = (),
    search: Sequence[tuple[Callable[[Law], Parts], int]] = (),
) -> tuple[OtherReading, ...]:
    """Return the readings under which `ask` answers otherwise than under `law`, those that change one rule first.

    Every single change that makes a difference is told; several changed together only where a part of the answer
    then takes a value that fewer changes do not give. `fixed` names the rules that are never changed. Where the
    parts of an answer do not depend on each other, `search` asks for them apart, each with how many rules may be
    changed together, which is fewer questions than asking for all at once.
    """
    worth: dict[tuple[tuple[str, str], ...], tuple[dict[str, str], Parts]] = {}
    for question, most in search or [(ask, MOST)]:
        for changed, differs in _making_a_difference(every_reading(law, day, question, fixed, most)):
            worth.setdefault(tuple(sorted(changed.items())), (changed, differs))
    chosen = ask(law) if search and worth else {}
    found = []
    for changed, differs in sorted(worth.values(), key=lambda one: len(one[0])):
        if search:
            differs = _differing(ask(law.with_readings(changed)), chosen)
        found.append(OtherReading(_taken(law, day, changed), differs))
    return tuple(found)


def _differing(answer: Parts, chosen: Parts) -> Parts:
    return {part: value for part, value in answer.items() if value != chosen.get(part)}


def _making_a_difference(
    answers: Iterator[tuple[dict[str, str], Parts]],
) -> Iterator[tuple[dict[str, str], Parts]]:
    """Yield the changes of one rule that change the answer, and those of several that give a part a new value."""
    _, chosen = next(answers)
    told: dict[str, list[Any]] = {part: [value] for part, value in chosen.items()}
    for changed, answer in answers:
        differs = _differing(answer, chosen)
        new = any(value not in told.get(part, ()) for part, value in differs.items())
        if differs and (new or len(changed) == 1):
            yield changed, differs
            for part, value in differs.items():
                told.setdefault(part, []).append(value)


def every_reading(
    law: Law,
    day: date | Month,
    ask: Callable[[Law], Answer],
    fixed: Sequence[str] = (),
    together: int = MOST,
) -> Iterator[tuple[dict[str, str], Answer]]:
    """(rules read otherwise than in `law`, answer) for every combination that `ask` can tell apart, fewest first.

    Only rules that `ask` consults are changed, at most `together` of them at once; at most MOST questions are
    asked. A combination under which the question cannot be answered is passed over.
    """
    waiting: list[dict[str, str]] = [{}]
    for changed in waiting:
        consulted: list[str] = []
        other = Law(law.parameters, {**law.readings, **changed}, consulted, law.memo)
        try:
            answer = ask(other)
        except LawError:
            if not changed:
                raise
            continue
        yield changed, answer
        if len(changed) == together or not consulted:
            continue
        names = [name for name in dict.fromkeys(consulted) if name not in fixed]
        last = max((names.index(name) for name in changed if name in names), default=-1)
        for name in names[last + 1 :]:
            current = law.choose(name, day).name
            for option in law.parameter(name).options:
                if len(waiting) < MOST and option != current:
                    waiting.append({**changed, name: option})


def told_otherwise(
    law: Law, day: date | Month, changed: Mapping[str, str], lang: str = "id"
) -> dict[str, Any]:
    """Which rules are read how in `changed`, as plain values; the caller says what differs."""
    told = OtherReading(_taken(law, day, changed), {}).as_data(lang)
    return {name: value for name, value in told.items() if name not in ("differs", "text")}


def _taken(law: Law, day: date | Month, changed: Mapping[str, str]) -> tuple[Taken, ...]:
    rules = [(law.parameter(name), option) for name, option in changed.items()]
    return tuple(
        Taken(rule.name, rule.title, law.choose(rule.name, day).name, option, rule.options[option].title)
        for rule, option in rules
    )
