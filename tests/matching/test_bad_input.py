"""Hostile lists: a right result or one clear sentence, within bounded memory and time."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from payung.cli.match import app
from payung.matching import default, link
from payung.matching.review import read_review
from tests.matching.lists import made_list


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_all_null() -> None:
    found = link(pl.DataFrame({"nik": [None] * 50, "name": [None] * 50, "birth_date": [None] * 50}))
    assert found.clusters["cluster_id"].n_unique() == 50
    assert {finding["code"] for finding in found.report["findings"]} >= {"column_empty"}


def test_no_rows_and_one_row() -> None:
    empty = link(pl.DataFrame({"name": []}, schema={"name": pl.String}))
    assert empty.clusters.height == 0 and empty.decisions.height == 0
    assert link(pl.DataFrame({"name": ["Budi"]})).decisions["decision"].to_list() == ["new"]


def test_one_value_in_all_rows_joins_nobody() -> None:
    rows = pl.DataFrame({"name": ["SITI"] * 3_000, "birth_date": ["01-01-1980"] * 3_000})
    found = link(rows.with_columns(phone=pl.int_range(3_000).cast(pl.String) + "8123450"), model=default())
    assert found.report["compared"] <= 60 * 20_000
    assert any(finding["code"] == "block_too_wide" for finding in found.report["findings"])


def test_fifty_thousand_identical_rows_are_one_person() -> None:
    row = {
        "nik": "6571014508680001",
        "name": "Siti Aminah",
        "birth_date": "05-08-1968",
        "phone": "081237557890",
    }
    found = link(pl.DataFrame([row]).select(pl.all().repeat_by(50_000).explode()))
    assert found.clusters["cluster_id"].n_unique() == 1
    assert found.report["compared"] < 10
    assert found.pairs.height < 150_000


def test_repeated_ids_are_told_apart() -> None:
    found = link(pl.DataFrame({"id": ["a", "a", "b"], "name": ["Budi", "Joko", "Rina"]}))
    assert found.clusters["id"].to_list() == ["a", "a#2", "b"]
    assert [finding["code"] for finding in found.report["findings"]] == ["id_repeated"]


def test_wrong_types() -> None:
    table = pl.DataFrame(
        {"id": [1.0, 2.0], "nik": [6571014508680001, 6571014508680001], "name": [["a"], ["b"]],
         "birth_date": [19680805, 19680805], "phone": [8123456789.0, None], "sex": [True, False]}
    )  # fmt: skip
    found = link(table)
    assert found.clusters.height == 2
    assert "column_type" in {finding["code"] for finding in found.report["findings"]}


def test_emoji_arabic_and_a_huge_cell() -> None:
    names = ["😀😀", "محمد علي", "محمد علي", "x" * 10_000_000, "\u202eabc"]
    found = link(pl.DataFrame({"name": names, "birth_date": ["1990-02-03"] * 5}))
    assert found.clusters.height == 5


def test_a_nik_that_many_carry_is_nobodys() -> None:
    people = made_list(300, 41).with_columns(nik=pl.lit("6571014508680001"))
    found = link(people.drop("true_id"))
    assert any(finding["code"] == "value_shared" for finding in found.report["findings"])
    assert found.clusters["cluster_id"].n_unique() > 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.xlsx", b"not a workbook"),
        ("a.parquet", b"PAR1"),
        ("a.pdf", b"%PDF"),
        ("a.csv", b"\n\n"),
    ],
)
def test_files_that_are_no_lists(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1 and name in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "oracle"], "--engine"),
        (["--threshold", "1.5"], "--threshold"),
        (["--columns", "{"], "JSON"),
        (["--columns", '{"colour": "x"}'], "colour"),
        (["--columns", '{"name": "nowhere"}'], "nowhere"),
        (["--truth", "nothing"], "--truth"),
        (["--model", "missing.json"], "missing.json"),
        (["--review", "missing.xlsx"], "missing.xlsx"),
    ],
)
def test_asked_wrongly(tmp_path: Path, options: list[str], said: str) -> None:
    (tmp_path / "a.csv").write_text("name,birth_date\nBudi,1990-01-02\n")
    result = run(tmp_path / "a.csv", "--out", tmp_path / "out", *options)
    assert result.exit_code == 2 and said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_list_without_a_column_to_match_on_is_told_its_own_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("warna,ukuran\nmerah,2\n")
    result = run(tmp_path / "a.csv", "--out", tmp_path / "out", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1 and answer["unused"] == {"a.csv": ["warna", "ukuran"]}
    assert [finding["code"] for finding in answer["findings"]] == ["no_usable_key"]


def test_files_to_files_twice_the_same_and_the_review_read_back(tmp_path: Path) -> None:
    people = made_list(1_500, 51)
    people.head(900).rename({"name": "nama_lengkap"}).write_csv(tmp_path / "a.csv", separator=";")
    people.tail(600).rename({"name": "nama_lengkap"}).write_excel(tmp_path / "b.xlsx")
    arguments = [
        tmp_path / "a.csv", tmp_path / "b.xlsx", "--columns", '{"name": "nama_lengkap"}', "--truth", "true_id",
        "--json",
    ]  # fmt: skip
    first = run(*arguments, "--out", tmp_path / "one", "--threshold", "0.6")
    assert first.exit_code == 0, first.output
    assert '"f1"' in first.output
    assert run(*arguments, "--out", tmp_path / "two", "--threshold", "0.6").exit_code == 0
    for name in ("clusters.parquet", "pairs.parquet", "review.xlsx", "model.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name

    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "one" / "review.xlsx")
    sheet = book["Periksa"]
    assert sheet.max_row > 1
    sheet["A2"] = "Sama "
    pair = sheet["C2"].value, sheet["D2"].value
    book.save(tmp_path / "filled.xlsx")
    answers = read_review(tmp_path / "filled.xlsx")
    assert answers.rows() == [(*pair, "same")]
    assert run(*arguments, "--out", tmp_path / "three", "--review", tmp_path / "filled.xlsx").exit_code == 0
    clusters = dict(pl.read_parquet(tmp_path / "three" / "clusters.parquet").iter_rows())
    assert clusters[pair[0]] == clusters[pair[1]]


def test_a_strange_answer_in_the_review_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("Jawaban,id_l,id_r\nmungkin,a,b\n")
    (tmp_path / "a.csv").write_text("name\nBudi\n")
    result = run(tmp_path / "a.csv", "--out", tmp_path / "o", "--review", tmp_path / "r.csv")
    assert result.exit_code == 2 and "mungkin" in result.stderr
