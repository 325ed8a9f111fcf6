"""Returned rows that came back mended no longer wait; a list can be marked as settled."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.coverage.desk import queues
from payung.registry.actions import load_file, undo_intake
from payung.registry.mending import settle
from payung.registry.models import Intake, Mended
from payung.registry.queries import intakes
from payung.values import Month

from .lists import ANDI, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def but(person, **cells):
    """The row of a person with some cells other: nik, name, sex, born, village, district, trade."""
    places = ("nik", "name", "sex", "born", "village", "district", "trade")
    return [cells.get(name, value) for name, value in zip(places, person, strict=True)]


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


class Lists:
    def __init__(self, operator, folder):
        self.operator, self.folder, self.count = operator, folder, 0

    def send(self, *people, sender="Desa Karang Anyar") -> Intake:
        self.count += 1
        path = write_list(self.folder / f"daftar-{self.count}.xlsx", people, title=f"DAFTAR {self.count}")
        return load_file(self.operator, path=path, file_name=path.name, today=TODAY, sender_name=sender)[0]


@pytest.fixture
def lists(operator, tmp_path) -> Lists:
    return Lists(operator, tmp_path)


def waiting() -> int:
    return queues(Month.containing(TODAY))["returned"]


#: The rows of a first list (all but Yohanes' are returned), those of a second one, its sender, and how many wait then.
SHORT, NONE, TWIN = "657101050868000", "", "6571010508680009"
WAYS = [
    ("the NIK was one digit short", [but(ANDI, nik=SHORT)], [ANDI], None, 0),
    ("there was no NIK", [but(ANDI, nik=NONE)], [ANDI], None, 0),
    ("no NIK, spelt otherwise by case", [but(ANDI, nik=NONE)], [but(ANDI, name="ANDI BASO")], None, 0),
    ("no birth date and no NIK", [but(ANDI, nik=NONE, born="")], [ANDI], None, 0),
    ("the village was unknown", [but(ANDI, village="Entah", district="Entah")], [ANDI], None, 0),
    ("two rows of two people", [but(ANDI, nik=SHORT), but(SITI, nik=NONE)], [ANDI, SITI], None, 0),
    ("one of two came back", [but(ANDI, nik=SHORT), but(SITI, nik=NONE)], [SITI], None, 1),
    ("it came back wrong again", [but(ANDI, nik=SHORT)], [but(ANDI, nik=SHORT + "x")], None, 2),
    ("somebody else came", [but(ANDI, nik=SHORT)], [SITI], None, 1),
    ("another sender's man of that name", [but(ANDI, nik=NONE)], [ANDI], "Desa Lain", 1),
    ("another sender, the same NIK", [but(ANDI, village="Entah", district="Entah")], [ANDI], "Desa Lain", 0),
    ("two of one name, one came back", [but(ANDI, nik=NONE), but(ANDI, nik=SHORT)], [ANDI], None, 1),
    ("twins' name, another NIK known before", [but(ANDI, nik=NONE, born=""), YOHANES], [YOHANES], None, 1),
    ("nothing came", [but(ANDI, nik=SHORT)], [], None, 1),
    ("one good row beside", [but(ANDI, nik=SHORT), YOHANES], [ANDI, YOHANES], None, 0),
]


@pytest.mark.parametrize(("first", "second", "sender", "left"), [pytest.param(*w[1:], id=w[0]) for w in WAYS])
def test_a_returned_row_waits_until_it_comes_back_mended(lists, first, second, sender, left):
    one = lists.send(*first)
    assert one.returned == waiting() == sum(row is not YOHANES for row in first)
    if second:
        lists.send(*second, sender=sender or "Desa Karang Anyar")
    assert waiting() == left


def test_the_mended_rows_stand_beside_the_list(lists):
    one = lists.send(but(ANDI, nik=SHORT), but(SITI, nik=NONE))
    lists.send(ANDI)
    assert {found.pk: found.mended for found in intakes()}[one.pk] == 1


def test_a_list_taken_back_mends_nothing_and_a_later_one_does_again(lists, operator):
    lists.send(but(ANDI, nik=SHORT))
    two = lists.send(ANDI)
    assert waiting() == 0
    undo_intake(operator, intake_id=two.pk, reason="keliru")
    assert waiting() == 1
    lists.send(ANDI, SITI)
    assert waiting() == 0


def test_where_two_lists_bring_the_row_one_may_be_taken_back(lists, operator):
    lists.send(but(ANDI, nik=SHORT))
    two = lists.send(ANDI)
    lists.send(ANDI, YOHANES)
    undo_intake(operator, intake_id=two.pk, reason="keliru")
    assert waiting() == 0


def test_a_list_that_was_taken_back_waits_for_nothing(lists, operator):
    one = lists.send(but(ANDI, nik=SHORT), YOHANES)
    lists.send(ANDI)
    undo_intake(operator, intake_id=one.pk, reason="keliru")
    assert waiting() == 0
    assert not Mended.objects.exists()


def test_a_settled_list_waits_no_more_and_says_why(lists, operator, make_actor):
    one = lists.send(but(ANDI, nik=SHORT))
    with pytest.raises(Refused):
        settle(operator, intake_id=one.pk, reason=" ")
    settle(operator, intake_id=one.pk, reason="Pindah ke luar provinsi")
    settle(operator, intake_id=one.pk, reason="lagi")
    one.refresh_from_db()
    assert (waiting(), one.settled_reason, one.settled_by) == (0, "Pindah ke luar provinsi", operator.user)
    with pytest.raises(Refused):
        settle(operator, intake_id=lists.send(YOHANES).pk, reason="tidak ada")


@pytest.mark.parametrize(("role", "region"), [("dprd", "65"), ("budget", "65"), ("operator", "65.01")])
def test_only_whoever_takes_lists_in_there_may_settle(lists, make_actor, role, region):
    one = lists.send(but(ANDI, nik=SHORT))
    Intake.objects.filter(pk=one.pk).update(region_code="65.71")
    with pytest.raises(NotAllowed):
        settle(make_actor(role, region), intake_id=one.pk, reason="x")
    assert waiting() == 1
