"""Every way in is matched: field capture, the branch's extract, death lists; the dead with more care."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from payung.access.actor import acting_as
from payung.registry import linking
from payung.registry.actions import load_file
from payung.registry.linking import _careful, match
from payung.registry.models import Pair, Person

from .lists import ANDI, HEADERS, SITI, YOHANES, bears, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor, tmp_path):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        path = write_list(tmp_path / "calon.xlsx", [ANDI, SITI, YOHANES])
        load_file(actor, path=path, file_name=path.name, today=TODAY)
        match(actor)
        yield actor


def other_list(path: Path, column: str, rows: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*HEADERS, column])
    for number, row in enumerate(rows, start=1):
        sheet.append([number, *row])
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("kind", "column", "cell", "fact", "value"),
    [
        ("deaths", "Tanggal Meninggal", "03-10-2026", "died_on", date(2026, 10, 3)),
        ("branch", "Lunas s/d", "31-12-2026", "branch_until", date(2026, 12, 31)),
    ],
)
def test_a_row_of_another_kind_of_list_finds_its_person(operator, tmp_path, kind, column, cell, fact, value):
    spelt = [ANDI[0], "ANDI BASSO", *ANDI[2:], cell]
    path = other_list(tmp_path / "lain.xlsx", column, [spelt])
    load_file(operator, path=path, file_name=path.name, today=TODAY, kind=kind)
    run = match(operator)
    assert (run.same, run.new) == (1, 0)
    andi = Person.objects.get(**bears(ANDI))
    assert getattr(andi, fact) == value
    assert andi.sources == 2


def test_field_capture_is_matched_too(operator, tmp_path):
    path = write_list(tmp_path / "lapangan.xlsx", [[SITI[0], "Sitti Aminah", *SITI[2:]]], title="LAPANGAN")
    load_file(operator, path=path, file_name=path.name, today=TODAY, kind="field")
    assert match(operator).same == 1


def test_a_death_that_is_not_certain_waits_for_a_clerk_and_nobody_is_dead_meanwhile(
    operator, tmp_path, monkeypatch
):
    monkeypatch.setattr(linking, "CERTAIN", 1.1)
    path = other_list(tmp_path / "mati.xlsx", "Tanggal Meninggal", [[*ANDI, "03-10-2026"]])
    load_file(operator, path=path, file_name=path.name, today=TODAY, kind="deaths")
    run = match(operator)
    assert (run.same, run.doubtful) == (0, 1)
    pair = Pair.objects.get()
    assert pair.person.name == "Andi Baso"
    assert pair.person.died_on is None
    # The same row on a list of candidates is sure enough.
    path = write_list(tmp_path / "calon2.xlsx", [ANDI], title="LAGI")
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    assert match(operator).same == 1


def test_only_uncertain_rows_of_death_lists_stand_alone():
    clusters = pl.DataFrame({"id": ["r1", "r2", "r3", "p9"], "cluster_id": [4, 4, 4, 4]})
    pairs = pl.DataFrame(
        {"id_l": ["r1", "r2", "r3"], "id_r": ["p9"] * 3, "probability": [0.9985, 0.995, 0.995]}
    )
    kept = dict(_careful(clusters, pairs, [1, 2]).iter_rows())
    assert (kept["r1"], kept["r3"], kept["p9"]) == (4, 4, 4)
    assert kept["r2"] < 0
    assert _careful(clusters, pairs, []).equals(clusters)
