"""The law as dated parameters: loaded from YAML, checked on load, never changed afterwards.

`Law.at(name, day)` is the one way in. A what-if is another `Law` with a draft laid over this one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from payung.law.errors import LawError
from payung.law.steps import Cited, Text
from payung.values import Month

HERE = Path(__file__).parent
NATIONAL = HERE / "parameters"
CRITERIA = HERE / "criteria"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a parameter, from `since` until the next value (or until `until`, exclusive)."""

    since: date
    value: Any
    citation: Text
    source: Text
    confidence: str
    until: date | None = None
    note: Text | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One reading of a contested rule; `value`, `add` and `waive` are what it does to the rule."""

    name: str
    title: Text
    value: Any = None
    add: int = 0
    waive: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """How a criterion is judged: which fact, by which test, and what to do where the fact is unknown."""

    fact: str
    test: str
    needs: Text
    presume: bool = False
    reading: str | None = None


@dataclass(frozen=True)
class Parameter:
    """A number, list, table, reading or criterion of the law with its whole history, oldest first."""

    name: str
    title: Text
    unit: str
    values: tuple[Value, ...]
    rules: tuple[str, ...] = ()
    note: Text | None = None
    question: Text | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    criterion: Criterion | None = None
    layer: str = "national"

    def at(self, day: date) -> Value:
        """Return the value in force on `day`. Raises LawError before the first value or after the last one ended."""
        index = bisect_right([value.since for value in self.values], day) - 1
        if index < 0:
            raise LawError(f"{self.name} has no value on {day}: the first begins {self.values[0].since}")
        found = self.values[index]
        if found.until is not None and day >= found.until:
            raise LawError(f"{self.name} has no value on {day}: it ended on {found.until}")
        return found

    def holds(self, day: date) -> bool:
        """Return whether a value is in force on `day`."""
        try:
            return self.at(day) is not None
        except LawError:
            return False


@dataclass(frozen=True, eq=False)
class Law:
    """A whole set of parameters, and the readings chosen for those that are contested.

    `consulted`, where it is a list, receives the name of each contested rule that is chosen from. `memo` holds what
    was worked out of `parameters` alone.
    """

    parameters: Mapping[str, Parameter]
    readings: Mapping[str, str] = field(default_factory=dict)
    consulted: list[str] | None = None
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    def parameter(self, name: str) -> Parameter:
        found = self.parameters.get(name)
        if found is None:
            raise LawError(f"no parameter is called {name!r}")
        return found

    def at(self, name: str, day: date | Month) -> Value:
        """Return the value of `name` in force on `day` (a month means its first day)."""
        return self.parameter(name).at(day.first_day if isinstance(day, Month) else day)

    def value(self, name: str, day: date | Month) -> Any:
        return self.at(name, day).value

    def cite(self, name: str, day: date | Month, shown: Any = None, words: Text | None = None) -> Cited:
        """Return the value in force on `day` with its article, source and confidence.

        `shown` stands for the value where only a part of it was used, such as one row of a table; `words` says it.
        """
        parameter = self.parameter(name)
        value = self.at(name, day)
        chosen, unit = value.value, parameter.unit
        if unit == "reading":
            option = self._chosen(name, day)
            chosen, words = option.name, option.title
        if shown is not None:
            chosen = shown
        return Cited(
            name,
            parameter.title,
            chosen,
            unit,
            value.since,
            value.citation,
            value.source,
            value.confidence,
            value.draft,
            words,
        )

    def choose(self, name: str, day: date | Month) -> Option:
        """Return the reading of the contested rule `name` in force: the one chosen here, else the cautious default."""
        if self.consulted is not None:
            self.consulted.append(name)
        return self._chosen(name, day)

    def _chosen(self, name: str, day: date | Month) -> Option:
        if name in self.readings:
            return self.parameter(name).options[self.readings[name]]
        if (name, "always") not in self.memo:
            self.memo[name, "always"] = _always(self.parameter(name))
        since, option = self.memo[name, "always"]
        if option and since <= (day.first_day if isinstance(day, Month) else day):
            return option  # type: ignore[no-any-return]
        return self.parameter(name).options[self.at(name, day).value]

    def contested(self) -> list[Parameter]:
        return [parameter for parameter in self.parameters.values() if parameter.unit == "reading"]

    def criteria(self, on: date) -> list[Parameter]:
        """Return the criteria asked on `on`. One that a draft or a deployment adds is asked only while it holds."""
        return [
            one
            for one in self.parameters.values()
            if one.criterion and (one.holds(on) or (one.layer == "national" and not one.values[0].draft))
        ]

    def with_readings(self, readings: Mapping[str, str]) -> Law:
        """Return this law read otherwise. `readings` maps a contested rule's name to one of its options.

        The prefix 'reading.' may be left out. Raises LawError for an unknown rule or option.
        """
        chosen = dict(self.readings)
        for given, option in readings.items():
            name = given if given.startswith("reading.") else f"reading.{given}"
            parameter = self.parameters.get(name)
            if parameter is None or parameter.unit != "reading":
                known = ", ".join(sorted(rule.name.removeprefix("reading.") for rule in self.contested()))
                raise LawError(f"no contested rule is called {given!r}; there are: {known}")
            if option not in parameter.options:
                raise LawError(f"{given} cannot be {option!r}; it can be: {', '.join(parameter.options)}")
            chosen[name] = option
        return replace(self, readings=chosen)

    def with_drafts(self, *paths: str | Path) -> Law:
        """Return this law with the parameter files (or folders of them) at `paths` laid over it.

        A draft value holds from its `from` date; where it names `to` (last day), the law beneath returns
        on the day after. The law in force is untouched. Raises LawFileError for a file that breaks the schema.
        """
        from payung.law.schema import read_files

        parameters = dict(self.parameters)
        for path in paths:
            for added in read_files(Path(path), draft=True, known=parameters):
                base = parameters.get(added.name)
                parameters[added.name] = _overlay(base, added) if base else added
        return replace(self, parameters=parameters, memo={})

    def with_layers(self, *layers: str | Path) -> Law:
        """Return this law with a deployment's own criteria added: a packaged layer's name or a YAML file's path."""
        from payung.law.schema import read_files

        parameters = dict(self.parameters)
        for layer in layers:
            packaged = CRITERIA / f"{layer}.yaml"
            path = packaged if isinstance(layer, str) and packaged.exists() else Path(layer)
            for added in read_files(path, known=parameters):
                parameters[added.name] = added
        return replace(self, parameters=parameters, memo={})


def _always(reading: Parameter) -> tuple[date, Option | None]:
    """Return the first day of a reading, and its one default where that never changes."""
    first = reading.values[0]
    steady = len(reading.values) == 1 and first.until is None
    return first.since, reading.options[first.value] if steady else None


def _overlay(base: Parameter, added: Parameter) -> Parameter:
    """Lay the values of `added` over `base` for their own spans; `base` holds again around them."""
    values = list(base.values)
    for new in added.values:
        kept: list[Value] = []
        for index, old in enumerate(values):
            end = values[index + 1].since if index + 1 < len(values) else (old.until or date.max)
            if old.until is not None:
                end = min(end, old.until)
            new_end = new.until or date.max
            if old.since < new.since:
                kept.append(replace(old, until=min(end, new.since) if end != date.max else new.since))
            if end > new_end:
                kept.append(
                    replace(old, since=max(old.since, new_end), until=None if end == date.max else end)
                )
        kept.append(new)
        values = sorted(kept, key=lambda value: value.since)
    return replace(base, values=tuple(values), options={**base.options, **added.options})


@lru_cache(maxsize=1)
def national_law() -> Law:
    """Return the law in force, as shipped with Payung. Loaded and checked once."""
    from payung.law.schema import read_files

    return Law({parameter.name: parameter for parameter in read_files(NATIONAL)})


def law_or_default(law: Law | None) -> Law:
    """Return `law`, or the national law where none is given."""
    return law if law is not None else national_law()


@lru_cache(maxsize=32)
def layered(law: Law, layers: tuple[str | Path, ...]) -> Law:
    """`law.with_layers(*layers)`, kept so that a page that asks for each person reads the files once."""
    return law.with_layers(*layers)
