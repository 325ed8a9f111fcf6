import csv
import hashlib
import io
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from payung.demo import lists, registers
from payung.demo.senders import SENDERS
from payung.demo.workers import population
from payung.values import Month

TODAY = lists.DEMO_DAY


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("province")
    lists.write(out, 2_000, 4)
    return out


@pytest.fixture(scope="module")
def truth(folder) -> pl.DataFrame:
    return pl.read_parquet(folder / "truth" / "rows.parquet")


@pytest.fixture(scope="module")
def people(folder) -> pl.DataFrame:
    return pl.read_parquet(folder / "truth" / "people.parquet")


def cells(folder: Path, path: str) -> dict[str, list[list[str]]]:
    """Sheet -> rows of text as a reader that knows the encoding gets them."""
    if path.endswith(".xlsx"):
        book = CalamineWorkbook.from_path(str(folder / path))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    raw = (folder / path).read_bytes()
    encoding = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "cp1252" if b"\x92" in raw else "utf-8"
    text = raw.decode(encoding)
    delimiter = ";" if text.split("\r\n")[0].count(";") else ","
    return {"Data": list(csv.reader(io.StringIO(text), delimiter=delimiter))}


def test_the_same_arguments_give_the_same_bytes(folder, tmp_path):
    again = lists.write(tmp_path, 2_000, 4)
    assert again == lists.read_manifest(folder)
    for file in again.files:
        assert hashlib.sha256((folder / file.path).read_bytes()).hexdigest() == file.sha256
        assert (tmp_path / file.path).read_bytes() == (folder / file.path).read_bytes()


def test_about_forty_lists_in_several_kinds(folder):
    manifest = lists.read_manifest(folder)
    paths = manifest.paths("list")
    assert len(paths) == len(SENDERS) == 42
    assert {Path(path).suffix for path in paths} == {".xlsx", ".csv"}
    assert manifest.list_rows > 2_000
    heads = [(folder / path).read_bytes()[:3] for path in paths if path.endswith(".csv")]
    assert heads.count(b"\xef\xbb\xbf") >= 2
    assert any(b"\x92" in (folder / path).read_bytes() for path in paths if path.endswith(".csv"))


def test_the_truth_points_at_the_row_that_names_the_person(folder, truth, people):
    names = dict(people.select("person_id", "name").iter_rows())
    niks = dict(people.select("person_id", "nik").iter_rows())
    lists_only = truth.filter(pl.col("file").str.starts_with("lists/"))
    checked = right = 0
    for (path,), rows in lists_only.partition_by("file", as_dict=True).items():
        sheets = cells(folder, path)
        for sheet, row, person in (
            rows.sample(min(25, rows.height), seed=1).select("sheet", "row", "person_id").rows()
        ):
            grid = sheets[sheet] if path.endswith(".xlsx") else sheets["Data"]
            text = " ".join(
                str(int(cell)) if isinstance(cell, float) else str(cell) for cell in grid[row - 1]
            ).upper()
            checked += 1
            right += niks[person][:14] in text or names[person].upper().split()[0][:4] in text
    assert checked > 600
    assert right / checked > 0.93


def test_everybody_is_listed_and_many_on_two_to_four_lists(truth, people):
    rows = truth.filter(pl.col("file").str.starts_with("lists/"))
    assert set(rows["person_id"]) == set(people["person_id"])
    on = rows.select("file", "person_id").unique()["person_id"].value_counts()["count"]
    assert 0.35 < (on >= 2).mean() < 0.7
    assert on.max() >= 4
    within = rows.height - rows.select("file", "person_id").unique().height
    assert 0.005 < within / rows.height < 0.03


def test_lists_hold_people_who_may_not_be_enrolled(people):
    age = (pl.lit(TODAY) - pl.col("birth_date")).dt.total_days() / 365.2425
    assert people.filter(age >= 65).height
    assert people.filter(age < 18).height
    assert people.filter("wage_worker").height
    assert people.filter(~pl.col("ktp_regency").str.starts_with("65")).height
    assert people.filter(pl.col("died_on") < TODAY).height


def test_the_branch_extract_says_who_is_active_until_when(folder, truth, people):
    grid = cells(folder, str(registers.PATHS["branch"]))["Data"]
    assert grid[0] == ["NO KPJ", "NIK", "NAMA PESERTA", "TGL LAHIR", "JK", "SEGMEN", "STATUS", "LUNAS S/D"]
    rows = truth.filter(pl.col("file") == str(registers.PATHS["branch"]))
    facts = {row["person_id"]: row for row in people.iter_rows(named=True)}
    members = people.filter(pl.col("membership_number").is_not_null())
    assert set(rows["person_id"].drop_nulls()) == set(members["person_id"])
    assert rows["person_id"].null_count() > 0
    for row, person in rows.drop_nulls().select("row", "person_id").rows():
        line = grid[row - 1]
        assert line[0] == facts[person]["membership_number"]
        assert line[7] == str(Month(facts[person]["active_until"]))
        assert (line[6] == "AKTIF") == (facts[person]["active_until"] >= Month.containing(TODAY).number)
    assert len({line[0] for line in grid[1:]}) == len(grid) - 1


def test_the_death_list_holds_no_death_that_is_still_to_come(tmp_path):
    people = population(4_000, 9, TODAY)
    rows = registers.write_deaths(tmp_path / "d.xlsx", people, 9, TODAY)
    grid = CalamineWorkbook.from_path(str(tmp_path / "d.xlsx")).get_sheet_by_index(0).to_python()
    died = dict(people.select("person_id", "died_on").iter_rows())
    for row, person in rows.drop_nulls().select("row", "person_id").rows():
        assert grid[row - 1][6] == died[person] <= TODAY
    known = people.filter(pl.col("died_on") <= TODAY).height
    assert 0.7 * known < rows["person_id"].count() <= known


def test_a_later_death_list_holds_the_new_deaths_only(tmp_path):
    people = population(20_000, 9, TODAY)
    later = date(2027, 2, 22)
    rows = registers.write_deaths(tmp_path / "d.xlsx", people, 9, later, since=date(2026, 11, 23))
    died = dict(people.select("person_id", "died_on").iter_rows())
    assert rows["person_id"].count() > 5
    assert all(TODAY < died[person] <= later for person in rows["person_id"].drop_nulls())


def test_funds_are_written_as_the_allocation_takes_them(folder):
    funds = json.loads((folder / "funds.json").read_text(encoding="utf-8"))
    keys = {"id", "kind", "cash", "valid", "regions", "trades", "new_only", "min_people", "package_months"}
    assert all(keys <= set(fund) for fund in funds)


def test_progress_is_told_to_the_end(tmp_path):
    told: list[tuple[int, int, str]] = []
    lists.write(tmp_path, 100, 1, on_progress=lambda *step: told.append(step))
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert told[-1][0] == told[-1][1]


def test_a_province_of_ten_is_refused(tmp_path):
    with pytest.raises(ValueError, match="100 workers or more"):
        lists.write(tmp_path, 10)
