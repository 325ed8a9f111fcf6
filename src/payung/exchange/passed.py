"""The rows of a file that are nobody's: every one with its reason, counted, and as a file to look through."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from payung.exchange.judged import Judged
from payung.exchange.tables import Passed, SentFile
from payung.values.spreadsheet import workbook

#: Why a row is nobody's -> the words for it in Indonesian and English. Blank rows are not told of.
REASONS: dict[str, tuple[str, str]] = {
    "title": ("Di atas judul kolom", "Above the column names"),
    "header": ("Judul kolom diulang", "Column names again"),
    "numbering": ("Nomor kolom", "Numbers of the columns"),
    "section": ("Judul bagian (desa, RT, kelompok)", "Title of a section (village, RT, group)"),
    "family_card": ("Baris kartu keluarga", "Line of a family card"),
    "total": ("Jumlah", "Sum"),
    "signature": ("Tanda tangan di bawah daftar", "Signatures below the list"),
    "note": ("Keterangan", "Note"),
    "number_only": ("Hanya nomor urut, tanpa isi", "A row number and nothing else"),
    "nobody": ("Tanpa NIK dan tanpa nama", "Neither a NIK nor a name"),
    "no_header": ("Lembar tanpa judul kolom NIK atau Nama", "Sheet without column names for NIK or name"),
    "hidden_sheet": ("Lembar tersembunyi", "Hidden sheet"),
}
_CELL = 32_767


def of(sent: SentFile, judged: Iterable[Judged]) -> list[Passed]:
    """Every row of a file that is nobody's and not blank, in the order of its sheets and rows."""
    inside = [
        Passed(one.table.sheet or "", row_no, reason, tuple(cell or "" for cell in cells))
        for one in judged
        for reason, row_no, *cells in one.passed.iter_rows()
        if reason != "blank"
    ]
    order = {name: at for at, name in enumerate(dict.fromkeys(one.sheet for one in (*sent.passed, *inside)))}
    return sorted((*sent.passed, *inside), key=lambda one: (order[one.sheet], one.row_no))


def counts(passed: Iterable[Passed]) -> dict[str, int]:
    """How many rows for each reason, the most first."""
    return dict(Counter(one.reason for one in passed).most_common())


def words(reason: str, language: Literal["id", "en"] = "id") -> str:
    """Return the reason as people read it; a reason no longer used is given as it is."""
    return REASONS.get(reason, (reason, reason))[language == "en"]


def write(passed: Sequence[Passed], *, language: Literal["id", "en"] = "id") -> bytes | None:
    """Return the rows as .xlsx: sheet, row, why, and the cells as sent, all as text; None where there are none."""
    if not passed:
        return None
    content = io.BytesIO()
    with workbook(content, by_row=True) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Dilewati" if language == "id" else "Passed over")
        sheet.set_column(0, 1, 12, text)
        sheet.set_column(2, 2, 36, text)
        sheet.set_column(3, 3 + max(len(one.cells) for one in passed), 18, text)
        for column, title in enumerate(
            ("Lembar", "Baris", "Alasan", "Isi baris")
            if language == "id"
            else ("Sheet", "Row", "Reason", "Cells")
        ):
            sheet.write_string(0, column, title, bold)
        sheet.freeze_panes(1, 0)
        for at, one in enumerate(passed, start=1):
            for column, cell in enumerate(
                (one.sheet, str(one.row_no), words(one.reason, language), *one.cells)
            ):
                if cell:
                    sheet.write_string(at, column, cell[:_CELL], text)
    return content.getvalue()


def file_name(sent_name: str) -> str:
    """Return the name of the file of passed rows: 'desa.xls' -> 'desa-dilewati.xlsx'."""
    return f"{sent_name.rpartition('.')[0] or sent_name}-dilewati.xlsx"
