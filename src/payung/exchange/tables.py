"""Reads what people send: .xlsx, .xls, .ods and .csv sheets, their header row found, not assumed.

A table keeps every cell as it was sent, as text. Which cells were stored as numbers is kept too,
because Excel rounds a 16-digit number to 15 digits.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine

from payung.exchange import columns, guard
from payung.exchange.guard import Kind, Limits, UnreadableFile

__all__ = ["Limits", "SentFile", "Table", "UnreadableFile", "read_file"]

#: How many rows at the top may stand above the header row.
_SEARCH = 40
_CHUNK = 20_000
_DELIMITERS = ",;\t|"
#: A column that bears no name of its own is called this with its number.
_NAMELESS = "Kolom"


@dataclass(frozen=True)
class Table:
    """One sheet with a header row, every cell as sent.

    `rows` has `row_no` (Int32, the 1-based row in the sender's sheet) and one text column per header,
    null for an empty cell. `numbers` tells, for each column that has any, which cells were stored as
    numbers. `above` are the rows over the header, `header_row` the 1-based row of the header
    (its last row where it has two).
    """

    file: str
    kind: Kind
    sheet: str | None
    header_row: int
    headers: tuple[str, ...]
    rows: pl.DataFrame
    numbers: dict[str, pl.Series]
    above: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class SentFile:
    """One file as sent: its SHA-256, its kind, the tables found and the sheets that held none."""

    name: str
    sha256: str
    kind: Kind
    tables: tuple[Table, ...]
    skipped: tuple[str, ...]


def read_file(source: Path | bytes, *, name: str | None = None, limits: Limits | None = None) -> SentFile:
    """Reads every table of a file (a path, or its bytes with a `name`).

    Raises UnreadableFile, with one sentence in Indonesian and English, for a file that is empty,
    encrypted, damaged, too large, a zip bomb, of another format, or without a header row that names
    a NIK or name column.
    """
    allowed = limits or Limits()
    if isinstance(source, Path):
        name = name or source.name
        if not source.is_file():
            raise UnreadableFile("missing", f"Berkas {name} tidak ada.", f"There is no file {name}.")
        if source.stat().st_size > allowed.file_bytes:
            raise guard.too_large(f"{allowed.file_bytes // (1024 * 1024)} MB")
        content = source.read_bytes()
    else:
        content = source
    name = name or "berkas"
    kind = guard.kind_of(content, name, allowed)
    read = _csv_tables if kind == "csv" else _workbook_tables
    tables, skipped = read(content, name, kind)
    if not tables:
        raise UnreadableFile(
            "no_header",
            "Tidak ditemukan baris judul dengan kolom NIK dan Nama; beri judul kolom lalu kirim lagi.",
            "No header row with columns for NIK and name was found; name the columns and send it again.",
        )
    return SentFile(name, hashlib.sha256(content).hexdigest(), kind, tuple(tables), tuple(skipped))


def _workbook_tables(content: bytes, name: str, kind: Kind) -> tuple[list[Table], list[str]]:
    tables, skipped = [], []
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            table = _table(book.get_sheet_by_name(sheet.name).iter_rows(), name, kind, sheet.name)
            if table is None:
                skipped.append(sheet.name)
            else:
                tables.append(table)
    except python_calamine.PasswordError as error:
        raise guard.encrypted() from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise guard.damaged() from error
    return tables, skipped


def _csv_tables(content: bytes, name: str, kind: Kind) -> tuple[list[Table], list[str]]:
    text = decode(content)
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    try:
        head = "\n".join(text[:200_000].splitlines()[: _SEARCH + 10])
        delimiter = max(_DELIMITERS, key=lambda sign: _delimiter_score(head, sign))
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        # Without quotes a line is a row and a sign a border: no need to look at each character in turn.
        plain = '"' not in text and text.count("\r") == text.count("\r\n")
        table = _table(lines, name, kind, None, rest=_Plain(text, delimiter) if plain else None)
    except csv.Error as error:
        raise guard.damaged() from error
    return ([table] if table else []), []


def decode(content: bytes) -> str:
    """Text of a CSV file: UTF-8 (with or without its mark), UTF-16, else Windows-1252.

    Raises UnreadableFile for bytes that are no text at all.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content[:400].count(0) > len(content[:400]) // 4:
        return content.decode("utf-16-le", errors="replace")
    if b"\x00" in content[:4096]:
        raise guard.damaged()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter_score(head: str, delimiter: str) -> tuple[int, int]:
    lines = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    fields = max((len(columns.recognised(line)) for line in lines), default=0)
    return fields, max((len(line) for line in lines), default=0)


def _as_text(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is float:
        return str(int(value)) if value.is_integer() else repr(value)
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    return value.isoformat(" ") if hasattr(value, "hour") and hasattr(value, "year") else str(value)


class _Plain:
    """The rows of CSV text that holds no quotes, split column by column."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.text = text
        self.delimiter = delimiter

    def rows(self, headers: list[str], first_row: int) -> pl.DataFrame:
        """As `_rows` gives them, from the 1-based row `first_row` on."""
        lines = pl.Series("line", self.text.removesuffix("\n").split("\n")[first_row - 1 :], dtype=pl.String)
        borders = lines.str.count_matches(self.delimiter, literal=True).max()
        width = max(len(headers), int(borders) + 1 if isinstance(borders, int) else 0)
        names = [*headers, *(f"{_NAMELESS} {n + 1}" for n in range(len(headers), width))]
        cells = lines.str.strip_suffix("\r").str.split_exact(self.delimiter, width - 1)
        frame = cells.struct.unnest().rename(dict(zip(cells.struct.fields, names, strict=True)))
        return _numbered(frame.with_columns(pl.when(pl.all() != "").then(pl.all())), first_row)


def _numbered(frame: pl.DataFrame, first_row: int) -> pl.DataFrame:
    row_no = pl.Series("row_no", range(first_row, first_row + frame.height), dtype=pl.Int32)
    return frame.insert_column(0, row_no)


def _table(
    source: Iterable[Sequence[Any]], name: str, kind: Kind, sheet: str | None, rest: _Plain | None = None
) -> Table | None:
    """The table in a stream of rows, or None where no row looks like a header.

    With `rest` the stream serves to find the header only, and the rows below it come from there.
    """
    stream = iter(source)
    top = list(islice(stream, _SEARCH))
    texts = [[_as_text(cell).strip() for cell in row] for row in top]
    header_at = _header_row(texts)
    if header_at is None:
        return None
    headers, last = _headers(texts, header_at)
    numbers: dict[str, pl.Series] = {}
    if rest:
        rows = rest.rows(headers, first_row=last + 2)
    else:
        rows, numbers = _rows(chain(top[last + 1 :], stream), headers, first_row=last + 2)
    kept = [h for h in headers if not h.startswith(_NAMELESS) or rows[h].null_count() < rows.height]
    extra = [c for c in rows.columns if c not in ("row_no", *headers)]
    return Table(
        name,
        kind,
        sheet,
        last + 1,
        tuple(kept + extra),
        rows.select("row_no", *kept, *extra),
        numbers,
        tuple(tuple(row) for row in texts[:header_at]),
    )


def _header_row(texts: list[list[str]]) -> int | None:
    """The row that names most fields, a NIK or name among them; None where there is none."""
    best, best_score = None, 1
    for at, row in enumerate(texts):
        fields = columns.recognised(row)
        if len(fields) > best_score and fields & {"nik", "name"}:
            best, best_score = at, len(fields)
    return best


def _headers(texts: list[list[str]], at: int) -> tuple[list[str], int]:
    """Column names from the header row, and the row it ends at.

    A second header row (the parts of a merged title) and a row of column numbers belong to it.
    """
    width = max(len(row) for row in texts)
    first = texts[at] + [""] * (width - len(texts[at]))
    last = at
    names = list(first)
    if at > 0 and _is_parent(texts[at - 1], first):
        above = texts[at - 1] + [""] * (width - len(texts[at - 1]))
        names = [child or parent for child, parent in zip(first, above, strict=True)]
    elif at + 1 < len(texts) and _is_child(first, texts[at + 1]):
        below = texts[at + 1] + [""] * (width - len(texts[at + 1]))
        parent = ""
        for column in range(width):
            parent = first[column] or parent
            if below[column]:
                names[column] = f"{parent} / {below[column]}" if parent else below[column]
        last = at + 1
    if last + 1 < len(texts) and _is_numbering(texts[last + 1]):
        last += 1
    seen: dict[str, int] = {}
    unique = []
    for column, raw in enumerate(names):
        label = " ".join(raw.split()) or f"{_NAMELESS} {column + 1}"
        seen[label] = seen.get(label, 0) + 1
        unique.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return unique, last


def _is_child(parents: list[str], row: list[str]) -> bool:
    """Whether `row` names the parts of merged titles: words only, under titles or the gaps after them."""
    filled = [(at, cell) for at, cell in enumerate(row) if cell]
    if not filled or len(filled) >= len([p for p in parents if p]) + 2:
        return False
    known = [cell for _, cell in filled if columns.field_of(cell)]
    gaps = [at for at, _ in filled if at < len(parents) and not parents[at]]
    return len(known) == len(filled) and bool(gaps)


def _is_parent(row: list[str], header: list[str]) -> bool:
    """Whether the row over the header carries titles for columns that the header leaves without one."""
    gaps = [at for at, cell in enumerate(row) if cell and at < len(header) and not header[at]]
    return bool(gaps) and all(columns.field_of(row[at]) for at in gaps)


def _is_numbering(row: list[str]) -> bool:
    """Whether a row only counts the columns: 1 2 3, (1) (2) (3), a b c."""
    filled = [cell.strip("(). ") for cell in row if cell]
    if len(filled) < 3:
        return False
    return filled[1:] == [str(n) for n in range(2, len(filled) + 1)] or filled == list(
        "abcdefghijklmnop"[: len(filled)]
    )


def _rows(
    source: Iterator[Sequence[Any]], headers: list[str], first_row: int
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    width = len(headers)
    pieces: list[list[pl.Series]] = []
    marks: dict[int, list[pl.Series]] = {}
    wide, done = width, 0
    while chunk := list(islice(source, _CHUNK)):
        transposed = list(zip_longest(*chunk, fillvalue="")) or [("",) * len(chunk)]
        texts = []
        for at, cells in enumerate(transposed):
            if set(map(type, cells)) == {str}:
                texts.append(pl.Series(cells, dtype=pl.String))
                continue
            mark = pl.Series([type(cell) in (float, int) for cell in cells], dtype=pl.Boolean)
            if mark.any():
                marks.setdefault(at, [pl.repeat(False, done, eager=True, dtype=pl.Boolean)] if done else [])
                _pad(marks[at], done)
                marks[at].append(mark)
            texts.append(pl.Series([_as_text(cell) for cell in cells], dtype=pl.String))
        pieces.append(texts)
        wide = max(wide, len(texts))
        done += len(chunk)
    names = [*headers, *(f"{_NAMELESS} {n + 1}" for n in range(width, wide))]
    frame = _assemble(pieces, names)
    for series in marks.values():
        _pad(series, done)
    numbers = {names[at]: pl.concat(series) for at, series in marks.items()}
    return _numbered(frame, first_row), numbers


def _pad(series: list[pl.Series], length: int) -> None:
    missing = length - sum(map(len, series))
    if missing > 0:
        series.append(pl.repeat(False, missing, eager=True, dtype=pl.Boolean))


def _assemble(pieces: list[list[pl.Series]], names: list[str]) -> pl.DataFrame:
    """One frame of the chunks' columns; short chunks get empty cells; empty text becomes null."""
    if not pieces:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    frames = []
    for texts in pieces:
        length = len(texts[0])
        cells = {
            name: texts[at] if at < len(texts) else pl.repeat(None, length, eager=True, dtype=pl.String)
            for at, name in enumerate(names)
        }
        frame = pl.DataFrame(cells)
        frames.append(frame.with_columns(pl.when(pl.all() != "").then(pl.all())))
    return pl.concat(frames)
