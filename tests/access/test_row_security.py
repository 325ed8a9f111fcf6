"""A view that forgets its filter shows nobody it must not show: the database itself limits each session."""

import pytest
from django.db import DatabaseError, connection, transaction

from payung.access.actor import NotAllowed, acting_as, action, everyone_visible
from payung.access.acts import OWN_REGIONS, Act
from payung.access.models import Event
from payung.database.scope import set_scope
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


def test_no_function_of_the_owner_finds_what_the_web_role_left_in_its_temporary_schema():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.proname, coalesce(array_to_string(p.proconfig, ';'), '') FROM pg_proc p
               JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname = 'public'"""
        )
        found = cursor.fetchall()
    assert len(found) > 5
    assert not [name for name, config in found if not config.endswith("pg_temp")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE access_user SET username = 'x'",
        "UPDATE access_user SET is_superuser = true",
        "UPDATE access_user SET is_staff = true",
        "UPDATE access_user SET date_joined = now()",
        "DELETE FROM access_user",
        "TRUNCATE access_user",
        "UPDATE access_assignment SET region_code = '65'",
        "UPDATE access_assignment SET role = 'operator'",
        "ALTER TABLE registry_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY registry_person_region ON registry_person",
        "CREATE FUNCTION public.payung_regions() RETURNS text[] LANGUAGE sql AS 'SELECT array[''65'']'",
        "CREATE OR REPLACE FUNCTION payung_regions() RETURNS text[] LANGUAGE sql AS 'SELECT array[''65'']'",
        "SET ROLE postgres",
        "SET row_security = off; SELECT count(*) FROM registry_person",
    ],
)
def test_the_web_role_may_not(db, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("value", ["6", "65.7", "65.71.0", "", "%", "6_", "65.71.01.100", "65,", ",", " 65"])
def test_what_is_no_whole_code_of_a_region_is_no_scope(two_regencies, value):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('payung.regions', %s, true)", [value])
        cursor.execute("SELECT count(*) FROM registry_person")
        assert cursor.fetchone()[0] == (2 if value == "65," else 0)
