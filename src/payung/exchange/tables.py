"""Reads what people send: .xlsx, .xls, .ods and .csv sheets, their header row found, not assumed.

A table keeps every cell as it was sent, as text, and fills down what was merged. Which cells were stored as
numbers is kept too, because Excel rounds a 16-digit number to 15 digits. Two tables beside or below each
other on one sheet are two tables.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import python_calamine

from payung.exchange import guard, headers, layout, merging, wrapped
from payung.exchange.guard import Kind, Limits, UnreadableFile

__all__ = ["Limits", "Passed", "SentFile", "Table", "UnreadableFile", "read_file"]

_CHUNK = 20_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
#: How many signs of CSV text are divided at a time.
_PIECE = 8_000_000
#: A column that bears no name of its own is called this with its number.
_NAMELESS = "Kolom"


class Passed(NamedTuple):
    """One row that is taken for nobody: its sheet, its 1-based number, why (a code of `passed.REASONS`), its cells."""

    sheet: str
    row_no: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table with a header, every cell as sent.

    `rows` has `row_no` (Int32, the 1-based row in the sender's sheet) and one text column per header,
    null for an empty cell; cells that were merged downwards are filled. `numbers` tells, for each column
    that has any, which cells were stored as numbers. `above` are the rows over the header, `header_row` the
    1-based row of the header (its last row where it has several). `sheet` is the sheet's name, with the
    table's number for the second and later tables of a sheet.
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
    """One file as sent: its SHA-256, its kind, the tables found, the sheets that held none.

    `passed` are the rows outside the tables: titles above a header, sheets without a header, hidden lists.
    """

    name: str
    sha256: str
    kind: Kind
    tables: tuple[Table, ...]
    skipped: tuple[str, ...]
    passed: tuple[Passed, ...] = ()


def read_file(source: Path | bytes, *, name: str | None = None, limits: Limits | None = None) -> SentFile:
    """Read every table of a file (a path, or its bytes with a `name`), in a process of its own under limits.

    Raises UnreadableFile, with one sentence in Indonesian and English, for a file that is empty,
    encrypted, damaged, too large, a zip bomb, of another format, or without a header row that names
    a NIK or name column; and for one that needs more memory or time than is allowed.
    """
    allowed = limits or Limits()
    if isinstance(source, Path):
        name = name or source.name
        if not source.is_file():
            raise UnreadableFile("missing", f"Berkas {name} tidak ada.", f"There is no file {name}.")
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > allowed.file_bytes:
        raise guard.too_large(f"{allowed.file_bytes // (1024 * 1024)} MB")
    sent: SentFile = guard.confined("payung.exchange.tables:read_here", source, name or "berkas", allowed)
    return sent


def read_here(content: bytes, name: str, limits: Limits) -> SentFile:
    """As `read_file`, in this process: only for one that may be ended at any time."""
    kind = guard.kind_of(content, name, limits)
    read = _csv_tables if kind == "csv" else _workbook_tables
    found = read(content, name, kind, limits)
    if not found.tables:
        raise UnreadableFile(
            "no_header",
            "Tidak ditemukan baris judul dengan kolom NIK dan Nama; beri judul kolom lalu kirim lagi.",
            "No header row with columns for NIK and name was found; name the columns and send it again.",
        )
    digest = hashlib.sha256(content).hexdigest()
    return SentFile(name, digest, kind, tuple(found.tables), tuple(found.skipped), tuple(found.passed))


def _workbook_tables(content: bytes, name: str, kind: Kind, limits: Limits) -> _Found:
    found = _Found()
    spans = merging.of_ods(content) if kind == "ods" else {}
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for at, sheet in enumerate(book.sheets_metadata):
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            read = book.get_sheet_by_name(sheet.name)
            if read.height * read.width > limits.cells:
                raise guard.too_many_cells(limits.cells)
            if read.height > limits.rows + headers.SEARCH:
                raise guard.too_many_rows(limits.rows)
            left = read.start[1] if read.start else 0
            merged = merging.moved(read.merged_cell_ranges or spans.get(at, []), left)
            one = _Sheet(name, kind, sheet.name, merged, limits)
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
                found.take(one, read.iter_rows())
            else:
                found.take_hidden(one, read.iter_rows())
    except python_calamine.PasswordError as error:
        raise guard.encrypted() from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise guard.damaged() from error
    return found


def _csv_tables(content: bytes, name: str, kind: Kind, limits: Limits) -> _Found:
    text = decode(content)
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    _require_bounded(text, limits)
    found, lines = _Found(), csv.reader(())
    try:
        head = "\n".join(text[:200_000].splitlines()[: headers.SEARCH])
        delimiter = max(wrapped.DELIMITERS, key=lambda sign: wrapped.score(head, sign))
        lines = csv.reader(lines_of(text), delimiter=delimiter)
        # Without quotes a line is a row and a sign a border: no need to look at each character in turn.
        plain = '"' not in text and text.count("\r") == text.count("\r\n")
        found.take(
            _Sheet(name, kind, None, [], limits), lines, rest=_Plain(text, delimiter) if plain else None
        )
    except csv.Error as error:
        # What the reader of CSV finds wrong is a field without end, nearly always.
        raise guard.too_long(lines.line_num, csv.field_size_limit()) from error
    return found


def _require_bounded(text: str, limits: Limits) -> None:
    """Raise UnreadableFile for CSV text of more rows or cells than may be, whatever divides them."""
    if text.count("\n") > limits.rows + headers.SEARCH:
        raise guard.too_many_rows(limits.rows)
    if max(map(text.count, wrapped.DELIMITERS)) > limits.csv_cells:
        raise guard.too_many_cells(limits.csv_cells)


class _Found:
    """What one file gave: its tables, the sheets without any, and the rows that belong to no table."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.skipped: list[str] = []
        self.passed: list[Passed] = []

    def take(self, sheet: _Sheet, source: Iterable[Sequence[Any]], rest: _Plain | None = None) -> None:
        """Take the tables of one sheet."""
        tables, passed = sheet.read(source, rest)
        self.tables += tables
        self.passed += passed
        if not tables and sheet.sheet is not None:
            self.skipped.append(sheet.sheet)

    def take_hidden(self, sheet: _Sheet, source: Iterable[Sequence[Any]]) -> None:
        """Report a hidden sheet that lists people as not read; ignore one of codes to choose from."""
        tables, _ = sheet.read(source, None)
        for table in tables:
            for row_no, *cells in table.rows.iter_rows():
                self.passed += _passed(sheet.sheet, row_no, "hidden_sheet", [cell or "" for cell in cells])


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


def rows_of(text: str, delimiter: str, most: int, limits: Limits) -> list[list[str]]:
    """All rows of a CSV text of at most `most` cells. Raises UnreadableFile."""
    if text.count("\n") > limits.rows:
        raise guard.too_many_rows(limits.rows)
    if text.count(delimiter) + text.count("\n") > most:
        raise guard.too_many_cells(most)
    reader = csv.reader(lines_of(text), delimiter=delimiter)
    try:
        return list(reader)
    except csv.Error as error:
        # What the reader of CSV finds wrong is a field without end, nearly always.
        raise guard.too_long(reader.line_num, csv.field_size_limit()) from error


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, one at a time: io.StringIO would hold four bytes of each sign."""
    return (line[0] for line in _LINE.finditer(text))


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

    def lines(self) -> Iterator[list[str]]:
        """Each line as one cell."""
        return ([line.removesuffix("\r")] for line in self.text.split("\n"))

    def rows(self, width: int, first_row: int, require: Callable[[int, int], None]) -> pl.DataFrame:
        """As `_rows` gives them, from the 1-based row `first_row` on, at least `width` columns.

        `require` is asked before cells of that width and so many rows are made.
        """
        frames = [self._divided(lines, require) for lines in self._pieces(first_row)]
        if not frames:
            return pl.DataFrame(schema=dict.fromkeys(map(str, range(width)), pl.String))
        wide = max(width, *(frame.width for frame in frames))
        require(wide, sum(frame.height for frame in frames))
        missing = {str(n): pl.lit(None, pl.String) for n in range(wide)}
        return pl.concat(
            frame.with_columns(**dict(islice(missing.items(), frame.width, wide))) for frame in frames
        ).rechunk()

    def _pieces(self, first_row: int) -> Iterator[list[str]]:
        """Yield the lines from the 1-based row `first_row` on, in pieces small enough to hold as texts."""
        text, at = self.text, 0
        end = len(text) - text.endswith("\n")
        for _ in range(first_row - 1):
            at = text.find("\n", at, end) + 1
            if not at:
                return
        while at <= end:
            stop = text.find("\n", min(at + _PIECE, end), end)
            stop = end if stop < 0 else stop
            yield text[at:stop].split("\n")
            at = stop + 1

    def _divided(self, texts: list[str], require: Callable[[int, int], None]) -> pl.DataFrame:
        lines = pl.Series("line", texts, dtype=pl.String)
        borders = lines.str.count_matches(self.delimiter, literal=True).max()
        width = int(borders) + 1 if isinstance(borders, int) else 1
        require(width, len(lines))
        cells = lines.str.strip_suffix("\r").str.split_exact(self.delimiter, width - 1)
        frame = cells.struct.unnest()
        frame.columns = [str(n) for n in range(width)]
        return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


@dataclass(frozen=True)
class _Sheet:
    """One sheet being read: where it is, and its merged ranges."""

    file: str
    kind: Kind
    sheet: str | None
    merged: list[headers.Range]
    limits: Limits

    def read(self, source: Iterable[Sequence[Any]], rest: _Plain | None) -> tuple[list[Table], list[Passed]]:
        """Read the tables in a stream of rows, and the rows outside them; no tables where no row looks like a header.

        With `rest` the stream serves to find the header only, and the rows below it come from there.
        """
        stream = iter(source)
        top = list(islice(stream, headers.SEARCH + 10))
        self._require_few_columns(max(map(len, top), default=0))
        texts = [[_as_text(cell).strip() for cell in row] for row in top]
        for at, row in enumerate(texts, 1):
            if any(len(cell) > self.limits.field for cell in row):
                raise guard.too_long(at, self.limits.field)
        header = headers.find(texts, self.merged)
        if header is None:
            delimiter = wrapped.delimiter_of(texts)
            if delimiter is None:
                return [], self._without_header(chain(top, stream))
            # Every row stands in one cell: in one pair of quotes, or in the sheet's first column.
            rows = wrapped.unwrapped(rest.lines() if rest else chain(top, stream), delimiter)
            return replace(self, merged=[]).read(rows, None)
        numbers: dict[str, pl.Series] = {}
        width = max(len(row) for row in texts)
        if rest:
            frame = rest.rows(width, header.last + 2, self._require_few_columns)
        else:
            frame, numbers = _rows(chain(top[header.last + 1 :], stream), width, self._require_few_columns)
        self._require_short(frame, header.last + 2)
        frame = wrapped.mended(frame, sum(map(bool, header.names)))
        frame, numbers = merging.fill_down(frame, numbers, self.merged, header)
        frame = merging.fill_blocks(frame, header)
        passed = [
            one
            for at, row in enumerate(texts[: header.first])
            for one in _passed(self.sheet, at + 1, "title", row)
        ]
        return self._tables(layout.segments(frame, header), frame, numbers, texts[: header.first]), passed

    def _require_few_columns(self, width: int, rows: int = 0) -> None:
        """Raise UnreadableFile for more columns than may be, or more cells of `rows` rows as wide as the widest."""
        if width > self.limits.columns:
            raise guard.too_large(f"{self.limits.columns:,} kolom/columns".replace(",", "."))
        if width * rows > self.limits.csv_cells:
            raise guard.too_many_cells(self.limits.csv_cells)

    def _require_short(self, frame: pl.DataFrame, first_row: int) -> None:
        """Raise UnreadableFile for a row with a cell of more signs than may be."""
        if any((frame[column].str.len_bytes().max() or 0) > self.limits.field for column in frame.columns):  # type: ignore[operator]
            long = frame.select(pl.any_horizontal(pl.all().str.len_chars() > self.limits.field)).to_series()
            if long.any():
                raise guard.too_long(first_row + int(long.arg_max() or 0), self.limits.field)

    def _without_header(self, rows: Iterable[Sequence[Any]]) -> list[Passed]:
        return [
            one
            for at, row in enumerate(rows)
            for one in _passed(self.sheet, at + 1, "no_header", [_as_text(cell).strip() for cell in row])
        ]

    def _tables(
        self,
        segments: list[layout.Segment],
        frame: pl.DataFrame,
        numbers: dict[str, pl.Series],
        above: list[list[str]],
    ) -> list[Table]:
        places = [
            (segment, block)
            for segment in segments
            for block in layout.blocks(segment.names, frame[segment.start : segment.stop])
        ]
        tables = []
        for number, (segment, block) in enumerate(places, start=1):
            columns_at = [n for n in range(frame.width) if n in block.columns]
            own = [str(n) for n in columns_at if n in block.own]
            part = frame[segment.start : segment.stop].select(str(n) for n in columns_at)
            if len(own) < len(columns_at):
                part = part.with_columns(pl.when(~pl.all_horizontal(pl.col(own).is_null())).then(pl.all()))
            labels = _labels([segment.names[n] if n < len(segment.names) else "" for n in columns_at])
            part.columns = labels
            rows = _numbered(part, segment.first_row)
            marks = {
                label: numbers[str(n)][segment.start : segment.stop]
                for label, n in zip(labels, columns_at, strict=True)
                if str(n) in numbers
            }
            kept = [h for h in labels if not h.startswith(_NAMELESS) or rows[h].null_count() < rows.height]
            sheet = self.sheet if number == 1 else _sheet_name(self.sheet, number)
            titles = tuple(tuple(row) for row in above) if segment.start == 0 else ()
            tables.append(
                Table(
                    *(self.file, self.kind, sheet, segment.header_row, tuple(kept)),
                    *(rows.select("row_no", *kept), marks, titles),
                )
            )
        return tables


def _sheet_name(sheet: str | None, number: int) -> str:
    """Name the second and later tables of a sheet, within the 31 signs of a sheet's name."""
    added = f"tabel {number}"
    return f"{sheet[: 28 - len(added)]} ({added})" if sheet else added


def _passed(sheet: str | None, row_no: int, reason: str, cells: Sequence[str]) -> list[Passed]:
    return [Passed(sheet or "", row_no, reason, tuple(cells))] if any(cells) else []


def _numbered(frame: pl.DataFrame, first_row: int) -> pl.DataFrame:
    row_no = pl.Series("row_no", range(first_row, first_row + frame.height), dtype=pl.Int32)
    return frame.insert_column(0, row_no)


def _labels(names: list[str]) -> list[str]:
    """Column names that differ from each other; a column without one is called by its number."""
    seen: dict[str, int] = {}
    unique = []
    for column, raw in enumerate(names):
        label = raw or f"{_NAMELESS} {column + 1}"
        seen[label] = seen.get(label, 0) + 1
        unique.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return unique


def _rows(
    source: Iterator[Sequence[Any]], width: int, require: Callable[[int, int], None]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """All rows as text, columns named by their place, null for an empty cell; and which cells were numbers.

    `require` is asked before so many cells of a width and rows are made.
    """
    pieces: list[list[pl.Series]] = []
    marks: dict[int, list[pl.Series]] = {}
    wide, done = width, 0
    while chunk := list(islice(source, _CHUNK)):
        wide = max(wide, max(map(len, chunk)))
        require(wide, done + len(chunk))
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
        done += len(chunk)
    frame = _assemble(pieces, [str(n) for n in range(wide)])
    for series in marks.values():
        _pad(series, done)
    return frame, {str(at): pl.concat(series) for at, series in marks.items()}


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
