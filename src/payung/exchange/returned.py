"""Writes the bad rows back as the sender's own sheet, with two columns added: what is wrong, what to do.

The sheet keeps the sender's title rows, column names, order and cell texts; every cell is written as
text, so that no NIK is damaged on the way back. Mended and sent again, the two columns are ignored.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from payung.exchange.columns import TODO, WRONG
from payung.exchange.intake import Judged
from payung.identity import findings

#: Excel's limit for one cell's text and for a sheet's name.
_CELL = 32_767
_SHEET_NAME = 31


def returned_name(sent_name: str) -> str:
    """The file name of the returned sheet: 'desa.xls' -> 'desa-dikembalikan.xlsx', .csv stays .csv."""
    path = Path(sent_name)
    suffix = ".csv" if path.suffix.lower() in (".csv", ".txt", ".tsv") else ".xlsx"
    return f"{path.stem}-dikembalikan{suffix}"


def sentences(found: Sequence[dict[str, str]], language: findings.Language = "id") -> tuple[str, str]:
    """(what is wrong, what to do) of one row's findings; those that block come first and are numbered.

    `found` are structs {code, severity, column, value}. A repeated row names the row it repeats.
    """
    ordered = sorted(found, key=lambda finding: finding["severity"] != "blocks")
    wrong, todo = [], []
    for finding in ordered:
        kind = findings.kind(finding["code"])
        said = kind.message(language)
        if finding["code"] == "row_repeated":
            said = f"{said} ({'baris' if language == 'id' else 'row'} {finding['value']})"
        wrong.append(f"{finding['column']}: {said}")
        todo.append(kind.todo(language))
    return " ".join(wrong), " ".join(dict.fromkeys(todo))


def write(judged: Sequence[Judged], *, language: findings.Language = "id") -> bytes | None:
    """The returned file for the tables of one sent file; None where no row goes back.

    .csv comes back as .csv (UTF-8 with its mark, semicolons, as Excel in Indonesia opens it); every
    other kind as .xlsx with one sheet per table that has rows to mend.
    """
    bad = [one for one in judged if not one.rows["accepted"].all()]
    if not bad:
        return None
    return _csv(bad[0], language) if bad[0].table.kind == "csv" else _xlsx(bad, language)


def _sheet(one: Judged, language: findings.Language) -> tuple[list[str], Iterator[list[str]]]:
    """The sheet's column names and its rows: the sender's cells and the two sentences."""
    headers = [h for h in one.table.headers if h.partition(" (")[0] not in (WRONG, TODO)]
    bad = one.rows.select("accepted", "findings").with_row_index("at").filter(~pl.col("accepted"))
    raw = one.raw.select(headers)[bad["at"].to_list()].fill_null("")

    def lines() -> Iterator[list[str]]:
        for cells, found in zip(raw.iter_rows(), bad["findings"].to_list(), strict=True):
            yield [*cells, *sentences(found, language)]

    return [*headers, WRONG, TODO], lines()


def _csv(one: Judged, language: findings.Language) -> bytes:
    headers, lines = _sheet(one, language)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows(one.table.above)
    writer.writerow(headers)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(bad: Sequence[Judged], language: findings.Language) -> bytes:
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        as_text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        marked = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#FCE4D6"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, one in enumerate(bad, start=1):
            headers, lines = _sheet(one, language)
            sheet = book.add_worksheet((one.table.sheet or f"Lembar {number}")[:_SHEET_NAME])
            last = len(headers) - 1
            sheet.set_column(0, last - 2, 18, as_text)
            sheet.set_column(last - 1, last, 60, wrapped)
            at = 0
            for row in one.table.above:
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(at, column, cell[:_CELL], as_text)
                at += 1
            for column, header in enumerate(headers):
                sheet.write_string(at, column, header, marked if column > last - 2 else bold)
            sheet.freeze_panes(at + 1, 0)
            for row_at, line in enumerate(lines, start=at + 1):
                for column, cell in enumerate(line):
                    if cell:
                        style = wrapped if column > last - 2 else as_text
                        sheet.write_string(row_at, column, cell[:_CELL], style)
    return content.getvalue()
