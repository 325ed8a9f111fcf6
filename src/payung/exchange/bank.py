"""Bank statements as they come: CSV as Indonesian banks export it, MT940, CAMT.053."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import mt940

from payung.exchange.guard import UnreadableFile
from payung.exchange.tables import decode
from payung.identity import dates
from payung.values import parse_rupiah

#: The largest statement read, in bytes.
MAX_BYTES = 50 * 1024 * 1024
_SEARCH = 40


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement: `amount` rupiah left the account (positive) or came in (negative), with the bank's words."""

    line_no: int
    day: date
    amount: int
    reference: str


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A statement's format ('csv', 'mt940', 'camt053') and its movements, in the file's order."""

    format: str
    lines: tuple[StatementLine, ...]


def read_statement(content: bytes, *, name: str = "rekening koran") -> BankStatement:
    """Reads a statement, its format told from its content.

    Raises UnreadableFile for an empty or unknown file, and for any row with a date whose amount cannot be
    read, since money must not be passed over in silence.
    """
    if not content.strip():
        raise UnreadableFile("empty", f"{name}: berkas kosong.", f"{name}: the file is empty.")
    if len(content) > MAX_BYTES:
        raise UnreadableFile("too_large", f"{name}: lebih dari 50 MB.", f"{name}: more than 50 MB.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise UnreadableFile(
            "format",
            f"{name}: bukan rekening koran teks; unduh dari bank sebagai CSV, MT940, atau CAMT.053.",
            f"{name}: not a text statement; download it from the bank as CSV, MT940 or CAMT.053.",
        )
    text = decode(content)
    if "<" in text[:200] and "camt.053" in text[:2000]:
        return BankStatement("camt053", tuple(_camt(text, name)))
    if re.search(r"^:20:|^\{1:", text[:2000], re.MULTILINE) and ":61:" in text:
        return BankStatement("mt940", tuple(_mt940(text, name)))
    return BankStatement("csv", tuple(_csv(text, name)))


def read_statement_file(path: Path) -> BankStatement:
    """As `read_statement`, for a file."""
    return read_statement(path.read_bytes(), name=path.name)


_HEADERS = {
    "day": ("tanggal", "tgl", "date", "tanggaltransaksi", "tgltransaksi", "tanggalposting", "postingdate",
            "transactiondate", "postdate", "tglposting", "valuedate"),
    "text": ("keterangan", "uraian", "deskripsi", "description", "remark", "remarks", "berita", "catatan",
             "keterangantransaksi", "uraiantransaksi", "transactiondescription"),
    "out": ("debet", "debit", "keluar", "mutasidebet", "mutasidebit", "debetrp", "debitrp", "pengeluaran",
            "withdrawal"),
    "in": ("kredit", "credit", "masuk", "mutasikredit", "kreditrp", "penerimaan", "deposit"),
    "amount": ("jumlah", "nominal", "amount", "mutasi", "nilai", "jumlahrp"),
    "sign": ("jenis", "dk", "dbcr", "dbkr", "tipe", "type", "debetkredit", "debitkredit", "posisi"),
}  # fmt: skip
_FIELD = {key: field for field, keys in _HEADERS.items() for key in keys}
_OUT = re.compile(r"\b(D|DB|DR|DEBET|DEBIT)\b", re.IGNORECASE)
_IN = re.compile(r"\b(K|C|CR|KR|KREDIT|CREDIT)\b", re.IGNORECASE)


def _csv(text: str, name: str) -> list[StatementLine]:
    head = text[:100_000].splitlines()[:_SEARCH]
    delimiter = max(",;\t|", key=lambda sign: max(line.count(sign) for line in head))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    columns: dict[str, int] = {}
    start = 0
    for at, row in enumerate(rows[:_SEARCH]):
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            field = _FIELD.get(re.sub(r"[^a-z]", "", re.sub(r"\(.*?\)", "", cell.lower())))
            if field:
                found.setdefault(field, place)
        if "day" in found and ("out" in found or "amount" in found):
            columns, start = found, at + 1
            break
    if not columns:
        raise UnreadableFile(
            "columns",
            f"{name}: tidak ada baris judul dengan kolom tanggal dan debet (atau jumlah).",
            f"{name}: no header row with a date column and a debit (or amount) column.",
        )
    lines = []
    for number, row in enumerate(rows[start:], start + 1):
        line = _csv_line(row, columns, number, name)
        if line is not None:
            lines.append(line)
    return lines


def _csv_line(row: list[str], columns: dict[str, int], number: int, name: str) -> StatementLine | None:
    def cell(field: str) -> str:
        place = columns.get(field)
        return row[place].strip().strip("'") if place is not None and place < len(row) else ""

    written = cell("day")
    if not written or not written[0].isdigit():
        return None  # opening and closing balances, page totals
    day = _day(written)
    if day is None:
        raise _bad(name, number, f"tanggal {written!r} tidak terbaca", f"date {written!r} cannot be read")
    try:
        if "out" in columns:
            amount = _rupiah(cell("out")) - _rupiah(cell("in"))
        else:
            amount = _signed(cell("amount"), cell("sign"))
    except ValueError as error:
        raise _bad(name, number, "jumlah tidak terbaca", str(error)) from error
    if amount == 0:
        return None
    return StatementLine(number, day, amount, " ".join(cell("text").split())[:300])


def _rupiah(text: str) -> int:
    bare = re.sub(r"(?i)\b(db|cr|dr|kr|d|k|c)\b", "", text).strip()
    if bare in ("", "-", "0"):
        return 0
    return parse_rupiah(re.sub(r"[.,]\d{2}$", "", bare) if re.search(r"\d[.,]\d{2}$", bare) else bare)


def _signed(amount: str, sign: str) -> int:
    """Banks with one amount column mark money out as DB (or D) beside it or in a column of its own."""
    value = abs(_rupiah(amount.lstrip("+-")))
    mark = sign or amount
    if _OUT.search(mark):
        return value
    if _IN.search(mark):
        return -value
    return value if amount.lstrip().startswith("-") else -value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        # The reader of birth dates knows the Indonesian ways to write a day; as of 2099 it takes any of ours.
        return dates.read(text, today=date(2099, 12, 31)).date


def _bad(name: str, number: int, words: str, english: str) -> UnreadableFile:
    return UnreadableFile(
        "damaged",
        f"{name} baris {number}: {words}; perbaiki berkas lalu muat lagi, tidak ada yang dicatat.",
        f"{name} line {number}: {english}; mend the file and load it again, nothing was recorded.",
    )


def _mt940(text: str, name: str) -> list[StatementLine]:
    try:
        found = list(mt940.parse(text))
    except Exception as error:  # the library raises many kinds, all of them about this text
        raise _bad(name, 0, "MT940 tidak terbaca", f"MT940 cannot be read ({error})") from error
    lines = []
    for number, item in enumerate(found, 1):
        data = item.data
        # Money that leaves the account is negative with the library; reversals are signed by it too.
        amount = -int(Decimal(data["amount"].amount).to_integral_value())
        words = [data.get("transaction_details"), data.get("customer_reference"), data.get("extra_details")]
        reference = " ".join(word for word in words if word and word != "NONREF")
        lines.append(StatementLine(number, data["date"], amount, " ".join(reference.split())[:300]))
    return lines


def _camt(text: str, name: str) -> list[StatementLine]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _bad(name, 0, "CAMT.053 memuat DOCTYPE", "CAMT.053 with a DOCTYPE is refused")
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no entities
    except ElementTree.ParseError as error:
        raise _bad(name, 0, "CAMT.053 tidak terbaca", f"CAMT.053 cannot be read ({error})") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    lines: list[StatementLine] = []
    for entry in root.iter("Ntry"):
        number = len(lines) + 1
        try:
            amount = int(Decimal(entry.findtext("Amt", "")).to_integral_value())
            written = (
                entry.findtext("BookgDt/Dt")
                or entry.findtext("BookgDt/DtTm")
                or entry.findtext("ValDt/Dt")
                or ""
            )
            day = date.fromisoformat(written[:10])
        except (ArithmeticError, ValueError) as error:
            raise _bad(
                name, number, "jumlah atau tanggal tidak terbaca", "amount or date unreadable"
            ) from error
        incoming = entry.findtext("CdtDbtInd") == "CRDT"
        words = [
            node.text or ""
            for tag in ("Ustrd", "EndToEndId", "Ref", "AddtlNtryInf")
            for node in entry.iter(tag)
        ]
        reference = " ".join(
            dict.fromkeys(word.strip() for word in words if word.strip() not in ("", "NOTPROVIDED"))
        )
        if amount:
            lines.append(StatementLine(number, day, -amount if incoming else amount, reference[:300]))
    return lines
