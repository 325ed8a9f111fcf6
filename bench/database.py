"""Databases of the benchmarks' own on the embedded server, dropped afterwards.

`bench_database` is an empty one; `populated` one with people, covers and bills; `copied` one of a benchmark's own
making. What these hold is built once, as a template of which every benchmark gets a copy in seconds, until `forget`
drops it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

NAME = "payung_bench"
ROOT = Path(__file__).resolve().parents[1]
#: Tables whose keys too are made after the rows: one row in each for every person and month.
_LARGE = ("coverage_covermonth", "coverage_billline")
#: Tables whose rows come from each other, so that no trigger or foreign key need look at each.
_SURE = (*_LARGE, "coverage_annexline", "coverage_registration", "registry_eligibility", "registry_person")
#: What the trigger of cover months keeps, for all at once.
_COVERED_UNTIL = """
UPDATE registry_person p SET covered_until = last.month
  FROM (SELECT person_id, max(month) AS month FROM coverage_covermonth GROUP BY 1) last
 WHERE p.id = last.person_id AND p.covered_until IS DISTINCT FROM last.month
"""
#: What the triggers of people keep, for all at once: who is somebody has keys to be made.
_MARKED = """
INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
SELECT id, updated_at, '', '', region_code FROM registry_person WHERE merged_into_id IS NULL AND sources > 0
    ON CONFLICT (person_id) DO NOTHING
"""


def set_up(name: str = NAME) -> None:
    """Django on a database of the server that this worktree's benchmarks share."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ.setdefault("PAYUNG_HOSTS", "localhost,127.0.0.1,testserver")
    os.environ.setdefault("PAYUNG_HOME", str(Path.home() / ".cache" / "payung-bench"))
    os.environ["PAYUNG_DATABASE"] = name
    from payung.config.prepare import setup_django

    setup_django()


@contextmanager
def bench_database() -> Iterator[None]:
    """Django set up on an empty, migrated database; acts as the operator of the whole province."""
    set_up()
    drop(NAME)
    from payung.config.prepare import ensure_ready

    ensure_ready()
    from payung.access.actor import Actor, acting_as
    from payung.access.models import User

    try:
        with acting_as(Actor.of(User.objects.get(username="operator"))):
            yield
    finally:
        drop(NAME)


@contextmanager
def populated(people: int, *, past_months: int = 23, today: date | None = None) -> Iterator[None]:
    """Django set up on a copy of a population with covers since `past_months` ago; nobody acts."""
    set_up()
    from django.utils import timezone

    today = today or timezone.localdate()
    with copied(f"{people}_{past_months}_{today:%Y%m%d}", lambda: fill(people, past_months, today)):
        yield


@contextmanager
def copied(what: str, build: Callable[[], object]) -> Iterator[None]:
    """Django set up on a copy of the database that `build` makes, which is kept by the name `what`; nobody acts."""
    set_up()
    template = _template(what, build)
    drop(NAME)
    with server() as owner:
        owner.execute(f'CREATE DATABASE {NAME} TEMPLATE "{template}" STRATEGY file_copy')
    try:
        yield
    finally:
        drop(NAME)


def _template(what: str, build: Callable[[], object]) -> str:
    """The name of the database kept, built where it is not there yet."""
    from payung.config.prepare import schema_version

    name = f"payung_people_{what}_{schema_version()}"
    with server() as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchall():
            return name
    began = time.perf_counter()
    _use(NAME)
    drop(NAME)
    from payung.config.prepare import ensure_ready

    ensure_ready()
    build()
    _close()
    with server() as owner:
        owner.execute(f'ALTER DATABASE {NAME} RENAME TO "{name}"')
    print(f"population {what} built in {time.perf_counter() - began:.1f} s", flush=True)
    return name


def fill(people: int, past_months: int, today: date, write: Any = None) -> None:
    """Writes a population into the database in use."""
    from tests.oversight.population import populate

    with filling():
        populate(people, past_months=past_months, today=today, write=write)


@contextmanager
def filling() -> Iterator[None]:
    """Writes in bulk: as the owner, without triggers; the indexes of large tables come last, and statistics."""
    with server(NAME) as owner:
        made = owner.execute(
            """SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
                      format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                             pg_get_constraintdef(oid))
                 FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('p', 'u')
               UNION ALL
               SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
                 FROM pg_index WHERE indrelid::regclass::text = ANY(%s)
                  AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)""",
            [list(_LARGE), list(_SURE)],
        ).fetchall()
        for undo, _ in made:
            owner.execute(undo)
        for table in _SURE:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        with _as_owner():
            yield
        for table in _SURE:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        owner.execute(_COVERED_UNTIL)
        owner.execute(_MARKED)
        owner.execute("SET maintenance_work_mem = '1GB'")
        for _, again in made:
            owner.execute(again)
        owner.execute("VACUUM ANALYZE")


@contextmanager
def _as_owner() -> Iterator[None]:
    """Row-level security asks nothing of the owner: it would be asked once for each of some ten million rows."""
    from django.conf import settings
    from django.db import connection

    from payung.database.scope import set_scope

    who = ("USER", "PASSWORD")
    before = {name: connection.settings_dict[name] for name in who}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('payung.regions', true)")
        regions = cursor.fetchall()[0][0] or ""
    connection.close()
    connection.settings_dict.update({name: settings.DATABASES["owner"][name] for name in who})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        set_scope(tuple(regions.split(",")) if regions else ())


def forget() -> None:
    """Drops every population."""
    set_up()
    with server() as owner:
        names = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'payung_people_%'")
        for (name,) in names.fetchall():
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    from django.conf import settings
    from django.db import connections

    _close()
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _close() -> None:
    from django.db import connections

    connections.close_all()


def server(database: str = "postgres") -> Any:
    """An autocommit connection of the owner."""
    import psycopg
    from django.conf import settings

    owner = settings.DATABASES["owner"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    where = {key: owner[name] for key, name in names.items() if owner[name]}
    return psycopg.connect(dbname=database, autocommit=True, **where)


def drop(name: str) -> None:
    _close()
    with server() as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
