"""Explanations: every answer of the law is a tree of steps, each naming its parameters and articles.

A step is data. `render_text` writes it for people, `as_data` for JSON and for a web page to draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from payung.law.words import NAMES, code_in_words, formula_in_words, name_in_words, part_in_words
from payung.values import Month, Period, date_in_words, format_rupiah

#: The confidence of a value, from best to worst, with its words in Indonesian and English.
CONFIDENCE: dict[str, tuple[str, str]] = {
    "text": ("teks peraturan dibaca", "text of the regulation read"),
    "two-sources": ("dua sumber atau lebih", "two sources or more"),
    "one-source": ("satu sumber", "one source"),
    "derived": ("disimpulkan dari aturan lain", "derived from another rule"),
    "unverified": ("BELUM DIPERIKSA", "NOT VERIFIED"),
}
LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One phrase in both languages."""

    id: str
    en: str

    def read(self, lang: str) -> str:
        return self.en if lang == "en" else self.id


@dataclass(frozen=True, slots=True)
class Cited:
    """A parameter's value as it was used: where it stands in the law, who says so and how sure that is."""

    parameter: str
    title: Text
    value: Any
    unit: str
    since: date
    citation: Text
    source: Text
    confidence: str
    draft: bool = False
    words: Text | None = None

    def shown(self, lang: str) -> str:
        """Return the value as a person reads it: in its own words where it has them."""
        return self.words.read(lang) if self.words else show(self.value, self.unit, lang)

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        return {
            "parameter": self.parameter,
            "title": self.title.read(lang),
            "value": plain(self.value),
            "text": self.shown(lang),
            "since": self.since.isoformat(),
            "article": self.citation.read(lang),
            "source": self.source.read(lang),
            "confidence": self.confidence,
            "confidence_text": CONFIDENCE[self.confidence][1 if lang == "en" else 0],
            "draft": self.draft,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an answer.

    `value` is in `unit`; `formula` is written with the names of the inputs and of the steps below it;
    where `formula` is 'sum' the value is exactly the sum of the values of `steps`.
    """

    name: str
    title: Text
    value: Any
    unit: str = "text"
    formula: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    cited: tuple[Cited, ...] = ()
    steps: tuple[Step, ...] = ()
    note: Text | None = None

    def walk(self) -> Iterator[Step]:
        """Yield this step and every step below it."""
        yield self
        for step in self.steps:
            yield from step.walk()

    def inputs_in_words(self, lang: str) -> str:
        """Return the formula's inputs as a person reads them."""
        return "; ".join(
            f"{name_in_words(name, lang)} {show(value, NAMES[name][0] if name in NAMES else 'text', lang)}"
            for name, value in self.inputs.items()
        )

    def sources(self) -> Iterator[Cited]:
        """Every parameter used anywhere in this tree."""
        for step in self.walk():
            yield from step.cited

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        """Return the tree as plain values (numbers, text, lists, mappings), ready for JSON or a page."""
        answer: dict[str, Any] = {
            "name": self.name,
            "title": self.title.read(lang),
            "value": plain(self.value),
            "text": show(self.value, self.unit, lang),
            "unit": self.unit,
        }
        if self.formula:
            answer["formula"] = self.formula
            answer["formula_text"] = formula_in_words(self.formula, lang)
        if self.inputs:
            answer["inputs"] = {name: plain(value) for name, value in self.inputs.items()}
            answer["inputs_text"] = self.inputs_in_words(lang)
        if self.note:
            answer["note"] = self.note.read(lang)
        answer["sources"] = [cited.as_data(lang) for cited in self.cited]
        answer["steps"] = [step.as_data(lang) for step in self.steps]
        return answer


@dataclass(frozen=True, slots=True)
class Taken:
    """One contested rule read otherwise: the option `chosen` in the answer, and the `option` taken instead."""

    reading: str
    title: Text
    chosen: str
    option: str
    option_title: Text


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What would be answered if one contested rule, or several together, were read otherwise."""

    taken: tuple[Taken, ...]
    differs: Mapping[str, Any]

    @property
    def reading(self) -> str:
        return self._joined("reading")

    @property
    def chosen(self) -> str:
        return self._joined("chosen")

    @property
    def option(self) -> str:
        return self._joined("option")

    def _joined(self, field: str) -> str:
        return " + ".join(getattr(one, field) for one in self.taken)

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        return {
            "reading": self.reading,
            "title": " + ".join(one.title.read(lang) for one in self.taken),
            "chosen": self.chosen,
            "option": self.option,
            "option_title": " + ".join(one.option_title.read(lang) for one in self.taken),
            "together": [
                {
                    "reading": one.reading,
                    "title": one.title.read(lang),
                    "option": one.option,
                    "option_title": one.option_title.read(lang),
                }
                for one in self.taken
            ],
            "differs": {name: plain(value) for name, value in self.differs.items()},
            "text": self.in_words(lang),
        }

    def how(self, lang: str = "id") -> str:
        """Which rules are read how, as a person reads it."""
        return "; ".join(f"{one.title.read(lang)} / {one.option_title.read(lang)}" for one in self.taken)

    def in_words(self, lang: str = "id") -> str:
        """Return the answers of this reading as a person reads them."""
        told = []
        for name, value in self.differs.items():
            unit = _unit(name, value)
            between = ": " if unit == "yesno" else " "
            told.append(f"{part_in_words(name, lang)}{between}{show(value, unit, lang)}")
        return "; ".join(told)


def _unit(part: str, value: Any) -> str:
    if value is None and part.endswith(("_from", "_on")):
        return "date"
    if isinstance(value, str):
        return "answer"
    if isinstance(value, bool) or part == "eligible":
        return "yesno"
    return "date" if isinstance(value, date) else "rupiah"


def sum_step(name: str, title: Text, steps: list[Step], unit: str = "rupiah") -> Step:
    """Return a step whose value is the sum of `steps`."""
    return Step(name, title, sum(step.value for step in steps), unit, "sum", steps=tuple(steps))


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: dates and months as text, fractions as numbers."""
    if isinstance(value, bool) or value is None or isinstance(value, int | float | str):
        return value
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Month | Period):
        return str(value)
    if isinstance(value, Text):
        return {"id": value.id, "en": value.en}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


_UNITS = {
    "months": ("bulan", "months"),
    "days": ("hari", "days"),
    "working_days": ("hari kerja", "working days"),
    "years": ("tahun", "years"),
    "hours": ("jam", "hours"),
    "age": ("tahun", "years of age"),
}
_WORDS = {True: ("ya", "yes"), False: ("tidak", "no"), None: ("tidak diketahui", "unknown")}
_ANSWERS = {
    "none": ("tidak ada", "none"),
    "partial": ("sebagian (biaya pemakaman saja)", "partial (funeral cost only)"),
    "full": ("penuh", "full"),
    "yes": ("ya", "yes"),
    "no": ("tidak", "no"),
    "unknown": ("tidak diketahui", "unknown"),
    "presumed": ("dianggap ya", "presumed yes"),
}


def show(value: Any, unit: str, lang: str = "id") -> str:
    """`value` as a person reads it in `lang`."""
    which = 1 if lang == "en" else 0
    if value is None and unit not in ("yesno", "rupiah"):
        return "-"
    if value is None or isinstance(value, bool):
        return _WORDS[value][which]
    if unit == "rupiah":
        return format_rupiah(value)
    if unit == "percent":
        text = f"{plain(Fraction(str(value)))}%"
        return text if lang == "en" else text.replace(".", ",")
    if unit in _UNITS:
        return f"{value} {_UNITS[unit][which]}"
    if unit == "answer":
        return _ANSWERS[value][which]
    if unit in _ROWS and isinstance(value, list):
        return "; ".join(_ROWS[unit](row, lang) for row in value)
    if isinstance(value, Text):
        return value.read(lang)
    if isinstance(value, Month):
        return value.in_words(lang)
    if isinstance(value, date):
        hour = f", {value:%H:%M}" if isinstance(value, datetime) and value.time() != time() else ""
        return date_in_words(value, lang) + hour
    if isinstance(value, Mapping):
        amount = "rupiah" if unit == "table" else "text"
        return "; ".join(
            f"{code_in_words(key, lang)} {show(item, amount, lang) if item is not None else _WORDS[None][which]}"
            for key, item in value.items()
        )
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(show(item, "code", lang) for item in value) or "-"
    if unit in _CODED and isinstance(value, str):
        return code_in_words(value, lang)
    return str(plain(value))


def from_to(first: int, last: int | None, base: int) -> Text:
    """One income band in words."""
    if last is None:
        return Text(
            f"mulai {format_rupiah(first)}: dasar {format_rupiah(base)}",
            f"from {format_rupiah(first)}: base {format_rupiah(base)}",
        )
    return Text(
        f"{format_rupiah(first)} sampai {format_rupiah(last)}: dasar {format_rupiah(base)}",
        f"{format_rupiah(first)} to {format_rupiah(last)}: base {format_rupiah(base)}",
    )


def _level(row: Mapping[str, Any], lang: str) -> str:
    times, a_year = ("tahun", "setahun") if lang == "id" else ("years", "a year")
    amount = format_rupiah(row["yearly"])
    return f"{code_in_words(row['level'], lang)} {amount} {a_year}, {row['years']} {times}"


def _tier(row: Mapping[str, Any], lang: str) -> str:
    since = "mulai bulan ke-" if lang == "id" else "from month "
    return f"{since}{row['from_month']} {show(row['percent'], 'percent', lang)}"


#: Units whose value is a list of rows, and how one row reads.
_ROWS: dict[str, Any] = {
    "bands": lambda row, lang: from_to(row["from"], None, row["base"]).read(lang),
    "ladder": _level,
    "tiers": _tier,
    "items": lambda row, lang: row[lang],
    "losses": lambda row, lang: f"{row[lang]} {show(row['percent'], 'percent', lang)}",
}
_CODED = ("code", "codes")


def render_text(step: Step, lang: str = "id") -> str:
    """Return the tree as indented text: value, formula, article, source and confidence of every step."""
    return "\n".join(_lines(step, lang, 0))


def _hosts(source: str) -> str:
    """Return the sources by the names of their sites, so that a line stays readable; the data hold them in full."""
    names = [
        re.sub(r"^https?://(?:www\.)?([^/ ]+).*", r"\1", one).partition(" (")[0] for one in source.split("; ")
    ]
    return ", ".join(dict.fromkeys(names))


def _lines(step: Step, lang: str, depth: int) -> Iterator[str]:
    pad = "  " * depth
    formula = f"   = {formula_in_words(step.formula, lang)}" if step.formula else ""
    yield f"{pad}{step.title.read(lang)}: {show(step.value, step.unit, lang)}{formula}"
    if step.inputs:
        yield f"{pad}  {'dengan' if lang == 'id' else 'with'} {step.inputs_in_words(lang)}"
    if step.note:
        yield f"{pad}  ({step.note.read(lang)})"
    for cited in step.cited:
        sure = CONFIDENCE[cited.confidence][1 if lang == "en" else 0]
        draft = (" [RANCANGAN]" if lang == "id" else " [DRAFT]") if cited.draft else ""
        yield f"{pad}  - {cited.title.read(lang)}: {cited.shown(lang)}{draft}"
        yield f"{pad}    {cited.citation.read(lang)} | {_hosts(cited.source.read(lang))} | {sure}"
    for below in step.steps:
        yield from _lines(below, lang, depth + 1)
