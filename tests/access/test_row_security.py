"""A view that forgets its filter shows nobody it must not show: the database itself limits each session."""

import pytest
from django.db import DatabaseError, connection, transaction

from payung.access.actor import NotAllowed, acting_as, action, everyone_visible, set_scope
from payung.access.acts import OWN_REGIONS, Act
from payung.access.models import Event
from payung.registry.models import Person

pytestmark = pytest.mark.django_db


def person(name: str, region_code: str) -> Person:
    return Person.objects.create(name=name, name_norm=name.upper(), region_code=region_code)


@pytest.fixture
def two_regencies():
    set_scope(("65",))
    person("Andi", "65.71.01.1001")
    person("Budi", "65.01.01.2001")
    set_scope(())


def test_the_connection_is_a_role_that_cannot_bypass_row_security():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchall() == [("payung_app", False, False)]


def test_every_table_with_a_person_in_it_has_row_security():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
               WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity
                 AND (a.attname IN ('person_id', 'nik_enc', 'nik_hash', 'record_id', 'member_no'))"""
        )
        assert cursor.fetchall() == []


def test_without_a_scope_nobody_is_visible(two_regencies):
    assert Person.objects.count() == 0


def test_an_unfiltered_query_shows_only_the_actors_region(two_regencies, make_actor):
    with acting_as(make_actor("operator", "65.71")):
        assert [p.name for p in Person.objects.all()] == ["Andi"]
    with acting_as(make_actor("operator", "65")):
        assert Person.objects.count() == 2
    with acting_as(make_actor("dprd", "65")):
        assert Person.objects.count() == 0


def test_a_row_of_another_region_cannot_be_written(two_regencies, make_actor):
    with acting_as(make_actor("operator", "65.71")), pytest.raises(DatabaseError), transaction.atomic():
        person("Citra", "65.01.01.2001")


def test_work_that_compares_with_everybody_gives_the_scope_back(two_regencies, make_actor):
    with acting_as(make_actor("operator", "65.71")):
        with transaction.atomic(), everyone_visible():
            assert Person.objects.count() == 2
        assert Person.objects.count() == 1


def test_what_broke_a_transaction_is_told_and_nobody_stays_visible(two_regencies, make_actor):
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        acting_as(make_actor("operator", "65.71")),
    ):
        person("Citra", "65.01.01.2001")
    assert Person.objects.count() == 0


def test_an_action_needs_its_permission_in_the_region(make_actor):
    tarakan = make_actor("operator", "65.71")
    with pytest.raises(NotAllowed), action(tarakan, Act.LOAD, region_code="65.01"):
        pass
    with pytest.raises(NotAllowed), action(make_actor("dprd"), Act.SAVE_MAPPING, region_code=OWN_REGIONS):
        pass
    assert not Event.objects.exists()


def test_an_action_that_fails_leaves_neither_change_nor_event(make_actor):
    operator = make_actor("operator", "65")
    with acting_as(operator):
        with pytest.raises(RuntimeError), action(operator, Act.SAVE_MAPPING, region_code=OWN_REGIONS):
            person("Dewi", "65.71.01.1001")
            raise RuntimeError
        assert not Person.objects.exists()
        assert not Event.objects.exists()


def test_audit_events_cannot_be_changed_or_removed(make_actor):
    operator = make_actor("operator")
    with action(operator, Act.SAVE_MAPPING, region_code=OWN_REGIONS):
        pass
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(action="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()
