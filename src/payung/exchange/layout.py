"""Tells the tables of one sheet apart: below each other, each under a header of its own, or side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from payung.exchange import columns, headers
from payung.exchange.headers import Header
from payung.exchange.headings import UNDER, header_key

_TELLING = (
    r"(?i)^\W*(?:[a-z]?\d{0,4}\W+)?(?:(?:no|nomor|nomer)\W*)?(?:nik|ktp|nama|nm|name|full name|identitas)"
)
#: How many rows below a header are looked at to see whether they stand under it.
_AHEAD = 100
_NUMBER = re.compile(r"(?:\d\D?){6}")


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows `start` to `stop` of a frame under one header; `first_row` is the 1-based row of the first."""

    names: tuple[str, ...]
    header_row: int
    first_row: int
    start: int
    stop: int


def segments(frame: pl.DataFrame, header: Header) -> list[Segment]:
    """Return the parts of a sheet's rows below `header`, each under the header that stands over it.

    A header that comes again with the same columns in the same places starts no new part.
    """
    offset = header.last + 1
    current, start = header, 0
    found = []
    for at in _header_rows(frame, header):
        if at < start or _is_same(frame.row(at), current.names):
            continue
        near = [
            [(cell or "").strip() for cell in row] for row in frame[max(at - 2, start) : at + 5].iter_rows()
        ]
        told = headers.at_row(near, at - max(at - 2, start))
        top = max(at - 2, start)
        first, last = top + told.first, top + told.last
        if not _is_followed(frame[last + 1 : last + _AHEAD], current.names, told.names):
            continue
        found.append(Segment(current.names, offset + start, offset + start + 1, start, first))
        current, start = Header(first, last, told.names), last + 1
    found.append(Segment(current.names, offset + start, offset + start + 1, start, frame.height))
    return found


def _header_rows(frame: pl.DataFrame, header: Header) -> list[int]:
    """Return the rows below a header that name a NIK or name column and one more: headers themselves."""
    nik = _nik_column(header.names)
    rows = frame.with_row_index("at")
    if nik is not None:
        rows = rows.filter(~pl.col(str(nik)).str.contains(r"\d{6}").fill_null(False))
    telling = pl.any_horizontal(pl.exclude("at").str.contains(_TELLING).fill_null(False))
    found = []
    for at, *cells in rows.filter(telling).iter_rows():
        said = [cell for cell in cells if cell and cell.strip()]
        fields = columns.recognised(said)
        if len(fields) > 1 and fields & {"nik", "name"} and not any(map(_NUMBER.search, said)):
            found.append(at)
    return found


def _is_followed(rows: pl.DataFrame, names: Sequence[str], new: Sequence[str]) -> bool:
    """Return whether the rows below fit the `new` names better than the old: by NIKs and most of their cells."""

    def niks(of: Sequence[str]) -> int:
        at = _nik_column(of)
        return int(rows[str(at)].str.contains(r"(?:\d\D?){10}").sum() or 0) if at is not None else 0

    cells = [int(rows[column].count()) for column in rows.columns]
    named = sum(count for at, count in enumerate(cells) if at < len(new) and new[at])
    return niks(new) >= niks(names) and 5 * named >= 3 * sum(cells)


def _nik_column(names: Sequence[str]) -> int | None:
    return next((n for n, name in enumerate(names) if (columns.field_of(name) or ("",))[0] == "nik"), None)


def _is_same(row: Sequence[str | None], names: Sequence[str]) -> bool:
    """Return whether a row says what the columns are called already."""
    said = {n: header_key(cell) for n, cell in enumerate(row) if cell and header_key(cell)}
    same = [n for n, key in said.items() if n < len(names) and key in map(header_key, names[n].split(UNDER))]
    return len(same) * 5 >= len(said) * 4


def blocks(names: Sequence[str]) -> list[frozenset[int]]:
    """Return the columns of each table beside the others; all columns where there is one table.

    Tables stand side by side where the same column names come again, a NIK's (or without any NIK, a name's)
    among them. Columns beyond the named ones belong to the last table.
    """
    keys = [header_key(name.rpartition(UNDER)[2]) if name else "" for name in names]
    fields = [(columns.field_of(name) or ("", 0))[0] for name in names]
    telling = "nik" if "nik" in fields else "name"
    starts, seen = [0], set[str]()
    for at, key in enumerate(keys):
        if key and fields[at] and key in seen and _comes_again(keys, fields, starts[-1], at, telling):
            start = _start_of(keys, fields, starts[-1], at)
            starts.append(start)
            seen = {k for k in keys[start:at] if k}
        seen.add(key)
    ends = [*starts[1:], max(len(names), 1)]
    out = [frozenset(range(start, end)) for start, end in zip(starts, ends, strict=True)]
    return [*out[:-1], frozenset(range(starts[-1], 100_000))]


def _comes_again(keys: list[str], fields: list[str], start: int, at: int, telling: str) -> bool:
    """Return whether the columns from `at` on name again what those before it do: the telling field and one more."""
    before = {(keys[n], fields[n]) for n in range(start, at) if fields[n]}
    again = {(keys[n], fields[n]) for n in range(at, len(keys)) if fields[n]} & before
    return len(again) > 1 and any(field == telling for _, field in again)


def _start_of(keys: list[str], fields: list[str], start: int, at: int) -> int:
    """Where the table begins whose first repeated column is `at`: after the gap before it, or at its numbers."""
    gaps = [n for n in range(start + 1, at) if not keys[n]]
    if gaps:
        return gaps[-1] + 1
    return at - 1 if at - 1 > start and fields[at - 1] == "no" else at
