"""Papers, QR codes, spreadsheets and kept files are made in one place each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import payung

SOURCE = Path(payung.__file__).parent

#: What makes them, and the only files that call it. The synthetic province writes lists as messy as people do.
MAKERS = {
    r"\bimport typst\b": {"sandbox/typeset.py"},
    r"sandbox\.typeset import": {"documents/paper.py"},
    r"\bimport segno\b": {"documents/qr.py"},
    r"PAYUNG_PUBLIC_URL\.rstrip": {"documents/qr.py"},
    r"\bcsv\.(writer|DictWriter)\(": {"values/spreadsheet.py", "demo/sheets.py"},
    r"xlsxwriter\.Workbook\((?!\w+: )": {"values/spreadsheet.py", "demo/sheets.py"},
    r"copy_here": {"documents/store.py", "exchange/documents.py"},
}


@pytest.mark.parametrize("maker", MAKERS)
def test_each_is_made_in_one_place(maker):
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(maker, path.read_text())
    }
    assert found == MAKERS[maker]


def test_every_paper_has_the_one_typeface():
    papers = [path for path in SOURCE.rglob("*.typ") if path.name != "typography.typ"]
    assert papers
    for path in papers:
        text = path.read_text()
        assert '#import "typography.typ": face' in text, path
        assert "#set text(font: face" in text, path
