"""One NIK on two people, and a family card's number in the place of a NIK."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from payung.exchange import intake, repeats, returned, tables
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
HEADER = ["NIK", "No KK", "Nama", "Tanggal Lahir", "JK", "Desa", "Kecamatan"]
CARD = "6571010101100001"


def row(nik: str, name: str, born: str = "", card: str = "", sex: str = "") -> list[str]:
    return [nik, card, name, born, sex, "Karang Anyar", "Tarakan Barat"]


def judged(*sheets_of_rows: Sequence[list[str]]) -> list[intake.Judged]:
    content = sheets.xlsx(
        {f"RT {at:02d}": [HEADER, *rows] for at, rows in enumerate(sheets_of_rows, start=1)}
    )
    return intake.judge_file(tables.read_file(content, name="a.xlsx"), today=TODAY)


def codes(one: intake.Judged, at: int = 0) -> set[str]:
    return {told["code"] for told in one.rows["findings"][at]}


def accepted(many: list[intake.Judged]) -> list[list[bool]]:
    return [one.rows["accepted"].to_list() for one in many]


SITI = row("6571014508680001", "Siti Aminah", "05-08-1968")
BUDI = row("6571011203850012", "Budi Santoso", "12-03-1985")
#: Siti's NIK on somebody else.
THIEF = row("6571014508680001", "Kartini Lesmana", "17-07-1970")


@pytest.mark.parametrize(
    ("many", "kept"),
    [
        (([SITI], [THIEF]), [[False], [False]]),
        (([SITI, BUDI], [THIEF]), [[False, True], [False]]),
        (([BUDI], [SITI], [THIEF]), [[True], [False], [False]]),
        (([SITI], [BUDI], [THIEF]), [[False], [True], [False]]),
        (([SITI], [THIEF], [SITI]), [[False], [False], [False]]),
        (([SITI, THIEF], [SITI]), [[False, False], [False]]),
        (([THIEF], [BUDI, SITI]), [[False], [True, False]]),
        (([SITI], [row("'6571014508680001", "Rahma")]), [[False], [False]]),
        (([SITI], [row("65.71.01.450868.0001", "Hasan", "", "", "L")]), [[False], [False]]),
        (([SITI], [row("6571014508680001", "RAHMAWATI")]), [[False], [False]]),
        (([SITI, BUDI], [THIEF, row("6571011203850012", "Ekram")]), [[False, False], [False, False]]),
    ],
)
def test_one_nik_on_two_names_of_two_sheets_sends_all_of_them_back(many, kept) -> None:
    told = judged(*many)
    assert accepted(told) == kept
    for one in told:
        assert one.report["accepted"] == sum(one.rows["accepted"])
        assert one.report["findings"].get("nik_two_people", 0) == sum(~one.rows["accepted"])


@pytest.mark.parametrize(
    "name", ["Siti Aminah", "SITI AMINAH", "Hj. Siti Aminah", "Siti Aminah binti Ali", "Siti"]
)
def test_the_same_person_on_two_sheets_is_no_fault(name: str) -> None:
    told = judged([SITI], [row("6571014508680001", name, "05-08-1968")])
    assert accepted(told) == [[True], [True]]


def test_the_sentence_names_the_sheet_and_the_row_of_the_other() -> None:
    first, second = judged([BUDI, SITI], [THIEF])
    assert "(RT 02, baris 2)" in returned.sentences(first.rows["findings"][1].to_list())[0]
    assert "(RT 01, row 3)" in returned.sentences(second.rows["findings"][0].to_list(), "en")[0]
    [within] = judged([SITI, BUDI, THIEF])
    assert "(baris 4)" in returned.sentences(within.rows["findings"][0].to_list())[0]
    assert "(baris 2)" in returned.sentences(within.rows["findings"][2].to_list())[0]


@pytest.mark.parametrize(
    ("nik", "card", "born", "sex"),
    [
        ("6571042204123182", "6571042204123182", "06-03-1985", "L"),
        ("6571042204123182", "6571042204123182", "", "L"),
        ("6571042204123182", "6571042204123182", "06-03-1985", ""),
        ("6501052305133183", "6501052305133183", "25-07-1988", "P"),
        ("6501.0523.0513.3183", "6501052305133183", "25-07-1988", "P"),
        ("6501052305133183", "'6501052305133183", "25-07-1988", "P"),
        ("NIK: 6501052305133183", "6501052305133183", "1988", "P"),
        ("6571014508680001", "6571014508680001", "05-08-1969", "P"),
        ("6571014508680001", "6571014508680001", "06-08-1968", "P"),
        ("6571014508680001", "6571014508680001", "tidak tahu", "P"),
    ],
)
def test_the_number_of_the_own_family_card_is_no_nik(nik: str, card: str, born: str, sex: str) -> None:
    [one] = judged([row(nik, "Kartini", born, card, sex), BUDI])
    assert "nik_is_family_card" in codes(one)
    assert not codes(one) & {"nik_birth_date_differs", "nik_sex_differs", "birth_date_from_nik"}
    assert accepted([one]) == [[False, True]]
    assert one.rows["nik"][0] is None


def test_the_number_of_another_rows_family_card_is_no_nik_either() -> None:
    [one] = judged(
        [
            row("6571042204123182", "Kartini", "25-07-1988", CARD),
            row(*BUDI[:1], "Budi", card="6571042204123182"),
        ]
    )
    assert [codes(one, at) & {"nik_is_family_card"} for at in (0, 1)] == [{"nik_is_family_card"}, set()]


def test_where_the_nik_fits_its_person_the_family_card_is_the_wrong_one() -> None:
    head, wife = "6571011203850012", row("6571014508680001", "Siti Aminah", "05-08-1968", "6571011203850012")
    [one] = judged([row(head, "Budi Santoso", "12-03-1985", head), wife])
    assert accepted([one]) == [[True, True]]
    assert codes(one, 0) == codes(one, 1) == {"family_card_is_nik"}
    assert one.rows["family_card"].to_list() == [None, None]
    assert one.rows["nik"].to_list() == [head, "6571014508680001"]


def test_a_whole_family_under_its_cards_number_is_told_the_right_reason() -> None:
    [one] = judged(
        [row(CARD, name, born, CARD) for name, born in (("Budi", "12-03-1985"), ("Siti", "05-08-1968"))]
    )
    assert [codes(one, at) for at in (0, 1)] == [{"nik_is_family_card"}] * 2


def one_file(*rows: list[str]) -> list[intake.Judged]:
    return judged(list(rows))


@pytest.mark.parametrize(
    ("here", "there", "kept"),
    [
        ([SITI], [THIEF], [False]),
        ([SITI, BUDI], [THIEF], [False, True]),
        ([BUDI], [THIEF], [True]),
        ([THIEF], [BUDI, SITI], [False]),
        ([SITI], [row("6571014508680001", "Hj. Siti Aminah")], [True]),
        ([SITI], [row("6571014508680001", "Rahma")], [False]),
        ([SITI, THIEF], [SITI], [False, False]),
        ([SITI], [SITI, THIEF], [False]),
        ([SITI, BUDI], [THIEF, row("6571011203850012", "Ekram")], [False, False]),
        ([SITI], [row("123", "Kartini")], [True]),
    ],
)
def test_one_nik_on_two_names_of_two_files_is_told_to_both(here, there, kept) -> None:
    [told] = repeats.against(one_file(*here), repeats.told_by(one_file(*there), "rt-02.xlsx"))
    assert told.rows["accepted"].to_list() == kept
    assert told.report["accepted"] == sum(kept)


def test_the_sentence_names_the_other_file() -> None:
    [told] = repeats.against(one_file(SITI), repeats.told_by(one_file(BUDI, THIEF), "rt-02.xlsx"))
    assert "(rt-02.xlsx, RT 01, baris 3)" in returned.sentences(told.rows["findings"][0].to_list())[0]
