"""Bring the database up to date: create it, migrate it as its owner, load regions and occupations."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django

PACKAGE = Path(__file__).resolve().parents[1]


def setup_django() -> None:
    """Load Django for a command. Raises RuntimeError with a clear sentence when the database cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
    django.setup()


def owner_connection(database: str | None = None) -> Any:
    """Return an autocommit connection of psycopg's own, as the owner. Raises RuntimeError where there is none."""
    import psycopg
    from django.conf import settings

    owner = settings.DATABASES["owner"]
    where = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
        **{name: value for name, value in owner["OPTIONS"].items() if name != "prepare_threshold"},
    }
    given = {name: value for name, value in where.items() if value}
    try:
        return psycopg.connect(dbname=database or owner["NAME"], autocommit=True, **given)
    except psycopg.OperationalError as error:
        raise RuntimeError(
            f"The database server ({owner['HOST'] or 'local'}) cannot be used: {str(error).strip().splitlines()[-1]}. "
            "Look whether it runs, and at DATABASE_URL."
        ) from error


def create_database() -> None:
    """Create the database of the settings if the server does not have it yet. Safe beside another that does."""
    from django.conf import settings
    from psycopg import errors, sql

    name = settings.DATABASES["owner"]["NAME"]
    with owner_connection("postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchall():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (errors.DuplicateDatabase, errors.UniqueViolation):
            return


def migrate() -> None:
    """Create and migrate the database, load the reference tables, make the first users. Safe to repeat.

    One process at a time; raises KeysWrong before anything is changed where a key is missing or another.
    """
    from django.conf import settings
    from django.db import connections

    from payung.access.actions import ensure_first_users
    from payung.access.itself import ensure_itself
    from payung.config import role, settle
    from payung.registry.reference import load_reference

    create_database()
    with owner_connection() as lock:
        lock.execute("SELECT pg_advisory_lock(hashtext('payung migrate'))")
        with lock.cursor() as cursor:
            settle.make_or_refuse(cursor, settings.KEYS)
        use_secret_key()
        role.settle(settings.HOME)
        bring_tables()
        with lock.cursor() as cursor:
            settle.tell(settle.note(cursor, settings.KEYS))
        load_reference("owner")
        ensure_first_users("owner")
        ensure_itself("owner")
    connections["owner"].close()


def bring_tables() -> None:
    """Apply the migrations. Raises RuntimeError for a database that they do not know the way from."""
    from django.core.management import call_command
    from django.db.migrations.exceptions import InconsistentMigrationHistory, NodeNotFoundError

    try:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    except (InconsistentMigrationHistory, NodeNotFoundError) as error:
        raise RuntimeError(
            "The database was left between two states by a Payung of before the first release; nothing was changed. "
            "Run payung db migrate once with the Payung it was last used with, or begin a new home and load the lists "
            "again."
        ) from error


def use_secret_key(**_: Any) -> None:
    """Give Django the SECRET_KEY and its fallbacks as they are now: they may just have been made."""
    from django.conf import settings

    from payung.config.keys import SECRET

    first, *others = settings.KEYS.ring(SECRET).keys.values()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = first, others


def schema_version() -> str:
    """Return a hash over the migrations this code brings and what the database holds itself; stored once applied."""
    from payung.database import schema

    digest = hashlib.sha256(f"{version('procrastinate')} {schema.version()}".encode())
    for path in sorted(PACKAGE.glob("*/migrations/0*.py")):
        digest.update(f"{path.parent.parent.name}/{path.name}".encode())
    return digest.hexdigest()[:16]


def ensure_ready() -> None:
    """Migrate only where this code's schema is not yet in the database, and check the keys. Two queries.

    Raises KeysWrong where a key is missing or another than the database was written with.
    """
    from django.conf import settings
    from django.db import DatabaseError, connection

    from payung.config import settle

    key = f"schema:{schema_version()}"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM access_done WHERE key = %s", [key])
            if cursor.fetchall() and settle.verify(settle.noted(cursor), settings.KEYS):
                return
    except DatabaseError:
        connection.close()
    migrate()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_done (key, action) VALUES (%s, 'migrate') ON CONFLICT DO NOTHING", [key]
        )


def require_keys() -> None:
    """For a process that serves pages: ends it with a sentence where a key is missing or another.

    The command that started it has prepared everything, so what fails here changed since.
    """
    from django.conf import settings
    from django.db import connection

    from payung.config import settle
    from payung.config.keys import KeysWrong

    try:
        with connection.cursor() as cursor:
            settle.verify(settle.noted(cursor), settings.KEYS)
    except KeysWrong as error:
        print(error, file=sys.stderr, flush=True)
        raise SystemExit(3) from error
    finally:
        connection.close()
