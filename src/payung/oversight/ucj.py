"""Universal coverage: members by segment over each denominator, and each target series over its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.oversight.outside import Published, Target, latest, targets

SEGMENTS: tuple[tuple[str, str | Promise], ...] = (
    ("wage", _("Penerima upah (PU)")),
    ("nonwage", _("Bukan penerima upah (BPU)")),
    ("all", _("Semua pekerja")),
)
#: Per denominator: its name, and the questions that answer it per segment.
BASES: dict[str, tuple[str | Promise, dict[str, str]]] = {
    "employed": (
        _("Penduduk bekerja (BPS)"),
        {"wage": "wage_workers", "nonwage": "nonwage_workers", "all": "employed"},
    ),
    "potential": (
        _("Pekerja potensial (BPJS Ketenagakerjaan)"),
        {"wage": "potential_wage", "nonwage": "potential_nonwage"},
    ),
}


@dataclass(frozen=True, slots=True)
class Count:
    """People, with where the figure is from and its period; None where nobody has recorded it."""

    people: int | None
    source: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One segment over one denominator."""

    segment: str
    label: str | Promise
    members: Count
    workers: Count

    @property
    def share(self) -> float | None:
        if self.members.people is None or not self.workers.people:
            return None
        return self.members.people / self.workers.people


@dataclass(frozen=True, slots=True)
class Basis:
    """A denominator with its segments."""

    id: str
    label: str | Promise
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Against:
    """A target with what is reached over the target's own denominator, and the people still missing."""

    target: Target
    basis: str | Promise
    members: Count
    workers: Count
    share: float | None
    missing: int | None


def _count(figures: Sequence[Published], question: str) -> Count:
    one = latest(figures, question)
    return Count(None) if one is None else Count(round(one.value), one.source, one.period)


def _both(first: Count, second: Count) -> Count:
    """Add two segments if both are known and of one period and source; else return the unknown."""
    if first.people is None or second.people is None or first.period != second.period:
        return Count(None)
    if first.source != second.source:
        return Count(None)
    return Count(first.people + second.people, first.source, first.period)


def bases(figures: Sequence[Published]) -> tuple[Basis, ...]:
    """Members of BPJS Ketenagakerjaan by segment over every denominator."""
    members = {name: _count(figures, f"active_{name}") for name in ("wage", "nonwage")}
    members["all"] = _both(members["wage"], members["nonwage"])
    found = []
    for basis, (label, questions) in BASES.items():
        workers = {segment: _count(figures, question) for segment, question in questions.items()}
        workers.setdefault("all", _both(workers["wage"], workers["nonwage"]))
        cells = (Cell(name, words, members[name], workers[name]) for name, words in SEGMENTS)
        found.append(Basis(basis, label, tuple(cells)))
    return tuple(found)


def against_targets(figures: Sequence[Published]) -> list[Against]:
    """Every target against all members over that target's denominator."""
    whole = {one.id: one.cells[-1] for one in bases(figures)}
    found = []
    for target in targets():
        cell = whole[target.basis]
        missing = None
        if cell.share is not None and cell.workers.people and cell.members.people is not None:
            # In hundredths of a per cent, so that no fraction of a person is lost to binary rounding.
            goal = -(-cell.workers.people * round(target.percent * 100) // 10_000)
            missing = max(0, goal - cell.members.people)
        found.append(Against(target, BASES[target.basis][0], cell.members, cell.workers, cell.share, missing))
    return found
