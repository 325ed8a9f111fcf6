"""Indicators month by month, up to the sheet's month: each with its definition, its denominator and its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from payung.disclosure.rounding import is_small
from payung.oversight.outside import latest
from payung.oversight.sheet import MonthCount, Sheet
from payung.values import Month


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator: its value in each month, None where it is withheld or a part of it is not known.

    `unit` is people, rupiah, or share (of a whole). `over` is the denominator in words, empty where there is none.
    """

    id: str
    code: str
    label: str
    unit: str
    definition: str
    source: str
    values: tuple[tuple[Month, float | int | None], ...]
    over: str = ""


def series(sheet: Sheet) -> list[Series]:
    """Every indicator that is kept by month, the shares first."""
    counts = [count for count in sheet.months if count.month <= sheet.month]
    bills = _("Tagihan dan bukti bayar")

    def by_month(
        value: Callable[[MonthCount], float | int | None],
    ) -> tuple[tuple[Month, float | int | None], ...]:
        return tuple((count.month, value(count)) for count in counts)

    def share(of: int | None) -> Callable[[MonthCount], float | None]:
        return lambda one: None if not of or is_small(one.active) else one.active / of

    def people(name: str) -> Callable[[MonthCount], int | None]:
        return lambda one: None if is_small(getattr(one, name)) else getattr(one, name)

    workers = latest(sheet.outside, "nonwage_workers")
    known = {count.month: count for count in counts}

    def growth(one: MonthCount) -> float | None:
        before = known.get(one.month - 12)
        if before is None or not before.active or is_small(before.active) or is_small(one.active):
            return None
        return (one.active - before.active) / before.active

    return [
        Series(
            "rentan", "RPJMD-2", _("Cakupan pekerja rentan"), "share",
            _("Peserta aktif program ini dibagi perkiraan pekerja rentan, dikali 100"),
            f"{bills}; {sheet.estimated_source}", by_month(share(sheet.estimated)), str(sheet.estimated),
        ),
        Series(
            "bpu", "06.02.021-P", _("Bagian dari 06.02.021 yang dibayar program ini (batas bawah)"), "share",
            _("Peserta aktif program ini saja; peserta mandiri tidak ikut dihitung"),
            bills if workers is None else f"{bills}; {workers.source}, {workers.period}",
            by_month(share(None if workers is None else round(workers.value))),
            "" if workers is None else str(round(workers.value)),
        ),
        Series(
            "kenaikan", "PERMENDAGRI-15-2024", _("Kenaikan dari bulan yang sama tahun lalu"), "share",
            _("Selisih peserta aktif program ini dibagi peserta aktif tahun lalu, dikali 100"), bills,
            by_month(growth),
        ),
        Series(
            "tertib", "PARITRANA-7", _("Tertib membayar: iuran lunas dari yang ditagih"), "share",
            _("Rupiah iuran lunas dibagi rupiah iuran ditagih"), bills,
            by_month(lambda one: one.paid / one.billed if one.billed else None),
        ),
        *(
            Series(
                name, "", str(sheet.words[name].label), "people", str(sheet.words[name].meaning),
                str(sheet.words[name].source), by_month(people(name)),
            )
            for name in ("active", "registered", "decreed")
        ),
        Series(
            "billed", "", _("Iuran ditagih"), "rupiah", _("Rupiah iuran JKK dan JKM yang ditagih untuk bulan itu"),
            bills, by_month(lambda one: one.billed),
        ),
        Series(
            "paid", "", _("Iuran lunas"), "rupiah", _("Rupiah iuran bulan itu yang terbukti sudah dibayar"), bills,
            by_month(lambda one: one.paid),
        ),
    ]  # fmt: skip
