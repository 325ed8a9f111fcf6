"""Bank statements as they come: CSV as Indonesian banks export it, MT940, CAMT.053."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import mt940

from payung.exchange import bank_camt, bank_csv, guard
from payung.exchange.guard import UnreadableFile
from payung.exchange.tables import decode
from payung.values.money import MOST

#: The largest statement read, in bytes.
MAX_BYTES = 50 * 1024 * 1024
#: How much of a movement's words is kept.
WORDS = 1_000
#: SWIFT's types of a movement: items that come back, and what the bank takes for itself.
_RETURNED = ("NRTI", "FRTI", "SRTI")
_CHARGED = ("NCHG", "NCOM", "FCHG", "FCOM")
#: Beyond ten to this power there is no money.
_DIGITS = len(str(MOST))
#: How many signs a full subfield, or a full line, has: a word may go on in the next.
_FULL = (27, 65)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement: `amount` rupiah left the account (positive) or came in (negative), with the bank's words.

    `returned`: the bank marks it as taking an earlier movement back.
    """

    line_no: int
    day: date
    amount: int
    reference: str
    returned: bool = False


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A statement's format ('csv', 'mt940', 'camt053') and its movements, in the file's order."""

    format: str
    lines: tuple[StatementLine, ...]


def read_statement(source: Path | bytes, *, name: str = "rekening koran") -> BankStatement:
    """Read a statement, its format told from its content, in a process of its own under limits.

    Raises UnreadableFile for an empty or unknown file, and for any row with a date whose amount cannot be
    read, since money must not be passed over in silence.
    """
    size = source.stat().st_size if isinstance(source, Path) and source.is_file() else 0
    if max(size, len(source) if isinstance(source, bytes) else 0) > MAX_BYTES:
        raise UnreadableFile("too_large", f"{name}: lebih dari 50 MB.", f"{name}: more than 50 MB.")
    try:
        statement: BankStatement = guard.confined("payung.exchange.bank:read_here", source, name)
    except UnreadableFile as error:
        if error.message_en.startswith(name):
            raise
        raise UnreadableFile(
            error.code, f"{name}: {error.message_id}", f"{name}: {error.message_en}"
        ) from error
    return statement


def read_here(content: bytes, name: str) -> BankStatement:
    """As `read_statement`, in this process: only for one that may be ended at any time."""
    if not content.strip():
        raise UnreadableFile("empty", f"{name}: berkas kosong.", f"{name}: the file is empty.")
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


def _csv(text: str, name: str) -> list[StatementLine]:
    try:
        found = bank_csv.movements(text)
    except bank_csv.Unreadable as error:
        if not error.line_no:
            raise UnreadableFile("columns", f"{name}: {error.indonesian}.", f"{name}: {error}.") from error
        raise _bad(name, error.line_no, error.indonesian, str(error)) from error
    return [StatementLine(one.line_no, one.day, one.amount, _clean(" ".join(one.words))) for one in found]


def _clean(words: str) -> str:
    """Return the words on one line, without characters that the database cannot keep."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:WORDS]


def _bad(name: str, number: int, words: str, english: str) -> UnreadableFile:
    return UnreadableFile(
        "damaged",
        f"{name} baris {number}: {words}; perbaiki berkas lalu muat lagi, tidak ada yang dicatat.",
        f"{name} line {number}: {english}; mend the file and load it again, nothing was recorded.",
    )


def _mt940(text: str, name: str) -> list[StatementLine]:
    options = mt940.Options(
        reversal_sign=True, case_insensitive_marks=True, unbounded_details=True, merge_keeps_values=True
    )
    try:
        # The details are read here: the library sorts their subfields by German rules and drops some.
        found = list(mt940.parse(text, processors={"post_transaction_details": []}, options=options))
    except Exception as error:  # the library raises many kinds, all of them about this text
        raise _bad(name, 0, "MT940 tidak terbaca", f"MT940 cannot be read ({error})") from error
    try:
        return [_swift(number, item.data, name) for number, item in enumerate(found, 1)]
    except (KeyError, AttributeError, ValueError) as error:
        raise _bad(name, 0, "MT940 tidak lengkap", "MT940 is not complete") from error


def _swift(number: int, data: dict[str, Any], name: str) -> StatementLine:
    currency = data["amount"].currency
    if currency != "IDR":
        raise _bad(name, number, f"mata uang {currency}, bukan IDR", f"currency {currency}, not IDR")
    written = data["amount"].amount
    # Looked at before it becomes a whole number: it may be one of thousands of digits, or none at all.
    if not written.is_finite() or written.adjusted() > _DIGITS or abs(written) > MOST:
        raise _bad(name, number, "jumlah tidak terbaca", "amount cannot be read")
    # Money that leaves the account is negative with the library, which signs reversals by the way they go.
    amount = -int(written)
    kind = str(data.get("id") or "").strip()
    fields = ("transaction_details", "customer_reference", "bank_reference", "extra_details")
    words = [_subfields(str(data[field])) for field in fields if data.get(field) not in (None, "", "NONREF")]
    if kind in _CHARGED:
        words.append("BIAYA BANK")
    back = str(data.get("status") or "").upper().startswith("R") or kind in _RETURNED
    day = date(data["date"].year, data["date"].month, data["date"].day)
    return StatementLine(number, day, amount, _clean(" ".join(words)), back)


def _subfields(text: str) -> str:
    """Join the subfields (?20, ?21 ...) and lines of a field into one line; a word split between two is made whole."""
    whole = last = ""
    for part in re.split(r"\?\d{2}|\n", re.sub(r"^\d{3}(?=\?\d{2})", "", text.replace("\r", ""))):
        splits = whole[-1:].isdigit() and part[:1].isdigit()
        whole += part if splits or len(last) in _FULL or not whole else f" {part}"
        last = part
    return whole


def _camt(text: str, name: str) -> list[StatementLine]:
    lines: list[StatementLine] = []
    try:
        for number, one in enumerate(bank_camt.entries(text), 1):
            if one.amount:
                lines.append(StatementLine(number, one.day, one.amount, _clean(one.words), one.returned))
    except ValueError as error:
        raise _bad(name, len(lines) + 1, "CAMT.053 tidak terbaca", f"CAMT.053: {error}") from error
    return lines
