"""A column that cannot be read, and a list in which nothing tells people apart, are said with exit status 1."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from payung.cli.match import app
from payung.matching import link
from tests.matching.lists import made_list

NAMES = [
    "Kasmir Lencau Bit",
    "Kartini Sulobang",
    "Lahuddin Rante",
    "Lusiana Jalung",
    "Markus Rungkat",
    "Maryam Zubir",
]
BORN = ["1980-02-03", "1971-12-24", "1966-06-06", "1990-10-11", "1985-05-17", "1977-07-21"]


def matched(folder: Path, columns: dict[str, list[str]], *more: str) -> tuple[int, dict]:
    pl.DataFrame(columns).write_csv(folder / "list.csv")
    result = CliRunner().invoke(
        app, [str(folder / "list.csv"), "--out", str(folder / "out"), "--json", *more]
    )
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Tanggal Lahir", ["17 Safar 1400 H", "Rabu Wage", "th. Dal", "musim panen", "kira2 50", "lupa"]),
        ("Tanggal Lahir", ["#####", "#####", "#####", "#####", "#####", "#####"]),
        ("Tanggal Lahir", ["1980-13-40", "31/02/1971", "00-00-1966", "99-99-9999", "45/45/1985", "0000-00-01"]),
        ("Tanggal Lahir", ["umur 46", "umur 55", "umur 60", "umur 36", "umur 41", "umur 49"]),
        ("TTL", ["Tarakan", "Nunukan", "Malinau", "Tarakan", "Bulungan", "Tarakan"]),
        ("NIK", ["6,57101E+15", "6,57102E+15", "6.5E+15", "6,4E+15", "6,57101E+15", "6,5E+15"]),
        ("NIK", ["belum ada", "hilang", "proses", "belum rekam", "hilang", "rusak"]),
        ("NIK", ["1234567890123456", "0000000000000000", "1111111111111111", "9999999999999999",
                 "1234567890123456", "2222222222222222"]),
        ("No HP", ["ada", "punya istri", "tidak hafal", "tetangga", "ada", "hilang"]),
        ("No HP", ["123", "0812", "45", "11", "08", "999"]),
        ("Jenis Kelamin", ["x", "y", "z", "x", "?!", "q"]),
        ("Nama Ibu Kandung", ["...", "***", "//", "...", "***", "//"]),
        ("Desa", ["Springfield", "Atlantis", "Wonderland", "Gotham", "Narnia", "El Dorado"]),
        ("Tanggal Lahir", ["1980-02-03", "Rabu Wage", "th. Dal", "musim panen", "kira2 50", "lupa"]),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_read_is_named(tmp_path: Path, header: str, cells: list[str]) -> None:
    status, answer = matched(tmp_path, {"Nama": NAMES, header: cells})
    said = [finding for finding in answer["findings"] if finding["code"] == "column_unreadable"]
    assert status == 1 and len(said) == 1
    assert header in said[0]["message_id"] and header in said[0]["message_en"]
    assert answer["clusters"] == 6


@pytest.mark.parametrize(
    "columns",
    [
        {"Nama": ["", "-", "?", "", "-", ""]},
        {"Nama": ["...", "12", "***", "//", "--", "."]},
        {"NIK": ["hilang", "-", "", "proses", "-", ""]},
        {"Tanggal Lahir": ["lupa", "lupa", "", "", "Rabu", "Kamis"]},
        {"No HP": ["1", "2", "3", "4", "5", "6"]},
        {"Nama": [""] * 6, "Tanggal Lahir": ["lupa"] * 6},
        {"Nama": [""] * 6, "NIK": ["0"] * 6},
        {"NIK": ["1111111111111111"] * 6},
        {"Nama": ["-"] * 6, "Alamat": ["Jl. Mawar"] * 6},
        {"NIK": ["6,5E+15"] * 6, "No HP": ["-"] * 6},
    ],
)
def test_a_list_without_a_usable_key_is_said(tmp_path: Path, columns: dict[str, list[str]]) -> None:
    status, answer = matched(tmp_path, columns)
    assert status == 1 and answer["clusters"] == 6
    assert "no_usable_key" in {finding["code"] for finding in answer["findings"]}


@pytest.mark.parametrize("year", [1066, 1492, 1602, 1650, 1707, 1776, 1815, 1848, 1872, 1899])
def test_years_long_ago_are_read(year: int) -> None:
    written = [f"{year}-03-04", f"04/03/{year}", f"{year + 1}-09-30", f"{year + 2}-11-12"]
    names = [
        "Cornelis Speelman Bartels",
        "Cornelis Speelman Bartels",
        "Jan Pieterszoon",
        "Antonio van Diemen",
    ]
    found = link(pl.DataFrame({"name": names, "birth_date": written}))
    born = found.pairs.filter(pl.col("id_l") == "0", pl.col("id_r") == "1")
    assert born["gamma_birth_date"].to_list() == [9], "the same day, written twice"
    assert not [finding for finding in found.report["findings"] if "unreadable" in str(finding["code"])]


def test_a_list_that_is_read_says_nothing(tmp_path: Path) -> None:
    status, answer = matched(tmp_path, {"Nama": NAMES, "Tanggal Lahir": BORN, "No HP": [""] * 6})
    assert status == 0
    assert {finding["code"] for finding in answer["findings"]} <= {"column_empty"}


def test_a_few_cells_are_said_without_asking_to_mend(tmp_path: Path) -> None:
    status, answer = matched(tmp_path, {"Nama": NAMES, "Tanggal Lahir": [*BORN[:5], "lupa"]})
    said = [finding["code"] for finding in answer["findings"]]
    assert status == 0 and said == ["cells_unreadable"]


def test_nothing_is_learned_from_nothing(tmp_path: Path) -> None:
    """Six thousand rows of which no two are the same in anything (a list that was read wrongly)."""
    born = [
        f"{1000 + number // 300}-{number % 300 // 28 + 1:02}-{number % 28 + 1:02}" for number in range(6_000)
    ]
    pl.DataFrame({"Tanggal Lahir": born}).write_csv(tmp_path / "a.csv")
    result = CliRunner().invoke(app, [str(tmp_path / "a.csv"), "--out", str(tmp_path / "o"), "--json"])
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "nothing_compared" in {finding["code"] for finding in answer["findings"]}
    assert link(pl.DataFrame({"name": ["x"]})).model.id == answer["model"], "the packaged model judged"


def test_a_list_that_teaches_says_nothing_of_it() -> None:
    found = link(made_list(6_000, 21).drop("true_id"), seed=3)
    assert not {"nothing_learned", "nothing_compared"} & {str(f["code"]) for f in found.report["findings"]}
