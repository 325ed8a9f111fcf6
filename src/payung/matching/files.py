"""Lists in files: parquet, csv, xlsx in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from payung.matching.columns import MAX_CELL, InputError, rename
from payung.sandbox.frames import NoTable, read_frame

_KINDS = (".parquet", ".csv", ".txt", ".tsv", ".xlsx", ".xls")
_SEPARATORS = (";", "\t", "|", ",")


def read_list(
    path: Path, columns: Mapping[str, str | Sequence[str]] | None = None, sheet: str = ""
) -> pl.DataFrame:
    """Return a list from a parquet, csv or xlsx file, columns named as matching names them.

    Of a workbook the sheet called `sheet`, else the first that has rows. Raises InputError with one sentence where
    the file cannot be read or lacks a named column.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise InputError(f"{path}: {kind or 'no suffix'} is not a list; give .parquet, .csv or .xlsx")
    try:
        table = _read(path, kind, sheet)
    except (NoTable, OSError) as error:
        raise InputError(f"{path}: {error}") from None
    if not table.width:
        raise InputError(f"{path}: holds no table")
    if columns:
        table = rename(table, columns)
    return table


def _read(path: Path, kind: str, sheet: str) -> pl.DataFrame:
    if kind == ".parquet":
        return read_frame(path, "parquet")
    if kind in (".xlsx", ".xls"):
        return read_frame(path, "workbook", sheet=sheet, longest=MAX_CELL)
    with path.open("rb") as stream:
        head = stream.read(65_536).split(b"\n", 1)[0].decode("utf-8", "replace")
    if not head.strip():
        raise NoTable("the first line must hold the names of the columns")
    separator = max(_SEPARATORS, key=head.count)
    return read_frame(
        path,
        "csv",
        separator=separator,
        infer_schema=False,
        encoding="utf8-lossy",
        truncate_ragged_lines=True,
    )
