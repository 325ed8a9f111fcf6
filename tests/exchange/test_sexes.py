"""Sexes in every way they are written; what a letter or a code means, the column decides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.exchange import intake, sexes, tables
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
#: NIKs of men and of women, with the birth dates they tell.
MEN = ["6571011203850012", "6571010508680003", "6571012111900004", "6571011701770005", "6571010909660006"]
WOMEN = ["6571014508680001", "6571015209750027", "6571016111900008", "6571015701770009", "6571014909660010"]


def column(men: list[Any], women: list[Any], heading: str = "JK") -> list[str | None]:
    """What the intake reads, men first, of a list whose cells hold these signs."""
    pairs = [*zip(MEN, men, strict=False), *zip(WOMEN, women, strict=False)]
    rows = [[nik, f"Orang {chr(65 + at)}", sign, "Tarakan Barat"] for at, (nik, sign) in enumerate(pairs)]
    content = sheets.xlsx({"Data": [["NIK", "Nama", heading, "Kecamatan"], *rows]})
    one = intake.judge(tables.read_file(content, name="a.xlsx").tables[0], today=TODAY)
    told = {f["code"] for found in one.rows["findings"].to_list() for f in found}
    assert not told & {"sex_unreadable", "nik_sex_differs"}, told
    return one.rows["sex"].to_list()


@pytest.mark.parametrize(
    ("male", "female"),
    [
        ("1.0", "2.0"),
        ("1,0", "2,0"),
        ("1 ", " 2"),
        ("01", "02"),
        ("Lk.", "Pr."),
        ("LK2", "PR"),
        ("1. Laki-laki", "2. Perempuan"),
        ("1 - LAKI-LAKI", "2 - PEREMPUAN"),
        ("Laki-Laki (L)", "Perempuan (P)"),
        ("L (Laki-laki)", "P (Perempuan)"),
        ("Laki -laki", "Perem puan"),
        ("Laki-lai", "Peremuan"),
        ("LAKI LAKI ", "PREMPUAN"),
        ("lakilaki", "perempun"),
        ("Pria", "Wnt"),
        ("M", "F"),
        ("Male", "Female"),
        ("Putra", "Putri"),
    ],
)
def test_sexes_as_they_are_written(male: str, female: str) -> None:
    assert sexes.read(male) == ("male", None)
    assert sexes.read(female) == ("female", None)
    assert column([male] * 2, [female] * 2) == ["male"] * 2 + ["female"] * 2


@pytest.mark.parametrize(
    ("men", "women", "heading"),
    [
        (["P", "P"], ["W", "W"], "JK"),
        (["P"], ["Wanita"], "Jenis Kelamin"),
        (["P", "P"], [], "JK (P/W)"),
        ([], ["P", "P"], "JK (L/P)"),
        ([1.0, 1.0], [2.0, 2.0], "JK"),
        ([1, 1, 1, 1, 1], [0, 0, 0, 0, 0], "JK"),
        ([0, 0, 0, 0, 0], [1, 1, 1, 1, 1], "JK"),
        ([2, 2, 2, 2, 2], [1, 1, 1, 1, 1], "JK"),
        ([2, 2], [1, 1], "JK (1=P, 2=L)"),
        ([0, 0], [1, 1], "JK (0: laki-laki, 1: perempuan)"),
        (["L"], ["P", "W"], "JK"),
    ],
)
def test_the_column_decides(men: list[Any], women: list[Any], heading: str) -> None:
    assert column(men, women, heading) == ["male"] * len(men) + ["female"] * len(women)


@pytest.mark.parametrize(
    "text", ["X", "L/P", "Laki-laki/Perempuan", "3", "9", "Laki/Perempuan", "tidak diketahui", "Islam"]
)
def test_what_says_no_sex_is_told(text: str) -> None:
    assert sexes.read(text) == (None, "sex_unreadable")


def test_0_and_1_are_not_guessed_where_nothing_tells() -> None:
    read = sexes.reader([("0", None, 5), ("1", None, 5)])
    assert read("0") == read("1") == (None, "sex_unreadable")


@given(
    st.lists(st.tuples(st.text(max_size=12), st.sampled_from(["male", "female", None]), st.integers(1, 9)))
)
def test_any_column_is_read(counts: list[Any]) -> None:
    read = sexes.reader(counts)
    for text, _, _ in counts:
        one, code = read(text)
        assert one is None or code is None


@given(st.sampled_from(["L", "P", "Laki-laki", "Perempuan", "1", "2"]), st.sampled_from(["male", "female"]))
def test_a_few_niks_never_turn_a_code_round(sign: str, by_nik: Any) -> None:
    assert sexes.reader([(sign, by_nik, 4)])(sign) == sexes.read(sign)
