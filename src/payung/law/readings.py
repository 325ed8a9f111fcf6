"""Contested rules: ask the same question under every other reading, and keep what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from payung.law.steps import Cited, OtherReading
from payung.law.store import Law, used_readings
from payung.values import Month


def other_readings(
    law: Law,
    day: date | Month,
    cited: Iterable[Cited],
    chosen: Mapping[str, Any],
    ask: Callable[[Law], Mapping[str, Any]],
) -> tuple[OtherReading, ...]:
    """The readings, one changed at a time, under which `ask` answers otherwise than `chosen`."""
    found = []
    for name in used_readings(cited):
        rule = law.parameter(name)
        current = law.choose(name, day)
        for option in rule.options.values():
            if option.name == current.name:
                continue
            answer = ask(law.with_readings({name: option.name}))
            differs = {key: value for key, value in answer.items() if value != chosen[key]}
            if differs:
                found.append(OtherReading(name, rule.title, current.name, option.name, option.title, differs))
    return tuple(found)
