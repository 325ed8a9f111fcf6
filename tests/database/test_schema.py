"""What the database itself holds comes from files, and running them again changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.db import connections

import payung
from payung.database import schema

SOURCE = Path(payung.__file__).parent

_HELD = """
SELECT 'function ' || p.proname || pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '')
  FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
UNION ALL
SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT concat_ws(' ', 'policy', tablename, policyname, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT concat_ws(' ', 'table', relname, relrowsecurity, relacl::text, reloptions::text) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace
 ORDER BY 1
"""


def held() -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_HELD)
        return [line for (line,) in cursor.fetchall()]


def test_installing_again_changes_nothing(own_database):
    before = held()
    schema.prepare(connections["owner"])
    schema.install(connections["owner"])
    assert held() == before


def test_what_was_changed_by_hand_is_put_right(own_database):
    before = held()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TRIGGER access_event_append_only ON access_event")
        cursor.execute("DROP POLICY registry_person_region ON registry_person")
        cursor.execute("GRANT UPDATE ON access_event TO payung_app")
    assert held() != before
    schema.install(connections["owner"])
    assert held() == before


def test_every_function_and_trigger_of_the_database_has_its_file(own_database):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND proname NOT LIKE 'procrastinate%%'"
        )
        functions = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE 'procrastinate%%'"
            " AND tgname NOT LIKE '%%_append_only'"
        )
        triggers = {name for (name,) in cursor.fetchall()}
    assert functions == {path.stem for path in SOURCE.glob("*/sql/functions/*.sql")}
    written = "".join(path.read_text() for path in SOURCE.glob("*/sql/triggers/*.sql"))
    assert triggers == set(re.findall(r"CREATE OR REPLACE TRIGGER (\w+)", written))


def test_migrations_hold_tables_and_no_function():
    for path in SOURCE.glob("*/migrations/0*.py"):
        assert not re.search(r"CREATE (OR REPLACE )?(FUNCTION|TRIGGER)", path.read_text()), path


def test_tables_named_for_protection_exist(own_database):
    tables = {model._meta.db_table for model in apps.get_models()}
    for room in apps.get_app_configs():
        assert {*getattr(room, "limited_to_region", ()), *getattr(room, "append_only", ())} <= tables
