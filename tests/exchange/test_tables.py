"""Reading files: every kind, header rows wherever they are, and files that cannot be taken in."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.exchange import columns, tables
from payung.exchange.tables import Limits, UnreadableFile
from tests.examples import examples
from tests.exchange import sheets
from tests.exchange.sheets import GOOD, HEADER

ROWS = [HEADER, GOOD]


def one(content: bytes, name: str = "daftar.xlsx") -> tables.Table:
    sent = tables.read_file(content, name=name)
    assert len(sent.tables) == 1
    return sent.tables[0]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (sheets.xlsx({"Data": ROWS}), "a.xlsx"),
        (sheets.xls(ROWS), "a.xls"),
        (sheets.ods(ROWS), "a.ods"),
        (sheets.csv_text(ROWS).encode(), "a.csv"),
        (sheets.csv_text(ROWS, ",").encode("utf-8-sig"), "a.csv"),
        (sheets.csv_text(ROWS, "\t", "\n").encode("utf-16"), "a.txt"),
        (sheets.csv_text(ROWS, "|", "\n").encode(), "a.csv"),
        (b"sep=;\r\n" + sheets.csv_text(ROWS).encode(), "a.csv"),
        # A name can lie about what a file is.
        (sheets.xlsx({"Data": ROWS}), "a.csv"),
        (sheets.csv_text(ROWS).encode(), "a.xls"),
    ],
)
def test_every_kind_reads_alike(content: bytes, name: str) -> None:
    table = one(content, name)
    assert table.headers == tuple(HEADER)
    assert table.header_row == 1
    assert table.rows.rows() == [(2, *GOOD)]


def test_a_path_reads_as_its_bytes_do(tmp_path: Path) -> None:
    path = tmp_path / "daftar.csv"
    path.write_bytes(sheets.csv_text(ROWS).encode())
    sent = tables.read_file(path)
    assert sent.name == "daftar.csv"
    assert sent.sha256 == tables.read_file(path.read_bytes(), name="x").sha256
    with pytest.raises(UnreadableFile) as refused:
        tables.read_file(tmp_path / "tiada.csv")
    assert refused.value.code == "missing"


def test_windows_letters_are_read() -> None:
    row = [*GOOD[:2], "José Müller", *GOOD[3:]]
    table = one(sheets.csv_text([HEADER, row]).encode("cp1252"), "a.csv")
    assert table.rows["Nama Lengkap"].to_list() == ["José Müller"]


def test_title_rows_blank_rows_and_column_numbers() -> None:
    numbering = [f"({n})" for n in range(1, 9)]
    titles = [["DAFTAR PEKERJA RENTAN"], ["KECAMATAN TARAKAN BARAT"], []]
    table = one(sheets.xlsx({"Data": [*titles, HEADER, numbering, GOOD]}))
    assert table.header_row == 5
    assert table.rows["row_no"].to_list() == [6]
    assert [cell for row in table.above for cell in row if cell] == [
        "DAFTAR PEKERJA RENTAN",
        "KECAMATAN TARAKAN BARAT",
    ]


def test_a_header_of_two_rows() -> None:
    top = ["No", "NIK", "Nama", "Tempat, Tanggal Lahir", "", "Alamat", "", ""]
    below = ["", "", "", "Tempat", "Tanggal Lahir", "RT", "RW", "Kelurahan"]
    row = ["1", "6571014508680001", "Siti", "Tarakan", "05-08-1968", "1", "2", "Karang Anyar"]
    below[3] = "Tempat Lahir"
    table = one(sheets.xlsx({"Data": [top, below, row]}))
    assert table.header_row == 2
    mapping = columns.recognise(table.headers)
    assert {table.rows[mapping.header(f)].item() for f in ("nik", "birth_place", "rt", "village")} == {
        *("6571014508680001", "Tarakan", "1", "Karang Anyar")
    }


def test_every_sheet_with_a_header_is_a_table() -> None:
    sent = tables.read_file(
        sheets.xlsx(
            {"Desa A": ROWS, "Petunjuk": [["Isi dengan benar"]], "Desa B": ROWS, "Lama": ROWS},
            hidden=["Lama"],
        ),
        name="a.xlsx",
    )
    assert [table.sheet for table in sent.tables] == ["Desa A", "Desa B"]
    assert sent.skipped == ("Petunjuk",)


def test_numbers_dates_and_formulas_become_text() -> None:
    row = [1, 6571014508680001, ("=A1&B1", "Siti Aminah"), date(1968, 8, 5), True, 2500000.0, 0.5, 812345678]
    table = one(sheets.xlsx({"Data": [HEADER, row]}))
    assert table.rows.row(0)[1:] == (
        *("1", "6571014508680001", "Siti Aminah", "1968-08-05", "1", "2500000", "0.5", "812345678"),
    )
    assert table.numbers["NIK"].to_list() == [True]
    assert "Nama Lengkap" not in table.numbers


def test_ragged_rows_and_columns_without_names() -> None:
    table = one(sheets.csv_text([[*HEADER, "", ""], [*GOOD, "", "catatan"], GOOD[:3]]).encode(), "a.csv")
    assert table.headers == (*HEADER, "Kolom 10")
    assert table.rows["Kolom 10"].to_list() == ["catatan", None]
    assert table.rows["Kecamatan"].to_list() == ["Tarakan Barat", None]


def test_the_same_column_name_twice() -> None:
    table = one(sheets.csv_text([["NIK", "Nama", "Nama"], ["1", "Siti", "Ali"]]).encode(), "a.csv")
    assert table.headers == ("NIK", "Nama", "Nama (2)")


def test_line_breaks_inside_a_cell() -> None:
    table = one(b'NIK;Nama;Alamat\r\n1;"Siti\r\nAminah";"Jl. ""A"""\r\n2;Ali;\r\n', "a.csv")
    assert table.rows["Nama"].to_list() == ["Siti\r\nAminah", "Ali"]
    assert table.rows["row_no"].to_list() == [2, 3]


SMALL = Limits(file_bytes=1_000_000, unpacked_bytes=200 << 20)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \r\n\r\n", "empty"),
        (b"x" * 1_000_001, "too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"PK\x03\x04 broken", "damaged"),
        (sheets.xlsx({"Data": ROWS})[:-200], "damaged"),
        (sheets.zipped({"word/document.xml": b"<w/>"}), "format"),
        (sheets.zipped({"xl/workbook.xml": b"<broken", "xl/worksheets/sheet1.xml": b"<"}), "damaged"),
        (
            sheets.zipped({"content.xml": b"<x/>", "META-INF/manifest.xml": b"<encryption-data/>"}),
            "encrypted",
        ),
        (b"<html><table><tr><td>NIK</td></tr></table></html>", "html"),
        (b"%PDF-1.7 ...", "format"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "format"),
        (b"\x00\x01\x02\x03NIK;Nama\n1;2\n" + b"abc" * 300, "damaged"),
        (b"halo apa kabar\nbaik saja\n", "no_header"),
        (sheets.xlsx({"Data": [["a", "b"], ["1", "2"]]}), "no_header"),
        (sheets.zipped({"xl/worksheets/sheet1.xml": b"0" * (150 << 20)}), "bomb"),
        (sheets.lying_bomb(150), "bomb"),
        (sheets.with_cell("XFD1048576"), "too_large"),
        (sheets.with_cell("ZZ1000000"), "too_large"),
    ],
)
def test_one_clear_sentence_for_what_cannot_be_read(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        tables.read_file(content, name="kiriman.xlsx", limits=SMALL)
    assert refused.value.code == code
    for sentence in (refused.value.message("id"), refused.value.message("en")):
        assert sentence.endswith(".")
        assert len(sentence) < 160


def test_formatted_but_empty_cells_far_out_do_no_harm() -> None:
    blank = '<row r="1048576" s="1"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    assert one(sheets.with_row(blank)).rows.height == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        tables.read_file(content, name="x.csv")
    except UnreadableFile as refused:
        assert refused.message("id")


cells = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)


@settings(max_examples=40)
@given(st.lists(st.lists(cells, min_size=8, max_size=8), min_size=1, max_size=6))
def test_cells_are_kept_as_sent(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADER)
    # A first data cell of letters keeps the row from looking like a second header or a row of numbers.
    rows = [["x", *row[1:]] for row in rows]
    writer.writerows(rows)
    table = one(text.getvalue().encode(), "a.csv")
    if table.header_row == 1:
        assert table.rows.drop("row_no").fill_null("").rows() == [tuple(row) for row in rows]


@settings(max_examples=examples(30))
@given(
    st.lists(st.lists(st.sampled_from(["", "a", "b c", "7", " "]), max_size=11), max_size=8), st.booleans()
)
def test_plain_and_quoted_text_read_alike(rows: list[list[str]], windows: bool) -> None:
    end = "\r\n" if windows else "\n"
    plain = sheets.csv_text([HEADER, ["x", *GOOD[1:]], *rows], ";", end)
    quoted = plain.replace("Nama Lengkap", '"Nama Lengkap"')
    one_way, other_way = one(plain.encode(), "a.csv"), one(quoted.encode(), "a.csv")
    assert one_way.headers == other_way.headers
    assert one_way.rows.rows() == other_way.rows.rows()
