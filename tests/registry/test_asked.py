"""Pairs of which the village was asked leave the desk until its answer is recorded; what a clerk sees of two NIKs."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.registry.actions import load_file
from payung.registry.clerk import judge_pair, record_answer
from payung.registry.clerk_queries import _rows, asked, desk, progress, questions
from payung.registry.linking import match
from payung.registry.models import Judgement, Pair, Person, Record
from payung.web.matching.village_questions import questions_workbook

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


@pytest.fixture
def pairs(operator, tmp_path) -> list[Pair]:
    """Three pairs that wait, the most probable first."""
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA])
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    run = match(operator)
    people = {person.name: person for person in Person.objects.all()}
    return [
        Pair.objects.create(
            run=run,
            record=people[left].records.get(),
            person=people[right],
            probability=probability,
            weight=1.0,
            region_code=people[right].region_code,
        )
        for left, right, probability in (
            ("Yohanes Laing", "Andi Baso", 0.9),
            ("Martha Lawai", "Siti Aminah", 0.8),
            ("Siti Aminah", "Andi Baso", 0.7),
        )
    ]


#: What is done in order (the pair by its place; what; the village's answer after a colon), which pair the desk then
#: shows (None: none), and which wait for the village.
WAYS = [
    ([], 0, []),
    (["0 asked"], 1, [0]),
    (["0 asked", "0 asked"], 1, [0]),
    (["0 asked", "1 asked"], 2, [0, 1]),
    (["0 asked", "1 asked", "2 asked"], None, [0, 1, 2]),
    (["1 asked"], 0, [1]),
    (["0 asked", "1 different"], 2, [0]),
    (["0 asked", "1 different", "2 different"], None, [0]),
    (["0 asked", "0:different"], 1, []),
    (["0 asked", "0:same"], 1, []),
    (["0 asked", "0:unknown"], 0, []),
    (["0 asked", "1 asked", "1:unknown"], 1, [0]),
    (["0 asked", "1 asked", "0:different", "1:same"], 2, []),
    (["2 asked", "0 different", "1 different", "2:unknown"], 2, []),
]


@pytest.mark.parametrize(
    ("deeds", "shown", "waiting"), WAYS, ids=[", ".join(way[0]) or "nothing" for way in WAYS]
)
def test_an_asked_pair_leaves_the_desk_until_the_village_has_answered(operator, pairs, deeds, shown, waiting):
    for deed in deeds:
        at, what = int(deed[0]), deed[2:]
        if deed[1] == ":":
            record_answer(operator, pair_id=pairs[at].pk, answer=what, told_by="Ketua RT 03")
        else:
            judge_pair(operator, pair_id=pairs[at].pk, decision=what)
    found = desk(None)
    assert (None if found is None else found.pair.pk) == (None if shown is None else pairs[shown].pk)
    assert sorted(asked().values_list("pk", flat=True)) == sorted(pairs[at].pk for at in waiting)
    assert progress()["asked"] == len(waiting)


def test_what_the_village_said_is_kept_with_who_said_it(operator, pairs):
    judge_pair(operator, pair_id=pairs[0].pk, decision="asked")
    record_answer(operator, pair_id=pairs[0].pk, answer="unknown", told_by="Ibu Kades")
    told = Judgement.objects.filter(pair=pairs[0]).order_by("pk")
    assert [(one.answer, one.reason) for one in told] == [
        ("asked", ""),
        ("unknown", "Jawaban desa: Ibu Kades"),
    ]


@pytest.mark.parametrize(
    ("state", "answer", "told_by"),
    [("open", "same", "RT"), ("asked", "perhaps", "RT"), ("asked", "same", " "), ("different", "same", "RT")],
)
def test_an_answer_that_nobody_asked_for_or_gave_is_refused(operator, pairs, state, answer, told_by):
    if state != "open":
        judge_pair(operator, pair_id=pairs[0].pk, decision=state)
    with pytest.raises(Refused):
        record_answer(operator, pair_id=pairs[0].pk, answer=answer, told_by=told_by)
    pairs[0].refresh_from_db()
    assert pairs[0].state == state


def test_a_clerk_of_another_regency_records_no_answer(operator, pairs, make_actor):
    judge_pair(operator, pair_id=pairs[0].pk, decision="asked")
    stranger = make_actor("operator", "65.01")
    with acting_as(stranger), pytest.raises((NotAllowed, Refused)):
        record_answer(stranger, pair_id=pairs[0].pk, answer="unknown", told_by="RT")


def test_the_file_for_the_village_has_the_questions_and_no_digit_of_a_nik(operator, pairs):
    Person.objects.filter(pk=pairs[0].person_id).update(name="=HYPERLINK(1)")
    for pair in pairs:
        judge_pair(operator, pair_id=pair.pk, decision="asked")
    content = questions_workbook(questions(asked()))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert sorted(row[0] for row in rows[1:]) == sorted(str(pair.pk) for pair in pairs)
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    text = " ".join(str(cell) for row in rows for cell in row)
    assert "Karang Anyar" in text
    assert "12-03-1985" in text
    for nik in (ANDI[0], SITI[0], YOHANES[0], MARTHA[0]):
        assert nik[-4:] not in text


def shown(rows, label="NIK"):
    row = next(row for row in rows if row.label == label)
    return (
        row.left,
        row.right,
        [piece.left + "|" + piece.right for piece in row.pieces if piece.kind == "changed"],
    )


def test_the_desk_shows_the_digits_of_two_niks_that_differ_and_no_other(operator, pairs, tmp_path):
    other = [ANDI[0][:11] + "9" + ANDI[0][12:], "Andi Basso", *ANDI[2:]]
    path = write_list(tmp_path / "b.xlsx", [other], title="LAIN")
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    match(operator)
    one, two = (Record.objects.get(name=name) for name in ("Andi Basso", "Andi Baso"))
    left, right, marked = shown(_rows(one, two))
    assert (left, right, marked) == ("•••• •••• •••9 0001", "•••• •••• •••8 0001", ["9|8"])


def test_empty_cells_are_not_marked_as_differing(operator, pairs):
    found = desk(None)
    assert [row.label for row in found.rows if not row.known and row.same] != []
    for row in found.rows:
        if not row.known:
            assert row.left == "" or row.right == ""
