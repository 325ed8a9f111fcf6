"""Writes rows back as the sender's own sheet, with two columns added: what is wrong, what to do.

Always a workbook, whatever came: in a CSV file Excel destroys every long number the moment it is opened and saved. The
sheet keeps the sender's title rows, column names, order and cell texts; every cell is text, so that no number is
damaged and no formula or link lives. Rows that were taken with something to look at stand on a sheet of their own.
Mended and sent again, the two columns are ignored.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from payung.exchange.columns import TODO, WRONG
from payung.exchange.judged import Judged
from payung.identity import findings
from payung.values.spreadsheet import workbook

#: Excel's limits for one cell's text, for a sheet's name and for its rows.
_CELL = 32_767
_SHEET_NAME = 31
_ROWS = 1_048_576
#: Warnings that ask nothing of a single row: the whole list is so, or nothing needs to change.
_NOTHING_TO_MEND = frozenset({"list_without_place", "nik_legacy_prefix"})
#: Findings whose value is the other row, '7' or 'RT 02: 7'.
_POINTS_AT_A_ROW = frozenset({"row_repeated", "nik_two_people"})
#: A cell that begins so would come alive when it is edited, or saved as CSV.
_ALIVE = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")
#: So many rows tell how wide a column is.
_MEASURED = 300
_NARROW, _WIDE, _SENTENCE = 6, 42, 60
_RED, _YELLOW, _HEAD = "#F8CBAD", "#FFE699", "#FCE4D6"
_TAKEN = {"id": "diterima, periksa", "en": "taken, please check"}
#: What a field is called where the sender's sheet has no column for it.
_FIELDS: dict[str, tuple[str, str]] = {
    "nik": ("NIK", "NIK"),
    "name": ("nama", "name"),
    "birth_date": ("tanggal lahir", "birth date"),
    "birth": ("tempat dan tanggal lahir", "place and date of birth"),
    "sex": ("jenis kelamin", "sex"),
    "village": ("desa/kelurahan", "village"),
    "village_code": ("kode desa", "village code"),
    "district": ("kecamatan", "district"),
    "district_code": ("kode kecamatan", "district code"),
    "regency": ("kabupaten/kota", "regency"),
    "regency_code": ("kode kabupaten/kota", "regency code"),
    "province": ("provinsi", "province"),
    "province_code": ("kode provinsi", "province code"),
    "phone": ("nomor telepon", "phone number"),
    "occupation": ("pekerjaan", "occupation"),
    "income": ("penghasilan", "income"),
    "wage_worker": ("status pekerja", "wage worker"),
    "family_card": ("nomor KK", "family card number"),
    "heir_phone": ("telepon ahli waris", "heir's phone"),
    "event_date": ("tanggal meninggal", "date of death"),
}


def returned_name(sent_name: str) -> str:
    """Return the file name of the returned workbook: 'desa.csv' and 'desa.xls' give 'desa-dikembalikan.xlsx'."""
    stem = re.sub(r"(?:-dikembalikan(?:-\d+)?)+$", "", Path(sent_name).stem)
    return f"{stem}-dikembalikan.xlsx"


def sentences(
    found: Sequence[dict[str, str]], language: findings.Language = "id", headers: Sequence[str] | None = None
) -> tuple[str, str]:
    """Return (what is wrong, what to do) for one row's findings; those that block come first.

    `found` are structs {code, severity, column, value}. A repeated row names the row it repeats. `headers` are the
    sender's columns: a finding about a field that has none says so in words.
    """
    ordered = sorted(found, key=lambda finding: finding["severity"] != "blocks")
    wrong, todo = [], []
    for finding in ordered:
        kind = findings.kind(finding["code"])
        said = kind.message(language)
        if finding["code"] in _POINTS_AT_A_ROW and finding["value"]:
            sheet, _, row = finding["value"].rpartition(": ")
            place = f"{'baris' if language == 'id' else 'row'} {row}"
            said = f"{said} ({sheet}, {place})" if sheet else f"{said} ({place})"
        wrong.append(f"{_where(finding['column'], headers, language)}: {said}")
        todo.append(kind.todo(language))
    return " ".join(wrong), " ".join(dict.fromkeys(todo))


def _where(column: str, headers: Sequence[str] | None, language: findings.Language) -> str:
    """Return the sender's column, or in words that the sheet has none for a field."""
    if (headers is not None and column in headers) or column not in _FIELDS:
        return column
    words = _FIELDS[column][language == "en"]
    return f"kolom {words} tidak ada" if language == "id" else f"no column for {words}"


def write(judged: Sequence[Judged], *, language: findings.Language = "id") -> bytes | None:
    """Return the returned workbook for the tables of one sent file; None where there is nothing to look at.

    One sheet per table that has rows to mend, and one per table that has rows taken with warnings. The cell that is
    wrong is red, one that was taken with a warning yellow.
    """
    parts = [_Part(one, taken=False) for one in judged] + [_Part(one, taken=True) for one in judged]
    parts = [part for part in parts if part.at]
    if not parts:
        return None
    content = io.BytesIO()
    with workbook(content, by_row=True) as book:
        styles = _Styles(book)
        names: set[str] = set()
        for number, part in enumerate(parts, start=1):
            _write_part(book, part, number, names, styles, language)
    return content.getvalue()


@dataclass
class _Part:
    """The rows of one table that go on one sheet: those to mend, or those taken with a warning."""

    judged: Judged
    taken: bool
    at: list[int] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.judged.rows
        codes = pl.col("findings").list.eval(pl.element().struct.field("code"))
        asks = codes.list.set_difference(list(_NOTHING_TO_MEND)).list.len() > 0
        wanted = pl.col("accepted") & asks if self.taken else ~pl.col("accepted")
        self.at = rows.select(wanted.arg_true()).to_series().to_list() if rows.height else []

    @property
    def headers(self) -> list[str]:
        return [h for h in self.judged.table.headers if h.partition(" (")[0] not in (WRONG, TODO)]

    def rows(self) -> Iterator[tuple[tuple[str, ...], list[dict[str, str]]]]:
        """Each row's cells as sent, and its findings."""
        raw = self.judged.raw.select(self.headers)[self.at].fill_null("")
        found = self.judged.rows["findings"].gather(self.at).to_list()
        for cells, told in zip(raw.iter_rows(), found, strict=True):
            asked = [one for one in told if one["code"] not in _NOTHING_TO_MEND]
            yield cells, asked if self.taken else told

    def widths(self) -> list[int]:
        """Return a width in characters for each of the sender's columns, from its heading and its first cells."""
        sample = self.judged.raw.select(self.headers)[self.at[:_MEASURED]].fill_null("")
        longest = [int(sample[h].str.len_chars().max() or 0) for h in self.headers]  # type: ignore[arg-type]
        words = [max(map(len, h.split()), default=0) for h in self.headers]
        return [min(max(cells, word, _NARROW) + 2, _WIDE) for cells, word in zip(longest, words, strict=True)]


class _Styles:
    """The formats of the workbook; every one keeps its cell as text."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.made: dict[tuple[str, bool, bool], Format] = {}
        #: The two columns that are added.
        self.sentence: Format = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})

    def __call__(self, colour: str = "", *, head: bool = False, quoted: bool = False) -> Format:
        """Return a format with a background `colour`; `quoted` keeps a formula's text dead even when it is edited."""
        key = (colour, head, quoted)
        if key not in self.made:
            style: dict[str, Any] = {"num_format": "@", "valign": "top"}
            if colour:
                style["bg_color"] = colour
            if head:
                style |= {"bold": True, "text_wrap": True}
            if quoted:
                style["quote_prefix"] = True
            self.made[key] = self.book.add_format(style)
        return self.made[key]


def _write_part(
    book: xlsxwriter.Workbook,
    part: _Part,
    number: int,
    names: set[str],
    styles: _Styles,
    language: findings.Language,
) -> None:
    headers = part.headers
    label = part.judged.table.sheet or f"Lembar {number}"
    at, sheet = _ROWS, None
    for cells, found in part.rows():
        if sheet is None or at >= _ROWS:
            sheet = book.add_worksheet(_sheet_name(label, part.taken, names, language))
            at = _head(sheet, part, styles)
        marks = _marks(headers, found)
        for column, cell in enumerate(cells):
            if cell or column in marks:
                _put(sheet, at, column, cell, styles, marks.get(column, ""))
        for column, said in enumerate(sentences(found, language, headers), start=len(headers)):
            sheet.write_string(at, column, said[:_CELL], styles.sentence)
        at += 1
    if sheet is not None:
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_ROWS}"})


def _head(sheet: Worksheet, part: _Part, styles: _Styles) -> int:
    """Widths, the sender's title rows and the column names; gives the row of the first person."""
    headers = part.headers
    for column, width in enumerate(part.widths()):
        sheet.set_column(column, column, width, styles())
    sheet.set_column(len(headers), len(headers) + 1, _SENTENCE, styles.sentence)
    at = 0
    for row in part.judged.table.above:
        for column, cell in enumerate(row):
            if cell:
                _put(sheet, at, column, cell, styles)
        at += 1
    for column, header in enumerate(headers):
        sheet.write_string(at, column, header[:_CELL], styles(head=True, quoted=bool(_ALIVE.match(header))))
    for column, header in enumerate((WRONG, TODO), start=len(headers)):
        sheet.write_string(at, column, header, styles(_HEAD, head=True))
    sheet.freeze_panes(at + 1, 0)
    return at + 1


def _put(sheet: Worksheet, row: int, column: int, cell: str, styles: _Styles, colour: str = "") -> None:
    style = styles(colour, quoted=bool(_ALIVE.match(cell)))
    if cell:
        sheet.write_string(row, column, cell[:_CELL], style)
    else:
        sheet.write_blank(row, column, None, style)


def _marks(headers: list[str], found: Sequence[dict[str, str]]) -> dict[int, str]:
    """Column number -> colour of the cells that the findings are about; what blocks wins."""
    marks: dict[int, str] = {}
    for one in found:
        if one["column"] in headers:
            column = headers.index(one["column"])
            if one["severity"] == "blocks" or column not in marks:
                marks[column] = _RED if one["severity"] == "blocks" else _YELLOW
    return marks


def _sheet_name(label: str, taken: bool, names: set[str], language: findings.Language) -> str:
    r"""Return a name that Excel takes and no other sheet has: without []:*?/\, 31 characters, whatever their case."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "-", label).strip().strip("'") or "Lembar"
    if clean.lower() == "history":
        clean = f"{clean}-"
    tail = f" ({_TAKEN[language]})" if taken else ""
    for number in range(1, 10_000):
        count = f" {number}" if number > 1 else ""
        name = f"{clean[: _SHEET_NAME - len(tail) - len(count)].rstrip()}{count}{tail}"
        if name.lower() not in names:
            names.add(name.lower())
            return name
    raise ValueError("a workbook has at most 9,999 sheets of one name")
