"""JKK: what is paid after a work accident. PP 44/2015 Pasal 25 and Lampiran III, PP 82/2019.

The wage of a non-wage member is the base income of the band of the declared income, never that income itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from payung.law.benefit import (
    NOT_KNOWN,
    Benefit,
    Child,
    amount,
    check_children,
    part_values,
    scholarship,
    total_of,
)
from payung.law.cover import Standing
from payung.law.death import SETTLE
from payung.law.disability import Loss, check_losses, partial
from payung.law.errors import LawError
from payung.law.membership import Clock, protection, runs_from
from payung.law.pricing import base_income, part
from payung.law.readings import other_readings
from payung.law.steps import Step, Text
from payung.law.store import Law, law_or_default
from payung.law.words import code_in_words
from payung.values import Period

OUTCOMES = ("death", "total", "partial", "recovered")
ITEMS = (
    "lump_sum",
    "periodic",
    "funeral",
    "scholarship",
    "disability",
    "temporary",
    "transport",
    "medical",
    "rehabilitation",
    "aids",
    "homecare",
)


@dataclass(frozen=True, slots=True)
class Accident:
    """A work accident: its outcome and what it cost. Money in whole rupiah.

    `transport` are costs by mode (land, sea, air); `aids` by kind (dentures, hearing_aid, glasses); `prosthesis`
    is the price set by a government rehabilitation hospital.
    """

    on: date
    income: int | None
    outcome: str
    losses: Sequence[Loss] = ()
    off_months: int = 0
    off_days: int = 0
    transport: Sequence[tuple[str, int]] = ()
    medical: int = 0
    prosthesis: int = 0
    aids: Sequence[tuple[str, int]] = ()
    homecare: int = 0
    children: Sequence[Child] = ()


def jkk(
    accident: Accident,
    paid: Iterable[Period] | None = None,
    *,
    started: date | None = None,
    law: Law | None = None,
) -> Benefit:
    """Return the JKK benefit of `accident`, in whole rupiah, under the law of the day it happened.

    `paid` are the paid months; None takes the worker as covered and says so. Nothing is paid outside cover; there is
    no waiting period. Raises LawError for an unknown outcome, mode, aid, level or disability row, for a row that
    nobody has verified (unless the reading 'disability_rows' is 'provisional'), and for amounts below zero.
    """
    law = law_or_default(law)
    runs = runs_from(paid, started) if paid is not None else None
    _check(law, accident)
    cover = protection(law, runs, accident.on, started) if runs is not None else None
    answer = _jkk(law, accident, cover)

    def ask(other: Law) -> dict[str, int | None]:
        found = Standing(other, runs, accident.on, started) if runs is not None else None
        covered = found is None or (found.begun and found.covered)
        return part_values(total_of("jkk", _TITLE, ITEMS, _items(other, accident, covered), _NO_STEP))

    readings = other_readings(law, accident.on, ask, fixed=("reading.disability_rows",))
    return replace(answer, readings=readings)


_TITLE = Text("Manfaat JKK", "JKK benefit")
_NO_STEP = Step("jkk", _TITLE, 0)


def _check(law: Law, accident: Accident) -> None:
    if accident.outcome not in OUTCOMES:
        raise LawError(f"outcome {accident.outcome!r} is not known; use one of {', '.join(OUTCOMES)}")
    if accident.income is not None and accident.income < 0:
        raise LawError(f"income {accident.income} is below zero; give rupiah a month")
    if accident.losses and accident.outcome != "partial":
        raise LawError(f"loss is only for the outcome 'partial', not {accident.outcome!r}")
    if accident.outcome == "partial" and not accident.losses:
        raise LawError("the outcome 'partial' needs at least one loss of the disability table")
    check_losses(law, accident.losses, accident.on)
    if not 0 <= accident.off_days <= 30:
        raise LawError(
            f"off_days {accident.off_days} is not allowed; use 0 to 30, and off_months for the rest"
        )
    counts = {"off_months": accident.off_months, "medical": accident.medical}
    counts |= {"prosthesis": accident.prosthesis, "homecare": accident.homecare}
    for name, value in [*counts.items(), *accident.transport, *accident.aids]:
        if value < 0:
            raise LawError(f"{name} {value} is below zero; use zero or more")
    _known_kinds(law.value("jkk.transport_max", accident.on), accident.transport, "transport mode")
    _known_kinds(law.value("jkk.aid_max", accident.on), accident.aids, "aid")
    check_children(law, accident.children, accident.on)


def _known_kinds(limits: Mapping[str, int], given: Sequence[tuple[str, int]], what: str) -> None:
    for kind, _ in given:
        if kind not in limits:
            raise LawError(f"{what} {kind!r} is not known; use one of {', '.join(limits)}")


def _items(law: Law, accident: Accident, covered: bool) -> list[Step]:
    """Return one step for each benefit due for the accident; none without cover."""
    if not covered:
        return []
    wage, _ = base_income(law, accident.income, accident.on)
    return [*_costs(law, accident), *_temporary(law, accident, wage), *_outcome(law, accident, wage)]


def _jkk(law: Law, accident: Accident, cover: Clock | None) -> Benefit:
    wage, wage_step = base_income(law, accident.income, accident.on)
    steps = _items(law, accident, cover is None or cover.jkk)
    note = None
    if cover is None:
        note = Text(
            "dianggap terlindungi: bulan iuran tidak diberikan", "taken as covered: no paid months given"
        )
    elif not cover.jkk:
        note = Text("tidak terlindungi pada tanggal kecelakaan", "not covered on the day of the accident")
    title = Text("Rincian JKK", "JKK, item by item")
    benefit = total_of("jkk", title, ITEMS, steps, Step("jkk", title, 0, note=note))
    because = Step(
        "benefit",
        _TITLE,
        benefit.total,
        "rupiah",
        "amounts that the protection opens",
        {"accident": accident.on, "outcome": accident.outcome, "wage": wage},
        steps=(*((cover.because,) if cover else ()), wage_step, benefit.because),
    )
    settle = (SETTLE,) if cover is not None and cover.settle_first else ()
    return replace(benefit, because=because, conditions=(*settle, *benefit.conditions))


def _costs(law: Law, accident: Accident) -> list[Step]:
    on, steps = accident.on, []
    if accident.transport:
        title = Text("Biaya pengangkutan", "Transport cost")
        steps.append(_capped(law, "transport", title, "jkk.transport_max", on, accident.transport))
    if accident.medical:
        percent = law.value("jkk.medical_percent", on)
        steps.append(
            Step(
                "medical",
                Text("Biaya perawatan", "Medical care"),
                part(accident.medical, percent),
                "rupiah",
                "cost × medical_percent",
                {"cost": accident.medical, "medical_percent": percent},
                (law.cite("jkk.medical_percent", on),),
            )
        )
    if accident.prosthesis:
        percent = law.value("jkk.prosthesis_percent", on)
        steps.append(
            Step(
                "rehabilitation",
                Text("Rehabilitasi, paling banyak", "Rehabilitation, at most"),
                part(accident.prosthesis, percent),
                "rupiah",
                "price × prosthesis_percent",
                {"price": accident.prosthesis, "prosthesis_percent": percent},
                (law.cite("jkk.prosthesis_percent", on),),
            )
        )
    if accident.aids:
        steps.append(_capped(law, "aids", Text("Alat bantu", "Aids"), "jkk.aid_max", on, accident.aids))
    if accident.homecare:
        most = law.value("jkk.homecare_max", on)
        steps.append(
            Step(
                "homecare",
                Text("Homecare", "Homecare"),
                min(accident.homecare, most),
                "rupiah",
                "min(cost, homecare_max)",
                {"cost": accident.homecare, "homecare_max": most},
                (law.cite("jkk.homecare_max", on), law.cite("jkk.homecare_months", on)),
            )
        )
    return steps


def _capped(
    law: Law, name: str, title: Text, parameter: str, on: date, given: Sequence[tuple[str, int]]
) -> Step:
    """Return the sum over the kinds in `given` of what they cost, each kind up to its own limit."""
    limits: dict[str, int] = law.value(parameter, on)
    costs: dict[str, int] = {}
    for kind, cost in given:
        costs[kind] = costs.get(kind, 0) + cost
    steps = tuple(
        Step(
            kind,
            Text(code_in_words(kind, "id"), code_in_words(kind, "en")),
            None if limits[kind] is None else min(cost, limits[kind]),
            "rupiah",
            "min(cost, ceiling)",
            {"cost": cost, "ceiling": limits[kind]},
            note=NOT_KNOWN if limits[kind] is None else None,
        )
        for kind, cost in costs.items()
    )
    known = [step.value for step in steps if step.value is not None]
    total = sum(known) if len(known) == len(steps) else None
    return Step(name, title, total, "rupiah", "sum", cited=(law.cite(parameter, on),), steps=steps)


def _temporary(law: Law, accident: Accident, wage: int) -> list[Step]:
    """Temporary disability: whole months by their tier, then days at a thirtieth of the month they lie in."""
    if not accident.off_months and not accident.off_days:
        return []
    on, steps = accident.on, []
    tiers = law.value("jkk.temporary", on)
    for index, tier in enumerate(tiers):
        until = tiers[index + 1]["from_month"] if index + 1 < len(tiers) else accident.off_months + 1
        months = max(0, min(until, accident.off_months + 1) - tier["from_month"])
        if months:
            steps.append(
                Step(
                    f"from_month_{tier['from_month']}",
                    Text(f"Mulai bulan ke-{tier['from_month']}", f"From month {tier['from_month']}"),
                    part(months * wage, tier["percent"]),
                    "rupiah",
                    "months × wage × percent",
                    {"months": months, "wage": wage, "percent": tier["percent"]},
                )
            )
    if accident.off_days:
        percent = [t["percent"] for t in tiers if t["from_month"] <= accident.off_months + 1][-1]
        divisor = law.value("jkk.days_in_month", on)
        share = Fraction(str(percent)) / 100
        steps.append(
            Step(
                "days",
                Text("Hari sisanya", "Remaining days"),
                int(Fraction(wage * accident.off_days, divisor) * share + Fraction(1, 2)),
                "rupiah",
                "wage / days_in_month × days × percent",
                {"wage": wage, "days": accident.off_days, "days_in_month": divisor, "percent": percent},
                (law.cite("jkk.days_in_month", on),),
            )
        )
    title = Text("Santunan sementara tidak mampu bekerja", "Temporary disability")
    total = sum(step.value for step in steps)
    cited = (law.cite("jkk.temporary", on),)
    return [Step("temporary", title, total, "rupiah", "sum", cited=cited, steps=tuple(steps))]


def _outcome(law: Law, accident: Accident, wage: int) -> list[Step]:
    on = accident.on
    if accident.outcome == "recovered":
        return []
    if accident.outcome == "partial":
        return [partial(law, accident.losses, accident.on, wage)]
    periodic = amount(law, "periodic", Text("Santunan berkala", "Periodic benefit"), "jkk.periodic", on)
    steps = (
        [_death(law, on, wage), periodic]
        if accident.outcome == "death"
        else [_total(law, on, wage), periodic]
    )
    if accident.outcome == "death":
        steps.append(amount(law, "funeral", Text("Biaya pemakaman", "Funeral cost"), "jkk.funeral", on))
    if accident.children:
        found = scholarship(law, accident.children, on)
        cited = (*found.cited, law.cite("jkk.scholarship_paid_months", on))
        steps.append(replace(found, cited=cited))
    return steps


def _multiple(law: Law, on: date, wage: int, percent: Any) -> int:
    return int(Fraction(str(percent)) / 100 * law.value("jkk.wage_multiple", on) * wage + Fraction(1, 2))


def _death(law: Law, on: date, wage: int) -> Step:
    percent = law.value("jkk.death_percent", on)
    floor = law.value("jkm.lump_sum", on)
    return Step(
        "lump_sum",
        Text("Santunan kematian", "Death benefit"),
        max(_multiple(law, on, wage, percent), floor),
        "rupiah",
        "max(death_percent × wage_multiple × wage, floor)",
        {
            "death_percent": percent,
            "wage_multiple": law.value("jkk.wage_multiple", on),
            "wage": wage,
            "floor": floor,
        },
        (
            law.cite("jkk.death_percent", on),
            law.cite("jkk.wage_multiple", on),
            law.cite("jkm.lump_sum", on),
        ),
    )


def _total(law: Law, on: date, wage: int) -> Step:
    percent = law.value("jkk.total_disability_percent", on)
    return Step(
        "disability",
        Text("Santunan cacat total tetap", "Total permanent disability"),
        _multiple(law, on, wage, percent),
        "rupiah",
        "total_disability_percent × wage_multiple × wage",
        {
            "total_disability_percent": percent,
            "wage_multiple": law.value("jkk.wage_multiple", on),
            "wage": wage,
        },
        (law.cite("jkk.total_disability_percent", on), law.cite("jkk.wage_multiple", on)),
    )
