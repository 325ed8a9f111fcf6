"""Nobody on a sheet vanishes: tables beside and below each other, rows in quotes, names like labels."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.exchange import passed
from tests.examples import examples
from tests.exchange import sheets
from tests.exchange.people import HEAD, accepted, judged, names_of, people, person, reasons

Grid = list[list[Any]]
SIX = [person(n)[2] for n in range(6)]
BARE = ["NIK", "Nama", "Desa", "Kecamatan"]


def beside(*tables: Grid, gap: int = 1) -> Grid:
    """Tables side by side, the shorter ones filled up with empty cells."""
    height = max(map(len, tables))
    rows = []
    for at in range(height):
        row: list[Any] = []
        for number, table in enumerate(tables):
            cells = table[at] if at < len(table) else [""] * len(table[0])
            row += [""] * (gap if number else 0) + list(cells)
        rows.append(row)
    return rows


def bare(n: int, order: str = "0123") -> list[str]:
    cells = person(n)
    said = [cells[1], cells[2], cells[5], cells[6]]
    return [said[int(at)] for at in order]


def table(*numbers: int, head: list[str] = HEAD) -> Grid:
    return [head, *people(*numbers)]


OTHER_ORDER = ["Nama", "NIK", "Kecamatan", "Desa"]
BESIDE: dict[str, Grid] = {
    "one column between": beside(table(0, 1, 2), table(3, 4, 5)),
    "no column between": beside(table(0, 1, 2), table(3, 4, 5), gap=0),
    "three columns between": beside(table(0, 1, 2), table(3, 4, 5), gap=3),
    "three tables": beside(table(0, 1), table(2, 3), table(4, 5)),
    "four tables without numbers": beside(
        *([BARE, *map(bare, numbers)] for numbers in ((0, 1), (2,), (3, 4), (5,)))
    ),
    "the right one longer": beside(table(0), table(1, 2, 3, 4, 5)),
    "the right one shorter": beside(table(0, 1, 2, 3, 4), table(5)),
    "another order": beside(
        [BARE, *map(bare, (0, 1, 2))], [OTHER_ORDER, *(bare(n, "1032") for n in (3, 4, 5))]
    ),
    "under a title": [["DAFTAR NELAYAN"], [], *beside(table(0, 1, 2), table(3, 4, 5))],
    "each under its own title": beside(
        [["RT 01", *[""] * 7], *table(0, 1, 2)], [["RT 02", *[""] * 7], *table(3, 4, 5)]
    ),
    "numbers of the columns below": beside(
        [HEAD, [str(n) for n in range(1, 9)], *people(0, 1, 2)],
        [HEAD, [str(n) for n in range(1, 9)], *people(3, 4, 5)],
    ),
    "the same name in capitals": beside(table(0, 1, 2), table(3, 4, 5, head=[h.upper() for h in HEAD])),
}


@pytest.mark.parametrize("grid", BESIDE.values(), ids=BESIDE)
def test_tables_side_by_side_are_all_read(grid: Grid) -> None:
    for content, name in ((sheets.xlsx({"Data": grid}), "a.xlsx"), (sheets.csv_text(grid).encode(), "a.csv")):
        assert sorted(accepted(content, name)) == sorted(SIX)


BELOW: dict[str, Grid] = {
    "after a blank row": [*table(0, 1, 2), [], *table(3, 4, 5)],
    "at once": [*table(0, 1, 2), *table(3, 4, 5)],
    "in another order": [*table(0, 1, 2), [], OTHER_ORDER, *(bare(n, "1032") for n in (3, 4, 5))],
    "in another order, at once": [*table(0, 1, 2), OTHER_ORDER, *(bare(n, "1032") for n in (3, 4, 5))],
    "more columns below": [BARE, *map(bare, (0, 1, 2)), [], *table(3, 4, 5)],
    "fewer columns below": [*table(0, 1, 2), ["Desa B"], BARE, *map(bare, (3, 4, 5))],
    "further to the right": [*table(0, 1, 2), [], *([["", "", *row] for row in table(3, 4, 5)])],
    "three tables": [*table(0, 1), [], OTHER_ORDER, *(bare(n, "1032") for n in (2, 3)), [], *table(4, 5)],
    "other names of the columns": [
        *table(0, 1, 2),
        ["Nama Peserta", "No. KTP", "Kec.", "Kelurahan"],
        *(bare(n, "1032") for n in (3, 4, 5)),
    ],
    "under a title of its own": [
        *table(0, 1, 2),
        [],
        ["DAFTAR PETANI"],
        [],
        OTHER_ORDER,
        *(bare(n, "1032") for n in (3, 4, 5)),
    ],
    "with numbers of the columns": [
        *table(0, 1, 2),
        [],
        OTHER_ORDER,
        ["(1)", "(2)", "(3)", "(4)"],
        *(bare(n, "1032") for n in (3, 4, 5)),
    ],
    "of two rows": [
        *table(0, 1, 2),
        [],
        ["Nama", "NIK", "ALAMAT", ""],
        ["", "", "Kecamatan", "Desa"],
        *(bare(n, "1032") for n in (3, 4, 5)),
    ],
}


@pytest.mark.parametrize("grid", BELOW.values(), ids=BELOW)
def test_tables_below_each_other_are_all_read(grid: Grid) -> None:
    for content, name in ((sheets.xlsx({"Data": grid}), "a.xlsx"), (sheets.csv_text(grid).encode(), "a.csv")):
        assert sorted(accepted(content, name)) == sorted(SIX)


def test_a_second_table_far_down_is_found() -> None:
    first = [person(0, NIK=f"657101010860{n:04d}", **{"Tanggal Lahir": "01-08-1960"}) for n in range(1, 900)]
    grid = [HEAD, *first, OTHER_ORDER, *(bare(n, "1032") for n in (1, 2))]
    assert accepted(sheets.csv_text(grid).encode(), "a.csv")[-2:] == SIX[1:3]


def test_each_table_of_a_sheet_has_a_name_of_its_own() -> None:
    long = "Data Nelayan Kecamatan Tarakan"
    sent, _ = judged(sheets.xlsx({long: beside(table(0), table(1), table(2))}))
    names = [one.sheet for one in sent.tables]
    assert names[0] == long
    assert len(set(names)) == 3
    assert all(len(name or "") <= 31 for name in names)


@pytest.mark.parametrize(
    "header",
    [
        ["NIK", "Nama", "Nama Ibu Kandung", "NIK Ibu", "Desa", "Kecamatan"],
        ["NIK", "Nama", "Desa", "Nama", "Kecamatan", "Keterangan"],
        ["Nama Penerima", "Nama Lengkap", "NIK Peserta", "NIK", "Desa", "Kecamatan"],
        ["NIK", "Nama", "Alamat", "Desa", "Kecamatan", "Alamat"],
    ],
)
def test_a_column_twice_is_no_second_table(header: list[str]) -> None:
    sent, _ = judged(sheets.csv_text([header, ["x"] * 6]).encode(), "a.csv")
    assert len(sent.tables) == 1


def test_the_heirs_columns_are_no_second_table() -> None:
    grid = [
        ["No", "NIK", "Nama", "Desa", "Kecamatan", "AHLI WARIS", "", ""],
        ["", "", "", "", "", "Nama", "NIK", "Hubungan"],
        *([str(n), *bare(n), "Siti", "6571015508600001", "Istri"] for n in range(3)),
    ]
    sent, one = judged(sheets.xlsx({"Data": grid}))
    assert len(sent.tables) == 1
    assert one[0].rows["name"].to_list() == SIX[:3]
    assert one[0].rows["heir_name"].to_list() == ["Siti"] * 3


def quoted(grid: Grid, sign: str, inner: bool) -> str:
    """A CSV whose rows are each in one pair of quotes; with `inner` each cell in doubled quotes too."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sign, quoting=csv.QUOTE_ALL if inner else csv.QUOTE_MINIMAL).writerows(grid)
    lines = text.getvalue().splitlines()
    return "".join('"' + line.replace('"', '""') + '"\r\n' for line in lines)


COMMA = [HEAD, *people(0, 1), person(2, **{"Nama Lengkap": "Basuki Tandiling, S.Pi"}), *people(3, 4, 5)]
WRAPPED: dict[str, bytes] = {
    "commas": quoted(COMMA, ",", inner=False).encode(),
    "semicolons": quoted(COMMA, ";", inner=False).encode(),
    "tabs": quoted(COMMA, "\t", inner=False).encode(),
    "bars": quoted(COMMA, "|", inner=False).encode(),
    "commas, doubled quotes inside": quoted(COMMA, ",", inner=True).encode(),
    "semicolons, doubled quotes inside": quoted(COMMA, ";", inner=True).encode(),
    "with a mark at the beginning": quoted(COMMA, ",", inner=False).encode("utf-8-sig"),
    "UTF-16": quoted(COMMA, ",", inner=False).encode("utf-16"),
    "twice in quotes": quoted(
        [[line[1:-1].replace('""', '"')] for line in quoted(COMMA, ",", True).splitlines()], "\x01", True
    ).encode(),
    "the header bare": (
        ",".join(HEAD) + "\r\n" + "".join(quoted(COMMA, ",", inner=False).splitlines(keepends=True)[1:])
    ).encode(),
    "the header bare, semicolons": (
        ";".join(HEAD) + "\r\n" + "".join(quoted(COMMA, ";", inner=False).splitlines(keepends=True)[1:])
    ).encode(),
    "empty cells behind": quoted(COMMA, ",", inner=False).replace("\r\n", ";;;\r\n").encode(),
    "only some rows": "".join(
        line if at % 2 else line[1:-1].replace('""', '"').strip('"')
        for at, line in enumerate(
            quoted([HEAD, *people(0, 1, 2, 3, 4, 5)], ",", inner=False).splitlines(keepends=True)
        )
    )
    .replace('"No', "No")
    .encode(),
    "under a title": ('"DAFTAR"\r\n' + quoted(COMMA, ",", inner=False)).encode(),
    "one column of a workbook": sheets.xlsx(
        {"Data": [[",".join(row)] for row in [HEAD, *people(0, 1, 2, 3, 4, 5)]]}
    ),
    "one column of a workbook, semicolons": sheets.xlsx(
        {"Data": [["DAFTAR"], *([";".join(row)] for row in [HEAD, *people(0, 1, 2, 3, 4, 5)])]}
    ),
}


@pytest.mark.parametrize("content", WRAPPED.values(), ids=WRAPPED)
def test_rows_in_one_pair_of_quotes_are_read(content: bytes) -> None:
    name = "a.xlsx" if content.startswith(b"PK") else "a.csv"
    assert [who.replace(", S.Pi", "") for who in accepted(content, name)] == SIX


LIKE_LABELS = (
    *(
        "Sumberiah",
        "Camatia Lewi",
        "Totalina",
        "Jumlahuddin",
        "Lurahman Hakim",
        "Petugaswati",
        "Nipah Sari",
        "Catatania",
    ),
    *(
        "Keteranganto",
        "Mengetahuina",
        "Demikianus",
        "Ttdirman",
        "Kepalawan",
        "Sumber Rahayu",
        "Desak Made Rai",
        "Kotaro",
    ),
    *(
        "Rwanda Putra",
        "Rtina",
        "Kelana Jaya",
        "Kecubung",
        "Halimah",
        "Notonegoro",
        "Ketuarina",
        "Kabul Santoso",
        "Dusunia",
    ),
)


@pytest.mark.parametrize("name", LIKE_LABELS)
def test_a_name_like_a_label_is_a_name(name: str) -> None:
    for row in (
        ["7", "", name, "", "", "", "", ""],
        ["", "", name, "", "", "", "", ""],
        ["", "", name, "", "", "Karang Anyar", "", ""],
        ["", "", name, "01-02-1980", "", "", "", ""],
    ):
        content = sheets.csv_text([HEAD, person(0), row, person(1)]).encode()
        assert names_of(content, "a.csv") == [SIX[0], name, SIX[1]], row


@pytest.mark.parametrize(
    "name", ["Jumlah Siregar", "Ketua Umar", "Desa Ayu", "Kota Lewi", "Total Rahman", "Sumber Daya"]
)
def test_a_name_that_is_a_label_stands_where_anything_else_speaks_for_a_person(name: str) -> None:
    for row in (
        ["7", "", name, "", "", "Karang Anyar", "", ""],
        ["", "", name, "01-02-1980", "", "", "", ""],
        ["", "6571014508680001", name, "", "", "", "", ""],
        ["", "", name, "", "P", "", "", ""],
    ):
        content = sheets.csv_text([HEAD, person(0), row, person(1)]).encode()
        assert name in names_of(content, "a.csv"), row


def test_hidden_lists_and_sheets_without_a_header_are_told_of() -> None:
    content = sheets.xlsx(
        {
            "Data": table(0),
            "Lama": table(1, 2),
            "Lain": [["6571010108600001", "Tanpa Judul"]],
            "Kode": [["1", "Nelayan"]],
        },
        hidden=["Lama", "Kode"],
    )
    assert sorted(reasons(content)) == ["hidden_sheet", "hidden_sheet", "no_header"]


CELLS = (
    *("", "", "1", "2", "Siti", "Jumlah", "NIK", "Nama", "6571014508680001", "Desa Apung", "No. KK", "RT 01"),
    *("L", "(1)", "###", "Mengetahui", "NIP. 1", "Tarakan, 1 Mei 2026", "01-02-1980", "Karang Anyar"),
    *("Sub Total", "-3", "Keterangan:", "x;y;z"),
)
cell = st.sampled_from(CELLS)


@settings(max_examples=examples(30), deadline=None)
@given(
    st.lists(st.lists(cell, min_size=8, max_size=8), max_size=12),
    st.lists(st.lists(cell, max_size=8), max_size=3),
)
def test_every_row_is_somebodys_or_passed_over_with_a_reason_or_blank(rows: Grid, above: Grid) -> None:
    grid = [*above, HEAD, person(0), *rows, person(1)]
    sent, every = judged(sheets.xlsx({"Data": grid, "Lain": [["Petunjuk"], [], ["Isi"]]}))
    told = [(one.sheet.partition(" (")[0], one.row_no) for one in passed.of(sent, every)]
    persons = [("Data", row) for one in every for row in one.rows["row_no"]]
    blank = {("Data", row) for one in every for row in one.passed.filter(reason="blank")["row_no"]}
    filled = {("Data", at) for at, row in enumerate(grid, 1) if any(row)} | {("Lain", 1), ("Lain", 3)}
    names_of_columns = {("Data", row) for one in sent.tables for row in range(1, one.header_row + 1)}
    assert filled <= {*told, *persons, *names_of_columns}
    if len(sent.tables) == 1:
        assert len(told) + len(persons) == len({*told, *persons})
        assert not blank & filled
        assert not set(told) & set(persons)
    for one in every:
        assert one.rows.height + one.passed.height == one.table.rows.height
        assert (
            one.report["accepted"] + one.report["returned"] + one.report["ignored"] == one.table.rows.height
        )
    assert {("Data", len(above) + 2), ("Data", len(grid))} <= set(persons)


def test_the_rows_passed_over_come_as_a_file_with_their_reasons() -> None:
    import openpyxl

    grid = [["DAFTAR"], *table(0), ["", "", "JUMLAH", "1"], ["", "", "=1+1", ""], ["", "Mengetahui,"]]
    sent, every = judged(sheets.xlsx({"Data": grid}))
    content = passed.write(passed.of(sent, every))
    assert content is not None
    lines = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert [line[:3] for line in lines[1:]] == [
        ("Data", "1", "Di atas judul kolom"),
        ("Data", "4", "Jumlah"),
        ("Data", "5", "Tanpa NIK dan tanpa nama"),
        ("Data", "6", "Tanda tangan di bawah daftar"),
    ]
    assert lines[3][5] == "=1+1"
    assert passed.write([]) is None
    assert passed.file_name("desa.nelayan.xls") == "desa.nelayan-dilewati.xlsx"
