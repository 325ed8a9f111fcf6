"""Numbers that software keeps as numbers: none that was changed is taken for what was typed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.exchange import intake, numbers, tables
from payung.exchange.extras import member_number
from payung.identity import nik, phones
from payung.identity.digits import scientific
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
HEADER = ["NIK", "Nama", "No KK", "Kecamatan"]
PLACE = "Tarakan Barat"
#: Sound NIKs of people of Tarakan and of Papua (above 2^53) with all kinds of last digits.
TARAKAN = [6571014508680001, 6571011203850012, 6571015209750027]
PAPUA = [9171014308810003, 9103015205900005, 9471014308810007, 9601011203850008, 9201011203850010]


def ods_of_numbers(rows: Sequence[Sequence[Any]]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Data")
    for row in rows:
        line = TableRow()
        for value in row:
            if isinstance(value, int):
                cell = TableCell(valuetype="float", value=str(value))
            else:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


WRITERS = {
    "xlsx": lambda rows: sheets.xlsx({"Data": rows}),
    "xls": sheets.xls,
    "ods": ods_of_numbers,
}


def judged(kind: str, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> intake.Judged:
    write = WRITERS.get(kind, lambda rows: sheets.csv_text([list(map(str, r)) for r in rows]).encode())
    [table] = tables.read_file(write([header, *rows]), name=f"a.{kind}").tables
    return intake.judge(table, today=TODAY)


def codes(one: intake.Judged) -> list[set[str]]:
    return [{told["code"] for told in found} - {"village_empty"} for found in one.rows["findings"].to_list()]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("papuan", PAPUA)
def test_a_number_cell_beyond_what_a_double_holds_goes_back(kind: str, papuan: int) -> None:
    one = judged(
        kind, [[number, f"Orang {'ABCD'[at]}", "", PLACE] for at, number in enumerate([*TARAKAN, papuan])]
    )
    assert one.rows["accepted"].to_list() == [True, True, True, False]
    assert codes(one)[3] == {"nik_number"}
    assert one.rows["nik"].to_list() == [*map(str, TARAKAN), None]


@pytest.mark.parametrize("papuan", PAPUA)
def test_the_same_number_as_text_is_sound(papuan: int) -> None:
    one = judged("xlsx", [[str(papuan), "Orang A", "", PLACE]])
    assert "nik_number" not in codes(one)[0]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_family_card_rounded_by_excel_is_not_kept(kind: str) -> None:
    cards = [6571010101100000, 6571022708190000, 6571011203140010]
    rows = [[str(n), f"Orang {'ABC'[at]}", cards[at], PLACE] for at, n in enumerate(TARAKAN)]
    one = judged(kind, rows)
    assert one.rows["family_card"].to_list() == [None] * 3
    assert codes(one) == [{"family_card_number"}] * 3
    assert one.rows["accepted"].all()


def test_family_cards_written_whole_are_kept_and_those_of_papua_are_not() -> None:
    cards = [6571010101100001, 6571022708190010, 9171012708190004]
    one = judged("xlsx", [[str(n), f"Orang {'ABC'[at]}", cards[at], PLACE] for at, n in enumerate(TARAKAN)])
    assert one.rows["family_card"].to_list() == ["6571010101100001", "6571022708190010", None]


ROUNDED = ["6571014508680010", "6571011203850020", "6571015209750030", "6571010302800040"]


@pytest.mark.parametrize("form", ["{}", "'{}", "{}.0", "{},00"])
def test_numbers_rounded_before_they_became_text_are_seen_by_the_whole_column(form: str) -> None:
    one = judged("csv", [[form.format(n), f"Orang {'ABCD'[at]}", "", PLACE] for at, n in enumerate(ROUNDED)])
    assert [found & {"nik_number"} for found in codes(one)] == [{"nik_number"}] * 4
    assert not one.rows["accepted"].any()


@pytest.mark.parametrize("sound", ["6571014308810003", "6571014308810011"])
def test_one_or_two_numbers_that_end_in_0_are_chance(sound: str) -> None:
    one = judged("csv", [[n, f"Orang {'ABC'[at]}", "", PLACE] for at, n in enumerate([*ROUNDED[:2], sound])])
    assert one.rows["accepted"].all()


@given(
    st.lists(st.integers(6_501_010_000_000_001, 9_699_999_999_999_999), min_size=1, max_size=20, unique=True),
    st.booleans(),
)
def test_no_number_cell_is_kept_that_cannot_be_what_was_typed(typed: list[int], excel: bool) -> None:
    kept = [int(float(n // 10 * 10 if excel else n)) for n in typed]
    texts = pl.Series([str(n) for n in kept], dtype=pl.String)
    doubted = numbers.changed(texts, pl.repeat(True, len(kept), dtype=pl.Boolean, eager=True)).to_list()
    for before, after, doubt in zip(typed, kept, doubted, strict=True):
        # A number that ends in 0 by itself is the same rounded; what is kept is what was typed.
        assert doubt or before == after or (excel and any(n % 10 for n in kept))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("6.571041001884705E+15", "6571041001884705"),
        ("6.571.041.001.884.705", "6571041001884705"),
        ("6,571,041,001,884,705", "6571041001884705"),
        ("6,571,041,001,884,705.00", "6571041001884705"),
        ("6.571.041.001.884.705,00", "6571041001884705"),
        ("6'571'041'001'884'705", "6571041001884705"),
        ("9.171.014.308.810.004", None),
        ("9,171,014,308,810,004.00", None),
        ("9171014308810004,0", None),
        ("9.171014308810004E15", None),
        ("6,57104E+15", None),
        ("6.57104100188471e+15", None),
    ],
)
def test_a_nik_that_was_shown_as_a_number(text: str, digits: str | None) -> None:
    told = nik.digits_of(text)
    assert told[0] == digits
    assert told[1] in (
        "nik_float_text" if digits else "nik_number",
        "nik_float_text" if digits else "nik_excel",
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("08123456789012", "+628123456789012"),
        ("0895 3456 7890 12", "+628953456789012"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("006281234567890", "+6281234567890"),
        ("62-0812-3456-7890", "+6281234567890"),
        ("+62 (0)812 3456 7890", "+6281234567890"),
        ("+081234567890", "+6281234567890"),
        ("O81234567890", "+6281234567890"),
        ("'081234567890", "+6281234567890"),
        ("81234567890.0", "+6281234567890"),
        ("6281234567890,00", "+6281234567890"),
        ("6.281234567890E+12", "+6281234567890"),
        ("8,1234567890E+10", "+6281234567890"),
        ("081234567890/081298765432", "+6281234567890"),
        ("081234567890 081298765432", "+6281234567890"),
        ("081234567890\n081298765432", "+6281234567890"),
        ("0812-3456-7890 | 0812-9876-5432", "+6281234567890"),
        ("0812 3456 7890 & 0812 9876 5432", "+6281234567890"),
        ("+62812 3456 7890 +62812 9876 5432", "+6281234567890"),
        ("wa.me/6281234567890", "+6281234567890"),
    ],
)
def test_phones_in_every_form(text: str, number: str) -> None:
    assert phones.read(text) == (number, None)


@pytest.mark.parametrize(
    "text",
    [
        *("8,12346E+10", "8.12E+11", "6,28123E+12", "6.2812345678e12", "+6,28123E+12", "08123456789O"),
        *("0812345678l0", "0812xxxx7890", "08123456x890", "0812345678**", "081234567???", "812345678E+11"),
    ],
)
def test_a_phone_that_has_lost_digits_is_not_somebody_elses(text: str) -> None:
    assert phones.read(text) == (None, "phone_unreadable")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2,7001E+10", (None, "member_no_unreadable")),
        ("2.7001E+10", (None, "member_no_unreadable")),
        ("'2.7E10", (None, "member_no_unreadable")),
        ("2.7001234567E+10", ("27001234567", None)),
        ("27001234567", ("27001234567", None)),
        ("'27001234567", ("27001234567", None)),
        ("27001234567.0", ("27001234567", None)),
        ("00012345678", ("00012345678", None)),
        ("DITERIMA", (None, None)),
        ("belum ada", (None, None)),
        ("0", (None, None)),
        ("", (None, None)),
    ],
)
def test_membership_numbers(text: str, answer: tuple[str | None, str | None]) -> None:
    assert member_number(text) == answer


def test_a_damaged_membership_number_is_told() -> None:
    header = ["NIK", "Nama", "No KPJ", "Kecamatan"]
    one = judged("csv", [[TARAKAN[0], "Orang A", "2,7001E+10", PLACE]], header)
    assert codes(one) == [{"member_no_unreadable"}]
    assert {told["column"] for told in one.rows["findings"][0] if told["code"] == "member_no_unreadable"} == {
        "No KPJ"
    }


@given(st.integers(1, 10**16))
def test_scientific_notation_is_read_only_where_no_digit_is_lost(number: int) -> None:
    places = len(str(number)) - 1
    for kept in range(places + 1):
        mantissa = str(number)[0] + ("." + str(number)[1 : 1 + kept] if kept else "")
        digits, is_scientific = scientific(f"{mantissa}E+{places:02d}")
        assert is_scientific
        assert digits in (None, str(number))
        assert (digits is not None) == (kept == places)
