"""What of a list could not be read, said: columns that hold text but nothing that can be compared."""

from __future__ import annotations

import polars as pl

from payung.matching.columns import KEYS
from payung.matching.report import Finding

#: share of filled cells from which a column that cannot be read is to be mended
UNREADABLE = 0.5
#: share from which cells that cannot be read are worth a word
_SOME = 0.1
#: what lists write where they know nothing; such a cell is empty, not unreadable
EMPTY = (
    "",
    "-",
    "--",
    "?",
    ".",
    "NA",
    "N/A",
    "NULL",
    "NONE",
    "NAN",
    "TIDAK ADA",
    "KOSONG",
    "TIDAK TAHU",
    "0",
)

#: field of a list -> columns of the clean table; a cell was read where one of them holds something
_READ_AS = {
    "nik": ("nik", "nik12"),
    "name": ("full",),
    "mother_name": ("mother",),
    "birth_date": ("dob",),
    "phone": ("phone",),
    "sex": ("sex",),
    "village_code": ("regency",),
}


def filled(values: pl.Expr) -> pl.Expr:
    """Return whether a cell of text says anything."""
    return ~values.str.strip_chars().str.to_uppercase().is_in(EMPTY)


def unreadable(text: pl.DataFrame, cleaned: pl.DataFrame) -> list[Finding]:
    """Return findings about columns whose filled cells could not be read, and about a list in which no key could be.

    text: the standard table (see `columns.standard`); cleaned: the clean one made of it, in the same order.
    """
    findings, usable = [], False
    for field, columns in _READ_AS.items():
        read = cleaned.select(pl.any_horizontal(pl.col(c).is_not_null() for c in columns)).to_series()
        unread = text[field].is_not_null() & ~read
        if field == "birth_date":  # what the row does not say is taken from the NIK
            unread |= text[field].is_not_null() & cleaned["implied"]
            read = read & ~cleaned["implied"]
        if field == "sex":  # the clean table takes what is missing from the NIK
            bare = text["nik"].is_null() | cleaned["nik12"].is_null()
            read, unread = read & bare & text[field].is_not_null(), unread & cleaned["nik12"].is_null()
        usable |= field in KEYS and bool(read.any())
        if not unread.any():
            continue
        lost = text.filter(unread).filter(filled(pl.col(field)))
        if lost.height:
            cells = lost.height + int(read.sum())
            found = cells_lost(
                field, lost[field], cells, pl.repeat(True, lost.height, eager=True), str(lost["id"][0])
            )
            findings += [found] if found else []
    if text.height > 1 and not usable:
        findings.append(no_usable_key(text.height))
    return findings


def cells_lost(
    column: str, values: pl.Series, cells: int, lost: pl.Series, first: str = ""
) -> Finding | None:
    """Return the finding about a column of whose filled cells some (`lost`) cannot be read; None where they are few.

    first: the id of the first row that was lost.
    """
    share = int(lost.sum()) / cells
    if share < _SOME:
        return None
    examples = values.filter(lost).unique(maintain_order=True).head(3).to_list()
    shown = ", ".join(repr(example[:40]) for example in examples)
    where_id, where_en = (f", pertama baris {first}", f", first in row {first}") if first else ("", "")
    code = "column_unreadable" if share >= UNREADABLE else "cells_unreadable"
    return _finding(
        code, column, examples[0], int(lost.sum()),
        f"Kolom {column}: {int(lost.sum())} dari {cells} sel yang terisi tidak dapat dibaca ({shown}{where_id}); tidak "
        f"ikut dibandingkan. Perbaiki isinya, atau sebut kolom yang benar dengan --map",
        f"Column {column}: {int(lost.sum())} of {cells} filled cells cannot be read ({shown}{where_en}); they are not "
        f"compared. Mend them, or name the right column with --map",
    )  # fmt: skip


def no_usable_key(rows: int) -> Finding:
    """Return the finding about a list in which nothing tells one person from another."""
    return _finding(
        "no_usable_key", "", None, rows,
        f"Tidak ada kolom yang dapat membedakan orang pada {rows} baris ini; tidak ada yang dicocokkan. Sebut "
        "kolom nama, nomor atau tanggal lahir dengan --map",
        f"No column tells the people of these {rows} rows apart; nothing was matched. Name the columns of name, "
        "number or birth date with --map",
    )  # fmt: skip


def nothing_compared(rows: int) -> Finding:
    """Return the finding about a long list of which no two rows share anything: its columns were hardly read right."""
    return _finding(
        "nothing_compared", "", None, rows,
        f"Tidak ada dua dari {rows} baris yang sama dalam hal apa pun: tidak ada yang dibandingkan dan tidak ada "
        "yang dipelajari. Periksa kolom mana yang dibaca sebagai apa, dan sebut dengan --map",
        f"No two of {rows} rows share anything: nothing was compared and nothing learned. Look at which column "
        "was read as what, and name them with --map",
    )  # fmt: skip


def nothing_learned(rows: int) -> Finding:
    """Return the finding about a list in which too few rows are surely one person to learn from."""
    return _finding(
        "nothing_learned", "", None, rows,
        f"Dari {rows} baris tidak ada yang dapat dipelajari (tidak cukup pasangan yang pasti satu orang); dinilai "
        "dengan model bawaan",
        f"Nothing could be learned from {rows} rows (too few pairs are surely one person); judged by the packaged "
        "model",
    )  # fmt: skip


def _finding(code: str, column: str, value: str | None, rows: int, indonesian: str, english: str) -> Finding:
    return {
        "code": code, "column": column, "value": value, "rows": rows, "message_id": indonesian,
        "message_en": english,
    }  # fmt: skip
