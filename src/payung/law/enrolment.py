"""Who may be enrolled: the national criteria, then those that a deployment lays over them.

Every criterion answers 'yes', 'no', 'unknown' (and what it needs) or 'presumed' (a fact that is taken as given
unless someone says otherwise: alive, working, citizen, has a NIK). `judge` is the one definition;
`tables.eligible_table` asks it once for each distinct fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from payung.identity.regions import contains, within
from payung.law.readings import other_readings
from payung.law.steps import Cited, OtherReading, Step, Text, plain
from payung.law.store import Law, Parameter, law_or_default, layered

YES, NO, UNKNOWN, PRESUMED = "yes", "no", "unknown", "presumed"
ANSWERS = (YES, NO, UNKNOWN, PRESUMED)


@dataclass(frozen=True, slots=True)
class CriterionAnswer:
    """One criterion's answer: 'yes', 'no', 'unknown' or 'presumed'; `needs` says what would settle an unknown."""

    name: str
    layer: str
    title: Text
    answer: str
    fact_name: str
    fact: Any
    limit: Any
    needs: Text | None
    cited: tuple[Cited, ...]

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        main = self.cited[0]
        return {
            "name": self.name,
            "layer": self.layer,
            "title": self.title.read(lang),
            "answer": self.answer,
            "fact": {self.fact_name: plain(self.fact)},
            "limit": plain(self.limit),
            "needs": self.needs.read(lang) if self.needs else None,
            "article": main.citation.read(lang),
            "source": main.source.read(lang),
            "confidence": main.confidence,
        }


@dataclass(frozen=True, slots=True)
class Eligibility:
    """May this person be enrolled? True, False, or None where a needed fact is unknown."""

    eligible: bool | None
    criteria: tuple[CriterionAnswer, ...]
    because: Step
    readings: tuple[OtherReading, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """Codes of what stands in the way: a criterion's name, or 'needs:FACT'."""
        codes = (reason(item.answer, item.name, item.fact_name) for item in self.criteria)
        return list(dict.fromkeys(code for code in codes if code))

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        return {
            "eligible": self.eligible,
            "reasons": self.reasons,
            "criteria": [item.as_data(lang) for item in self.criteria],
            "readings": [reading.as_data(lang) for reading in self.readings],
            "because": [self.because.as_data(lang)],
        }


def eligible(
    facts: Mapping[str, Any],
    on: date,
    criteria: Sequence[str | Path] = (),
    *,
    presume: Sequence[str] = (),
    law: Law | None = None,
) -> Eligibility:
    """Judge whether the person of `facts` may be enrolled on `on`, criterion by criterion.

    `facts` may hold birth_date (date), wage_worker, working, alive, citizen, has_nik (true or false), resident
    (dotted region code of the resident card), and whatever a layer judges, such as sector or occupation; one
    that is absent or None is unknown. `criteria` are layers over the national ones: a packaged layer's name
    ('kaltara') or a YAML file's path. `presume` names facts that are taken as given, and said to be, where they
    are unknown. Raises LawError for a layer that breaks the schema.
    Sources: PP 44/2015 Pasal 5 as replaced by PP 49/2023, Permenaker 5/2021; see each criterion's confidence.
    """
    law = layered(law_or_default(law), tuple(criteria)) if criteria else law_or_default(law)

    criteria_asked = law.criteria(on)
    answers = tuple(_answer(law, parameter, facts, on, presume) for parameter in criteria_asked)
    result = conclude([item.answer for item in answers])
    steps = tuple(
        Step(
            item.name,
            item.title,
            item.answer,
            "answer",
            _FORMULAS[law.parameter(item.name).criterion.test].format(fact=item.fact_name),  # type: ignore[union-attr]
            {item.fact_name: item.fact, **({} if item.limit is True else {"limit": item.limit})},
            item.cited,
            note=_needs_note(item),
        )
        for item in answers
    )
    because = Step(
        "eligible",
        Text("Boleh didaftarkan", "May be enrolled"),
        result,
        "yesno",
        "no if any criterion is no; else unknown if any is unknown; else yes",
        {"on": on},
        steps=steps,
    )

    def ask(other: Law) -> dict[str, bool | None]:
        return {"eligible": conclude([_said(other, one, facts, on, presume) for one in criteria_asked])}

    readings = other_readings(law, on, ask)
    return Eligibility(result, answers, because, readings)


def _needs_note(item: CriterionAnswer) -> Text | None:
    if item.answer == PRESUMED:
        return Text("dianggap demikian, tidak dinyatakan", "presumed, not stated")
    if item.needs:
        return Text(f"perlu: {item.needs.id}", f"needs: {item.needs.en}")
    return None


def _answer(
    law: Law, parameter: Parameter, facts: Mapping[str, Any], on: date, presume: Sequence[str]
) -> CriterionAnswer:
    criterion = parameter.criterion
    if criterion is None:
        raise TypeError(f"{parameter.name} is not a criterion")
    fact = facts.get(criterion.fact)
    answer = _said(law, parameter, facts, on, presume)
    cited = [law.cite(parameter.name, on)]
    if criterion.reading:
        cited.append(law.cite(criterion.reading, on))
    return CriterionAnswer(
        parameter.name,
        parameter.layer,
        parameter.title,
        answer,
        criterion.fact,
        fact,
        law.value(parameter.name, on),
        criterion.needs if answer == UNKNOWN else None,
        tuple(cited),
    )


def _said(law: Law, parameter: Parameter, facts: Mapping[str, Any], on: date, presume: Sequence[str]) -> str:
    """Judge a criterion on the facts, with those in `presume` taken as given where they are unknown."""
    name = parameter.criterion.fact if parameter.criterion else ""
    answer = judge(law, parameter, facts.get(name), on)
    return PRESUMED if answer == UNKNOWN and facts.get(name) is None and name in presume else answer


def judge(law: Law, parameter: Parameter, fact: Any, on: date) -> str:
    """Judge one criterion on one fact on `on`: 'yes', 'no', 'unknown' or 'presumed'."""
    criterion = parameter.criterion
    if criterion is None:
        raise TypeError(f"{parameter.name} is not a criterion")
    if fact is None:
        return PRESUMED if criterion.presume else UNKNOWN
    limit, extra = law.value(parameter.name, on), 0
    if criterion.reading:
        option = law.choose(criterion.reading, on)
        if option.waive:
            return YES
        extra = option.add
    passed = _TESTS[criterion.test](fact, limit, extra, on)
    return UNKNOWN if passed is None else YES if passed else NO


def age_limit(on: date, criteria: Sequence[str | Path] = (), *, law: Law | None = None) -> int | None:
    """Find the age in whole years from which nobody may be enrolled, by the law of `on` and the layers over it.

    Of several limits the lowest counts; None where there is none. `criteria` as for `eligible`, which raises the same.
    """
    law = layered(law_or_default(law), tuple(criteria)) if criteria else law_or_default(law)
    limits = []
    for parameter in law.criteria(on):
        criterion = parameter.criterion
        if criterion is None or criterion.test != "age_below":
            continue
        option = law.choose(criterion.reading, on) if criterion.reading else None
        if option is None or not option.waive:
            limits.append(int(law.value(parameter.name, on)) + (option.add if option else 0))
    return min(limits, default=None)


def conclude(answers: Sequence[str]) -> bool | None:
    """Combine the answers of all criteria: False if any says no, else None if any is unknown, else True."""
    if NO in answers:
        return False
    return None if UNKNOWN in answers else True


def reason(answer: str, name: str, fact: str) -> str | None:
    """Return the code of an obstacle: the criterion's name for a no, 'needs:FACT' for an unknown, else None."""
    if answer == NO:
        return name
    return f"needs:{fact}" if answer == UNKNOWN else None


def age(birth_date: date, on: date) -> int:
    """Completed years on `on`."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def _age_below(fact: date, limit: int, extra: int, on: date) -> bool | None:
    return None if fact > on else age(fact, on) < limit + extra


def _age_at_least(fact: date, limit: int, extra: int, on: date) -> bool | None:
    return None if fact > on else age(fact, on) >= limit + extra


def _within_region(fact: str, limit: list[str], extra: int, on: date) -> bool | None:
    """Return whether the dotted code lies in one of the regions; None where it is too coarse to say."""
    if within(fact, limit):
        return True
    return None if any(contains(fact, region) for region in limit) else False


#: Each test as a formula: `age` is counted from the fact.
_FORMULAS = {
    "age_below": "age < limit",
    "age_at_least": "age >= limit",
    "is_true": "{fact}",
    "is_false": "not {fact}",
    "within_region": "{fact} within limit",
    "one_of": "{fact} among limit",
}
_TESTS: dict[str, Any] = {
    "age_below": _age_below,
    "age_at_least": _age_at_least,
    "is_true": lambda fact, limit, extra, on: bool(fact),
    "is_false": lambda fact, limit, extra, on: not fact,
    "within_region": _within_region,
    "one_of": lambda fact, limit, extra, on: fact in limit,
}
