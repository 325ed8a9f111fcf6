"""Bank statements as CSV, in the ways that Indonesian banks export them.

They differ in separators, signs, dates and headers: debit and credit in two columns, or one amount with DB or CR beside
it, inside it, or in a column without a header; dates with a clock, or without a year below a line about the period.
What cannot be told for certain is refused with its line: money must not be passed over, nor change its direction.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date

from payung.identity import dates
from payung.values import parse_rupiah

#: How many rows at the top may stand above the header row.
_SEARCH = 40
_LATE = date(2099, 12, 31)

_HEADERS = {
    "day": ("tanggal", "tgl", "date", "tanggaltransaksi", "tgltransaksi", "tgltran", "tanggalposting", "postingdate",
            "transactiondate", "trxdate", "trandate", "postdate", "tglposting", "valuedate", "valdate", "tglefektif"),
    "text": ("keterangan", "uraian", "deskripsi", "description", "remark", "remarks", "berita", "catatan", "transaksi",
             "keterangantransaksi", "uraiantransaksi", "transactiondescription", "desktran", "details", "narasi",
             "referenceno", "reference", "noreferensi", "referensi", "additionaldesc", "deskripsitransaksi"),
    "out": ("debet", "debit", "keluar", "mutasidebet", "mutasidebit", "debetrp", "debitrp", "pengeluaran",
            "withdrawal", "danakeluar", "uangkeluar", "debitamount", "jumlahdebet", "jumlahdebit"),
    "in": ("kredit", "credit", "masuk", "mutasikredit", "kreditrp", "penerimaan", "deposit", "danamasuk", "uangmasuk",
           "creditamount", "jumlahkredit"),
    "amount": ("jumlah", "nominal", "amount", "mutasi", "nilai", "jumlahrp", "jumlahtransaksi", "transactionamount"),
    "sign": ("jenis", "dk", "dbcr", "dbkr", "dc", "tipe", "type", "debetkredit", "debitkredit", "posisi",
             "jenistransaksi"),
}  # fmt: skip
_FIELD = {key: name for name, keys in _HEADERS.items() for key in keys}
#: Of these a file may have several, which are read together.
_MANY = frozenset({"text"})
_OUT = re.compile(r"^(D|DB|DR|DEBET|DEBIT|-)$", re.IGNORECASE)
_IN = re.compile(r"^(K|C|CR|KR|KREDIT|CREDIT|\+)$", re.IGNORECASE)
_MARK = re.compile(r"(?i)^(db|dr|d|cr|kr|c|k)\b\.?\s*|\s*\b(db|dr|d|cr|kr|c|k)\.?$")
_DAY = re.compile(
    r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{1,2}[-/. ][A-Za-z]{3,9}[-/. ]\d{2,4}|\d{8})"
    r"(?!\d)"
)
_NO_YEAR = re.compile(r"^(\d{1,2})[-/.](\d{1,2})$")
_IN_TEXT = re.compile(r"\d{1,2}[-/ ](?:\d{1,2}|[A-Za-z]{3,9})[-/ ]\d{4}|\d{4}-\d{2}-\d{2}")


class Unreadable(ValueError):
    """A row that cannot be read for certain; `indonesian` says why, `line_no` which (0: the whole file)."""

    def __init__(self, line_no: int, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.line_no = line_no
        self.indonesian = indonesian


@dataclass(slots=True)
class Movement:
    """One movement: rupiah out (positive) or in (negative), with the bank's words."""

    line_no: int
    day: date
    amount: int
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the fields stand, and the days between which dates without a year lie."""

    columns: dict[str, int]
    texts: tuple[int, ...]
    period: tuple[date, date] | None


def movements(text: str) -> list[Movement]:
    """The movements of a statement in the file's order. Raises Unreadable."""
    head = text[:100_000].splitlines()[:_SEARCH]
    delimiter = max(",;\t|", key=lambda sign: max((line.count(sign) for line in head), default=0))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    layout, start = _layout(rows)
    marked = any(_mark(row, layout) for row in rows[start:])
    if "out" not in layout.columns and not marked and not any(_minus(row, layout) for row in rows[start:]):
        raise Unreadable(
            0,
            "tidak ada yang menyebut mana debet dan mana kredit; unduh dengan kolom debet dan kredit",
            "nothing says which are debits and which credits; download it with both columns",
        )
    found: list[Movement] = []
    last = 0
    for number, row in enumerate(rows[start:], start + 1):
        one = _movement(row, layout, number, marked)
        if one is not None:
            found.append(one)
            last = number
        elif found and last == number - 1 and _goes_on(row, layout):
            found[-1].words += _words(row, layout)
            last = number
    return [one for one in found if one.amount]


def _layout(rows: list[list[str]]) -> tuple[_Layout, int]:
    for at, row in enumerate(rows[:_SEARCH]):
        columns: dict[str, int] = {}
        texts = []
        for place, cell in enumerate(row):
            name = _FIELD.get(re.sub(r"[^a-z]", "", re.sub(r"\(.*?\)", "", cell.lower())))
            if name in _MANY:
                texts.append(place)
            elif name:
                columns.setdefault(name, place)
        if "day" in columns and ("out" in columns or "amount" in columns):
            return _Layout(columns, tuple(texts), _period(rows[:at])), at + 1
    raise Unreadable(
        0,
        "tidak ada baris judul dengan kolom tanggal dan debet (atau jumlah)",
        "no header row with a date column and a debit (or amount) column",
    )


def _period(rows: list[list[str]]) -> tuple[date, date] | None:
    """The first and last day named above the header row, where there are any."""
    text = " ".join(" ".join(row) for row in rows)
    days = [day for word in _IN_TEXT.findall(text) if (day := _full(word)) is not None]
    return (min(days), max(days)) if days else None


def _cell(row: list[str], layout: _Layout, name: str) -> str:
    place = layout.columns.get(name)
    return row[place].strip().strip("'\u00a0 ") if place is not None and place < len(row) else ""


def _words(row: list[str], layout: _Layout) -> list[str]:
    return [row[at].strip().strip("'") for at in layout.texts if at < len(row) and row[at].strip()]


def _goes_on(row: list[str], layout: _Layout) -> bool:
    """Whether a row only carries on the words of the one above it."""
    return bool(_words(row, layout)) and not any(
        _cell(row, layout, name) for name in ("day", "out", "in", "amount", "sign")
    )


def _movement(row: list[str], layout: _Layout, number: int, marked: bool) -> Movement | None:
    written = _cell(row, layout, "day")
    if not written or not written[0].isdigit():
        return None  # opening and closing balances, page totals, payments still pending
    day = _day(written, layout.period)
    if day is None:
        raise Unreadable(number, f"tanggal {written!r} tidak terbaca", f"date {written!r} cannot be read")
    try:
        if "out" in layout.columns:
            amount = _rupiah(_cell(row, layout, "out")) - _rupiah(_cell(row, layout, "in"))
        else:
            amount = _signed(row, layout, number, marked)
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(number, "jumlah tidak terbaca", str(error)) from error
    return Movement(number, day, amount, _words(row, layout))


def _mark(row: list[str], layout: _Layout) -> str:
    """DB or CR of a row: in its own column, in a column without a header, or inside the amount; '' where none."""
    for cell in (_cell(row, layout, "sign"), *(one.strip(" '") for one in row)):
        if cell and (_OUT.match(cell) or _IN.match(cell)) and cell not in "+-":
            return cell
    found = _MARK.search(_cell(row, layout, "amount"))
    return (found.group(1) or found.group(2)) if found else ""


def _minus(row: list[str], layout: _Layout) -> bool:
    return _cell(row, layout, "amount").startswith(("-", "("))


def _signed(row: list[str], layout: _Layout, number: int, marked: bool) -> int:
    written = _cell(row, layout, "amount")
    value = abs(_rupiah(written))
    mark = _mark(row, layout)
    if mark:
        return value if _OUT.match(mark) else -value
    minus = _minus(row, layout)
    if value and marked and not minus:
        raise Unreadable(
            number,
            "tidak ada tanda debet atau kredit",
            "nothing says whether this is a debit or a credit",
        )
    return value if minus else -value


def _rupiah(text: str) -> int:
    """Whole rupiah; sen are dropped."""
    bare = _MARK.sub("", text.strip().strip("()")).strip().lstrip("+-").strip()
    bare = re.sub(r"(?i)^(rp|idr)\.?\s*", "", bare)
    if bare in ("", "-"):
        return 0
    whole = re.sub(r"[.,](\d{2}|0)$", "", bare)
    return parse_rupiah(whole) if whole else 0


def _day(written: str, period: tuple[date, date] | None) -> date | None:
    full = _DAY.match(written)
    if full:
        return _full(full.group(1))
    short = _NO_YEAR.match(written)
    if not short or period is None:
        return None
    for year in range(period[0].year, period[1].year + 1):
        try:
            day = date(year, int(short.group(2)), int(short.group(1)))
        except ValueError:
            continue
        if period[0] <= day <= period[1]:
            return day
    return None


def _full(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        # The reader of birth dates knows the Indonesian ways to write a day; as of 2099 it takes any of ours.
        return dates.read(written, today=_LATE).date
