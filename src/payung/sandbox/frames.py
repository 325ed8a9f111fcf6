"""Tables of commands and forms (.csv, .parquet, the first sheet of a workbook), read in a process of its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from payung.sandbox.bounds import MEGABYTE, Bounds, Ended
from payung.sandbox.client import run

if TYPE_CHECKING:
    import polars as pl


#: How far one sheet may reach, in cells.
_MOST_CELLS = 10_000_000


class NoTable(ValueError):
    """A file that is no table, or needs more than is allowed; the words say which, in English."""


def read_frame(source: Path | bytes, kind: str, **options: Any) -> pl.DataFrame:
    """Return the table of a file of the kind csv or parquet, with Polars' `options` for reading it, or workbook.

    A workbook's options are the sheet's name ('' for the first with rows) and the longest cell. Raises NoTable, and
    OSError where it cannot be opened.
    """
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    try:
        frame: pl.DataFrame = run(
            "payung.sandbox.frames:read_here", source, kind, options, bounds=of_table(size)
        )
    except Ended as error:
        if error.why == "crash":
            raise NoTable(f"cannot be read as {kind}") from error
        raise NoTable(f"reading it needs more {error.why} than is allowed; split it") from error
    return frame


def of_table(size: int) -> Bounds:
    """Bounds for a table of `size` bytes, which its owner gives to a command: a packed one is larger in memory."""
    more = size // MEGABYTE
    return Bounds((900 + 12 * more) * MEGABYTE, (600 + 12 * more) * MEGABYTE, 10 + more, 90.0 + 3 * more)


def read_here(content: bytes, kind: str, options: dict[str, Any]) -> pl.DataFrame:
    """As `read_frame`, in this process: only for one that may be ended at any time."""
    import polars as pl
    from python_calamine import CalamineError

    file = io.BytesIO(content)
    try:
        if kind == "workbook":
            return _workbook(file, **options)
        return pl.read_parquet(file, **options) if kind == "parquet" else pl.read_csv(file, **options)
    except NoTable:
        raise
    except (pl.exceptions.PolarsError, CalamineError, OSError, ValueError) as error:
        raise NoTable(f"cannot be read as {kind} ({str(error).splitlines()[0][:120]})") from None


def _workbook(file: io.BytesIO, sheet: str, longest: int) -> pl.DataFrame:
    """Return the sheet called `sheet`, rows or not; where there is none, the first with rows below its column names."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(file)
    for name in [sheet] if sheet in book.sheet_names else book.sheet_names:
        read = book.get_sheet_by_name(name)
        if read.height * read.width > _MOST_CELLS:
            raise NoTable(
                f"sheet {name} reaches over more than {_MOST_CELLS:,} cells; clear what stands far out"
            )
        rows = read.to_python()
        if len(rows) > 1 or (rows and name == sheet):
            return _table(rows, longest)
    raise NoTable("no sheet has a row below its column names")


def _table(rows: Sequence[Sequence[object]], longest: int) -> pl.DataFrame:
    import polars as pl

    names: list[str] = []
    for number, cell in enumerate(rows[0]):
        name = str(cell).strip() or f"column_{number + 1}"
        names.append(name if name not in names else f"{name}_{number + 1}")
    columns = {
        name: [_text(row[number], longest) if number < len(row) else None for row in rows[1:]]
        for number, name in enumerate(names)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _text(cell: object, longest: int) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e17:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    return str(cell)[:longest]
