"""JKM: what is paid when a member dies and work was not the cause. PP 44/2015 Pasal 34, PP 82/2019."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from payung.law.benefit import Benefit, Child, amount, check_children, part_values, scholarship, total_of
from payung.law.cover import FULL, NONE, Standing
from payung.law.membership import Clock, protection, runs_from
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
    """Return the JKM benefit of a member who paid the months of `paid` and died on `died`, in whole rupiah.

    Nothing outside cover; during the waiting period the funeral cost alone; then lump sum, periodic benefit and
    funeral; with enough contribution months also the scholarship of at most two children. The law of `died` holds.
    Raises LawError for a child level that does not exist or has fewer years.
    """
    law, runs = law_or_default(law), runs_from(paid, started)
    check_children(law, children, died)
    answer = _jkm(law, died, protection(law, runs, died, started), children)

    def ask(other: Law) -> dict[str, int | None]:
        found = Standing(other, runs, died, started)
        level = found.jkm if found.begun else NONE
        steps = _items(
            other, died, level, children if level == FULL and children and found.scholarship else ()
        )
        return part_values(total_of("jkm", _TITLE, ITEMS, steps, _NO_STEP))

    return replace(answer, readings=other_readings(law, died, ask))


_TITLE = Text("Manfaat JKM", "JKM benefit")
_NO_STEP = Step("jkm", _TITLE, 0)


def _items(law: Law, died: date, level: str, scholars: Sequence[Child]) -> list[Step]:
    """Return one step for each benefit due at the level of JKM reached; `scholars` still have a scholarship open."""
    steps: list[Step] = []
    if level == FULL:
        steps += [
            amount(law, "lump_sum", Text("Santunan sekaligus", "Lump sum"), "jkm.lump_sum", died),
            amount(law, "periodic", Text("Santunan berkala", "Periodic benefit"), "jkm.periodic", died),
        ]
    if level != NONE:
        steps.append(amount(law, "funeral", Text("Biaya pemakaman", "Funeral cost"), "jkm.funeral", died))
    if scholars:
        steps.append(scholarship(law, scholars, died))
    return steps


def _jkm(law: Law, died: date, cover: Clock, children: Sequence[Child]) -> Benefit:
    steps = _items(law, died, cover.jkm, children if cover.scholarship else ())
    benefit = total_of("jkm", Text("Rincian JKM", "JKM, item by item"), ITEMS, steps, cover.because)
    inputs = {"died": died, "jkm": cover.jkm, "scholarship": cover.scholarship}
    parts = replace(benefit.because, inputs=inputs, cited=(), note=_why(cover, children))
    because = Step(
        "benefit",
        _TITLE,
        benefit.total,
        "rupiah",
        "amounts that the protection opens",
        inputs,
        steps=(cover.because, parts),
    )
    settle = (SETTLE,) if cover.settle_first else ()
    return replace(benefit, because=because, conditions=(*settle, *benefit.conditions))


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
