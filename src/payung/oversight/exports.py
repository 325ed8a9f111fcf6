"""The sheet's tables as files: CSV table by table, XLSX all in one. Counts are those of the page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from payung.disclosure.rounding import LEAST, is_small
from payung.oversight import ucj
from payung.oversight.indicators import indicators
from payung.oversight.outside import QUESTIONS
from payung.oversight.series import series
from payung.oversight.sheet import Sheet
from payung.oversight.shown import Shown
from payung.values.spreadsheet import CsvWriter, workbook

Cell = str | int | float | None
#: Rupiah that would tell few people's.
_closed = "<5"
REGION_COUNTS = (
    "candidates",
    "verified",
    "eligible",
    "decreed",
    "registered",
    "active",
    "gap",
    "ending",
    "other_payer",
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name in addresses and as a sheet of the workbook, its columns, its rows."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]


class Made(NamedTuple):
    """What a table is made of."""

    columns: tuple[str, ...]
    rows: list[list[Cell]]


def titles() -> list[tuple[str, str]]:
    """Return the name and title of every table."""
    return [(name, str(title)) for name, (title, _make) in _TABLES.items()]


def tables(sheet: Sheet) -> list[Table]:
    """Every table of the sheet."""
    return [Table(name, str(title), *make(sheet)) for name, (title, make) in _TABLES.items()]


def table(sheet: Sheet, name: str) -> Table | None:
    """One table by its name; None where there is no such table."""
    if name not in _TABLES:
        return None
    title, make = _TABLES[name]
    return Table(name, str(title), *make(sheet))


def as_csv(one: Table) -> str:
    """Return a table as CSV with its column names first."""
    text = io.StringIO()
    writer = CsvWriter(text)
    writer.writerow(one.columns)
    for row in one.rows:
        writer.writerow(row)
    return text.getvalue()


def as_xlsx(found: Sequence[Table], about: str) -> bytes:
    """Return the tables as one workbook; `about` (what it is, of when) stands above each."""
    buffer = io.BytesIO()
    book = workbook(buffer)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    whole = book.add_format({"num_format": "#,##0"})
    share = book.add_format({"num_format": "#,##0.00"})
    for one in found:
        page = book.add_worksheet(one.title[:31])
        page.write_string(0, 0, about)
        for at, column in enumerate(one.columns):
            page.write_string(2, at, column, bold)
        for down, row in enumerate(one.rows, 3):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(down, at, cell)
                elif cell is not None:
                    page.write_number(down, at, cell, share if isinstance(cell, float) else whole)
        page.freeze_panes(3, 1)
        page.autofit(320)
    book.close()
    return buffer.getvalue()


def about(sheet: Sheet) -> str:
    """Say in one line what the figures are and of which moment."""
    moment = date_format(localtime(sheet.as_of), "j F Y H.i")
    return _(
        "Payung, angka bulan %(month)s, data per %(moment)s, definisi %(version)s. Tanpa nama, tanpa NIK. "
        "Angka orang di bawah provinsi dibulatkan ke kelipatan 5; 0 berarti tidak ada atau beberapa orang."
    ) % {
        "month": sheet.month,
        "moment": moment,
        "version": sheet.version,
    }


def count(value: int | None) -> Cell:
    """Write a count that stands alone: '<5' where it is small or would reveal such a one."""
    return f"<{LEAST}" if value is None or is_small(value) else value


def _ladder(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            rung.definition.id,
            str(rung.definition.label),
            count(rung.value),
            str(rung.definition.meaning),
            str(rung.source),
            sheet.as_of.isoformat(),
        ]
        for rung in sheet.ladder
    ]
    return Made(("id", "label", "people", "definition", "source", "as_of"), rows)


def _parts(sheet: Sheet) -> Made:
    """Who stands on a rung and not on the next (`of` names the next), or on one in spite of the one before."""
    rows: list[list[Cell]] = [
        [rung.definition.id, part.id, part.label, count(part.people), sign, sheet.as_of.isoformat()]
        for rung in sheet.ladder
        for sign, parts in (("less", rung.parts), ("within", rung.within))
        for part in parts
    ]
    return Made(("of", "id", "label", "people", "less_or_within", "as_of"), rows)


def _region_rows(sheet: Sheet, shown: Sequence[Shown]) -> list[list[Cell]]:
    return [
        [str(sheet.month), row.code, row.name, *(getattr(row, name) for name in REGION_COUNTS)]
        for row in shown
    ]


def _regions(sheet: Sheet) -> Made:
    regencies, districts, _villages = sheet.shown
    shown = [row for regency in regencies for row in (regency, *districts.get(regency.code, []))]
    return Made(
        ("month", "code", "name", *REGION_COUNTS),
        _region_rows(sheet, shown),
    )


def _villages(sheet: Sheet) -> Made:
    return Made(
        ("month", "code", "name", *REGION_COUNTS),
        _region_rows(sheet, sheet.shown_at("village", "")),
    )


def _trades(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            row.code,
            row.name,
            *(getattr(row, name) for name in ("candidates", "eligible", "covered", "gap")),
        ]
        for row in sheet.shown_trades
    ]
    return Made(("id", "label", "candidates", "eligible", "covered", "gap"), rows)


def _payers(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = []
    for kind, funds in sheet.shown_payers:
        for one in funds:
            rows.append(
                [
                    str(kind.kind_label),
                    one.payer,
                    one.code,
                    one.fund,
                    one.people,
                    one.person_months,
                    *(_closed if amount is None else amount for amount in (one.committed, one.paid)),
                    str(one.last_month) if one.last_month else None,
                ]
            )
    columns = (
        "kind",
        "payer",
        "fund_code",
        "fund",
        "people",
        "person_months",
        "committed",
        "paid",
        "last_month",
    )
    return Made(columns, rows)


def _months(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [str(one.month), one.decreed, one.registered, one.active, one.billed, one.paid]
        for one in sheet.months
    ]
    return Made(("month", "decreed", "registered", "active", "billed", "paid"), rows)


def _money(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            name,
            str(sheet.words[name].label),
            amount,
            str(sheet.words[name].meaning),
            str(sheet.words[name].source),
        ]
        for name, amount in sheet.money.items()
    ]
    gap = sheet.words["gap_monthly"]
    rows.append([gap.id, str(gap.label), sheet.gap_monthly, str(gap.meaning), str(gap.source)])
    return Made(("id", "label", "rupiah", "definition", "source"), rows)


def _ucj(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            str(basis.label),
            str(cell.label),
            cell.members.people,
            f"{cell.members.source} {cell.members.period}".strip(),
            cell.workers.people,
            f"{cell.workers.source} {cell.workers.period}".strip(),
            None if cell.share is None else round(100 * cell.share, 2),
        ]
        for basis in ucj.bases(sheet.outside)
        for cell in basis.cells
    ]
    columns = ("basis", "segment", "members", "members_source", "workers", "workers_source", "percent")
    return Made(columns, rows)


def _targets(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            one.target.label,
            one.target.year,
            one.target.percent,
            str(one.basis),
            one.workers.people,
            None if one.share is None else round(100 * one.share, 2),
            one.missing,
            one.target.source,
            one.target.note,
        ]
        for one in ucj.against_targets(sheet.outside)
    ]
    columns = (
        "series",
        "year",
        "target_percent",
        "basis",
        "workers",
        "percent",
        "people_missing",
        "source",
        "note",
    )
    return Made(columns, rows)


def _sources(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            one.question,
            str(QUESTIONS.get(one.question, "")),
            one.value,
            one.period,
            one.about,
            one.source,
            one.note,
        ]
        for one in sheet.outside
    ]
    return Made(
        ("question", "label", "value", "period", "about", "source", "note"),
        rows,
    )


def _claims(sheet: Sheet) -> Made:
    claims = sheet.claims
    rows: list[list[Cell]] = [
        ["since", claims["since"]],
        *([name, count(claims[name])] for name in ("paid", "unclaimed")),
        *(
            [name, _closed if claims[name] is None else claims[name]]
            for name in ("paid_rupiah", "unclaimed_rupiah", "expected", "low", "high", "scale")
        ),
        *([f"deaths_{name}", count(people)] for name, people in claims["deaths"].items()),
        *([f"cases_{name}", cases] for name, cases in claims["cases"].items()),
    ]
    return Made(("figure", "value"), rows)


def _indicators(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [
            str(sheet.month),
            one.code,
            one.group,
            one.name,
            one.value,
            one.unit,
            one.numerator,
            one.denominator,
            one.definition,
            one.source,
            one.missing,
        ]
        for one in indicators(sheet)
    ]
    columns = (
        *(
            "month",
            "code",
            "set",
            "name",
            "value",
            "unit",
            "numerator",
            "denominator",
            "definition",
            "source",
        ),
        "missing",
    )
    return Made(columns, rows)


def _definitions(sheet: Sheet) -> Made:
    rows: list[list[Cell]] = [
        [sheet.version, one.id, str(one.label), str(one.meaning), str(one.source)]
        for one in sheet.words.values()
    ]
    return Made(("version", "id", "label", "meaning", "source"), rows)


def _series(sheet: Sheet) -> Made:
    """One row for each indicator and month; shares in per cent."""
    rows: list[list[Cell]] = [
        [
            one.code or one.id, one.label, str(month),
            None if value is None else round(100 * value, 2) if one.unit == "share" else value,
            "%" if one.unit == "share" else one.unit, int(one.over) if one.over else None, one.definition, one.source,
        ]
        for one in series(sheet)
        for month, value in one.values
    ]  # fmt: skip
    return Made(("code", "name", "month", "value", "unit", "denominator", "definition", "source"), rows)


_TABLES: dict[str, tuple[str | Promise, Callable[[Sheet], Made]]] = {
    "tangga": (lazy("Tangga"), _ladder),
    "bagian": (lazy("Bagian tangga"), _parts),
    "wilayah": (lazy("Kabupaten dan kecamatan"), _regions),
    "desa": (lazy("Desa dan kelurahan"), _villages),
    "pekerjaan": (lazy("Pekerjaan"), _trades),
    "pembayar": (lazy("Pembayar"), _payers),
    "bulan": (lazy("Bulan"), _months),
    "rupiah": (lazy("Rupiah"), _money),
    "klaim": (lazy("Klaim"), _claims),
    "ucj": ("UCJ", _ucj),
    "target": (lazy("Target"), _targets),
    "sumber": (lazy("Angka pihak lain"), _sources),
    "indikator": (lazy("Indikator"), _indicators),
    "indikator-bulan": (lazy("Indikator menurut bulan"), _series),
    "definisi": (lazy("Definisi"), _definitions),
}
