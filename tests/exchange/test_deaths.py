"""A list of deaths is judged as what it is: who and when, and no family waits for a NIK."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from payung.exchange import intake, tables
from payung.exchange.deaths import judge_deaths

TODAY = date(2026, 11, 22)
HEADERS = ("NIK", "Nama Almarhum/ah", "JK", "Tgl Lahir", "Tgl Meninggal")


def judged(*rows: tuple[str, ...]) -> intake.Judged:
    text = "\n".join(";".join(cells) for cells in (HEADERS, *rows)) + "\n"
    [table] = tables.read_file(text.encode(), name="kematian.csv").tables
    one = intake.judge(table, today=TODAY)
    return judge_deaths(one, today=TODAY)


def codes(one: intake.Judged, at: int = 0) -> set[str]:
    return {told["code"] for told in one.rows["findings"][at]}


@pytest.mark.parametrize("nik", ["", "6571014508", "6.571E+15", "ABCD014508680001"])
def test_a_death_without_a_usable_nik_is_taken_by_name_and_birth_date(nik):
    one = judged((nik, "Siti Aminah", "P", "05-08-1968", "01-10-2026"))
    assert one.rows["accepted"].to_list() == [True]
    assert one.report["accepted"] == 1


def test_without_birth_date_the_nik_is_still_asked_for():
    one = judged(("", "Siti Aminah", "P", "", "01-10-2026"))
    assert one.rows["accepted"].to_list() == [False]
    assert "nik_missing" in codes(one)


@pytest.mark.parametrize(
    ("died", "code"),
    [("", "death_date_missing"), ("kemarin", "death_date_missing"), ("01-12-2026", "death_date_ahead"),
     ("01-01-1984", "death_before_birth")],
)  # fmt: skip
def test_a_day_of_death_that_cannot_be_goes_back(died, code):
    one = judged(("6571014508850001", "Siti Aminah", "P", "05-08-1985", died))
    assert one.rows["accepted"].to_list() == [False]
    assert code in codes(one)
    assert one.report["findings"][code] == 1


def test_a_sound_row_stays_as_it_was_judged():
    one = judged(("6571014508680001", "Siti Aminah", "P", "05-08-1968", "01-10-2026"))
    assert one.rows["accepted"].to_list() == [True]
    assert isinstance(one.rows, pl.DataFrame)
