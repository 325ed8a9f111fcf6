"""Two lists as people send them, matched into one workbook, and the answers of a clerk read back."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner

from payung.cli.match import app
from payung.matching import review
from tests.matching.lists import made_list

HEADS = ["No", "NIK", "Nama Lengkap", "TTL", "L/P", "Desa/Kelurahan", "Kecamatan", "No HP"]


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def lists(tmp_path_factory) -> Path:
    """A workbook of two sheets with titles above their columns, and a csv with names of its own."""
    folder = tmp_path_factory.mktemp("lists")
    people = made_list(600, 61)
    with xlsxwriter.Workbook(str(folder / "A.xlsx")) as book:
        for title, part in (("Karang Balik", people.head(150)), ("Lingkas Ujung", people[150:300])):
            sheet = book.add_worksheet(title)
            sheet.write(0, 0, "DAFTAR CALON PENERIMA")
            sheet.write_row(2, 0, HEADS)
            for line, row in enumerate(part.iter_rows(named=True)):
                born = f"Tarakan, {row['birth_date']}" if row["birth_date"] else None
                cells = [line + 1, row["nik"], row["name"], born, row["sex"], title, "", row["phone"]]
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(3 + line, column, cell)
    other = people.tail(300).select("nik", "name", "birth_date", "sex", "phone")
    other.rename({"nik": "no_ktp", "name": "anggota", "birth_date": "lahir"}).write_csv(
        folder / "B.csv", separator=";"
    )
    return folder


def matched(lists: Path, out: Path, *more: object) -> dict:
    result = run(
        lists / "A.xlsx", lists / "B.csv", "--map", "", "--map", "name=anggota,birth_date=lahir", "--out", out,
        "--json", *more,
    )  # fmt: skip
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.output)


def test_all_sheets_and_both_namings_are_read(lists: Path, tmp_path: Path) -> None:
    answer = matched(lists, tmp_path / "hasil.xlsx")
    assert answer["rows"] == 600
    assert answer["columns"]["A.xlsx"]["name"] == "Nama Lengkap"
    assert answer["columns"]["A.xlsx"]["village_code"] == ["Desa/Kelurahan", "Kecamatan"]
    assert answer["columns"]["B.csv"] == {
        "name": "anggota", "birth_date": "lahir", "nik": "no_ktp", "sex": "sex", "phone": "phone",
    }  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "hasil.xlsx")
    assert book.sheetnames == ["Periksa", "Kelompok", "Pasangan", "Ringkasan"]
    people = list(book["Kelompok"].iter_rows(min_row=2, values_only=True))
    assert len(people) == 600
    assert len({row[0] for row in people}) == answer["clusters"]
    ids = [row[4] for row in people]
    assert "A.xlsx:Karang Balik:4" in ids, "the row number that the sender sees"
    pairs = list(book["Pasangan"].iter_rows(min_row=2, values_only=True))
    assert len(pairs) == answer["pairs"] and all(row[-1] for row in pairs)
    assert book["Periksa"].max_row == answer["review"] + 1


def test_the_same_lists_give_the_same_workbook(lists: Path, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        matched(lists, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_clerks_answers_are_read_back(lists: Path, tmp_path: Path) -> None:
    matched(lists, tmp_path / "hasil.xlsx")
    book = openpyxl.load_workbook(tmp_path / "hasil.xlsx")
    sheet = book["Periksa"]
    sheet["A2"], sheet["A3"], sheet["A4"] = "beda", "SAMA", "tanya desa"
    pairs = [(sheet.cell(row, 3).value, sheet.cell(row, 4).value) for row in (2, 3)]
    book.save(tmp_path / "diisi.xlsx")
    answer = matched(lists, tmp_path / "lagi.xlsx", "--review", tmp_path / "diisi.xlsx")
    assert answer["answers"] == 2
    rows = openpyxl.load_workbook(tmp_path / "lagi.xlsx")["Kelompok"].iter_rows(min_row=2, values_only=True)
    cluster = {row[4]: row[0] for row in rows}
    assert cluster[pairs[0][0]] != cluster[pairs[0][1]]
    assert cluster[pairs[1][0]] == cluster[pairs[1][1]]


def test_answers_about_other_lists_are_refused(lists: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("Jawaban,id_l,id_r\nsama,x,y\n")
    result = run(
        lists / "B.csv", "--map", "name=anggota", "--review", tmp_path / "r.csv", "--out", tmp_path / "o"
    )
    assert result.exit_code == 2 and "'x'" in result.stderr


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        (["name"], "FIELD=COLUMN"),
        (["name="], "FIELD=COLUMN"),
        (["name=anggota"] * 3, "3 times for 1 file"),
        (["nama=anggota"], "'nama'"),
    ],
)
def test_a_mapping_that_cannot_be_read(lists: Path, tmp_path: Path, maps: list[str], said: str) -> None:
    options = [part for text in maps for part in ("--map", text)]
    result = run(lists / "B.csv", *options, "--out", tmp_path / "o")
    assert result.exit_code == 2 and said in result.stderr


def test_more_than_a_sheet_holds_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(review, "MOST_ROWS", 4)
    pl.DataFrame({"name": ["Budi"] * 5}).write_csv(tmp_path / "a.csv")
    result = run(tmp_path / "a.csv", "--out", tmp_path / "x.xlsx")
    assert result.exit_code == 2 and "folder" in result.stderr


def test_a_workbook_that_cannot_be_written(lists: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run(lists / "B.csv", "--map", "name=anggota", "--out", tmp_path / "file" / "x.xlsx")
    assert result.exit_code == 2 and "--out" in result.stderr


def test_control_characters_and_scripts_survive_into_the_workbook(tmp_path: Path) -> None:
    names = ["A\x01B", "محمد", "😀", "=1+1", "x" * 40_000]
    pl.DataFrame({"name": names * 2, "birth_date": ["1990-02-03"] * 10}).write_parquet(tmp_path / "a.parquet")
    result = run(tmp_path / "a.parquet", "--out", tmp_path / "o.xlsx")
    assert result.exit_code == 0, result.output
    shown = [
        row[5] for row in openpyxl.load_workbook(tmp_path / "o.xlsx")["Kelompok"].iter_rows(values_only=True)
    ]
    assert {"محمد", "😀", "=1+1"} <= set(shown)
