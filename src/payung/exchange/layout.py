"""Tells the tables of one sheet apart: below each other, each under a header of its own, or side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from payung.exchange import columns, headers
from payung.exchange.headers import Header
from payung.exchange.headings import UNDER, header_key, without_number

_TELLING = (
    r"(?i)^\W*(?:[a-z]?\d{0,4}\W+)?(?:(?:no|nomor|nomer)\W*)?(?:nik|ktp|nama|nm|name|full name|identitas)"
)
#: How many rows below a header are looked at to see whether they stand under it.
_AHEAD = 100
_NUMBER = re.compile(r"(?:\d\D?){6}")
#: More columns than any sheet has.
_ALL = 100_000
#: What everybody of one household has in common.
_HOME = frozenset((*columns.PLACE_FIELDS, "family_card", "address", "rt", "rw", "rt_rw"))


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
    ours, theirs = niks(names), niks(new)
    # Where both hold as many, the header that stands already is believed, unless it is the same column.
    better = theirs > ours or (theirs == ours and (not ours or _nik_column(new) == _nik_column(names)))
    return better and 5 * named >= 3 * sum(cells)


def _nik_column(names: Sequence[str]) -> int | None:
    return next((n for n, name in enumerate(names) if (columns.field_of(name) or ("",))[0] == "nik"), None)


def _is_same(row: Sequence[str | None], names: Sequence[str]) -> bool:
    """Return whether a row says what the columns are called already."""
    said = {n: header_key(cell) for n, cell in enumerate(row) if cell and header_key(cell)}
    same = [n for n, key in said.items() if n < len(names) and key in map(header_key, names[n].split(UNDER))]
    return len(same) * 5 >= len(said) * 4


class Block(NamedTuple):
    """The columns of one table, and those of them that are its people's alone: tables beside share the others.

    A row in which all of `own` are empty holds nobody.
    """

    columns: frozenset[int]
    own: frozenset[int]


def blocks(names: Sequence[str], rows: pl.DataFrame) -> list[Block]:
    """Return the columns of each table beside the others; all columns where there is one table.

    Tables stand side by side where the same column names come again, a NIK's (or without any NIK, a name's)
    among them, or come numbered ('NIK_1', 'NIK_2'). Columns beyond the named ones belong to the last table.
    """
    keys = [header_key(name.rpartition(UNDER)[2]) if name else "" for name in names]
    fields = [(columns.field_of(name) or ("", 0))[0] for name in names]
    telling = "nik" if "nik" in fields else "name"
    numbered = _numbered(names, fields, telling, rows)
    if numbered:
        return numbered
    starts, seen = [0], set[str]()
    for at, key in enumerate(keys):
        if key and fields[at] and key in seen and _comes_again(keys, fields, starts[-1], at, telling):
            start = _start_of(keys, fields, starts[-1], at)
            starts.append(start)
            seen = {k for k in keys[start:at] if k}
        seen.add(key)
    ends = [*starts[1:], max(len(names), 1)]
    out = [frozenset(range(start, end)) for start, end in zip(starts, ends, strict=True)]
    return [Block(one, one) for one in (*out[:-1], frozenset(range(starts[-1], _ALL)))]


def _numbered(names: Sequence[str], fields: list[str], telling: str, rows: pl.DataFrame) -> list[Block]:
    """Return the tables of columns that are numbered by person; none where no numbers tell people apart.

    Two numbers with the same people (a list joined with itself or a register) are one table.
    """
    numbers = [without_number(name)[1] if field else "" for name, field in zip(names, fields, strict=True)]
    of: dict[str, dict[str, int]] = {}
    for at, (number, field) in enumerate(zip(numbers, fields, strict=True)):
        if field:
            of.setdefault(number, {}).setdefault(field, at)
    several = [number for number, held in of.items() if number and telling in held and len(held) > 1]
    common = set.intersection(*(set(of[number]) for number in several)) if several else set[str]()
    first = [""] if several and telling in of.get("", {}) and len(common & set(of[""])) > 1 else []
    people = first + several
    if len(people) < 2 or len(common) < 2:
        return []
    both = [[of[number][field] for number in people] for field in ("nik", "name") if field in common]
    if any(_are_one(rows, places) for places in both):
        everything = frozenset(range(_ALL))
        return [Block(everything, everything)]
    alone = {at for at, number in enumerate(numbers) if number in several}
    if first:
        # Beside people without a number only what a household has in common is everybody's.
        alone |= {
            at for at, (n, f) in enumerate(zip(numbers, fields, strict=True)) if not n and f not in _HOME
        }
    shared = frozenset(at for at in range(len(names)) if at not in alone)
    answer = []
    for number in people:
        own = frozenset(at for at in alone if numbers[at] == number)
        told = {fields[at] for at in own} - {""}
        answer.append(Block(own | {at for at in shared if not fields[at] or fields[at] not in told}, own))
    return answer


def _are_one(rows: pl.DataFrame, places: Sequence[int]) -> bool:
    """Return whether the columns at `places` say the same in most rows where two of them are filled."""
    same = filled = 0
    for one, other in pairwise(places):
        both = rows.select(a=str(one), b=str(other)).drop_nulls()
        filled += both.height
        same += both.filter(pl.col("a").str.strip_chars() == pl.col("b").str.strip_chars()).height
    return filled > 0 and 2 * same > filled


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
