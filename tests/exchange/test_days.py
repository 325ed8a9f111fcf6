"""Days of death: the column by any of its words, a month is no day, and the column decides what comes first."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from payung.exchange import days, intake, tables
from payung.exchange.deaths import judge_deaths
from payung.exchange.extras import with_extras
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
DAY = date(2026, 1, 12)
NIKS = ["6571014508680001", "6571011203850012", "6571015209750027", "6571010107700004"]
BORN = ["05-08-1968", "12-03-1985", "12-09-1975", "01-07-1970"]


def judged(header: str | list[str], *cells: Any) -> intake.Judged:
    heads = [header] if isinstance(header, str) else header
    rows = [
        [
            NIKS[at],
            f"Orang {'ABCD'[at]}",
            BORN[at],
            "Karang Anyar",
            "Tarakan Barat",
            *(cell if isinstance(cell, list) else [cell]),
        ]
        for at, cell in enumerate(cells)
    ]
    content = sheets.xlsx({"Data": [["NIK", "Nama", "Tgl Lahir", "Desa", "Kecamatan", *heads], *rows]})
    one = intake.judge(tables.read_file(content, name="a.xlsx").tables[0], today=TODAY)
    return judge_deaths(one, today=TODAY)


def codes(one: intake.Judged, at: int = 0) -> set[str]:
    return {told["code"] for told in one.rows["findings"][at]}


@pytest.mark.parametrize(
    "header",
    [
        *("Tgl Meninggal", "Tanggal Meninggal Dunia", "Tgl Mati", "Tgl. Mati", "Hari/Tgl Meninggal", "TMT Meninggal"),
        *("Hari, Tanggal Meninggal", "Tgl Wafat", "WAFAT", "Tanggal Wafatnya", "Meninggal", "MENINGGAL DUNIA"),
        *("Kematian", "KEMATIAN / Tanggal", "KEMATIAN / Tgl", "Tanggal, Bulan dan Tahun Meninggal", "Waktu Kematian"),
        *("Meninggal tanggal", "Meninggal Pada Tanggal", "Tgl/Bln/Thn Meninggal", "Tanggal (Meninggal)", "Tgl MD"),
        *("Date of Death", "Died on", "tgl_kematian", "TANGGAL_MENINGGAL", "tglmeninggal", "7. Tanggal Kematian"),
        *("Hari/Tanggal/Jam Meninggal", "Tanggal/Jam Kematian", "Tanggal dan Jam Meninggal"),
        *("Tempat/Tanggal Meninggal", "Tempat dan Tanggal Kematian", "Keterangan Kematian / Tanggal"),
        *("Tanggal Berpulang", "Tgl Tutup Usia"),
        *("Tanggal dan Tempat Meninggal", "Tanggal Lelayu", "Keterangan Kematian / Hari, Tgl", "Pukul/Tgl Meninggal"),
        *("Tanggal Meninggal (sesuai akta)", "Tgl Kejadian Meninggal", "Tanggal Almarhum"),
    ],
)  # fmt: skip
def test_the_day_of_death_under_any_of_its_names(header: str) -> None:
    one = judged(header, "12-01-2026", "13-01-2026")
    assert one.rows["accepted"].all()
    assert one.report["findings"] == {}
    assert with_extras(one, today=TODAY)["event_date"].to_list() == [DAY, date(2026, 1, 13)]


@pytest.mark.parametrize(
    ("headers", "right"),
    [
        (["Tempat Meninggal", "Sebab Kematian", "Tgl Meninggal"], "Tgl Meninggal"),
        (["KEMATIAN / Tempat", "KEMATIAN / Tanggal", "KEMATIAN / Sebab"], "KEMATIAN / Tanggal"),
        (["Tanggal Lapor Kematian", "Meninggal"], "Meninggal"),
        (["Tgl Akta Kematian", "Tanggal Meninggal"], "Tanggal Meninggal"),
        (["No Surat Kematian", "Tgl Surat Kematian", "Wafat"], "Wafat"),
        (["Jam Meninggal", "Tgl Meninggal"], "Tgl Meninggal"),
        (["Umur Meninggal", "Hari Meninggal", "Tgl Mati"], "Tgl Mati"),
        (["Nama yang Meninggal", "Hubungan dengan yang meninggal"], None),
        (["Tanggal Input Data Kematian", "Tgl Kematian"], "Tgl Kematian"),
        (["Tahun Meninggal", "Tanggal Meninggal"], "Tanggal Meninggal"),
        (["Tgl Lahir", "Tanggal", "Keterangan"], None),
        (["Santunan Kematian", "Tgl Santunan Kematian"], None),
        (["Meninggal", "Tanggal Meninggal"], "Tanggal Meninggal"),
    ],
)
def test_of_several_columns_the_one_that_tells_the_day(headers: list[str], right: str | None) -> None:
    assert days.death_header(headers) == right


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "01-2026",
            "2026-01",
            "1/2026",
            "Januari 2026",
            "Jan 2026",
            "Jan-26",
            "2026",
            "I-2026",
            "00-01-2026",
        ),
        *("2026-01-00", "01/26", "bulan Januari 2026", "thn 2026", "Djanuari 2026", "JANUARI, 2026"),
    ],
)
def test_a_month_or_a_year_is_no_day(cell: str) -> None:
    one = judged("Tgl Meninggal", cell, "12-01-2026")
    assert codes(one) == {"death_day_missing"}
    assert one.rows["accepted"].to_list() == [False, True]
    assert with_extras(one, today=TODAY)["event_date"].to_list() == [None, DAY]


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "sekitar 12 Januari 2026",
            "± 12-01-2026",
            "12-13 Januari 2026",
            "12 atau 13 Januari 2026",
            "kemarin",
        ),
        *(
            "12 s/d 14 Januari 2026",
            "12-01-2026 - 13-01-2026",
            "awal Januari 2026",
            "12 Januari",
            "31-02-2026",
            "?",
        ),
        *(
            "12-01-2026?",
            "minggu ke 2 Januari 2026",
            "kira-kira tgl 12-01-2026",
            "sekitar Lebaran, 12-01-2026",
            "lahir Tarakan, 12-01-2026",
            "12/13-01-2026",
            "tidak tahu",
        ),
    ],
)
def test_a_guess_or_a_range_is_no_day(cell: str) -> None:
    one = judged("Tgl Meninggal", cell)
    assert codes(one) & {"death_date_missing", "death_day_missing"}
    assert one.rows["accepted"].to_list() == [False]


@pytest.mark.parametrize(
    "cell",
    [
        *("12-01-2026 jam 03.00", "12-01-2026 pukul 03:00 WITA", "12/1/2026 03.00 WITA", "12-01-2026 jam 3 pagi"),
        *("2026-01-12T03:00:00", "2026-01-12T03:00:00+08:00", "2026-01-12 03:00:00", "2026-01-11T16:00:00.000Z"),
        *("Senin, 12 Januari 2026", "Senin 12-01-2026", "Hari Senin tanggal 12 Januari 2026", "12-01-2026, Senin"),
        *("Senin, 12-01-2026 jam 15.30 WITA", "pukul 03.00 WITA tgl 12-01-2026", "12-01-2026 (malam)"),
        *("12-01-2026/03.00", "Senin Legi, 12 Januari 2026"),
        *("12 Djanuari 2026", "12-I-2026", "12.1.26", "12 01 2026", "12–01–2026", "12 Jan '26", "46034", "46034.125"),
        *("Tarakan, 12-01-2026", "RSUD Tarakan, 12 Januari 2026", "Tanjung Selor / 12/01/2026", "Rumah, 2026-01-12"),
        *("tgl 12 bulan 1 tahun 2026", "January 12, 2026", "12th January 2026", "12012026", "2026 Jan 12"),
    ],
)  # fmt: skip
def test_the_day_is_taken_out_of_what_stands_beside_it(cell: str) -> None:
    one = judged("Tgl Meninggal", cell)
    assert one.rows["accepted"].to_list() == [True]
    assert with_extras(one, today=TODAY)["event_date"].to_list() == [DAY]


def test_real_date_cells_and_the_months_that_excel_keeps_as_their_first_day() -> None:
    one = judged("Tgl Meninggal", date(2026, 1, 12), date(2026, 2, 1), date(2026, 3, 1))
    assert one.rows["accepted"].all()
    months = judged("Bulan Meninggal", date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert [codes(months, at) for at in range(3)] == [{"death_day_missing"}] * 3
    few = judged("Tgl Meninggal", date(2026, 1, 1), date(2026, 2, 1))
    assert few.rows["accepted"].all()


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["01/12/2026", "01/25/2026"], [date(2026, 1, 12), date(2026, 1, 25)]),
        (["1/2/2026", "3/14/2026"], [date(2026, 1, 2), date(2026, 3, 14)]),
        (["02/03/26", "02/28/26"], [date(2026, 2, 3), date(2026, 2, 28)]),
        (["01/02/2026", "25/01/2026"], [date(2026, 2, 1), date(2026, 1, 25)]),
        (["01/02/2026", "03/04/2026"], [date(2026, 2, 1), date(2026, 4, 3)]),
        (
            ["01/02/2026", "03/14/2026", "25/01/2026"],
            [date(2026, 2, 1), date(2026, 3, 14), date(2026, 1, 25)],
        ),
    ],
)
def test_the_column_decides_whether_the_month_comes_first(cells: list[str], read: list[date]) -> None:
    one = judged("Tgl Meninggal", *cells)
    assert with_extras(one, today=TODAY)["event_date"].to_list() == read


def test_reading_the_month_first_is_told() -> None:
    one = judged("Tgl Meninggal", "01/12/2026", "01/25/2026")
    assert codes(one, 0) == codes(one, 1) == {"death_date_month_first"}
    assert one.rows["accepted"].all()


@pytest.mark.parametrize(
    "headers",
    [
        ["KEMATIAN / Tgl", "KEMATIAN / Bln", "KEMATIAN / Thn"],
        ["Tanggal Meninggal", "Bulan Meninggal", "Tahun Meninggal"],
        ["Hari Meninggal", "Bln Meninggal", "Th Meninggal"],
        ["Tahun Kematian", "Bulan Kematian", "Tgl Kematian"],
    ],
)
@pytest.mark.parametrize("month", ["1", "01", "Januari", "Djanuari", "I"])
def test_day_month_and_year_in_three_columns(headers: list[str], month: str) -> None:
    cells = ["2026", month, "12"] if headers[0].startswith("Tahun") else ["12", month, "2026"]
    one = judged(headers, cells)
    assert with_extras(one, today=TODAY)["event_date"].to_list() == [DAY]
    missing = judged(headers, ["" if cell == "12" else cell for cell in cells])
    assert codes(missing) == {"death_day_missing"}


@pytest.mark.parametrize("header", ["Tgl Meninggal", "Wafat", "KEMATIAN / Tanggal"])
def test_somebody_with_a_day_of_death_is_no_candidate(header: str) -> None:
    heads = ["NIK", "Nama", "Tgl Lahir", "Desa", "Kecamatan", header]
    rows = [
        [NIKS[at], f"Orang {'AB'[at]}", BORN[at], "Karang Anyar", "Tarakan Barat", day]
        for at, day in enumerate(("12-01-2026", "-"))
    ]
    table = tables.read_file(sheets.csv_text([heads, *rows]).encode(), name="a.csv").tables[0]
    one = intake.judge(table, today=TODAY)
    assert codes(one) == {"status_dead"}
    assert one.rows["accepted"].to_list() == [False, True]


@pytest.mark.parametrize(
    "header",
    [
        *("Tanggal Kejadian", "Tgl Kejadian", "TGL. KEJADIAN", "tanggal_kejadian", "Tgl/Jam Kejadian"),
        *("Hari/Tanggal Kejadian", "Waktu Kejadian", "Tanggal Peristiwa", "Tgl Musibah", "3. Tanggal Kejadian"),
        *("Tanggal Kejadian (dd/mm/yyyy)", "Date of Event", "Tanggal dan Tempat Kejadian"),
    ],
)  # fmt: skip
def test_in_a_list_of_deaths_what_happened_is_the_death(header: str) -> None:
    one = judged(header, "12-01-2026")
    assert codes(one) == set()
    assert with_extras(one, today=TODAY, of_deaths=True)["event_date"].to_list() == [DAY]
    # Among candidates it may be anything.
    assert with_extras(one, today=TODAY)["event_date"].to_list() == [None]
    both = judged([header, "Tanggal Meninggal"], ["11-01-2026", "12-01-2026"])
    assert with_extras(both, today=TODAY, of_deaths=True)["event_date"].to_list() == [DAY]


@pytest.mark.parametrize(
    "header",
    [
        "Tanggal Lapor Kejadian",
        "Tempat Kejadian",
        "Jenis Kejadian",
        "Kejadian",
        "Tanggal",
        "Tgl Akta Kejadian",
    ],
)
def test_what_is_not_the_day_of_what_happened(header: str) -> None:
    assert codes(judged(header, "12-01-2026")) == {"death_date_missing"}


def test_a_list_without_such_a_column_is_told_so_and_not_that_a_cell_is_empty() -> None:
    from payung.exchange import returned

    one = judged("Keterangan", "")
    wrong, _ = returned.sentences(one.rows["findings"][0].to_list(), "id", one.table.headers)
    assert wrong.startswith("kolom tanggal meninggal tidak ada: ")


def test_any_column_is_read() -> None:
    told = days.read(
        pl.Series(["", "x", "12-01-2026", None, "\x00"], dtype=pl.String).fill_null(""), today=TODAY
    )
    assert told["date"].to_list() == [None, None, DAY, None, None]


@pytest.mark.parametrize(
    ("births", "months"),
    [
        # The NIKs beside them tell how 08/05/1968 is meant.
        (["08/05/1968", "03/12/1985"], True),
        (["05/08/1968", "12/03/1985"], False),
        (["08/05/1968", "03/12/1985", "09/12/1975"], True),
        (["05/08/1968", "12/03/1985", "09/12/1975"], False),
        (["8/5/68", "3/12/85"], True),
        (["08-05-1968", "03-12-1985"], True),
    ],
)
def test_the_niks_tell_whether_births_are_written_month_first(births: list[str], months: bool) -> None:
    rows = [
        [NIKS[at], f"Orang {'ABC'[at]}", born, "Karang Anyar", "Tarakan Barat"]
        for at, born in enumerate(births)
    ]
    heads = ["NIK", "Nama", "Tgl Lahir", "Desa", "Kecamatan"]
    table = tables.read_file(sheets.csv_text([heads, *rows]).encode(), name="a.csv").tables[0]
    one = intake.judge(table, today=TODAY)
    assert one.rows["birth_date"][:2].to_list() == [date(1968, 8, 5), date(1985, 3, 12)]
    assert ("birth_date_month_first" in one.report["findings"]) == months
    assert ("nik_birth_date_differs" in one.report["findings"]) == (not months and len(births) == 3)
