"""Figures that others publish: numbers of workers, of members, of those covered, with source, period and reason.

Some come with Payung as they were found; a deployment records its own. Two that disagree stand side by side;
nothing is averaged, and no figure takes another's place but a later one of the same source and period.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.oversight.models import Outside

_DATA = Path(__file__).with_name("data")
#: What may be recorded; shares in per cent, all else people.
QUESTIONS: dict[str, str | Promise] = {
    "vulnerable": _("Pekerja rentan"),
    "programme": _("Pekerja rentan yang dilindungi program"),
    "active_wage": _("Peserta aktif penerima upah (PU)"),
    "active_nonwage": _("Peserta aktif bukan penerima upah (BPU)"),
    "potential_wage": _("Pekerja potensial penerima upah"),
    "potential_nonwage": _("Pekerja potensial bukan penerima upah"),
    "wage_workers": _("Pekerja penerima upah (formal)"),
    "nonwage_workers": _("Pekerja bukan penerima upah (informal)"),
    "employed": _("Penduduk bekerja"),
    "uncovered_wage": _("Penerima upah yang belum menjadi peserta"),
    "uncovered_nonwage": _("Bukan penerima upah yang belum menjadi peserta"),
    "coverage_all": _("Cakupan semua segmen (persen)"),
}
SHARES = frozenset({"coverage_all"})
#: Counts of people that stand, whose sources are compared whatever year they speak of.
_STANDING = frozenset({"vulnerable"})


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure; `about` is the year it speaks of ('' for no one year), `value` people or per cent."""

    question: str
    value: float
    period: str
    about: str
    quality: str
    source: str
    note: str
    note_english: str

    def remark(self, language: str) -> str:
        return (self.note_english or self.note) if language == "en" else self.note

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("# source")))


@cache
def shipped() -> tuple[Published, ...]:
    """Return the figures that come with Payung."""
    return tuple(
        Published(**{**row, "value": float(row["value"])})  # type: ignore[arg-type]
        for row in _rows("outside.csv")
    )


def published_figures() -> list[Published]:
    """All that hold, newest period first: a later record of the same question, source and period replaces one."""
    held = {(one.question, one.source, one.period): one for one in shipped()}
    for row in Outside.objects.order_by("id"):
        held[row.question, row.source, row.period] = Published(
            row.question,
            float(row.value),
            row.period,
            "" if row.question in _STANDING else row.period[:4],
            "A",
            row.source,
            row.note,
            "",
        )
    return sorted(held.values(), key=lambda one: one.period, reverse=True)


def latest(figures: Iterable[Published], question: str) -> Published | None:
    """Return the figure of the newest period; of two of one period the first named."""
    found = [one for one in figures if one.question == question]
    return max(found, key=lambda one: one.period) if found else None


@dataclass(frozen=True, slots=True)
class Side:
    """One source within a disagreement, and how far it is from the first."""

    figure: Published
    difference: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that answer one question about one year differently."""

    question: str
    about: str
    sides: tuple[Side, ...]

    @property
    def label(self) -> str | Promise:
        return QUESTIONS.get(self.question, self.question)

    @property
    def is_share(self) -> bool:
        return self.question in SHARES


def disagreements(figures: Iterable[Published]) -> list[Disagreement]:
    """Every question and year with more than one value, in the order of the questions, the newest year first."""
    groups: dict[tuple[str, str], list[Published]] = {}
    for one in figures:
        groups.setdefault((one.question, one.about), []).append(one)
    order = list(QUESTIONS)
    found = []
    for (question, about), members in groups.items():
        if len({one.value for one in members}) > 1:
            first, *others = members
            sides = (Side(first, None), *(Side(one, one.value - first.value) for one in others))
            found.append(Disagreement(question, about, sides))
    return sorted(found, key=lambda one: (order.index(one.question), -int(one.about or 0)))


@dataclass(frozen=True, slots=True)
class Target:
    """A target of one series for one year, in per cent of what `basis` names."""

    series: str
    label: str
    english: str
    year: int
    percent: float
    basis: str
    quality: str
    source: str
    note: str
    note_english: str


@cache
def targets() -> tuple[Target, ...]:
    """Every target that was found, each with its own denominator; they are not one series."""
    return tuple(
        Target(**{**row, "year": int(row["year"]), "percent": float(row["percent"])})  # type: ignore[arg-type]
        for row in _rows("targets.csv")
    )
