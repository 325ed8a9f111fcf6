"""The one way in which Payung writes CSV and XLSX: what a person typed is never run as a formula or a link.

Spreadsheet programs run a cell that begins with one of a few signs, whoever wrote it: a donor's name can fetch an
address or start a program on the officer's machine (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import xlsxwriter

#: Signs that begin a formula, the wide ones of East Asian keyboards included.
_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
#: Before a formula these are passed over, or end the cell and begin another.
_PASSED_OVER = r"\s\x00\u200b\ufeff"
_BLANKS = re.compile(f"[{_PASSED_OVER}]*")
#: A sign behind what separates cells somewhere: where commas are decimal, as in Indonesia, a semicolon does, and a text
#: with one in it is two cells.
_SECOND_CELL = re.compile(
    rf"([;,|\t\r\n\x0b\x0c\x85\u2028\u2029][\"{_PASSED_OVER}]*)(?=[{re.escape(''.join(sorted(_STARTS)))}])"
)

#: xlsxwriter guesses neither formulas nor links nor numbers from texts.
_LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def safe_cell(value: Any) -> Any:
    """Put an apostrophe wherever a spreadsheet would begin to run a text; anything else comes back as it is."""
    if not isinstance(value, str):
        return value
    begun = _BLANKS.sub("", value, count=1)
    runs = (begun[:1] in _STARTS and begun != "") or value[:1] in ("\t", "\r", "\n")
    inside = _SECOND_CELL.sub(r"\1'", value)
    return f"'{inside}" if runs else inside


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


def close_to_others(path: Path | str) -> None:
    """Make a file that only its user may read, or let nobody else read the one that is there and is written over."""
    where = Path(path)
    os.close(os.open(where, os.O_WRONLY | os.O_CREAT, 0o600))
    if where.is_file():
        where.chmod(0o600)


@contextmanager
def csv_file(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Open a CSV file to write that only its user may read: it may name people."""
    close_to_others(path)
    with path.open("w", newline="", encoding=encoding) as file:
        yield file


def workbook(target: str | BytesIO | IO[bytes], *, by_row: bool = False) -> xlsxwriter.Workbook:
    """Open an XLSX workbook to write (a context manager), in which a text stays the text that it is.

    `by_row`: rows are written in order and forgotten, so that memory does not grow with them. A file that is named may
    be read by its user only.
    """
    import xlsxwriter

    if isinstance(target, str):
        close_to_others(target)

    return xlsxwriter.Workbook(target, {**_LITERAL, "constant_memory": by_row})
