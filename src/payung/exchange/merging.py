"""Merged cells: what stands in the first of them is meant for all of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree

import polars as pl

from payung.exchange import columns
from payung.exchange.headers import Header, Range

#: What is a person's own is never filled down: one person may have two lines in a list.
_OWN = frozenset(("no", "nik", "name", "birth_date", "birth", "birth_place", "sex", "phone", "returned"))
#: Places stand once for a block of people where this share of the rows leaves them empty, in step with the block.
_BLOCK_SHARE = 0.25
_PLACES = frozenset(columns.PLACE_FIELDS)
_SPANNED = re.compile(rb'number-(?:rows|columns)-spanned="(?:[2-9]|\d\d)')
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def moved(ranges: Iterable[Range], left: int) -> list[Range]:
    """Return the ranges with their columns counted from column `left`, where the reader's rows begin."""
    return [
        ((top, first - left), (bottom, last - left))
        for (top, first), (bottom, last) in ranges
        if first >= left
    ]


def of_ods(content: bytes) -> dict[int, list[Range]]:
    """Return the merged ranges of each sheet (by number) of an OpenDocument file, which its reader does not give."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml")
    if not _SPANNED.search(xml):
        return {}
    found: dict[int, list[Range]] = {}
    sheet = row = -1
    # Entities are not expanded by expat's own guard against such bombs; the file's size was measured before.
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):  # noqa: S314
        if event == "start" and element.tag == f"{_TABLE}table":
            sheet, row = sheet + 1, 0
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            found.setdefault(sheet, []).extend(_of_row(element, row))
            row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            element.clear()
    return found


def _of_row(element: ElementTree.Element, row: int) -> Iterable[Range]:
    column = 0
    for cell in element:
        down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        if down > 1 or across > 1:
            yield (row, column), (row + down - 1, column + across - 1)
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))


def fill_down(
    frame: pl.DataFrame, numbers: dict[str, pl.Series], merged: Iterable[Range], header: Header
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Fill cells merged downwards below `header` into every row they cover, and mark those rows.

    A person's own cells (NIK, name, birth) are not filled, nor anything in a row over which these are merged:
    such a row goes on about the person above it.
    """
    first = header.last + 1
    last = header.last + frame.height
    below = [
        ((top, left), (min(bottom, last), right))
        for (top, left), (bottom, right) in merged
        if first <= top < min(bottom, last)
    ]
    if not below:
        return frame, numbers
    fields = {n: (columns.field_of(name) or ("", 0))[0] for n, name in enumerate(header.names)}
    goes_on = {
        row
        for (top, left), (bottom, _) in below
        if fields.get(left) in ("nik", "name")
        for row in range(top + 1, bottom + 1)
    }
    fills: dict[int, tuple[list[int], list[int]]] = {}
    for (top, left), (bottom, _) in below:
        if left >= frame.width or fields.get(left) in _OWN:
            continue
        rows = [
            row - first
            for row in range(top + 1, bottom + 1)
            if row not in goes_on and row - first < frame.height
        ]
        into, out_of = fills.setdefault(left, ([], []))
        into += rows
        out_of += [top - first] * len(rows)
    filled = {
        n: frame[str(n)].scatter(into, frame[str(n)].gather(out)) for n, (into, out) in fills.items() if into
    }
    marks = {
        str(n): numbers[str(n)].scatter(into, numbers[str(n)].gather(out))
        for n, (into, out) in fills.items()
        if into and str(n) in numbers
    }
    return frame.with_columns(series.alias(str(n)) for n, series in filled.items()), {**numbers, **marks}


def fill_blocks(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Repeat a block's village and group in all its rows, where the list is clearly in blocks.

    Clearly: a place and another column (the group's name or number) are empty in the very same people's rows, in
    many of them, and not in the first. A village that is merely missing here and there stays missing.
    """
    fields = {str(n): (columns.field_of(name) or ("", 0))[0] for n, name in enumerate(header.names) if name}
    at = {field: column for column, field in fields.items()}
    places = [column for column, field in fields.items() if field in _PLACES and column in frame.columns]
    who = [pl.col(at["name"]).is_not_null()] if "name" in at else []
    if "nik" in at:
        who.append(pl.col(at["nik"]).str.contains(r"(?:\d\D?){6}").fill_null(False))
    holes = [column for column in places if frame[column].null_count() > _BLOCK_SHARE * frame.height]
    if not holes or not frame.height:
        return frame
    people = frame.filter(pl.all_horizontal(who))
    keys = [column for column, field in fields.items() if field in ("", "no") and column in frame.columns]
    for column in holes:
        pattern = people[column].is_not_null()
        blank = people.height - int(pattern.sum())
        if blank < _BLOCK_SHARE * people.height or not people.height or not pattern[0]:
            continue
        same = [key for key in keys if (people[key].is_not_null() == pattern).all()]
        if same:
            named = [key for key in same if fields[key] != "no"]
            person = pl.all_horizontal(who)
            frame = frame.with_columns(
                pl.when(person & pl.col(c).is_null()).then(pl.col(c).forward_fill()).otherwise(pl.col(c))
                for c in (column, *named)
            )
    return frame
