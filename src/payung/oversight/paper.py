"""The sheet on paper: one page for the working meeting, and an annex that defines and breaks down its figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from payung.documents.paper import make_paper
from payung.oversight import ucj
from payung.oversight.branch import steps
from payung.oversight.indicators import indicators
from payung.oversight.last_meeting import LastMeeting
from payung.oversight.outside import disagreements
from payung.oversight.parts import parts_words
from payung.oversight.sheet import WIDTHS, Sheet
from payung.oversight.shown import Shown
from payung.oversight.written import (
    closed_rupiah,
    closed_short,
    month_words,
    percent,
    public,
    rupiah,
    rupiah_short,
    shown,
    signed,
    whole,
    worth,
)

Row = list[str]
_REGION = ("candidates", "eligible", "decreed", "registered", "active", "gap")


def sheet_pdf(sheet: Sheet, meeting: LastMeeting | None = None, standing: str = "") -> bytes:
    """Return the sheet as PDF in the language of the caller; `standing` says how published figures stand."""
    return _pdf({**_head(sheet, standing), **_facts(sheet, meeting)}, tagged=True)


def villages_pdf(sheet: Sheet, standing: str = "") -> bytes:
    """Every village on paper. Without tags: they would make it ten times as large; the CSV has the same rows."""
    return _pdf({**_head(sheet, standing), "annex": "", "more": [_places(sheet)]}, tagged=False)


def _pdf(facts: dict[str, Any], *, tagged: bool) -> bytes:
    return make_paper("oversight", "sheet.typ", {"sheet": facts}, tagged=tagged)


def _head(sheet: Sheet, standing: str) -> dict[str, Any]:
    """Return the header and footer of every page."""
    mark = hashlib.sha256(json.dumps(sheet.as_data(), sort_keys=True).encode()).hexdigest()[:12]
    moment = date_format(localtime(sheet.as_of), "j F Y H.i")
    return {
        "lang": get_language() or "id",
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "title": _("Lembar pengawasan: %(month)s") % {"month": month_words(sheet.month)},
        "subtitle": _("Perlindungan pekerja rentan (JKK dan JKM), %(province)s")
        % {"province": sheet.names.get(settings.PAYUNG_PROVINCE, "")},
        "as_of": _("Data per %(moment)s") % {"moment": moment},
        "standing": standing,
        "foot": _("Definisi %(version)s · sidik angka %(mark)s · tanpa nama, tanpa NIK")
        % {"version": sheet.version, "mark": mark},
        "page_words": [_("halaman"), _("dari")],
    }


def _facts(sheet: Sheet, meeting: LastMeeting | None) -> dict[str, Any]:
    return {
        "annex": _("Lampiran"),
        "ladder_title": _("Tangga perlindungan"),
        "meeting": _meeting(meeting),
        "figures": _figures(sheet),
        "ladder": _ladder(sheet),
        "left": [_money(sheet), _claims(sheet), _branch(sheet)],
        "right": [_years(sheet), _payers(sheet)],
        "wide": [_ucj(sheet), _targets(sheet, notes=False), _regencies(sheet), _most_left_out(sheet)],
        "more": [
            _targets(sheet, notes=True),
            _agency_and_branch(sheet),
            *_disagreements(sheet),
            _coming(sheet),
            _funds(sheet),
            _trades(sheet),
            _indicators(sheet),
            _definitions(sheet),
            _districts(sheet),
        ],
    }


def _table(
    title: str,
    columns: Iterable[str],
    rows: list[Row],
    *,
    wide: int = 1,
    note: str = "",
    bold: Iterable[int] = (),
) -> dict[str, Any]:
    """Return a table; the first `wide` columns hold words, the others figures; `bold` rows stand out."""
    return {
        "title": title,
        "columns": list(columns),
        "rows": rows,
        "wide": wide,
        "note": note,
        "bold": list(bold),
    }


def _meeting(meeting: LastMeeting | None) -> dict[str, Any] | None:
    if meeting is None:
        return None
    rows = [
        [
            one.text,
            one.owner,
            date_format(one.due, "j F Y") if one.due else "–",
            f"{one.state_label}. {one.measured}" if one.measured else one.state_label,
        ]
        for one in meeting.promises
    ]
    title = _("Tindak lanjut %(title)s, %(day)s") % {
        "title": meeting.title,
        "day": date_format(meeting.held_on, "j F Y"),
    }
    columns = (_("Keputusan"), _("Penanggung jawab"), _("Tenggat"), _("Keadaan"))
    return _table(title, columns, rows, wide=4)


def _figures(sheet: Sheet) -> list[Row]:
    last = sheet.last_year
    return [
        [
            _("Aktif bulan ini"),
            public(sheet.total.active),
            _("iuran lunas; %(month)s: %(people)s")
            % {"month": month_words(last.month), "people": whole(last.active)},
        ],
        [
            _("Layak, belum terlindungi"),
            public(sheet.total.gap),
            _("menutupnya %(price)s per bulan (%(one)s per orang)")
            % {"price": rupiah(sheet.gap_monthly), "one": rupiah(sheet.gap_price)},
        ],
        [
            _("Uang cukup sampai"),
            sheet.lasts_words,
            sheet.loss_words
            or _("%(months)s bulan-orang dibeli untuk %(year)d")
            % {"months": whole(sheet.person_months), "year": sheet.month.year},
        ],
        [
            _("Berakhir dalam 60 hari"),
            public(sheet.total.ending),
            _("bila SK tidak diperpanjang; SK terakhir %(month)s") % {"month": month_words(sheet.money_ends)},
        ],
    ]


def _ladder(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "label": str(rung.definition.label),
            "value": public(rung.value),
            "fill": max(0.0, min(1.0, rung.of_estimated)),
            "share": percent(rung.of_previous) if rung.of_previous is not None and at else "",
            "meaning": " ".join((str(rung.definition.meaning), parts_words(rung.parts, rung.within))).strip(),
            "source": str(rung.source),
        }
        for at, rung in enumerate(sheet.ladder)
    ]


def _money(sheet: Sheet) -> dict[str, Any]:
    rows = [[str(sheet.words[name].label), rupiah(amount)] for name, amount in sheet.money.items()]
    return _table(_("Rupiah"), ("", ""), rows)


def _claims(sheet: Sheet) -> dict[str, Any]:
    claims = sheet.claims
    rows = [
        [
            _("Klaim dibayar"),
            _("%(cases)s kasus, %(rupiah)s")
            % {"cases": public(claims["paid"]), "rupiah": closed_short(claims["paid_rupiah"])},
        ],
        [
            _("Kematian diperkirakan"),
            _("%(deaths)s (%(low)d sampai %(high)d)")
            % {"deaths": whole(round(claims["expected"])), "low": claims["low"], "high": claims["high"]},
        ],
        [str(sheet.words["known_deaths"].label), public(sheet.known_deaths)],
        [str(sheet.words["uncovered_deaths"].label), public(sheet.uncovered_deaths)],
        [
            _("Belum diklaim"),
            _("%(cases)s kasus, %(rupiah)s")
            % {"cases": public(claims["unclaimed"]), "rupiah": closed_short(claims["unclaimed_rupiah"])},
        ],
    ]
    return _table(_("Klaim dan kematian sejak awal tahun"), ("", ""), rows)


def _years(sheet: Sheet) -> dict[str, Any]:
    year, before = sheet.years
    now, last = sheet.count_of(sheet.month), sheet.last_year
    rows = [
        [_("Ditetapkan SK, bulan ini"), whole(last.decreed), whole(now.decreed)],
        [_("Terdaftar, bulan ini"), whole(last.registered), whole(now.registered)],
        [_("Aktif, bulan ini"), whole(last.active), whole(now.active)],
        [_("Bulan-orang sejak Januari"), whole(before.person_months), whole(year.person_months)],
        [_("Iuran ditagih sejak Januari"), rupiah_short(before.billed), rupiah_short(year.billed)],
        [_("Iuran lunas sejak Januari"), rupiah_short(before.paid), rupiah_short(year.paid)],
    ]
    return _table(_("Tahun ini dan tahun lalu"), ("", str(before.year), str(year.year)), rows)


def _payers(sheet: Sheet) -> dict[str, Any]:
    rows = [
        [
            str(kind.kind_label),
            shown(kind.people),
            shown(kind.person_months),
            closed_short(kind.paid),
        ]
        for kind, _funds in sheet.shown_payers
    ]
    columns = (_("Pembayar"), _("Orang"), _("Bulan-orang"), _("Dibayar"))
    return _table(_("Siapa yang membayar bulan ini"), columns, rows)


def _ucj(sheet: Sheet) -> dict[str, Any]:
    found = ucj.bases(sheet.outside)
    rows = []
    for cells in zip(*(basis.cells for basis in found), strict=True):
        row = [str(cells[0].label), whole(cells[0].members.people)]
        for cell in cells:
            row += [whole(cell.workers.people), percent(cell.share)]
        rows.append(row)
    columns = [_("Segmen"), _("Peserta aktif (cabang)")]
    for basis in found:
        columns += [str(basis.label), _("Cakupan")]
    counts = [cell.members for cell in found[0].cells] + [
        cell.workers for basis in found for cell in basis.cells
    ]
    sources = sorted({f"{one.source} {one.period}" for one in counts if one.people is not None})
    note = _(
        "Program ini melindungi %(people)s orang aktif di antara peserta BPU. – berarti belum dicatat. "
        "Sumber: %(sources)s."
    ) % {"people": public(sheet.total.active), "sources": "; ".join(sources)}
    return _table(_("Cakupan semesta (UCJ)"), columns, rows, note=note)


def _region(row: Shown, name: str | None = None) -> Row:
    return [
        name or row.name,
        *(shown(getattr(row, field)) for field in _REGION),
        percent(row.coverage),
        shown(row.ending),
    ]


def _rounded() -> str:
    return _(
        "Tiap angka orang dibulatkan sendiri ke kelipatan 5, agar tidak ada orang yang dapat dikenali: jumlah dapat "
        "sedikit berbeda, dan 0–4 berarti tidak ada atau beberapa orang."
    )


def _region_columns() -> tuple[str, ...]:
    return (
        *(_("Wilayah"), _("Calon"), _("Layak"), _("SK"), _("Terdaftar"), _("Aktif"), _("Belum")),
        *(_("Cakupan"), _("Berakhir")),
    )


def _regencies(sheet: Sheet) -> dict[str, Any]:
    total = sheet.total
    rows = [_region(row) for row in sheet.shown[0]]
    rows.append(
        [
            _("Seluruh provinsi"),
            *(public(getattr(total, name)) for name in _REGION),
            percent(total.coverage),
            public(total.ending),
        ]
    )
    return _table(
        _("Menurut kabupaten/kota"),
        _region_columns(),
        rows,
        bold=[len(rows) - 1],
        note=_rounded(),
    )


def _targets(sheet: Sheet, *, notes: bool) -> dict[str, Any]:
    english = get_language() == "en"
    rows = []
    for one in ucj.against_targets(sheet.outside):
        row = [
            f"{one.target.english if english else one.target.label}, {one.target.year}",
            worth(one.target.percent, True),
            whole(one.workers.people),
            percent(one.share),
            whole(one.missing),
        ]
        note = one.target.note_english if english else one.target.note
        rows.append([*row, f"{note}. {one.target.source}"] if notes else row)
    columns = (_("Seri"), _("Target"), _("Penyebut seri itu"), _("Tercapai"), _("Kurang (orang)"))
    title = _("Target cakupan, tiap seri dengan penyebutnya sendiri")
    if not notes:
        return _table(title, columns, rows)
    return {**_table(title, (*columns, _("Penyebut mana, dan mengapa")), rows), "last_words": True}


def _branch(sheet: Sheet) -> dict[str, Any]:
    found = steps(sheet)
    rows = [[f"  − {one.label}" if one.less else one.label, public(one.people)] for one in found]
    bold = [at for at, one in enumerate(found) if not one.less]
    return _table(_("Dinas dan cabang BPJS, bulan ini"), ("", ""), rows, bold=bold)


def _most_left_out(sheet: Sheet) -> dict[str, Any]:
    """List the trades and districts with most people left out, on one line each."""
    trades = [row for row in sheet.shown_trades if row.gap][:5]
    places = sorted(
        (row for row in sheet.shown_at("district", "") if row.gap), key=lambda row: -(row.gap or 0)
    )[:5]
    rows = [
        [
            _("Pekerjaan"),
            ", ".join(f"{row.name or _('tidak diketahui')} {whole(row.gap)}" for row in trades) or "–",
        ],
        [_("Kecamatan"), ", ".join(f"{row.name} {whole(row.gap)}" for row in places) or "–"],
    ]
    return _table(_("Terbanyak yang belum terlindungi"), ("", ""), rows, wide=2)


def _agency_and_branch(sheet: Sheet) -> dict[str, Any]:
    found = steps(sheet)
    rows = [
        [
            f"  {one.label}" if one.less else one.label,
            f"{'−' if one.less and one.people else ''}{public(one.people)}",
            one.source,
        ]
        for one in found
    ]
    columns = (_("Angka"), _("Orang"), _("Sumber atau sebab"))
    table = _table(_("Dinas dan cabang BPJS: selisih bulan ini dan sebabnya"), columns, rows)
    return {**table, "bold": [at for at, one in enumerate(found) if not one.less], "last_words": True}


def _disagreements(sheet: Sheet) -> list[dict[str, Any]]:
    language = get_language() or "id"
    rows = []
    for one in disagreements([*sheet.own, *sheet.outside]):
        for at, side in enumerate(one.sides):
            rows.append(
                [
                    (f"{one.label}, {one.about}" if one.about else str(one.label)) if not at else "",
                    f"{side.figure.source}, {side.figure.period}",
                    worth(side.figure.value, one.is_share),
                    "" if side.difference is None else signed(side.difference),
                    side.figure.remark(language),
                ]
            )
    if not rows:
        return []
    columns = (_("Yang dihitung"), _("Sumber"), _("Angka"), _("Selisih"), _("Sebab"))
    table = _table(
        _("Sumber yang tidak sama"),
        columns,
        rows,
        wide=2,
        note=_("Sumber yang tidak sama tidak dirata-rata."),
    )
    table["last_words"] = True
    return [table]


def _coming(sheet: Sheet) -> dict[str, Any]:
    columns = [f"{one.month.month:02d}/{one.month.year % 100:02d}" for one in sheet.coming]
    rows = [[public(one.decreed) for one in sheet.coming]]
    return _table(_("Orang yang dijamin SK, dua belas bulan ke depan"), columns, rows, wide=0)


def _funds(sheet: Sheet) -> dict[str, Any]:
    rows: list[Row] = []
    bold = []
    for kind, funds in sheet.shown_payers:
        bold.append(len(rows))
        for name, one in (
            (str(kind.kind_label), kind),
            *((f"{fund.fund} ({fund.payer})", fund) for fund in funds),
        ):
            rows.append(
                [
                    name,
                    shown(one.people),
                    shown(one.person_months),
                    closed_rupiah(one.committed),
                    closed_rupiah(one.paid),
                    month_words(one.last_month),
                ]
            )
    columns = (
        _("Dana"),
        _("Orang bulan ini"),
        _("Bulan-orang"),
        _("Terikat SK"),
        _("Dibayar"),
        _("Bulan terakhir"),
    )
    return _table(_("Siapa yang membayar, dana demi dana"), columns, rows, bold=bold)


def _trades(sheet: Sheet) -> dict[str, Any]:
    rows = [
        [
            row.name or _("tidak diketahui"),
            *(shown(getattr(row, name)) for name in ("candidates", "eligible", "covered", "gap")),
        ]
        for row in sheet.shown_trades
    ]
    columns = (_("Pekerjaan"), _("Calon"), _("Layak"), _("Terlindungi SK"), _("Belum"))
    return _table(_("Menurut pekerjaan"), columns, rows)


def _indicators(sheet: Sheet) -> dict[str, Any]:
    rows = []
    for one in indicators(sheet):
        value = one.missing or "–"
        if one.value is not None:
            value = worth(one.value, True) if one.unit == "%" else f"{whole(one.value)} {one.unit}"
        rows.append([one.code, one.name, value, f"{one.definition}. {one.source}"])
    columns = (_("Kode"), _("Indikator"), _("Angka"), _("Definisi dan sumber"))
    table = _table(_("Indikator: 06.02.021, RPJMD, Permendagri 15/2024, Paritrana"), columns, rows, wide=2)
    table["last_words"] = True
    return table


def _definitions(sheet: Sheet) -> dict[str, Any]:
    rows = [[str(one.label), str(one.meaning), str(one.source)] for one in sheet.words.values()]
    title = _("Definisi %(version)s") % {"version": sheet.version}
    return _table(title, (_("Angka"), _("Arti"), _("Sumber")), rows, wide=3)


def _districts(sheet: Sheet) -> dict[str, Any]:
    rows, bold = _rows_below(sheet, villages=False)
    note = _("Angka per desa/kelurahan: berkas PDF, CSV, dan Excel tersendiri.")
    return _table(_("Menurut kecamatan"), _region_columns(), rows, bold=bold, note=note)


def _places(sheet: Sheet) -> dict[str, Any]:
    rows, bold = _rows_below(sheet, villages=True)
    note = _rounded()
    return _table(_("Menurut kecamatan dan desa/kelurahan"), _region_columns(), rows, bold=bold, note=note)


def _rows_below(sheet: Sheet, *, villages: bool) -> tuple[list[Row], list[int]]:
    """Regencies with their districts, and villages below them if asked; and which rows stand out."""
    regencies, districts, inside = sheet.shown
    rows: list[Row] = []
    bold = []
    for regency in regencies:
        bold.append(len(rows))
        rows.append(_region(regency))
        for district in districts.get(regency.code, []):
            if villages:
                bold.append(len(rows))
            rows.append(_region(district, district.name if villages else f"  {district.name}"))
            rows += [_region(row, f"  {_village(row)}") for row in inside.get(district.code, []) if villages]
    return rows, bold


def _village(row: Shown) -> str:
    return row.name if len(row.code) == WIDTHS["village"] else _("desa tidak diketahui")
