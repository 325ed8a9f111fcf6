"""Which value of a fact holds and why, by the order in which a deployment believes its sources."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.registry import trust
from payung.registry.actions import load_file, undo_intake
from payung.registry.linking import match
from payung.registry.models import Intake, Person
from payung.registry.queries import facts_of

from .lists import ANDI, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor, tmp_path):
    """Andi as a list says, then as field officers saw him, then as a newer list says."""
    actor = make_actor("operator", "65")
    with acting_as(actor):
        for name, kind, spelt in (
            ("daftar.xlsx", "candidates", "Andi Baso"),
            ("lapangan.xlsx", "field", "Andi Bassoh"),
            ("daftar-baru.xlsx", "candidates", "Andi Basso"),
        ):
            path = write_list(tmp_path / name, [[ANDI[0], spelt, *ANDI[2:]]], title=name)
            load_file(actor, path=path, file_name=name, today=TODAY, kind=kind)
            match(actor)
        yield actor


def name_of() -> tuple[str, str]:
    values = dict(facts_of(Person.objects.get(merged_into=None, sources__gt=0)))["name"]
    return values[0].value, values[0].why


def test_the_more_trusted_source_holds_and_the_page_says_so(operator):
    assert name_of() == ("Andi Bassoh", "trust")


def test_another_order_changes_what_holds_and_loses_nothing(operator):
    trust.set_order(
        operator, kinds=["candidates", "branch", "deaths", "field"], reason="daftar sudah diverifikasi"
    )
    assert name_of() == ("Andi Basso", "newest")
    values = dict(facts_of(Person.objects.get()))["name"]
    assert {value.value for value in values} == {"Andi Baso", "Andi Bassoh", "Andi Basso"}
    assert trust.order()[0] == "candidates"
    assert [row.reason for row in trust.history()] == ["daftar sudah diverifikasi"]
    trust.set_order(operator, kinds=["branch", "deaths", "field", "candidates"], reason="kembali")
    assert name_of() == ("Andi Bassoh", "trust")


def test_among_sources_alike_the_newest_holds(operator):
    undo_intake(operator, intake_id=Intake.objects.get(kind="field").pk)
    assert name_of() == ("Andi Basso", "newest")


def test_what_nobody_contradicts_needs_no_reason(operator):
    values = dict(facts_of(Person.objects.get()))["birth_date"]
    assert [(value.holds, value.why) for value in values] == [(True, "only")]


@pytest.mark.parametrize("kinds", [["branch"], ["branch", "branch", "deaths", "field"], ["a", "b", "c", "d"]])
def test_an_order_names_each_source_once(operator, kinds):
    with pytest.raises(Refused):
        trust.set_order(operator, kinds=kinds, reason="coba")


def test_a_clerk_of_one_regency_does_not_set_it(make_actor):
    malinau = make_actor("operator", "65.02")
    with acting_as(malinau), pytest.raises(NotAllowed):
        trust.set_order(malinau, kinds=["candidates", "branch", "deaths", "field"], reason="coba")
