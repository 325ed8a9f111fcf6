"""What goes back to a sender: always a workbook in which nothing is damaged, nothing lives and everything is said."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from payung.exchange import intake, returned, tables
from payung.exchange.columns import TODO, WRONG
from payung.identity import findings
from tests.exchange import sheets
from tests.exchange.test_intake import GOOD, HEADER
from tests.exchange.test_numbers import WRITERS

TODAY = date(2026, 11, 22)
RED, YELLOW = "FFF8CBAD", "FFFFE699"


def judged(content: bytes, name: str) -> list[intake.Judged]:
    return intake.judge_file(tables.read_file(content, name=name), today=TODAY)


def listed(*changes: dict[str, Any]) -> list[list[str]]:
    return [HEADER, *([str({**GOOD, **change}[header]) for header in HEADER] for change in changes)]


def csv_of(*changes: dict[str, Any]) -> bytes:
    return quoted(listed(*changes))


def quoted(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def book(content: bytes | None) -> openpyxl.Workbook:
    assert content is not None
    return openpyxl.load_workbook(io.BytesIO(content))


#: A row that goes back, and one that is taken with something to look at.
BAD = {"NIK": "6571014508680002", "Nama Lengkap": ""}
DOUBTFUL = {"NIK": "6571014508680003", "Nama Lengkap": "Rahma", "JK": "L"}


@pytest.mark.parametrize("kind", ["csv", "txt", "tsv", "xlsx", "xls", "ods"])
def test_rows_go_back_as_a_workbook_of_text_whatever_came(kind: str) -> None:
    rows = listed({}, BAD)
    text = sheets.csv_text(rows, delimiter="\t" if kind == "tsv" else ";").encode()
    content = WRITERS[kind](rows) if kind in WRITERS else text
    sheet = book(returned.write(judged(content, f"desa.{kind}"))).worksheets[0]
    assert returned.returned_name(f"desa.{kind}") == "desa-dikembalikan.xlsx"
    [header, row] = list(sheet.iter_rows())
    assert [cell.value for cell in header] == [*HEADER, WRONG, TODO]
    assert [cell.value for cell in row[:-2]] == [{**GOOD, **BAD}[h] or None for h in HEADER]
    for cell in (*header, *row):
        assert cell.data_type in ("s", "n" if cell.value is None else "s")
        assert cell.number_format == "@"


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://x.example","klik")',
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+6281234567890",
        "-1+1",
        "@SUM(A1:A2)",
        "\t=1+1",
        "  =1+1",
        "=IMPORTXML(CONCAT(1),2)",
        "http://x.example/a",
        "mailto:a@b.example",
        "file:///c:/x.exe",
        "＝1+1",
    ],
)
@pytest.mark.parametrize("column", ["Alamat", "Nama Ibu Kandung"])
def test_formulas_and_links_go_back_dead(cell: str, column: str) -> None:
    content = returned.write(judged(csv_of({**BAD, column: cell}), "a.csv"))
    assert content is not None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not [
            name for name in archive.namelist() if "externalLink" in name or "worksheets/_rels" in name
        ]
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    sheet = book(content).worksheets[0]
    found = [one for row in sheet.iter_rows() for one in row if one.value == cell]
    assert len(found) == 1
    assert found[0].data_type == "s"
    if re.match(r"[\t\r]|\s*[=+\-@＝]", cell):
        assert found[0].quotePrefix


@pytest.mark.parametrize(
    ("change", "column", "colour", "sheet_name"),
    [
        ({"NIK": "6.57101E+15"}, "NIK", RED, "Data"),
        ({"NIK": ""}, "NIK", RED, "Data"),
        ({"Nama Lengkap": ""}, "Nama Lengkap", RED, "Data"),
        ({"NIK": "657101"}, "NIK", RED, "Data"),
        ({"Desa/Kelurahan": "", "Kecamatan": "", "Kab/Kota": ""}, "Desa/Kelurahan", RED, "Data"),
        ({"JK": "L"}, "JK", YELLOW, "Data (diterima, periksa)"),
        ({"Tempat/Tgl Lahir": "Tarakan, 31-02-68"}, "Tempat/Tgl Lahir", YELLOW, "Data (diterima, periksa)"),
        ({"No HP": "8,12E+10"}, "No HP", YELLOW, "Data (diterima, periksa)"),
        ({"No KK": "6,57E+15"}, "No KK", YELLOW, "Data (diterima, periksa)"),
        ({"Pekerjaan": "Anggota DPRD"}, "Pekerjaan", YELLOW, "Data (diterima, periksa)"),
        ({"Penghasilan": "cukup"}, "Penghasilan", YELLOW, "Data (diterima, periksa)"),
        ({"Desa/Kelurahan": "Karang Anyr"}, "Desa/Kelurahan", YELLOW, "Data (diterima, periksa)"),
    ],
)
def test_the_wrong_cell_is_coloured_and_warnings_go_back_too(
    change: dict[str, str], column: str, colour: str, sheet_name: str
) -> None:
    content = sheets.xlsx({"Data": listed({"NIK": "6571014508680005", "Nama Lengkap": "Ani"}, change)})
    made = book(returned.write(judged(content, "a.xlsx")))
    assert made.sheetnames == [sheet_name]
    header, row = list(made[sheet_name].iter_rows())
    assert len(list(made[sheet_name].iter_rows())) == 2
    marked = {
        head.value: one.fill.fgColor.rgb for head, one in zip(header, row, strict=True) if one.fill.fill_type
    }
    assert marked == {column: colour}


def test_rows_taken_without_a_word_do_not_go_back() -> None:
    assert returned.write(judged(csv_of({}), "a.csv")) is None


def test_both_sheets_of_one_table() -> None:
    made = book(returned.write(judged(csv_of({}, BAD, DOUBTFUL), "a.csv")))
    assert len(made.sheetnames) == 2
    assert [sheet.max_row for sheet in made.worksheets] == [2, 2]


@pytest.mark.parametrize("header", [["NIK", "Nama"], ["NIK", "Nama", "No HP"], ["NIK", "Nama", "Kecamatan"]])
@pytest.mark.parametrize("language", ["id", "en"])
def test_no_name_of_our_own_stands_in_what_is_said(header: list[str], language: Any) -> None:
    rows = [[{"NIK": "1234", "Nama": "Ani", "No HP": "08", "Kecamatan": ""}[h] for h in header]] * 2
    [one] = judged(sheets.csv_text([header, *rows]).encode(), "a.csv")
    for found in one.rows["findings"].to_list():
        wrong, _ = returned.sentences(found, language, one.table.headers)
        for named in re.findall(r"(?:^|\. )([^:.]+):", wrong):
            assert named in header or named.startswith(("kolom ", "no column for "))
            assert "_" not in named


def test_widths_follow_the_content() -> None:
    made = book(
        returned.write(judged(csv_of({**BAD, "Alamat": "Jalan " + "panjang " * 6}), "a.csv"))
    ).worksheets[0]
    letters = {cell.value: cell.column_letter for cell in next(made.iter_rows())}
    width = {name: made.column_dimensions[letter].width for name, letter in letters.items()}
    assert width["NIK"] >= 16
    assert width["No"] < width["NIK"] < width["Alamat"]
    assert width[WRONG] >= 50


@pytest.mark.parametrize(
    "names",
    [
        ["RT 01/RW 02"],
        ["Desa [A]"],
        ["Data: 2026?"],
        ["'Data'"],
        ["History"],
        ["x" * 40],
        ["RT 01", "rt 01"],
        ["y" * 40 + "1", "y" * 40 + "2"],
        ["a*b\\c"],
        [""],
        ["Data", "Data"],
    ],
)
def test_any_name_of_a_sheet_makes_a_workbook(names: list[str]) -> None:
    made = []
    for name in names:
        [one] = judged(csv_of({}, BAD, DOUBTFUL), "a.csv")
        made.append(
            intake.Judged(one.rows, one.raw, one.mapping, one.report, tables.Table(
                one.table.file, "ods", name, 1, one.table.headers, one.table.rows, {}
            ), one.passed)
        )  # fmt: skip
    back = book(returned.write(made))
    assert len(back.sheetnames) == 2 * len(names)
    assert all(len(name) <= 31 for name in back.sheetnames)


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ("a.csv", "a-dikembalikan.xlsx"),
        ("a.txt", "a-dikembalikan.xlsx"),
        ("a.TSV", "a-dikembalikan.xlsx"),
        ("a.xls", "a-dikembalikan.xlsx"),
        ("a.ods", "a-dikembalikan.xlsx"),
        ("desa 1.2.xlsx", "desa 1.2-dikembalikan.xlsx"),
        ("a-dikembalikan.xlsx", "a-dikembalikan.xlsx"),
        ("a-dikembalikan-17.xlsx", "a-dikembalikan.xlsx"),
        ("a-dikembalikan-dikembalikan.csv", "a-dikembalikan.xlsx"),
        ("daftar", "daftar-dikembalikan.xlsx"),
    ],
)
def test_names_of_returned_files(sent: str, back: str) -> None:
    assert returned.returned_name(sent) == back


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xls", "ods"])
def test_a_returned_sheet_mended_and_sent_again_goes_on(kind: str) -> None:
    rows = [["DAFTAR USULAN"], *listed({}, BAD, {**BAD, "NIK": "6.5E+15", "Nama Lengkap": "Ida"})]
    content = WRITERS[kind](rows) if kind in WRITERS else sheets.csv_text(rows).encode()
    back = book(returned.write(judged(content, f"a.{kind}")))
    sheet = back.worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    sheet.cell(3, heads.index("Nama Lengkap") + 1).value = "Rahma"
    sheet.cell(4, heads.index("NIK") + 1).value = "6571014508680007"
    sent = io.BytesIO()
    back.save(sent)
    [again] = judged(sent.getvalue(), "a-dikembalikan.xlsx")
    assert again.report["unmapped"] == []
    assert again.rows.select("nik", "name", "accepted").rows() == [
        ("6571014508680002", "Rahma", True),
        ("6571014508680007", "Ida", True),
    ]
    assert again.mapping.columns.keys() == judged(content, f"a.{kind}")[0].mapping.columns.keys() | {
        "returned"
    }


def test_sent_back_once_more_the_two_columns_are_not_added_again() -> None:
    once = returned.write(judged(csv_of({}, BAD), "a.csv"))
    assert once is not None
    twice = book(returned.write(judged(once, "a.xlsx")))
    heads = [cell.value for cell in next(twice.worksheets[0].iter_rows())]
    assert heads == [*HEADER, WRONG, TODO]


safe = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(safe, min_size=15, max_size=15), min_size=1, max_size=4))
@example([["IDENTITAS", "WAGEWORKER", *[""] * 13]])
@example([["NIK", "Nama", *[""] * 13]])
def test_every_cell_of_a_returned_row_comes_back_as_it_was_sent(rows: list[list[str]]) -> None:
    found = judged(quoted([HEADER, *rows]), "a.csv")
    # A row that names columns itself ('NIK; Nama') is a header, and begins a table of its own.
    assume(len(found) == 1)
    [one] = found
    back = returned.write([one])
    sent = one.raw.select(HEADER).fill_null("").rows()
    came = [] if back is None else [
        tuple(cell.value or "" for cell in row[:-2])
        for sheet in book(back).worksheets
        for row in list(sheet.iter_rows())[1:]
    ]  # fmt: skip
    gone = [row for row, accepted in zip(sent, one.rows["accepted"], strict=True) if not accepted]
    assert came[: len(gone)] == gone
    assert set(came) <= set(sent)


def test_the_sentences_name_what_blocks_first() -> None:
    [one] = judged(csv_of({"NIK": "123", "JK": "X"}), "a.csv")
    wrong, todo = returned.sentences(one.rows["findings"][0].to_list(), "id", one.table.headers)
    assert wrong.startswith("NIK: ")
    assert findings.kind("sex_unreadable").message() in wrong
    assert todo.startswith(findings.kind("nik_length").todo())
