"""Figures under the names others ask for them: Satu Data code 06.02.021, RPJMD, Paritrana, Permendagri 15/2024."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from payung.oversight.outside import Published, latest
from payung.oversight.sheet import Sheet
from payung.oversight.ucj import bases


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: `value` in `unit`, from `numerator` over `denominator` where it is a share (else None).

    `value` is None where a part of it has not been recorded; `missing` says which.
    """

    code: str
    group: str
    name: str
    value: float | int | None
    unit: str
    numerator: int | None
    denominator: int | None
    definition: str
    source: str
    missing: str = ""


def indicators(sheet: Sheet) -> list[Indicator]:
    """Every indicator that the sheet's figures answer, in the order of the sets."""
    return [*_data_standard(sheet), *_rpjmd(sheet), *_growth(sheet), *_paritrana(sheet)]


def _share(
    code: str,
    group: str,
    name: str,
    numerator: int | None,
    denominator: int | None,
    definition: str,
    source: str,
    missing: str = "",
) -> Indicator:
    value = None if numerator is None or not denominator else round(100 * numerator / denominator, 2)
    return Indicator(
        code,
        group,
        name,
        value,
        "%",
        numerator,
        denominator,
        definition,
        source,
        missing if value is None else "",
    )


def _named(one: Published | None) -> str:
    return "" if one is None else f"{one.source}, {one.period}"


def _people(one: Published | None) -> int | None:
    return None if one is None else round(one.value)


def _data_standard(sheet: Sheet) -> Iterator[Indicator]:
    members = latest(sheet.outside, "active_nonwage")
    workers = latest(sheet.outside, "nonwage_workers")
    meaning = _(
        "Peserta JKK dan JKM bukan penerima upah dibagi semesta pekerja bukan penerima upah, dikali 100"
    )
    yield _share(
        "06.02.021",
        _("Kode referensi Bappenas (SDG 8.8.1.(a))"),
        _("Cakupan peserta PBPU dalam JKK dan JKM"),
        _people(members),
        _people(workers),
        meaning,
        f"{_named(members)}; {_named(workers)}",
        _("peserta aktif BPU menurut cabang belum dicatat"),
    )
    yield _share(
        "06.02.021-P",
        _("Kode referensi Bappenas (SDG 8.8.1.(a))"),
        _("Bagian dari 06.02.021 yang dibayar program ini (batas bawah)"),
        sheet.total.active,
        _people(workers),
        _("Peserta aktif program ini saja; peserta mandiri tidak ikut dihitung"),
        f"{_('Tagihan dan bukti bayar')}, {sheet.month}; {_named(workers)}",
    )


def _rpjmd(sheet: Sheet) -> Iterator[Indicator]:
    whole = next(one for one in bases(sheet.outside) if one.id == "employed").cells[-1]
    yield _share(
        "RPJMD-1",
        "RPJMD",
        _("Cakupan kepesertaan jaminan sosial ketenagakerjaan"),
        whole.members.people,
        whole.workers.people,
        _("Peserta aktif semua segmen dibagi penduduk bekerja, dikali 100"),
        f"{whole.members.source}, {whole.members.period}; {whole.workers.source}, {whole.workers.period}",
        _("peserta aktif PU dan BPU menurut cabang belum dicatat"),
    )
    yield _share(
        "RPJMD-2",
        "RPJMD",
        _("Cakupan kepesertaan jaminan sosial ketenagakerjaan bagi pekerja rentan"),
        sheet.total.active,
        sheet.estimated,
        _("Peserta aktif program ini dibagi perkiraan pekerja rentan, dikali 100"),
        f"{_('Tagihan dan bukti bayar')}, {sheet.month}; {sheet.estimated_source}",
    )


def _growth(sheet: Sheet) -> Iterator[Indicator]:
    now, before = sheet.count_of(sheet.month).active, sheet.last_year.active
    yield _share(
        "PERMENDAGRI-15-2024",
        "Permendagri 15/2024",
        _("Kenaikan cakupan dari bulan yang sama tahun lalu (dibaca: paling sedikit 20 persen)"),
        now - before if before else None,
        before,
        _("Selisih peserta aktif program ini dibagi peserta aktif tahun lalu, dikali 100"),
        _("Tagihan dan bukti bayar"),
        _("tidak ada peserta aktif pada bulan yang sama tahun lalu"),
    )


def _paritrana(sheet: Sheet) -> Iterator[Indicator]:
    """Yield what the Paritrana award asks of a province."""
    yield from _paritrana_amounts(sheet)
    yield from _paritrana_shares(sheet)
    yield _plain(
        "PARITRANA-8",
        str(sheet.words["claims_paid"].label),
        sheet.claims["paid"],
        _("kasus"),
        str(sheet.words["claims_paid"].meaning),
        str(sheet.words["claims_paid"].source),
    )


def _plain(code: str, name: str, value: int | None, unit: str, definition: str, source: str) -> Indicator:
    return Indicator(code, "Paritrana", name, value, unit, None, None, definition, source)


def _paritrana_amounts(sheet: Sheet) -> Iterator[Indicator]:
    """Yield members, budgets and paid contributions (rupiah), this year and in the same months of the last."""
    bills = _("Tagihan dan bukti bayar")
    year, before = sheet.years
    yield _plain(
        "PARITRANA-1",
        _("Peserta aktif program"),
        sheet.total.active,
        _("orang"),
        str(sheet.words["active"].meaning),
        bills,
    )
    yield _plain(
        "PARITRANA-2",
        _("Peserta aktif, bulan yang sama tahun lalu"),
        sheet.last_year.active,
        _("orang"),
        str(sheet.words["active"].meaning),
        bills,
    )
    yield _plain(
        "PARITRANA-3",
        _("Anggaran pemerintah dan pihak lain"),
        sheet.money["budgeted"],
        _("rupiah"),
        str(sheet.words["budgeted"].meaning),
        str(sheet.words["budgeted"].source),
    )
    yield _plain(
        "PARITRANA-4",
        _("Iuran lunas tahun ini"),
        year.paid,
        _("rupiah"),
        _("Iuran bulan-bulan tahun ini yang lunas"),
        bills,
    )
    yield _plain(
        "PARITRANA-5",
        _("Iuran lunas, bulan yang sama tahun lalu"),
        before.paid,
        _("rupiah"),
        _("Iuran bulan-bulan itu yang lunas"),
        bills,
    )


def _paritrana_shares(sheet: Sheet) -> Iterator[Indicator]:
    """Yield the share of villages with a member, and of billed contributions that are paid."""
    bills = _("Tagihan dan bukti bayar")
    year, _before = sheet.years
    villages = [row for row in sheet.villages if len(row.code) == 13]
    known = sum(1 for code in sheet.names if len(code) == 13)
    yield _share(
        "PARITRANA-6",
        "Paritrana",
        _("Desa dan kelurahan dengan peserta aktif"),
        sum(1 for row in villages if row.active),
        known,
        _("Desa dan kelurahan dengan paling sedikit satu peserta aktif, dibagi semuanya"),
        bills,
    )
    yield _share(
        "PARITRANA-7",
        "Paritrana",
        _("Tertib membayar: iuran lunas dari yang ditagih tahun ini"),
        year.paid,
        year.billed,
        _("Rupiah iuran lunas dibagi rupiah iuran ditagih"),
        bills,
        _("belum ada tagihan tahun ini"),
    )
