"""Bank statements as CSV, in the ways that Indonesian banks export them.

They differ in separators, signs, dates and headers: debit and credit in two columns, or one amount with DB or CR beside
it, inside it, or in a column without a header; dates with a clock, or without a year below a line about the period. A
header may come again further down, with its columns in another order. What cannot be told for certain is refused with
its line: money must not be passed over, change its direction, or be of another currency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from payung.exchange import bank_currency, returns, tables
from payung.exchange.guard import Limits, UnreadableFile
from payung.identity import dates
from payung.values import parse_rupiah

#: How many rows at the top may stand above the header row.
_SEARCH = 40
_LATE = date(2099, 12, 31)

_HEADERS = {
    "day": ("tanggal", "tgl", "date", "tanggaltransaksi", "tgltransaksi", "tgltran", "tanggalposting", "postingdate",
            "transactiondate", "trxdate", "trandate", "postdate", "tglposting", "valuedate", "valdate", "tglefektif",
            "tanggaltran", "tanggaltrx", "tgltrx", "bookingdate", "entrydate", "tglmutasi", "tanggalmutasi"),
    "text": ("keterangan", "uraian", "deskripsi", "description", "remark", "remarks", "berita", "catatan", "transaksi",
             "keterangantransaksi", "uraiantransaksi", "transactiondescription", "desktran", "details", "narasi",
             "referenceno", "reference", "noreferensi", "referensi", "additionaldesc", "deskripsitransaksi"),
    "out": ("debet", "debit", "keluar", "mutasidebet", "mutasidebit", "debetrp", "debitrp", "pengeluaran",
            "withdrawal", "danakeluar", "uangkeluar", "debitamount", "jumlahdebet", "jumlahdebit", "debitamt",
            "nominaldebet", "nominaldebit"),
    "in": ("kredit", "credit", "masuk", "mutasikredit", "kreditrp", "penerimaan", "deposit", "danamasuk", "uangmasuk",
           "creditamount", "jumlahkredit", "creditamt", "nominalkredit"),
    "amount": ("jumlah", "nominal", "amount", "mutasi", "nilai", "jumlahrp", "jumlahtransaksi", "transactionamount"),
    "sign": ("jenis", "dk", "dbcr", "dbkr", "dc", "tipe", "type", "debetkredit", "debitkredit", "posisi",
             "jenistransaksi"),
    "currency": ("ccy", "currency", "curr", "matauang", "valuta", "cur"),
}  # fmt: skip
_FIELD = {key: name for name, keys in _HEADERS.items() for key in keys}
#: Of these a file may have several, which are read together.
_MANY = frozenset({"text"})
#: Other columns in which banks put what the payer wrote, by a part of their header; and those that never hold it.
_TELLS = re.compile(
    r"ket|desk|desc|remark|remrk|rmk|remk|berita|catat|note|memo|narasi|narrat|uraian|info|detail|ref|kode|code|"
    r"custom|message|pesan|purpose|tujuan|billing|virtual|payee|penerima|beneficiary|trx|invoice|tagihan"
)
_NEVER = re.compile(
    r"saldo|balance|norek|account|rekening|cabang|branch|jam|time|teller|user|kodetran|transactioncode|glsign|seq"
)
#: A word that may be a payment code wherever it stands: letters and digits together, or digits behind words.
_CODE_LIKE = re.compile(r"(?=[A-Za-z./ -]*\d)(?=[\d./ -]*[A-Za-z])[A-Za-z0-9./ -]{6,}")
_OUT = re.compile(r"^(D|DB|DR|DEBET|DEBIT|RC|-)$", re.IGNORECASE)
_IN = re.compile(r"^(K|C|CR|KR|KREDIT|CREDIT|RD|\+)$", re.IGNORECASE)
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
    """Where the fields stand, and the days between which dates without a year lie.

    `minus` are the columns (and, of one amount column, the marks) in which some amounts bear a minus and some do not:
    there a minus turns the direction; in others it is only the way that the bank writes what goes out.
    """

    columns: dict[str, int]
    texts: tuple[int, ...]
    period: tuple[date, date] | None
    marked: bool = False
    minus: frozenset[str] = frozenset()


def movements(text: str) -> list[Movement]:
    """Return the movements of a statement in the file's order. Raises Unreadable."""
    head = text[:100_000].splitlines()[:_SEARCH]
    delimiter = max(",;\t|", key=lambda sign: max((line.count(sign) for line in head), default=0))
    limits = Limits()
    try:
        rows = tables.rows_of(text, delimiter, limits.cells, limits)
    except UnreadableFile as error:
        raise Unreadable(0, error.message_id.rstrip("."), error.message_en.rstrip(".")) from error
    found: list[Movement] = []
    for start, end, layout in _tables(rows):
        last = 0
        for number, row in enumerate(rows[start:end], start + 1):
            one = _movement(row, layout, number)
            if one is not None:
                found.append(one)
                last = number
            elif found and last == number - 1 and _goes_on(row, layout):
                found[-1].words += _words(row, layout)
                last = number
    return [one for one in found if one.amount]


def _tables(rows: list[list[str]]) -> list[tuple[int, int, _Layout]]:
    """Each table of the file: its first row, the row behind its last, and its layout."""
    heads = [(at, *found) for at, row in enumerate(rows) if (found := _header(row))]
    if not heads or heads[0][0] >= _SEARCH:
        raise Unreadable(
            0,
            "tidak ada baris judul dengan kolom tanggal dan debet (atau jumlah)",
            "no header row with a date column and a debit (or amount) column",
        )
    answer: list[tuple[int, int, _Layout]] = []
    above, period = 0, None
    for (at, columns, texts), end in zip(heads, [*(at for at, *_ in heads[1:]), len(rows)], strict=True):
        _require_rupiah(rows[above : at + 1], above, whole=not answer)
        period = _period(rows[above:at]) or period
        above = at + 1
        body = rows[at + 1 : end]
        plain = _Layout(columns, texts, period)
        marked = any(_mark(row, plain) for row in body)
        layout = _Layout(columns, texts, period, marked, _turning(body, plain, marked))
        if (
            "out" not in columns
            and not marked
            and not any(_minus(_cell(row, plain, "amount")) for row in body)
        ):
            if not any(_cell(row, plain, "day")[:1].isdigit() for row in body):
                continue  # a header behind which nothing stands
            raise Unreadable(
                0,
                "tidak ada yang menyebut mana debet dan mana kredit; unduh dengan kolom debet dan kredit",
                "nothing says which are debits and which credits; download it with both columns",
            )
        answer.append((at + 1, end, layout))
    return answer


def _header(row: Sequence[str]) -> tuple[dict[str, int], tuple[int, ...]] | None:
    """Return the columns and the places of the words in a row of headers; None where the row is none."""
    columns: dict[str, int] = {}
    texts = []
    for place, cell in enumerate(row):
        bare = re.sub(r"(?i)\(.*?\)|\b(?:idr|rp|usd|sgd|eur|myr)\b\.?", "", cell)
        key = re.sub(r"[^a-z]", "", bare.lower())
        name = _FIELD.get(key)
        if name in _MANY or (name is None and _TELLS.search(key) and not _NEVER.search(key)):
            texts.append(place)
        elif name:
            columns.setdefault(name, place)
    if "day" in columns and ("out" in columns or "amount" in columns):
        # Beside debit and credit a column about the kind is words; beside one amount it may say the direction.
        if "out" in columns and "sign" in columns:
            texts.append(columns.pop("sign"))
        return columns, tuple(texts)
    return None


def _require_rupiah(rows: list[list[str]], above: int, *, whole: bool) -> None:
    """Raise Unreadable where the lines above a table, or its header, name another currency."""
    said = bank_currency.of_head([" ".join(row) for row in rows], plain=whole)
    if said is not None:
        raise _foreign(above + said[0] + 1, said[1])


def _foreign(number: int, currency: str) -> Unreadable:
    return Unreadable(
        number,
        f"mata uang {currency}, bukan IDR; hanya rupiah yang dibaca",
        f"currency {currency}, only IDR is read",
    )


def _period(rows: list[list[str]]) -> tuple[date, date] | None:
    """Return the first and last day named above the header row, where there are any."""
    text = " ".join(" ".join(row) for row in rows)
    days = [day for word in _IN_TEXT.findall(text) if (day := _full(word)) is not None]
    return (min(days), max(days)) if days else None


def _cell(row: list[str], layout: _Layout, name: str) -> str:
    place = layout.columns.get(name)
    return row[place].strip().strip("'\u00a0 ") if place is not None and place < len(row) else ""


def _words(row: list[str], layout: _Layout) -> list[str]:
    """Return the bank's words of a row: the columns known for them, then any other cell that looks like a code."""
    known = [row[at].strip().strip("'") for at in layout.texts if at < len(row) and row[at].strip()]
    taken = {*layout.texts, *layout.columns.values()}
    others = [
        cell.strip() for at, cell in enumerate(row) if at not in taken and _CODE_LIKE.fullmatch(cell.strip())
    ]
    return known + [cell for cell in others if not _DAY.match(cell) and not _MARK.search(cell)]


def _goes_on(row: list[str], layout: _Layout) -> bool:
    """Return whether a row only carries on the words of the one above it."""
    return bool(_words(row, layout)) and not any(
        _cell(row, layout, name) for name in ("day", "out", "in", "amount", "sign")
    )


def _movement(row: list[str], layout: _Layout, number: int) -> Movement | None:
    written = _cell(row, layout, "day")
    if not written or not written[0].isdigit():
        _require_rupiah([row], number - 1, whole=False)
        return None  # opening and closing balances, page totals, payments still pending
    day = _day(written, layout.period)
    if day is None:
        raise Unreadable(number, f"tanggal {written!r} tidak terbaca", f"date {written!r} cannot be read")
    for name in ("currency", "out", "in", "amount"):
        currency = bank_currency.of_cell(_cell(row, layout, name), amount=name != "currency")
        if currency is not None:
            raise _foreign(number, currency)
    words = _words(row, layout)
    try:
        if "out" in layout.columns:
            amount = _side(row, layout, "out", words) - _side(row, layout, "in", words)
        else:
            amount = _signed(row, layout, number)
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(number, "jumlah tidak terbaca", str(error)) from error
    return Movement(number, day, amount, words)


def _mark(row: list[str], layout: _Layout) -> str:
    """DB or CR of a row: in its own column, in a column without a header, or inside the amount; '' where none."""
    for cell in (_cell(row, layout, "sign"), *(one.strip(" '") for one in row)):
        if cell and (_OUT.match(cell) or _IN.match(cell)) and cell not in "+-":
            return cell
    found = _MARK.search(_cell(row, layout, "amount"))
    return (found.group(1) or found.group(2)) if found else ""


def _minus(written: str) -> bool:
    """Return whether an amount is written below zero: -1.000, (1.000), 1.000-; but 1.000,- is whole rupiah."""
    bare = _MARK.sub("", written).strip()
    return (bare.startswith(("-", "(")) and bare != "-") or bool(re.search(r"\d\s?-$", bare))


def _turning(body: list[list[str]], layout: _Layout, marked: bool) -> frozenset[str]:
    """Return the amount columns, or marks of the one amount column, that mix amounts with and without a minus."""
    seen: dict[str, set[bool]] = {}
    for row in body:
        if not _cell(row, layout, "day")[:1].isdigit():
            continue
        for name in ("out", "in", "amount"):
            written = _cell(row, layout, name)
            if not re.search(r"[1-9]", written):
                continue
            key = name
            if name == "amount" and marked:
                key = "amount:out" if _OUT.match(_mark(row, layout)) else "amount:in"
            seen.setdefault(key, set()).add(_minus(written))
    return frozenset(key for key, ways in seen.items() if len(ways) == 2)


def _side(row: list[str], layout: _Layout, name: str, words: Sequence[str]) -> int:
    """Return the amount in the debit or credit column; below zero where it is a correction of that side."""
    written = _cell(row, layout, name)
    value = abs(_rupiah(written))
    turned = _minus(written) and (name in layout.minus or returns.says_returned(" ".join(words)))
    return -value if turned else value


def _signed(row: list[str], layout: _Layout, number: int) -> int:
    written = _cell(row, layout, "amount")
    value = abs(_rupiah(written))
    mark = _mark(row, layout)
    minus = _minus(written)
    if mark:
        out = bool(_OUT.match(mark))
        if minus and ("amount:out" if out else "amount:in") in layout.minus:
            out = not out
        return value if out else -value
    if value and layout.marked and not minus:
        raise Unreadable(
            number,
            "tidak ada tanda debet atau kredit",
            "nothing says whether this is a debit or a credit",
        )
    return value if minus else -value


def _rupiah(text: str) -> int:
    """Whole rupiah; sen are dropped."""
    bare = _MARK.sub("", text.strip().strip("()")).strip().strip("+").strip()
    bare = (
        re.sub(r"(?i)^-?\s*(?:rp|idr)\.?\s*|\s*(?:rp|idr)\.?$", "", bare)
        .removesuffix(",-")
        .removesuffix(".-")
    )
    bare = bare.strip("- ")
    if bare == "":
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
