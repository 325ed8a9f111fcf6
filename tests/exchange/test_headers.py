"""Headers of several rows, merged or drawn; numbers of columns; sections, sums and signatures between people."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from payung.exchange import headers
from tests.exchange import sheets
from tests.exchange.people import HEAD, accepted, judged, names_of, people, person, reasons

Grid = list[list[Any]]
THREE = [person(n)[2] for n in range(3)]


def lined(*order: int) -> Grid:
    """The rows of three people with their columns in this order of HEAD; -1 is an empty cell, -2 a birth place."""
    told = {-1: "", -2: "Tarakan", -3: "Siti", -4: "Istri", -5: "081234567890"}
    return [[told[at] if at < 0 else person(n)[at] for at in order] for n in range(3)]


def workbook(grid: Grid, merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for row in grid:
        book.active.append([cell or None for cell in row])
    for cells in merged:
        book.active.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


#: rows of the header, the people below, the merged ranges of a workbook
TWO_ROWS: dict[str, tuple[Grid, Grid, tuple[str, ...]]] = {
    "place and date of birth": (
        [
            ["No", "Nama Lengkap", "NIK", "Tempat dan Tanggal Lahir", "", "JK", "Desa", "Kecamatan"],
            ["", "", "", "Tempat Lahir", "Tgl/Bln/Th", "", "", ""],
        ],
        lined(0, 2, 1, -2, 3, 4, 5, 6),
        ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2", "G1:G2", "H1:H2"),
    ),
    "place and date without the word": (
        [
            ["No", "Nama", "NIK", "Lahir", "", "JK", "Desa", "Kecamatan"],
            ["", "", "", "Tempat", "Tanggal", "", "", ""],
        ],
        lined(0, 2, 1, -2, 3, 4, 5, 6),
        ("D1:E1",),
    ),
    "everything in groups": (
        [
            ["No", "IDENTITAS", "", "", "", "ALAMAT", ""],
            ["", "NIK", "Nama", "Tgl Lahir", "JK", "Desa", "Kecamatan"],
        ],
        lined(0, 1, 2, 3, 4, 5, 6),
        ("A1:A2", "B1:E1", "F1:G1"),
    ),
    "heir after the place": (
        [
            ["No", "NIK", "Nama", "Tgl Lahir", "JK", "Desa", "Kecamatan", "Ahli Waris", "", ""],
            ["", "", "", "", "", "", "", "Nama", "Hubungan", "No HP"],
        ],
        lined(0, 1, 2, 3, 4, 5, 6, -3, -4, -5),
        ("H1:J1",),
    ),
    "heir before the place": (
        [
            ["No", "NIK", "Nama", "Tgl Lahir", "JK", "Ahli Waris", "", "Desa", "Kecamatan"],
            ["", "", "", "", "", "Nama", "Hubungan", "", ""],
        ],
        lined(0, 1, 2, 3, 4, -3, -4, 5, 6),
        ("A1:A2", "F1:G1", "H1:H2"),
    ),
    "three rows": (
        [
            ["No", "DATA PEKERJA", "", "", "", "", "ALAMAT", ""],
            ["", "NIK", "Nama", "Lahir", "", "JK", "Desa", "Kecamatan"],
            ["", "", "", "Tempat", "Tanggal", "", "", ""],
        ],
        lined(0, 1, 2, -2, 3, 4, 5, 6),
        ("A1:A3", "B1:F1", "D2:E2", "G1:H1"),
    ),
    "address in parts": (
        [
            ["No", "NIK", "Nama", "Tgl Lahir", "JK", "Alamat", "", ""],
            ["", "", "", "", "", "Jalan", "Desa/Kelurahan", "Kecamatan"],
        ],
        lined(0, 1, 2, 3, 4, -2, 5, 6),
        ("F1:H1",),
    ),
    "numbers of the columns below": (
        [
            ["No", "NIK", "Nama", "Tempat/Tanggal Lahir", "", "JK", "Desa", "Kecamatan"],
            ["", "", "", "Tempat", "Tanggal", "", "", ""],
            ["1", "2", "3", "4", "5", "6", "7", "8"],
        ],
        lined(0, 1, 2, -2, 3, 4, 5, 6),
        ("D1:E1",),
    ),
    "how to fill in below": (
        [
            ["No", "NIK", "Nama", "Tgl Lahir", "JK", "Desa", "Kecamatan"],
            ["", "(16 digit)", "(sesuai KTP)", "(dd-mm-yyyy)", "(L/P)", "", ""],
        ],
        lined(0, 1, 2, 3, 4, 5, 6),
        (),
    ),
    "the mother over her own": (
        [
            ["No", "NIK", "Nama", "Tgl Lahir", "JK", "Desa", "Kecamatan", "Ibu Kandung", ""],
            ["", "", "", "", "", "", "", "Nama", "NIK"],
        ],
        lined(0, 1, 2, 3, 4, 5, 6, -3, -1),
        ("H1:I1",),
    ),
    "spaces and line breaks": (
        [
            ["No.", "N I K", "Nama\nLengkap", "Tempat,  Tanggal\nLahir", "", "L / P", "Desa", "Kec."],
            ["", "", "", "Tempat\nLahir", "Tanggal \n Lahir", "", "", ""],
        ],
        lined(0, 1, 2, -2, 3, 4, 5, 6),
        ("D1:E1",),
    ),
    **{
        f"{title} over {place} and {day}": (
            [
                ["No", "NIK", "Nama", title, "", "JK", "Desa", "Kecamatan"],
                ["", "", "", place, day, "", "", ""],
            ],
            lined(0, 1, 2, -2, 3, 4, 5, 6),
            ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2", "G1:G2", "H1:H2"),
        )
        for title, place, day in (
            ("Kelahiran", "Tempat", "Tanggal"),
            ("TEMPAT/TGL LAHIR", "TEMPAT", "TGL"),
            ("Tempat & Tanggal Lahir", "Kota", "Tgl Bln Thn"),
            ("Tempat, Tgl. Lahir", "Tmp", "Tgl/Bln/Thn"),
            ("T T L", "Tempat", "Tanggal Lahir"),
            ("Data Kelahiran", "Tempat", "Tanggal/Bulan/Tahun"),
        )
    },
    "a title over the sheet": (
        [
            ["DAFTAR PEKERJA RENTAN", "", "", "", "", "", "", ""],
            ["No", "NIK", "Nama", "Lahir", "", "JK", "Desa", "Kecamatan"],
            ["", "", "", "Tempat", "Tgl", "", "", ""],
        ],
        lined(0, 1, 2, -2, 3, 4, 5, 6),
        ("A1:H1", "D2:E2"),
    ),
}


@pytest.mark.parametrize("form", TWO_ROWS.values(), ids=TWO_ROWS)
def test_titles_over_titles_name_every_column(form: tuple[Grid, Grid, tuple[str, ...]]) -> None:
    top, rows, merged = form
    for content, name in (
        (workbook([*top, *rows], merged), "a.xlsx"),
        (workbook([*top, *rows]), "a.xlsx"),
        (
            sheets.csv_text([[cell.replace("\n", " ") for cell in row] for row in [*top, *rows]]).encode(),
            "a.csv",
        ),
    ):
        _, [one] = judged(content, name)
        assert one.rows["name"].to_list() == THREE
        assert one.rows["accepted"].all(), one.report["findings"]
        assert one.mapping.header("birth_date"), one.table.headers
        assert one.rows["village_code"].to_list() == ["65.71.01.1001"] * 3
        assert one.rows["sex"].to_list() == ["male", "female", "male"]
        assert "birth_date_from_nik" not in one.report["findings"]
        if any("Ahli Waris" in cell for row in top for cell in row):
            assert one.rows["heir_name"].to_list() == ["Siti"] * 3
            assert one.rows["heir_relation"].to_list() == ["Istri"] * 3


def test_a_title_of_deaths_stands_over_its_parts() -> None:
    grid = [
        ["No", "NIK", "Nama", "Tgl Lahir", "Desa", "Kecamatan", "KEMATIAN", "", ""],
        ["", "", "", "", "", "", "Tanggal", "Tempat", "Sebab"],
        *([*row, "11-01-2026", "RUMAH", "SAKIT"] for row in lined(0, 1, 2, 3, 5, 6)),
    ]
    _, [one] = judged(workbook(grid))
    assert one.table.headers[6:] == ("KEMATIAN / Tanggal", "KEMATIAN / Tempat", "KEMATIAN / Sebab")
    assert one.rows["name"].to_list() == THREE


NUMBERINGS = [
    [str(n) for n in range(1, 9)],
    [f"({n})" for n in range(1, 9)],
    [-n for n in range(1, 9)],
    [f"{n}." for n in range(1, 9)],
    [f"[{n}]" for n in range(1, 9)],
    [f"{n})" for n in range(1, 9)],
    list("abcdefgh"),
    list("ABCDEFGH"),
    [f"({sign})" for sign in "abcdefgh"],
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"],
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii"],
    ["KOLOM", *range(2, 9)],
    ["1", "2", "3", "4", "5", "6", "7", "8=6+7"],
    ["1", "2", "3", "4a", "4b", "5", "6", "7"],
    ["", "1", "2", "3", "4", "5", "6", "7"],
    ["1", "", "2", "3", "4", "5", "6", "7"],
    [float(n) for n in range(1, 9)],
    [f"-{n}-" for n in range(1, 9)],
    [f"Kolom {n}" for n in range(1, 9)],
    [f"Kol. {n}" for n in range(1, 9)],
    [f"<{n}>" for n in range(1, 9)],
    [f"/{n}/" for n in range(1, 9)],
    ["1", "2", "3", "", "", "6", "7", "8"],
    ["", "2", "", "", "5", "", "7", ""],
    ["Kol.1", "2", "3", "4", "5", "6", "7", "8"],
]


@pytest.mark.parametrize("numbering", NUMBERINGS, ids=str)
def test_a_row_that_counts_the_columns_is_nobody(numbering: list[Any]) -> None:
    assert headers.is_numbering([str(cell) for cell in numbering])
    rows = people(0, 1, 2)
    for grid in ([HEAD, numbering, *rows], [HEAD, rows[0], HEAD, numbering, *rows[1:]]):
        assert accepted(sheets.xlsx({"Data": grid})) == THREE


@pytest.mark.parametrize(
    "row",
    [
        ["1", "6571010108600001", "Siti"],
        ["1", "", "Siti", "", "L"],
        ["a", "b"],
        ["1", "1", "1"],
        ["5", "6", "7"],
        ["", "", "", ""],
    ],
)
def test_other_rows_do_not_count_the_columns(row: list[str]) -> None:
    assert not headers.is_numbering(row)


#: a row between or below people -> its reason
BETWEEN: list[tuple[list[str], str]] = [
    *((cells, "total") for cells in (
        ["", "", "JUMLAH RT 01", "", "2 orang"], ["", "", "Sub Total", "", "2"], ["", "", "Grand Total", "", "6"],
        ["JUMLAH", "", "", "25"], ["Jumlah :", "25"], ["", "TOTAL KESELURUHAN", "6"], ["Jml", "6"],
        ["", "", "Jumlah Total"],
        ["", "", "Jumlah Laki-laki", "", "4"], ["JUMLAH DIPINDAHKAN", "", "", "30"], ["", "", "Subtotal", "2"],
        ["", "", "Rata-rata", "", "", "", "", "3"], ["Rerata", "45"],
        ["Total Anggota", "", "30"], ["", "", "REKAPITULASI"], ["", "", "TOTAL KARANG ANYAR", "", "", "12"],
    )),
    *((cells, "signature") for cells in (
        ["", "Mengetahui,"], ["", "", "Kepala Desa Apung"], ["", "", "", "", "", "Tarakan, 12 Oktober 2026"],
        ["", "NIP. 19690101 199003 1 004"], ["", "", "Lurah Karang Anyar", "", "", "Petugas Pendata"],
        ["", "", "a.n. Camat Tarakan Barat"], ["", "", "Ketua Kelompok Tani"], ["", "Dibuat oleh,"],
        ["", "", "Pj. Kepala Desa"],
        ["", "", "", "", "", "Penyuluh Perikanan"], ["Yang membuat,"], ["", "", "Ttd"],
        ["", "Tanjung Selor, ........ 2026"], ["", "", "Tarakan, 12 Januari 2026"], ["", "", "Kepala,"],
        ["", "", "Dinas Perikanan Kota Tarakan"], ["", "", "Juru Tulis"], ["", "", "Tim Pendata :"],
    )),
    *((cells, "family_card") for cells in (
        ["No. KK : 6571010101100001"], ["No. KK", "6571010101100001"], ["NO KK", ":", "6571010101100001"],
        ["Nomor Kartu Keluarga", "", "6571010101100001", "Nama KK", "SITI"], ["NO.KK", "NAMA.KK", "ALAMAT"],
        ["No. KK:", "6571010101100001", "Kepala Keluarga:", "SITI"], ["Nama Kepala Keluarga : SITI"],
        ["", "No.KK 6571010101100001"], ["", "", "No. Kartu Keluarga: 6571010101100001"], ["KK: 6571010101100001"],
    )),
    *((cells, "section") for cells in (
        ["DESA APUNG KECAMATAN TANJUNG SELOR"], ["Desa : Apung"], ["", "", "KELURAHAN KARANG REJO"], ["RT 01"],
        ["RT. 02 / RW 01"],
        ["Dusun II"], ["Kecamatan Tanjung Selor"], ["A.", "Desa Apung"], ["I", "KELURAHAN KARANG REJO"],
        ["Kelompok Tani Mekar Jaya"],
        ["", "", "PETANI"], ["B", "", "NELAYAN KECIL"], ["C. Pedagang keliling"], ["A. Karang Rejo"],
        ["1. Karang Rejo"],
        ["ALAMAT", "", ": Jl. Mawar 2", "", "", "DESA", ": KARANG REJO"], ["ALAMAT", ": Jl. Mawar 2"],
        ["", "DESA", "APUNG"], ["Karang Rejo"], ["Kel. Karang Rejo, Kec. Tarakan Barat"],
    )),
    *((cells, "note") for cells in (
        ["Keterangan :"], ["Catatan: data sementara"], ["Sumber: DTSEN"], ["*) coret yang tidak perlu"],
        ["Halaman 1 dari 3"],
        ["Demikian daftar ini dibuat dengan benar"], ["Dicetak tanggal 3 Mei 2026"], ["Sumber data dari dinas"],
    )),
    *((cells, "header") for cells in (HEAD, [h.upper() for h in HEAD], ["", "NIK", "Nama Lengkap"])),
    (["9", "", "", "", ""], "number_only"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "reason"), BETWEEN, ids=str)
def test_a_row_that_is_nobodys_says_why(cells: list[str], reason: str) -> None:
    for grid in ([HEAD, person(0), cells, person(1), person(2)], [HEAD, *people(0, 1, 2), [], cells]):
        content = sheets.xlsx({"Data": grid})
        assert names_of(content) == THREE
        assert reasons(content) == [reason]


def test_the_signers_names_are_nobody() -> None:
    below = [
        [],
        ["", "", "", "", "", "Tarakan, 12 Oktober 2026"],
        ["", "Mengetahui,", "", "", "", "Dibuat oleh,"],
        ["", "Lurah Karang Rejo", "", "", "", "Petugas Pendata"],
        [],
        [],
        ["", "", "HAMDAN LIRAI, S.Sos", "", "", "NURMALA"],
        ["", "", "NIP. 19690101 199003 1 004"],
    ]
    content = sheets.xlsx({"Data": [HEAD, *people(0, 1, 2), *below]})
    assert names_of(content) == THREE
    assert reasons(content) == ["signature"] * 5
    again = sheets.xlsx(
        {"Data": [HEAD, person(0), *below, person(1), ["3", "", "Tanpa Nik", "", "", "Karang Anyar"]]}
    )
    assert names_of(again) == [*THREE[:2], "Tanpa Nik"]


BARE = ["No", "NIK", "Nama", "Tgl Lahir", "JK", "Pekerjaan"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["DESA APUNG KECAMATAN TANJUNG SELOR"], ["KELURAHAN KARANG REJO KECAMATAN TARAKAN BARAT"]),
        (["Desa : Apung"], ["Kelurahan : Karang Rejo"]),
        (["", "", "DESA APUNG"], ["", "", "KELURAHAN KARANG REJO"]),
        (["DESA", "APUNG"], ["KELURAHAN", "KARANG REJO"]),
        (["Desa/Kelurahan: Apung, Kec. Tanjung Selor"], ["Desa/Kelurahan: Karang Rejo, Kec. Tarakan Barat"]),
        (["Apung"], ["Karang Rejo"]),
        (["A.", "Desa Apung"], ["B.", "Kelurahan Karang Rejo"]),
        (["I. DESA APUNG"], ["II. KEL. KARANG REJO"]),
        (["Nama Desa : Apung (12 orang)"], ["Nama Kelurahan : Karang Rejo (3 orang)"]),
        (["A. Apung"], ["B. Karang Rejo"]),
        (["1. Apung"], ["2. Karang Rejo"]),
        (["Desa Apung - 12 orang"], ["Kel. Karang Rejo - 3 ORANG"]),
        (["Desa Apung: 12 orang"], ["Kelurahan Karang Rejo: 3 orang"]),
        (["Desa Apung = 12 KK"], ["Kelurahan Karang Rejo = 3 KK"]),
        (["Lokasi: Desa Apung"], ["Lokasi: Kelurahan Karang Rejo"]),
        (["Data Desa Apung"], ["Data Kelurahan Karang Rejo"]),
        (
            ["ALAMAT", ": Jl. Mawar", "DESA", ": Apung"],
            ["ALAMAT", ": Jl. Melati", "KELURAHAN", ": Karang Rejo"],
        ),
        (["Apung (12 orang)"], ["Karang Rejo (3 orang)"]),
        (["- APUNG -"], ["- KARANG REJO -"]),
        (["DESA APUNG - KEC. TANJUNG SELOR"], ["KEL KARANG REJO - KEC. TARAKAN BARAT"]),
    ],
)
def test_a_villages_title_speaks_for_the_rows_below_it(first: list[str], second: list[str]) -> None:
    rows = lined(0, 1, 2, 3, 4, 7)
    grid = [BARE, first, rows[0], ["RT 02"], rows[1], second, rows[2]]
    _, [one] = judged(sheets.xlsx({"Data": grid}))
    assert one.rows["village_code"].to_list() == ["65.01.05.2007"] * 2 + ["65.71.01.1002"], one.report
    assert not {"list_without_place", "village_missing"} & one.report["findings"].keys()


def test_a_family_cards_number_speaks_for_the_rows_below_it() -> None:
    rows = lined(1, 2, 5, 6)
    grid = [
        ["NIK", "Nama", "Desa", "Kecamatan"],
        ["No. KK: 6571010101100001"], rows[0], rows[1],
        ["NO.KK", "NAMA.KK"], ["6571010101100002", "SITI"], rows[2],
    ]  # fmt: skip
    _, [one] = judged(sheets.xlsx({"Data": grid}))
    assert one.rows["name"].to_list() == THREE
    assert one.rows["family_card"].to_list() == ["6571010101100001"] * 2 + ["6571010101100002"]


def merged_block(kind: str) -> bytes:
    """A list in two blocks whose number, group, village and district are merged down."""
    head = ["No", "Nama Kelompok", "Nama Anggota", "NIK", "L/P", "Desa", "Kecamatan"]
    rows = [
        ["1", "MEKAR", *lined(2, 1, 4)[0], "Karang Anyar", "Tarakan Barat"],
        ["", "", *lined(2, 1, 4)[1], "", ""],
    ]
    rows += [["2", "TUNAS", *lined(2, 1, 4)[2], "Apung", "Tanjung Selor"]]
    if kind == "xlsx":
        return workbook([["DAFTAR"], head, *rows], ("A3:A4", "B3:B4", "F3:F4", "G3:G4"))
    if kind == "csv":
        return sheets.csv_text([["DAFTAR"], head, *rows]).encode()
    if kind == "xls":
        return sheets.xls([["DAFTAR"], head, *rows], merged=[(2, 3, c, c) for c in (0, 1, 5, 6)])
    return sheets.ods([["DAFTAR"], head, *rows], spanned={(2, c): 2 for c in (0, 1, 5, 6)})


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_what_is_merged_down_stands_in_every_row(kind: str) -> None:
    _, [one] = judged(merged_block(kind), f"a.{kind}")
    assert one.rows["name"].to_list() == THREE
    assert one.rows["village_code"].to_list() == ["65.71.01.1001"] * 2 + ["65.01.05.2007"]
    if kind != "csv":
        assert one.raw["Nama Kelompok"].to_list() == ["MEKAR", "MEKAR", "TUNAS"]
    # A person's own cells are never filled down.
    assert one.raw["No"].to_list() == ["1", None, "2"]


@pytest.mark.parametrize("hole", ["Desa", "Kecamatan", "both"])
def test_an_empty_cell_that_is_not_merged_stays_empty(hole: str) -> None:
    rows = people(0, 1, 2)
    for at in {"Desa": (5,), "Kecamatan": (6,), "both": (5, 6)}[hole]:
        rows[1][at] = ""
    _, [one] = judged(sheets.csv_text([HEAD, *rows]).encode(), "a.csv")
    assert one.raw.row(1)[1:] == tuple(cell or None for cell in rows[1])
    if hole != "Kecamatan":
        assert one.rows["village_code"][1] is None


def test_two_lines_about_one_person_are_one_person() -> None:
    head = ["No", "NIK", "Nama", "Desa", "Kecamatan", "Komoditas"]
    first, second = (["1", *lined(1, 2, 5, 6)[n]] for n in (0, 1))
    content = workbook(
        [head, [*first, "Padi"], ["", "", "", "", "", "Jagung"], [*second, "Padi"]],
        ("B2:B3", "C2:C3", "D2:D3"),
    )
    assert names_of(content) == THREE[:2]
    assert reasons(content) == ["nobody"]


@pytest.mark.parametrize("depth", [0, 1, 5, 39, 40, 41, 80, 150, 199, 200])
def test_a_header_may_stand_deep(depth: int) -> None:
    above = [[f"Petunjuk pengisian nomor {n}"] for n in range(depth)]
    for grid in ([*above, HEAD, *people(0, 1, 2)], [*([[]] * depth), HEAD, *people(0, 1, 2)]):
        assert accepted(sheets.xlsx({"Data": grid})) == THREE


@pytest.mark.parametrize(
    "above",
    [
        [["DESA/KELURAHAN : KARANG REJO"], ["KECAMATAN : TARAKAN BARAT"]],
        [["Desa/Kelurahan", ": Karang Rejo"], ["Kecamatan", ": Tarakan Barat"]],
        [["Kelurahan : Karang Rejo   Kecamatan : Tarakan Barat"]],
        [["DAFTAR NELAYAN KELURAHAN KARANG REJO KECAMATAN TARAKAN BARAT"]],
        [["DAFTAR NELAYAN KEL. KARANG REJO, KEC. TARAKAN BARAT"]],
        [["Kelurahan: Karang Rejo", "", "Kec. Tarakan Barat"]],
        [["KELURAHAN/DESA : KARANG REJO"], ["KEC. TARAKAN BARAT"]],
        [["Kel/Desa: Karang Rejo (3 orang)"], ["Kecamatan Tarakan Barat"]],
        [["PEMERINTAH KOTA TARAKAN"], ["KECAMATAN TARAKAN BARAT"], ["KELURAHAN KARANG REJO"], ["Tahun 2026"]],
        [["Data pekerja rentan Kel. Karang Rejo Kec. Tarakan Barat Kota Tarakan"]],
    ],
    ids=str,
)
def test_a_village_that_the_titles_name_is_every_rows(above: Grid) -> None:
    _, [one] = judged(sheets.xlsx({"Data": [*above, BARE, *lined(0, 1, 2, 3, 4, 7)]}))
    assert one.rows["village_code"].to_list() == ["65.71.01.1002"] * 3
    assert one.report["findings"] == {"village_from_title": 3}


def test_titles_and_their_places_stay_above_the_header() -> None:
    grid = [
        ["DAFTAR NELAYAN"],
        ["Kecamatan", ": Tarakan Barat"],
        [],
        ["No", "NIK", "Nama", "Desa"],
        ["1", *lined(1, 2, 5)[0]],
    ]
    _, [one] = judged(sheets.xlsx({"Data": grid}))
    assert one.table.above[0][0] == "DAFTAR NELAYAN"
    assert one.table.header_row == 4
