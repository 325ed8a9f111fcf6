"""The one way in which Payung writes CSV and XLSX: what a person typed is never run as a formula or a link.

Spreadsheet programs run a cell that begins with one of a few signs, whoever wrote it: a donor's name can fetch an
address or start a program on the officer's machine (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xlsxwriter

#: Signs that begin a formula, the wide ones of East Asian keyboards included.
_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
#: Before a formula these are passed over, or end the cell and begin another.
_PASSED_OVER = " \t\r\n\x0b\x0c\x00\u00a0\u200b\ufeff"

#: xlsxwriter guesses neither formulas nor links nor numbers from texts.
_LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def safe_cell(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; anything else comes back as it is."""
    if not isinstance(value, str):
        return value
    begun = value.lstrip(_PASSED_OVER)
    runs = (begun[:1] in _STARTS and begun != "") or value[:1] in ("\t", "\r", "\n")
    return f"'{value}" if runs else value


class CsvWriter:
    """Rows written as CSV with every text made safe; the same methods as `csv.writer`. `written` counts the rows."""

    def __init__(self, file: Any, **dialect: Any) -> None:
        self._writer = csv.writer(file, **dialect)
        self.written = 0

    def writerow(self, row: Iterable[Any]) -> None:
        """Write one row."""
        self._writer.writerow([safe_cell(value) for value in row])
        self.written += 1

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write rows one after another."""
        for row in rows:
            self.writerow(row)


def workbook(target: str | BytesIO | IO[bytes], *, by_row: bool = False) -> xlsxwriter.Workbook:
    """Open an XLSX workbook to write (a context manager), in which a text stays the text that it is.

    `by_row`: rows are written in order and forgotten, so that memory does not grow with them.
    """
    import xlsxwriter

    return xlsxwriter.Workbook(target, {**_LITERAL, "constant_memory": by_row})
