"""Makes the files that people send, for the tests: workbooks of every kind, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

HEADER = ["No", "NIK", "Nama Lengkap", "Tanggal Lahir", "JK", "Desa/Kelurahan", "Kecamatan", "Pekerjaan"]
GOOD = ["1", "6571014508680001", "Siti Aminah", "05-08-1968", "P", "Karang Anyar", "Tarakan Barat", "Nelayan"]


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of `sheets`; dates are real date cells, numbers real numbers, '=..' formulas."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date | datetime):
                        sheet.write_datetime(at, column, datetime(cell.year, cell.month, cell.day), day)
                    elif isinstance(cell, tuple):
                        sheet.write_formula(at, column, cell[0], None, cell[1])
                    elif isinstance(cell, int | float):
                        sheet.write_number(at, column, cell)
                    elif cell:
                        sheet.write_string(at, column, cell)
            if name in hidden:
                sheet.hide()
    return content.getvalue()


def xls(rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xls sheet; `merged` are (first row, last row, first column, last column)."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    sheet.merged_ranges.extend(merged)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def ods(rows: Sequence[Sequence[str]], spanned: dict[tuple[int, int], int] | None = None) -> bytes:
    """An .ods sheet; `spanned` tells over how many rows a cell at (row, column) is merged."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Data")
    for at, row in enumerate(rows):
        line = TableRow()
        for column, text in enumerate(row):
            down = (spanned or {}).get((at, column), 1)
            more = {"numberrowsspanned": down, "numbercolumnsspanned": 1} if down > 1 else {}
            cell = TableCell(valuetype="string", **more)
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def csv_text(rows: Sequence[Sequence[str]], delimiter: str = ";", end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def with_row(row: str) -> bytes:
    """A sound workbook with the XML of one more row put at the end of its sheet."""
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(xlsx({"Data": [HEADER, GOOD]}))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[sheet] = members[sheet].replace(b"</sheetData>", f"{row}</sheetData>".encode())
    return zipped(members)


def with_cell(reference: str) -> bytes:
    """A workbook with one filled cell far out at `reference`."""
    number = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_row(f'<row r="{number}"><c r="{reference}"><v>1</v></c></row>')


def lying_bomb(megabytes: int) -> bytes:
    """A workbook whose sheet unpacks to `megabytes` while its headers say 100 bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b"0" * (megabytes << 20)) + packed.flush()
    name = b"xl/worksheets/sheet1.xml"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(data), 100, len(name), 0)
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(data), 100, len(name), 0, 0, 0, 0, 0, 0
    )
    body = local + name + data
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central) + len(name), len(body), 0)
    return body + central + name + end
