"""JKM: what is paid when a member dies and work was not the cause. PP 44/2015 Pasal 34, PP 82/2019."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from payung.law.benefit import Benefit, Child, amount, check_children, scholarship, total_of
from payung.law.membership import FULL, NONE, Clock, clock
from payung.law.readings import other_readings
from payung.law.steps import Step, Text
from payung.law.store import Law, law_or_default
from payung.values import Period

ITEMS = ("lump_sum", "periodic", "funeral", "scholarship")

#: Shown where cover holds but months are owed.
SETTLE = Text("tunggakan iuran dilunasi dahulu (belum diperiksa)", "arrears are settled first (not verified)")


def jkm(
    died: date,
    paid: Iterable[Period],
    children: Sequence[Child] = (),
    *,
    started: date | None = None,
    law: Law | None = None,
) -> Benefit:
    """The JKM benefit of a member who paid the months of `paid` and died on `died`, in whole rupiah.

    Nothing outside cover; during the waiting period the funeral cost alone; then lump sum, periodic benefit and
    funeral; with enough contribution months also the scholarship of at most two children. The law of `died` holds.
    Raises LawError for a child level that does not exist or has fewer years.
    """
    law = law_or_default(law)
    periods = list(paid)
    check_children(law, children, died)

    def ask(other: Law) -> Benefit:
        return _jkm(other, died, clock(periods, died, started=started, law=other), children)

    answer = ask(law)
    readings = other_readings(
        law,
        died,
        answer.because.sources(),
        {**answer.items, "total": answer.total},
        lambda other: (lambda found: {**found.items, "total": found.total})(ask(other)),
    )
    return replace(answer, readings=readings)


def _jkm(law: Law, died: date, cover: Clock, children: Sequence[Child]) -> Benefit:
    steps: list[Step] = []
    if cover.jkm == FULL:
        steps += [
            amount(law, "lump_sum", Text("Santunan sekaligus", "Lump sum"), "jkm.lump_sum", died),
            amount(law, "periodic", Text("Santunan berkala", "Periodic benefit"), "jkm.periodic", died),
        ]
    if cover.jkm != NONE:
        steps.append(amount(law, "funeral", Text("Biaya pemakaman", "Funeral cost"), "jkm.funeral", died))
    if cover.scholarship and children:
        steps.append(scholarship(law, children, died))
    title = Text("Manfaat JKM", "JKM benefit")
    benefit = total_of("jkm", title, ITEMS, steps, cover.because)
    because = replace(
        benefit.because,
        inputs={"died": died, "jkm": cover.jkm, "scholarship": cover.scholarship},
        formula="sum",
        note=_why(cover, children),
    )
    because = Step(
        "benefit",
        title,
        because.value,
        "rupiah",
        "amounts that the protection opens",
        because.inputs,
        steps=(cover.because, because),
    )
    return replace(benefit, because=because, conditions=(SETTLE,) if cover.settle_first else ())


def _why(cover: Clock, children: Sequence[Child]) -> Text | None:
    if cover.jkm == NONE:
        return Text("tidak terlindungi pada tanggal kematian", "not covered on the day of death")
    if cover.jkm != FULL:
        return Text("masih dalam masa tunggu: biaya pemakaman saja", "still in the wait: funeral cost only")
    if children and not cover.scholarship:
        return Text(
            "masa iuran belum cukup untuk beasiswa anak",
            "too few contribution months for the children's scholarship",
        )
    return None
