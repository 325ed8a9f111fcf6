"""Writes sheets the way offices do: titles over merged cells, several sheets, old encodings."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

#: fixed, so that the same content gives the same bytes
_CREATED = datetime(2026, 1, 1, 8, 0, 0)  # noqa: DTZ001


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines above the header (merged over all columns), the headers, and one list per column."""

    name: str
    titles: Sequence[str]
    headers: Sequence[str]
    columns: Sequence[Sequence[Any]]
    column_numbers: bool = False
    total_row: bool = False
    formula_numbers: bool = False

    @property
    def height(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def first_row(self) -> int:
        """The sheet's row (counted from 1) that holds the first record."""
        return len(self.titles) + 2 + self.column_numbers


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write an .xlsx file. Strings stay strings, ints and floats become numbers, dates become date cells."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _CREATED, "author": "", "title": ""})
        bold = book.add_format({"bold": True, "align": "center", "border": 1})
        title = book.add_format({"bold": True, "align": "center"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        whole = book.add_format({"num_format": "0"})
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, bold, title, day, whole)


def _write_sheet(page: Any, sheet: Sheet, bold: Any, title: Any, day: Any, whole: Any) -> None:
    width = len(sheet.headers)
    for row, text in enumerate(sheet.titles):
        if text:
            page.merge_range(row, 0, row, width - 1, text, title)
    row = len(sheet.titles)
    for column, header in enumerate(sheet.headers):
        page.write_string(row, column, header, bold)
    if sheet.column_numbers:
        row += 1
        for column in range(width):
            page.write_number(row, column, column + 1, bold)
    row += 1
    for record in zip(*sheet.columns, strict=True):
        for column, value in enumerate(record):
            if value is None:
                continue
            if isinstance(value, str):
                page.write_string(row, column, value)
            elif isinstance(value, date):
                page.write_datetime(row, column, value, day)
            elif sheet.formula_numbers and column == 0:
                page.write_formula(row, 0, f"=ROW()-{sheet.first_row - 1}", None, value)
            else:
                page.write_number(row, column, value, whole)
        row += 1
    if sheet.total_row:
        page.write_string(row + 1, 0, "JUMLAH")
        page.write_number(row + 1, 1, sheet.height)


def write_csv(path: Path, sheet: Sheet, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """Write a .csv file with Windows line ends; characters the encoding lacks become '?'."""
    path.write_bytes(csv_text(sheet, delimiter).encode(encoding, errors="replace"))


def csv_text(sheet: Sheet, delimiter: str = ",") -> str:
    """Return a sheet as CSV text with Windows line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(sheet.headers)
    writer.writerows(zip(*sheet.columns, strict=True))
    return text.getvalue()


def sheet_name(name: str, taken: set[str]) -> str:
    r"""`name` as a sheet may be called (31 characters, none of []:*?/\\), different from those `taken`."""
    bare = "".join(" " if letter in "[]:*?/\\" else letter for letter in name).strip("' ")[:28]
    found, number = bare, 2
    while found.lower() in taken:
        found, number = f"{bare} {number}", number + 1
    taken.add(found.lower())
    return found
