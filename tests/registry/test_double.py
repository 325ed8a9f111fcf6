"""Who would be paid for twice: lists of several senders, or paid by another according to the branch."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import acting_as
from payung.registry import double
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Person
from payung.values import Month

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor, tmp_path):
    """Andi on the lists of two agencies, Siti twice on lists of one, Yohanes paid by another until March."""
    actor = make_actor("operator", "65")
    with acting_as(actor):
        for name, sender, people in (
            ("a.xlsx", "Dinas Perikanan", [ANDI, SITI, YOHANES]),
            ("b.xlsx", "Desa Karang Anyar", [ANDI, MARTHA]),
            ("c.xlsx", "Dinas Perikanan", [SITI]),
        ):
            path = write_list(tmp_path / name, people, title=sender)
            load_file(actor, path=path, file_name=name, today=TODAY, sender_name=sender)
            match(actor)
        Person.objects.filter(name="Yohanes Laing").update(branch_until=date(2027, 3, 31))
        yield actor


def found(**asked) -> dict[str, double.Double]:
    return {one.name: one for one in double.page(TODAY, **asked)}


def test_two_senders_and_another_payer_are_found_and_one_sender_twice_is_not(operator):
    people = found()
    assert set(people) == {"Andi Baso", "Yohanes Laing"}
    assert set(people["Andi Baso"].senders) == {"Dinas Perikanan", "Desa Karang Anyar"}
    assert (people["Andi Baso"].payers, people["Andi Baso"].months) == (2, double.PACKAGE)


def test_months_overlap_from_now_until_the_branch_or_the_decree_ends(operator):
    # November 2026 to March 2027.
    assert found()["Yohanes Laing"].months == 5
    Person.objects.filter(name="Yohanes Laing").update(covered_until=Month.of(2027, 1))
    assert found()["Yohanes Laing"].months == 3
    Person.objects.filter(name="Yohanes Laing").update(branch_until=date(2031, 1, 1), covered_until=None)
    assert found()["Yohanes Laing"].months == double.PACKAGE


def test_past_cover_at_the_branch_and_the_dead_are_not_double(operator):
    Person.objects.filter(name="Yohanes Laing").update(branch_until=date(2026, 11, 21))
    Person.objects.filter(name="Andi Baso").update(died_on=date(2026, 1, 1))
    assert found() == {}


def test_filters_and_counts_agree(operator):
    assert set(found(kind="branch")) == {"Yohanes Laing"}
    assert set(found(sender="Desa Karang Anyar")) == {"Andi Baso"}
    assert found(region="65.02") == {}
    assert sum(group.people for group in double.groups(TODAY)) == 2
    assert {group.kind for group in double.groups(TODAY, kind="lists")} == {"lists"}


def test_counts_for_who_may_not_see_people_hold_no_names(operator, make_actor):
    budget = make_actor("budget", "65")
    with acting_as(budget):
        assert double.page(TODAY) == []
        assert double.groups(TODAY) == []
        assert sum(group.people for group in double.groups(TODAY, regions=("65",))) == 2
        assert double.groups(TODAY, regions=("65.02",)) == []
