"""Lists in files: parquet, csv, xlsx in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from payung.matching.columns import MAX_CELL, InputError, rename

_SEPARATORS = (";", "\t", "|", ",")


def read_list(
    path: Path, columns: Mapping[str, str | Sequence[str]] | None = None, sheet: str = ""
) -> pl.DataFrame:
    """A list from a parquet, csv or xlsx file, columns named as matching names them.

    Of a workbook the sheet called `sheet`, else the first that has rows. Raises InputError with one sentence where
    the file cannot be read or lacks a named column.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    kind = path.suffix.lower()
    readers = {
        ".parquet": _parquet,
        ".csv": _csv,
        ".txt": _csv,
        ".tsv": _csv,
        ".xlsx": _sheet,
        ".xls": _sheet,
    }
    if kind not in readers:
        raise InputError(f"{path}: {kind or 'no suffix'} is not a list; give .parquet, .csv or .xlsx")
    try:
        table = _sheet(path, sheet) if readers[kind] is _sheet else readers[kind](path)
    except InputError:
        raise
    except (pl.exceptions.PolarsError, CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as {kind[1:]} ({str(error).splitlines()[0][:120]})"
        ) from None
    if not table.width:
        raise InputError(f"{path}: holds no table")
    if columns:
        table = rename(table, columns)
    return table


def _parquet(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path)


def _csv(path: Path) -> pl.DataFrame:
    with path.open("rb") as stream:
        head = stream.read(65_536).split(b"\n", 1)[0].decode("utf-8", "replace")
    if not head.strip():
        raise InputError(f"{path}: the first line must hold the names of the columns")
    separator = max(_SEPARATORS, key=head.count)
    return pl.read_csv(
        path, separator=separator, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True
    )


def _sheet(path: Path, first: str = "") -> pl.DataFrame:
    """The first sheet with rows; the sheet called `first`, rows or not, where there is one."""
    book = CalamineWorkbook.from_path(str(path))
    for name in [first] if first in book.sheet_names else book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        if len(rows) > 1 or (rows and name == first):
            return _table(rows)
    raise InputError(f"{path}: no sheet has a row below its column names")


def _table(rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    names: list[str] = []
    for number, cell in enumerate(rows[0]):
        name = str(cell).strip() or f"column_{number + 1}"
        names.append(name if name not in names else f"{name}_{number + 1}")
    columns = {
        name: [_text(row[number]) if number < len(row) else None for row in rows[1:]]
        for number, name in enumerate(names)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e17:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    return str(cell)[:MAX_CELL]
