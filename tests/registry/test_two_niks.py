"""Two NIKs that stand are two people in the registry: in one list, between lists, and through a third row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payung.access.actor import acting_as
from payung.registry.actions import load_file
from payung.registry.clerk import judge_pair
from payung.registry.linking import match
from payung.registry.models import MatchRun, Pair, Person, Record

from .lists import MARTHA, YOHANES, bears

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
_HEADERS = ["NIK", "Nama Lengkap", "L/P", "Tgl Lahir", "Desa/Kelurahan", "Kecamatan", "Pekerjaan", "Nama Ibu Kandung",
            "No HP"]  # fmt: skip
_PLACE = ["Karang Anyar", "Tarakan Barat", "Petani"]
_HOUSE = ["Hernawati Jalung", "081256429387"]
RAHMI = ["6571014904912101", "Rahmi Sulobang", "P", "09-04-1991", *_PLACE, *_HOUSE]
RAHMA = ["6571014904912102", "Rahma Sulobang", "P", "09-04-1991", *_PLACE, *_HOUSE]
SITI_ONE = [
    "6571015506790212",
    "Siti Aminah",
    "P",
    "15-06-1979",
    "Pamusian",
    "Tarakan Tengah",
    "Pedagang",
    "",
    "",
]
SITI_TWO = [
    "6571015506790213",
    "Siti Aminah",
    "P",
    "15-06-1979",
    "Juata Laut",
    "Tarakan Utara",
    "Pedagang",
    "",
    "",
]
FATHER = ["6571011203650001", "Laing Ibung Ajang", "L", "12-03-1965", *_PLACE, *_HOUSE]
SON = ["6571011203850002", "Laing Ibung Ajang", "L", "12-03-1985", *_PLACE, *_HOUSE]
NEW_YEAR = ["6571014101700001", "Siti Aminah", "P", "01-01-1970", *_PLACE, *_HOUSE]
NEW_YEAR_TWO = ["6571014101700004", "Siti Aminah", "P", "01-01-1970", *_PLACE, *_HOUSE]
MISTYPED = ["6571011708450001", "Yohanes Lencau", "L", "17-08-1965", *_PLACE, *_HOUSE]
TWO = {
    "twins": (RAHMI, RAHMA),
    "twins of two lists, one without a birth date": (RAHMI, [*RAHMA[:3], "", *RAHMA[4:]]),
    "two of eight Siti Aminah": (SITI_ONE, SITI_TWO),
    "1 January": (NEW_YEAR, NEW_YEAR_TWO),
    "one serial mistyped": (
        ["6571011708650001", *MISTYPED[1:]],
        ["6571011708650007", *MISTYPED[1:]],
    ),
}


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def take(actor: Any, path: Path, rows: list[list[str]], **more: Any) -> MatchRun:
    """Loads the rows as a list and matches them."""
    book = openpyxl.Workbook()
    assert book.active is not None
    # Two files of the same rows, saved within one second, would be one file.
    book.active.title = f"Lembar {Record.objects.count()}"
    for row in (_HEADERS, *rows):
        book.active.append(row)
    book.save(path)
    load_file(actor, path=path, file_name=path.name, today=TODAY, **more)
    run = match(actor)
    assert run is not None
    return run


def holders(*rows: list[str]) -> list[int | None]:
    return [Record.objects.filter(**bears(row)).latest("pk").person_id for row in rows]


@pytest.mark.parametrize("two", TWO.values(), ids=TWO)
@pytest.mark.parametrize("apart", [False, True], ids=["one list", "two lists"])
def test_two_niks_that_stand_wait_for_a_clerk(operator, tmp_path, two, apart) -> None:
    others = [[*YOHANES, "", ""], [*MARTHA, "", ""]]
    if apart:
        take(operator, tmp_path / "a.xlsx", [*others, two[0]])
        take(operator, tmp_path / "b.xlsx", [two[1]])
    else:
        take(operator, tmp_path / "a.xlsx", [*others, *two])
    one, other = holders(*two)
    assert one and other and one != other
    if two[0][1] == two[1][1]:
        assert Pair.objects.filter(state=Pair.State.OPEN).count() == 1


def test_father_and_son_of_one_name_stay_two(operator, tmp_path) -> None:
    take(operator, tmp_path / "a.xlsx", [FATHER])
    take(operator, tmp_path / "b.xlsx", [SON])
    one, other = holders(FATHER, SON)
    assert one != other


#: her NIK with a slip in the birth date: it no longer fits its own row
_SLIP = "6571014908912101"


def test_a_row_between_brings_no_two_niks_together(operator, tmp_path) -> None:
    take(operator, tmp_path / "a.xlsx", [RAHMI])
    take(operator, tmp_path / "b.xlsx", [[_SLIP, *RAHMI[1:]]])
    take(operator, tmp_path / "c.xlsx", [RAHMA, [_SLIP, *RAHMA[1:]]])
    one, other = holders(RAHMI, RAHMA)
    assert one != other
    assert Pair.objects.filter(state=Pair.State.OPEN).exists()


def test_facts_put_together_from_two_rows_do_not_hide_a_nik_that_stands(operator, tmp_path) -> None:
    """The newest row gives another birth date: the person's NIK no longer fits it, its own row still does."""
    take(operator, tmp_path / "a.xlsx", [RAHMI])
    take(operator, tmp_path / "b.xlsx", [[*RAHMI[:3], "09-05-1991", *RAHMI[4:]]])
    person = Person.objects.get(**bears(RAHMI))
    assert (person.birth_date, person.sources) == (date(1991, 5, 9), 2)
    take(operator, tmp_path / "c.xlsx", [["6571014905912102", *RAHMI[1:3], "09-05-1991", *RAHMI[4:]]])
    one, other = holders(RAHMI, ["6571014905912102"])
    assert one != other


def test_what_a_clerk_joined_takes_rows_of_either_nik(operator, tmp_path) -> None:
    take(operator, tmp_path / "a.xlsx", [RAHMI])
    take(operator, tmp_path / "b.xlsx", [["6571014904912107", *RAHMI[1:]]])
    pair = Pair.objects.get(state=Pair.State.OPEN)
    judge_pair(operator, pair_id=pair.pk, decision="same")
    for nik in (RAHMI[0], "6571014904912107"):
        assert take(operator, tmp_path / f"{nik}.xlsx", [[nik, *RAHMI[1:]]]).same == 1
    assert take(operator, tmp_path / "d.xlsx", [["6571014904912103", *RAHMI[1:]]]).doubtful == 1
    assert Person.objects.filter(merged_into=None, candidate=True).count() == 2


def test_a_nik_that_does_not_stand_waits_for_nobody(operator, tmp_path) -> None:
    take(operator, tmp_path / "a.xlsx", [RAHMI])
    run = take(operator, tmp_path / "b.xlsx", [["6571014908912101", *RAHMI[1:]]])
    assert (run.same, run.doubtful) == (1, 0)
