"""What a benefit answer looks like, and the scholarship that death and accident share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from payung.law.enrolment import age
from payung.law.errors import LawError
from payung.law.steps import OtherReading, Step, Text, sum_step
from payung.law.store import Law


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the worker: school level, years left in it, and the date of birth where known.

    The scholarship runs through the years left and then through every later level in full; with a date of
    birth it stops at the age where the law ends it.
    """

    level: str
    years_left: int
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """What is paid, item by item, in whole rupiah; `conditions` must be met before it is.

    An item whose amount nobody has read is None: the law pays it, `total` lacks it and `conditions` say so.
    """

    items: Mapping[str, int | None]
    total: int
    because: Step
    conditions: tuple[Text, ...] = ()
    readings: tuple[OtherReading, ...] = ()

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        return {
            **self.items,
            "total": self.total,
            "conditions": [condition.read(lang) for condition in self.conditions],
            "readings": [reading.as_data(lang) for reading in self.readings],
            "because": [self.because.as_data(lang)],
        }


#: Shown where the law of the day is known to have paid something, and nobody has read how much.
NOT_KNOWN = Text(
    "dibayar menurut peraturan hari itu, tetapi besarannya belum dibaca: belum diketahui, bukan nol",
    "paid by the rules of that day, but nobody has read how much: unknown, not zero",
)


def total_of(name: str, title: Text, items: Sequence[str], steps: Sequence[Step], top: Step) -> Benefit:
    """Return the benefit of `items` under the cover step `top`; an item without a step among `steps` is zero.

    A step without a value is an item whose amount is unknown.
    """
    because = Step(
        name,
        title,
        sum(step.value for step in steps if step.value is not None),
        "rupiah",
        "sum",
        inputs=top.inputs,
        cited=top.cited,
        steps=tuple(steps),
        note=top.note,
    )
    found = {step.name: step.value for step in steps}
    lacking = tuple(_lacks(step) for step in steps if step.value is None)
    return Benefit({item: found.get(item, 0) for item in items}, because.value, because, lacking)


def _lacks(step: Step) -> Text:
    return Text(
        f"jumlah ini belum memuat {step.title.id.lower()}: {NOT_KNOWN.id}",
        f"the total lacks {step.title.en.lower()}: {NOT_KNOWN.en}",
    )


def part_values(benefit: Benefit) -> dict[str, int | None]:
    """Return the amounts (rupiah) of the items and the total, which another reading of the law may change."""
    return {**benefit.items, "total": benefit.total}


def amount(law: Law, name: str, title: Text, parameter: str, on: date) -> Step:
    """Return a step that pays a parameter as it stands."""
    return Step(
        name,
        title,
        law.value(parameter, on),
        "rupiah",
        "as the law sets it",
        cited=(law.cite(parameter, on),),
    )


def check_children(law: Law, children: Sequence[Child], on: date) -> None:
    """Raise LawError for an unknown level or more years left than the level has."""
    years = {level["level"]: level["years"] for level in law.value("scholarship.ladder", on)}
    for child in children:
        if child.level not in years:
            raise LawError(f"level {child.level!r} is not known; use one of {', '.join(years)}")
        if child.birth_date is not None and child.birth_date > on:
            raise LawError(
                f"a child born on {child.birth_date} was not in school on {on}; "
                "leave the birth date out for one not yet born"
            )
        if not 0 <= child.years_left <= years[child.level]:
            raise LawError(
                f"{child.years_left} years left of {child.level} are not possible; it has 0 to {years[child.level]}"
            )


def scholarship(law: Law, children: Sequence[Child], on: date) -> Step:
    """Return the whole scholarship of `children` for an event on `on`: those with most to come, up to the limit.

    Before PP 82/2019 it is one amount for one child, whatever the level.
    """
    most, once = law.value("scholarship.children", on), law.value("scholarship.single_amount", on)
    title = Text("Beasiswa anak", "Children's scholarship")
    cited = (law.cite("scholarship.children", on), law.cite("scholarship.single_amount", on))
    note = None
    if once:
        end_age = law.value("scholarship.end_age", on)
        young = [one for one in children if one.birth_date is None or age(one.birth_date, on) < end_age]
        if len(young) > most:
            note = Text(f"dibayar untuk {most} anak", f"paid for {most} child")
        value = once * min(len(young), most)
        inputs = {"children": len(children)}
        return Step("scholarship", title, value, "rupiah", "as the law sets it", inputs, cited, note=note)
    each = sorted((_of_child(law, child, on) for child in children), key=lambda step: -step.value)
    if len(each) > most:
        note = Text(
            f"paling banyak {most} anak, dipilih ahli waris; di sini dihitung yang terbesar",
            f"at most {most} children, whom the heirs choose; the largest are counted here",
        )
    cited = (law.cite("scholarship.children", on), law.cite("scholarship.ladder", on))
    found = sum_step("scholarship", title, each[:most])
    return replace(found, inputs={"children": len(children)}, cited=cited, note=note)


def _of_child(law: Law, child: Child, on: date) -> Step:
    ladder = law.value("scholarship.ladder", on)
    end_age = law.value("scholarship.end_age", on)
    begin = [level["level"] for level in ladder].index(child.level)
    steps, elapsed, ended = [], 0, False
    for position, level in enumerate(ladder[begin:]):
        planned = child.years_left if position == 0 else level["years"]
        years = 0
        for _ in range(planned):
            ended = ended or (
                child.birth_date is not None and _age_after(child.birth_date, on, elapsed) >= end_age
            )
            if ended:
                break
            years += 1
            elapsed += 1
        steps.append(
            Step(
                level["level"],
                Text(f"Jenjang {level['level'].upper()}", f"Level {level['level'].upper()}"),
                years * level["yearly"],
                "rupiah",
                "years × yearly",
                {"years": years, "yearly": level["yearly"]},
            )
        )
    title = Text(
        f"Anak, {child.level.upper()} tersisa {child.years_left} tahun",
        f"Child, {child.years_left} years of {child.level.upper()} left",
    )
    found = sum_step("child", title, steps)
    inputs: dict[str, Any] = {"level": child.level, "years_left": child.years_left}
    if child.birth_date:
        inputs["birth_date"] = child.birth_date
        note = None
    else:
        note = Text(
            f"tanpa tanggal lahir: berakhirnya pada usia {end_age} belum diperhitungkan",
            f"without a date of birth: its end at age {end_age} is not counted",
        )
    cited = (law.cite("scholarship.end_age", on),)
    return Step(found.name, title, found.value, "rupiah", "sum", inputs, cited, found.steps, note)


def _age_after(birth_date: date, on: date, years: int) -> int:
    """Completed years of age when `years` years have passed since `on`."""
    return age(birth_date, on) + years
