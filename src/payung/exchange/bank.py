"""Bank statements as they come: CSV as Indonesian banks export it, MT940, CAMT.053."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import mt940

from payung.exchange import bank_camt, bank_csv
from payung.exchange.guard import UnreadableFile
from payung.exchange.tables import decode

#: The largest statement read, in bytes.
MAX_BYTES = 50 * 1024 * 1024


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


def _csv(text: str, name: str) -> list[StatementLine]:
    try:
        found = bank_csv.movements(text)
    except bank_csv.Unreadable as error:
        if not error.line_no:
            raise UnreadableFile("columns", f"{name}: {error.indonesian}.", f"{name}: {error}.") from error
        raise _bad(name, error.line_no, error.indonesian, str(error)) from error
    return [
        StatementLine(one.line_no, one.day, one.amount, " ".join(" ".join(one.words).split())[:300])
        for one in found
    ]


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
        currency = data["amount"].currency
        if currency != "IDR":
            raise _bad(name, number, f"mata uang {currency}, bukan IDR", f"currency {currency}, not IDR")
        # Money that leaves the account is negative with the library; reversals are signed by it too.
        amount = -int(Decimal(data["amount"].amount))
        words = [data.get("transaction_details"), data.get("customer_reference"), data.get("extra_details")]
        reference = " ".join(word for word in words if word and word != "NONREF")
        reference = re.sub(r"\?\d{2}", "", reference)  # marks of subfields, which may split a code
        lines.append(StatementLine(number, data["date"], amount, " ".join(reference.split())[:300]))
    return lines


def _camt(text: str, name: str) -> list[StatementLine]:
    lines: list[StatementLine] = []
    try:
        for number, (day, amount, words) in enumerate(bank_camt.entries(text), 1):
            if amount:
                lines.append(StatementLine(number, day, amount, words[:300]))
    except ValueError as error:
        raise _bad(name, len(lines) + 1, "CAMT.053 tidak terbaca", f"CAMT.053: {error}") from error
    return lines
