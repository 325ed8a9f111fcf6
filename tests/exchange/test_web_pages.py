"""The right reason for files that are no spreadsheet: web pages, web archives and XML that are named .xls."""

from __future__ import annotations

import pytest

from payung.exchange import tables
from tests.exchange import sheets
from tests.exchange.people import HEAD, accepted, people

ROWS = [HEAD, *people(0, 1, 2)]
TABLE = (
    "<table border=1>"
    + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>\n" for row in ROWS)
    + "</table>"
)
LETTER = f"""MIME-Version: 1.0
Content-Type: multipart/related; boundary="----=_a"

------=_a
Content-Location: file:///C:/x.htm
Content-Type: text/html; charset="us-ascii"

<html><body>{TABLE}</body></html>
------=_a--
"""
PAGES: dict[str, bytes] = {
    "style": b"<style>td{mso-number-format:'\\@'}</style>\r\n" + TABLE.encode(),
    "style with attributes": b'<STYLE type="text/css">\n td { color: red }\n</STYLE>' + TABLE.encode(),
    "center": b"<center><h3>DATA</h3></center>" + TABLE.encode(),
    "br": b"<br/><br>" + TABLE.encode(),
    "div with a space": b"\r\n\r\n< div >\r\n" + TABLE.encode(),
    "comment": b"<!-- saved by SIM -->\n" + TABLE.encode(),
    "conditional comment": b"<!--[if gte mso 9]><xml>x</xml><![endif]-->\n<table><tr><td>a</td></tr></table>",
    "white space": b"\t \r\n\n  " + TABLE.encode(),
    "byte order mark": TABLE.encode("utf-8-sig"),
    "byte order mark and blank lines": b"\xef\xbb\xbf\r\n\r\n" + TABLE.encode(),
    "UTF-16": TABLE.encode("utf-16"),
    "UTF-16 without its mark": TABLE.encode("utf-16-le"),
    "rows without a table": b"<tr><td>NIK</td><td>Nama</td></tr>",
    "cells without rows": b"<td>NIK</td><td>Nama</td>",
    "thead": b"<thead><tr><th>NIK</th></tr></thead>",
    "XML declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C">\n<html>'
    + TABLE.encode(),
    "XML declaration, no doctype": b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
    + TABLE.encode(),
    "namespaces of Excel": b'<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=utf-8></head>'
    + TABLE.encode(),
    "capitals": b"<HTML><BODY>" + TABLE.upper().encode(),
    "form": b'<form method="post">' + TABLE.encode(),
    "font": b"<font size=2>" + TABLE.encode(),
    "script": b"<script>var a = 1 < 2;</script>" + TABLE.encode(),
    "a program's warning first": b"Notice: Undefined index: kec in /var/www/x.php on line 3\n"
    + TABLE.encode(),
    "a title first": b"DATA NELAYAN KECAMATAN TARAKAN BARAT\n" + TABLE.encode(),
    "closing tag first": b"</div>" + TABLE.encode(),
    "long style sheet": b"<style>" + b"td.x1 { border: 1px }\n" * 1500 + b"</style>" + TABLE.encode(),
    "web archive": LETTER.encode(),
    "web archive of a browser": (
        "From: <Saved by Blink>\nSnapshot-Content-Location: http://sim/x\nSubject: Data\n" + LETTER
    ).encode(),
    "web archive with a date": ("Date: Mon, 5 Oct 2026 08:00:00 +0800\n" + LETTER).encode(),
    "web archive of one part": b"Subject: Data\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    + TABLE.encode(),
}


@pytest.mark.parametrize("content", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("name", ["data.xls", "data.xlsx", "data.csv"])
def test_a_web_page_is_said_to_be_one(content: bytes, name: str) -> None:
    with pytest.raises(tables.UnreadableFile) as refused:
        tables.read_file(content, name=name)
    assert refused.value.code == "html"
    assert "halaman web" in refused.value.message("id")
    assert ".xlsx" in refused.value.message("id")
    assert "web page" in refused.value.message("en")


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:x"></Workbook>',
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
        b'<?xml version="1.0"?>\n<office:document xmlns:office="urn:x"></office:document>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<data><orang nik="1"/></data>',
    ],
)
def test_xml_is_said_to_be_xml(content: bytes) -> None:
    with pytest.raises(tables.UnreadableFile) as refused:
        tables.read_file(content, name="data.xls")
    assert refused.value.code == "format"
    assert "XML" in refused.value.message("id")


@pytest.mark.parametrize(
    "title", ["Daftar < 5 GT", "<data sementara>", "a <b> c", "From: Desa", "Subject: usulan", "1 < 2 > 1"]
)
def test_signs_of_a_web_page_in_a_list_do_no_harm(title: str) -> None:
    text = sheets.csv_text([[title], *ROWS])
    assert len(accepted(text.encode(), "a.csv")) == 3


@pytest.mark.parametrize(
    "piece", [b"<!--a-->", b"<!--", b"<?a?>", b"<table", b"<table>", b"< ", b"<![", b"from: x\n"]
)
def test_hostile_beginnings_take_no_time(piece: bytes) -> None:
    import time

    start = time.process_time()
    with pytest.raises(tables.UnreadableFile):
        tables.read_file(piece * 20_000, name="a.xls")
    assert time.process_time() - start < 5
