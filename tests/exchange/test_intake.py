"""Judging lists: what is cleaned, what is named, what goes on and what goes back."""

from __future__ import annotations

import json
import logging
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.exchange import cells, intake, returned, sexes, tables
from payung.exchange.columns import TODO, WRONG, ColumnMapping
from payung.identity import findings
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
HEADER = [
    *("No", "NIK", "Nama Lengkap", "Tempat/Tgl Lahir", "JK", "Alamat", "Desa/Kelurahan", "Kecamatan"),
    *("Kab/Kota", "No HP", "Pekerjaan", "Penghasilan", "Penerima Upah", "Nama Ibu Kandung", "No KK"),
]
GOOD = {
    "No": "1",
    "NIK": "6571014508680001",
    "Nama Lengkap": "Hj. Siti  Aminah",
    "Tempat/Tgl Lahir": "Tarakan, 05-08-1968",
    "JK": "P",
    "Alamat": "Jl. Mulawarman RT 03 RW 1",
    "Desa/Kelurahan": "Karang Anyar",
    "Kecamatan": "Tarakan Barat",
    "Kab/Kota": "Kota Tarakan",
    "No HP": "0812-3456-7890",
    "Pekerjaan": "Nelayan",
    "Penghasilan": "1.500.000",
    "Penerima Upah": "Tidak",
    "Nama Ibu Kandung": "Hadijah",
    "No KK": "6571010101100001",
}


def judged(*changes: dict[str, Any], name: str = "daftar.csv") -> intake.Judged:
    """The judgement of a list whose rows are the good one with `changes`."""
    rows = [[str({**GOOD, **change}[header]) for header in HEADER] for change in changes]
    sent = tables.read_file(sheets.csv_text([HEADER, *rows]).encode(), name=name)
    return intake.judge(sent.tables[0], today=TODAY)


def codes(one: intake.Judged, at: int = 0) -> list[str]:
    return [finding["code"] for finding in one.rows["findings"][at].to_list()]


def test_a_good_row_is_cleaned_and_goes_on() -> None:
    one = judged({})
    assert dict(one.rows.schema) == dict(pl.Schema(intake.SCHEMA))
    row = one.rows.row(0, named=True)
    assert row == {
        "row_no": 2,
        "nik": "6571014508680001",
        "name": "Hj. Siti Aminah",
        "name_norm": "siti aminah",
        "sex": "female",
        "birth_date": date(1968, 8, 5),
        "birth_place": "Tarakan",
        "mother_name": "Hadijah",
        "address": "Jl. Mulawarman RT 03 RW 1",
        "rt": "003",
        "rw": "001",
        "village_code": "65.71.01.1001",
        "district_code": "65.71.01",
        "phone": "+6281234567890",
        "occupation": "nelayan_pesisir_kapal_5_gt",
        "income": 1_500_000,
        "wage_worker": False,
        "family_card": "6571010101100001",
        "heir_name": None,
        "heir_relation": None,
        "heir_phone": None,
        "accepted": True,
        "findings": [],
    }
    assert json.loads(one.raw_json()[0]) == GOOD


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"NIK": ""}, "nik_missing"),
        ({"NIK": "6.57101E+15"}, "nik_excel"),
        ({"NIK": "657101450868000"}, "nik_length"),
        ({"NIK": "65710145086800O1"}, "nik_letters"),
        ({"NIK": "6571017208680001"}, "nik_date"),
        ({"NIK": "6571014508680000"}, "nik_serial"),
        ({"NIK": "6599014508680001"}, "nik_region"),
        ({"Nama Lengkap": ""}, "name_missing"),
        ({"Desa/Kelurahan": "", "Kecamatan": "", "Kab/Kota": ""}, "village_missing"),
        ({"Desa/Kelurahan": "Tanjung Redeb", "Kecamatan": "", "Kab/Kota": "Berau"}, "outside_province"),
    ],
)
def test_what_blocks_sends_the_row_back(change: dict[str, str], code: str) -> None:
    one = judged(change)
    assert code in codes(one)
    assert findings.kind(code).blocks
    assert one.rows["accepted"].to_list() == [False]
    assert (one.report["accepted"], one.report["returned"]) == (0, 1)
    if code.startswith("nik"):
        assert one.rows["nik"].to_list() == [None]


@pytest.mark.parametrize(
    ("change", "code", "field", "value"),
    [
        (
            {"Tempat/Tgl Lahir": "Tarakan, 06-08-1968"},
            "nik_birth_date_differs",
            "birth_date",
            date(1968, 8, 6),
        ),
        ({"JK": "L"}, "nik_sex_differs", "sex", "male"),
        ({"NIK": "6571994508680001"}, "nik_district_unknown", "nik", "6571994508680001"),
        ({"NIK": "6571014508680001.0"}, "nik_float_text", "nik", "6571014508680001"),
        ({"Tempat/Tgl Lahir": "Tarakan"}, "birth_date_from_nik", "birth_date", date(1968, 8, 5)),
        ({"Tempat/Tgl Lahir": "Tarakan, 31-02-68"}, "birth_date_unreadable", "birth_date", date(1968, 8, 5)),
        ({"Tempat/Tgl Lahir": "08/25/1968"}, "birth_date_month_first", "birth_date", date(1968, 8, 25)),
        ({"JK": "X"}, "sex_unreadable", "sex", "female"),
        ({"Desa/Kelurahan": "Karang Anyr"}, "village_guessed", "village_code", "65.71.01.1001"),
        ({"Desa/Kelurahan": "Entah"}, "village_unknown", "district_code", "65.71.01"),
        ({"Desa/Kelurahan": ""}, "village_empty", "district_code", "65.71.01"),
        ({"No HP": "0812"}, "phone_unreadable", "phone", None),
        ({"Pekerjaan": ""}, "occupation_missing", "occupation", None),
        ({"Pekerjaan": "Anggota DPRD"}, "occupation_unknown", "occupation", None),
        ({"Penghasilan": "cukup"}, "income_unreadable", "income", None),
        ({"Penerima Upah": "entah"}, "wage_worker_unreadable", "wage_worker", None),
        ({"No KK": "657101"}, "family_card_unreadable", "family_card", None),
        ({"Nama Lengkap": "Siti 2"}, "name_signs", "name", "Siti 2"),
    ],
)
def test_what_warns_lets_the_row_go_on(change: dict[str, str], code: str, field: str, value: Any) -> None:
    one = judged(change)
    assert code in codes(one)
    assert one.rows["accepted"].to_list() == [True]
    assert one.rows[field].to_list() == [value]


def test_an_old_prefix_is_as_good_as_a_new_one() -> None:
    niks = {"Siti": "6473014508680001", "Rahma": "7308114508680001", "Dewi": "3524074508680002"}
    one = judged(*({"NIK": number, "Nama Lengkap": name} for name, number in niks.items()))
    assert one.report["findings"] == {}
    assert one.report["accepted"] == 3


def test_the_records_century_stands_against_the_niks() -> None:
    one = judged({"NIK": "6571014508200001", "Tempat/Tgl Lahir": "Tarakan, 05-08-1920"})
    assert one.rows["birth_date"].to_list() == [date(1920, 8, 5)]
    assert codes(one) == []


def test_wage_work_is_read_from_the_occupation_where_no_column_says() -> None:
    one = judged({"Penerima Upah": "", "Pekerjaan": "PNS"}, {"Penerima Upah": "", "NIK": "6571014508680002"})
    assert one.rows["wage_worker"].to_list() == [True, None]


def test_the_same_person_twice_in_one_file() -> None:
    one = judged({}, {"Nama Lengkap": "Siti Aminah binti Ali"}, {"Nama Lengkap": "SITIAMINAH"})
    assert one.rows["accepted"].to_list() == [True, False, False]
    assert codes(one, 1) == codes(one, 2) == ["row_repeated"]
    assert one.rows["findings"][1].to_list()[0]["value"] == "2"


def test_one_nik_on_two_people_sends_both_back() -> None:
    one = judged({}, {"Nama Lengkap": "Budi Santoso"})
    assert one.rows["accepted"].to_list() == [False, False]
    assert codes(one, 0) == codes(one, 1) == ["nik_two_people"]


def test_one_person_with_two_niks_is_named_and_goes_on() -> None:
    one = judged({}, {"NIK": "6571014508680002"})
    assert one.rows["accepted"].to_list() == [True, True]
    assert codes(one, 0) == codes(one, 1) == ["person_repeated"]


def test_a_blocked_row_does_not_make_a_good_one_a_repeat() -> None:
    one = judged({"Desa/Kelurahan": "", "Kecamatan": "", "Kab/Kota": ""}, {})
    assert one.rows["accepted"].to_list() == [False, True]


def test_sums_signatures_and_blank_rows_are_no_people() -> None:
    rows = [
        list(GOOD.values()),
        [""] * 15,
        ["JUMLAH", "1"],
        HEADER,
        ["", "", "Mengetahui,"],
        ["", "", "Kepala Desa"],
    ]
    sent = tables.read_file(sheets.csv_text([HEADER, *rows]).encode(), name="a.csv")
    one = intake.judge(sent.tables[0], today=TODAY)
    assert (one.report["rows"], one.report["ignored"]) == (1, 5)
    assert one.raw.height == one.rows.height == 1


def test_niks_that_excel_stored_as_numbers() -> None:
    header = ["NIK", "Nama", "Kecamatan"]
    rounded = [[6571014508680000 + n * 10, f"Orang {'AB'[n]}", "Tarakan Barat"] for n in range(2)]
    whole = [[6571014508680001, "Orang C", "Tarakan Barat"], [6571014508680010, "Orang D", "Tarakan Barat"]]
    for rows, expected in ((rounded, {"nik_number"}), (whole, set())):
        sent = tables.read_file(sheets.xlsx({"Data": [header, *rows]}), name="a.xlsx")
        one = intake.judge(sent.tables[0], today=TODAY)
        told = {c for found in one.rows["findings"].to_list() for c in (f["code"] for f in found)}
        assert {code for code in told if code.startswith("nik_")} == expected
        assert one.rows["nik"].null_count() == (2 if expected else 0)


def test_real_date_cells_and_serials() -> None:
    header = ["NIK", "Nama", "Tanggal Lahir", "Kecamatan"]
    rows = [
        ["6571014508680001", "Orang A", date(1968, 8, 5), "Tarakan Barat"],
        ["6571014508680002", "Orang B", 25055, "Tarakan Barat"],
    ]
    sent = tables.read_file(sheets.xlsx({"Data": [header, *rows]}), name="a.xlsx")
    one = intake.judge(sent.tables[0], today=TODAY)
    assert one.rows["birth_date"].to_list() == [date(1968, 8, 5)] * 2


def test_the_code_system_is_found_out_from_the_codes() -> None:
    header = ["NIK", "Nama", "Kode Desa"]
    niks = ("6571014508680001", "6571014508680002", "6571014508680003")
    for system, village_codes in (
        ("bps", ("6504022001", "6502040003", "6571030001")),
        ("kemendagri", ("6504022001", "6501011001", "6571011001")),
    ):
        rows = [
            [n, f"Orang {'ABC'[at]}", c] for at, (n, c) in enumerate(zip(niks, village_codes, strict=True))
        ]
        sent = tables.read_file(sheets.csv_text([header, *rows]).encode(), name="a.csv")
        one = intake.judge(sent.tables[0], today=TODAY)
        assert one.report["code_system"] == one.mapping.code_system == system
        # The same digits are Pa' Inan (65.03.19) to BPS and Sesayap (65.04.02) to Kemendagri.
        assert one.rows["village_code"][0][:8] == {"bps": "65.03.19", "kemendagri": "65.04.02"}[system]


def test_a_corrected_mapping_is_used() -> None:
    header = ["Identitas", "Sebutan", "Nama", "Wilayah Kec", "NIK"]
    row = ["6571014508680001", "Siti", "dipanggil Ti", "Tarakan Barat", ""]
    table = tables.read_file(sheets.csv_text([header, row]).encode(), name="a.csv").tables[0]
    mapping = ColumnMapping({"nik": "Identitas", "name": "Sebutan", "district": "Wilayah Kec"})
    one = intake.judge(table, mapping, today=TODAY)
    assert one.rows.select("nik", "name", "district_code").row(0) == ("6571014508680001", "Siti", "65.71.01")
    with pytest.raises(tables.UnreadableFile) as refused:
        intake.judge(table, ColumnMapping({"district": "Wilayah Kec"}), today=TODAY)
    assert refused.value.code == "columns"


def test_a_saved_mapping_is_used_only_where_it_fits() -> None:
    sent = tables.read_file(sheets.csv_text([HEADER, list(GOOD.values())]).encode(), name="a.csv")
    saved = ColumnMapping({"nik": "Identitas", "name": "Sebutan"})
    assert intake.judge_file(sent, today=TODAY, mapping=saved)[0].rows["nik"].to_list() == [GOOD["NIK"]]


def test_an_empty_list_is_judged() -> None:
    one = intake.judge(
        tables.read_file(sheets.csv_text([HEADER]).encode(), name="a.csv").tables[0], today=TODAY
    )
    assert one.report["rows"] == 0
    assert one.rows.schema == pl.Schema(intake.SCHEMA)
    assert returned.write([one]) is None


def test_bad_rows_come_back_as_the_senders_own_sheet() -> None:
    titles = [["DAFTAR USULAN"], ["KECAMATAN TARAKAN BARAT"]]
    bad = {**GOOD, "NIK": "6.57101E+15", "Alamat": "=1+1"}
    rows = [list(GOOD.values()), list(bad.values())]
    content = sheets.xlsx({"Desa A": [*titles, HEADER, *rows], "Desa B": [HEADER, rows[0]]})
    one = intake.judge_file(tables.read_file(content, name="usulan.xls"), today=TODAY)
    back = returned.write(one)
    assert back is not None
    again = tables.read_file(back, name=returned.returned_name("usulan.xls"))
    assert again.name == "usulan-dikembalikan.xlsx"
    assert [table.sheet for table in again.tables] == ["Desa A"]
    table = again.tables[0]
    assert table.headers == (*HEADER, WRONG, TODO)
    assert list(table.rows.row(0)[1:-2]) == rows[1]
    assert table.rows[WRONG].item() == f"NIK: {findings.kind('nik_excel').message()}"
    assert table.rows[TODO].item() == findings.kind("nik_excel").todo()
    assert [row[0] for row in table.above] == ["DAFTAR USULAN", "KECAMATAN TARAKAN BARAT"]


def test_a_repeated_row_names_the_row_it_repeats() -> None:
    one = judged({}, {})
    found = one.rows["findings"][1].to_list()
    assert "(baris 2)" in returned.sentences(found)[0]
    assert "(row 2)" in returned.sentences(found, "en")[0]


def test_names_and_niks_never_reach_logs_reports_or_output(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"Nama Lengkap": "Rahasiawati", "NIK": "6571014508680077", "No HP": "0812-9999-7777"}
    broken = {**secret, "NIK": "65710145086800X7"}
    one = judged(secret, broken)
    returned.write([one])
    with pytest.raises(tables.UnreadableFile) as refused:
        tables.read_file(b"Rahasiawati;6571014508680077\nx;y\n", name="a.csv")
    out = capfd.readouterr()
    told = caplog.text + out.out + out.err + json.dumps(one.report) + str(refused.value)
    told += refused.value.message("id") + refused.value.message("en")
    for personal in ("Rahasia", "6571014508680077", "65710145086800X7", "99997777", "9999-7777"):
        assert personal not in told


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.500.000", 1_500_000),
        ("Rp 1.500.000,-", 1_500_000),
        ("1,500,000", 1_500_000),
        ("1500000", 1_500_000),
        ("1,5 juta", 1_500_000),
        ("1.5jt", 1_500_000),
        ("Rp1,25 jt", 1_250_000),
        ("800 ribu", 800_000),
        ("800rb", 800_000),
        ("0", 0),
        ("1.500.000/bulan", 1_500_000),
        ("1.500.000 per bln", 1_500_000),
    ],
)
def test_incomes(text: str, amount: int) -> None:
    assert cells.income(text) == (amount, None)


@pytest.mark.parametrize("text", ["cukup", "1-2 juta", "16.8", "< 1 juta", "6571014508680001", "-5"])
def test_incomes_are_not_guessed(text: str) -> None:
    assert cells.income(text) == (None, "income_unreadable")
    assert cells.income("-") == cells.income("") == (None, None)


@pytest.mark.parametrize(
    ("text", "rt", "rw"),
    [
        ("RT 03/RW 001", "003", "001"),
        ("03/01", "003", "001"),
        ("Jl. Jend. Sudirman Rt.5 Rw.2 No. 7", "005", "002"),
        ("RT 03/01", "003", "001"),
        ("Jl. Kartini RT 12", "012", None),
        ("Jl. Kartini", None, None),
    ],
)
def test_rt_and_rw(text: str, rt: str | None, rw: str | None) -> None:
    assert cells.rt_rw(text) == (rt, rw)


@given(st.text())
def test_any_cell_is_read(text: str) -> None:
    for read in (sexes.read, cells.income, cells.wage_worker):
        value, code = read(text)
        assert value is None or code is None
        assert code is None or code in findings.CATALOGUE
    cells.rt_rw(text)
    number = cells.block_number(text)
    assert number is None or cells.block_number(number) == number


safe = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters='\x00\r\n";'), max_size=20
)
rows_of_text = st.lists(st.lists(safe, min_size=15, max_size=15), max_size=5)


@settings(max_examples=60, deadline=None)
@given(rows_of_text)
def test_any_rows_are_judged_and_each_is_on_one_side(rows: list[list[str]]) -> None:
    table = tables.Table(
        *("a.csv", "csv", None, 1, tuple(HEADER)),
        pl.DataFrame(
            {"row_no": pl.Series(range(2, len(rows) + 2), dtype=pl.Int32)}
            | {
                h: pl.Series([row[at] or None for row in rows], dtype=pl.String)
                for at, h in enumerate(HEADER)
            }
        ),
        {},
    )
    one = intake.judge(table, today=TODAY)
    assert one.report["accepted"] + one.report["returned"] + one.report["ignored"] == len(rows)
    for row in one.rows.iter_rows(named=True):
        blocked = any(f["severity"] == "blocks" for f in row["findings"])
        assert row["accepted"] is not blocked
        if row["accepted"]:
            assert row["nik"]
            assert row["name"]
            assert row["district_code"]
    raw = one.raw.drop("row_no").fill_null("").rows()
    assert raw == [tuple(rows[no - 2]) for no in one.rows["row_no"]]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_rows_changes_no_judgement(order: list[int]) -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"NIK": "6571014508680002", "Nama Lengkap": "Rahma"},
        {"NIK": "6.57E+15", "Nama Lengkap": "Ali"},
        {"NIK": "6571014508680003", "Nama Lengkap": "Budi", "Desa/Kelurahan": "Entah"},
    ]
    one = judged(*(changes[at] for at in order))
    told = {name: codes(one, at) for at, name in enumerate(one.rows["name"])}
    base = judged(*changes)
    assert told == {name: codes(base, at) for at, name in enumerate(base.rows["name"])}
