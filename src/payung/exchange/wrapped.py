"""Split rows that stand in one cell each: CSV lines wrapped in quotes, or CSV pasted into a sheet's first column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from payung.exchange import columns

DELIMITERS = ",;\t|"
#: A line may have been put in quotes more than once on its way.
_DEEPEST = 3


def score(head: str, delimiter: str) -> tuple[int, int]:
    """(fields named by one line, cells of the longest line): how well `delimiter` divides the text."""
    lines = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    fields = max((len(columns.recognised(line)) for line in lines), default=0)
    return fields, max((len(line) for line in lines), default=0)


def delimiter_of(rows: Sequence[Sequence[str]]) -> str | None:
    """Return the sign that divides rows standing in one cell each into columns; None where they do not."""
    alone = [cell for cell in map(_only_cell, rows) if cell]
    if len(alone) * 2 < sum(1 for row in rows if any(row)):
        return None
    fields, _, delimiter = max(
        (max((len(columns.recognised(_divided(cell, sign))) for cell in alone), default=0), -at, sign)
        for at, sign in enumerate(DELIMITERS)
    )
    return delimiter if fields > 1 else None


def unwrapped(rows: Iterable[Sequence[Any]], delimiter: str) -> Iterator[Sequence[Any]]:
    """Yield the rows, splitting those in one cell at `delimiter`."""
    for row in rows:
        cell = _only_cell(row)
        yield _divided(cell, delimiter) if cell and delimiter in cell else row


def mended(frame: pl.DataFrame, named: int) -> pl.DataFrame:
    """Split the rows that stand whole in their first cell, under `named` column names.

    Some programs put only the lines below the header in quotes, or only those that hold a comma.
    """
    if frame.width < 3 or named < 3 or not frame.height:
        return frame
    # Half as many signs as borders: a name with a comma and a degree is no row.
    borders = max(2, named // 2)
    first = pl.col("0")
    many = pl.any_horizontal(
        first.str.count_matches(sign, literal=True).fill_null(0) >= borders for sign in DELIMITERS
    )
    alone = pl.all_horizontal(pl.exclude("0").is_null())
    found = frame.select(many & alone).to_series().arg_true().to_list()
    if not found:
        return frame
    cells: list[list[str | None]] = [[] for _ in range(frame.width)]
    for text in frame["0"].gather(found).to_list():
        delimiter = max(DELIMITERS, key=text.count)
        parts: list[str] = _divided(text, delimiter)
        for at, column in enumerate(cells):
            column.append(parts[at] if at < len(parts) and parts[at] else None)
    return frame.with_columns(
        frame[str(at)].scatter(found, pl.Series(column, dtype=pl.String)).alias(str(at))
        for at, column in enumerate(cells)
    )


def _only_cell(row: Sequence[Any]) -> str | None:
    """Return the first cell of a row whose other cells are empty; None for other rows, and for cells without a sign."""
    if not row or not isinstance(row[0], str) or any(cell not in ("", None) for cell in row[1:]):
        return None
    return row[0] if any(sign in row[0] for sign in DELIMITERS) else None


def _divided(text: str, delimiter: str) -> list[str]:
    parts = [text]
    for _ in range(_DEEPEST):
        if len(parts) != 1 or delimiter not in parts[0]:
            break
        try:
            parts = next(csv.reader([parts[0].strip()], delimiter=delimiter), [])
        except csv.Error:
            return parts
    return parts
