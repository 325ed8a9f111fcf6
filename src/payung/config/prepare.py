"""Bring the database up to date: create it, migrate it as its owner, load regions and occupations."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import django

PACKAGE = Path(__file__).resolve().parents[1]


def setup_django() -> None:
    """Loads Django for a command. Raises RuntimeError with a clear sentence when the database cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
    django.setup()


def create_database() -> None:
    """Creates the database of the settings if the server does not have it yet."""
    import psycopg
    from django.conf import settings
    from psycopg import sql

    owner = settings.DATABASES["owner"]
    where = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
    }
    where = {key: value for key, value in where.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [owner["NAME"]]).fetchall()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(owner["NAME"])))


def migrate() -> None:
    """Creates and migrates the database, loads the reference tables, makes the first users. Safe to repeat."""
    from django.core.management import call_command

    from payung.access.actions import ensure_first_users
    from payung.registry.reference import load_reference

    create_database()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    load_reference("owner")
    ensure_first_users("owner")


def schema_version() -> str:
    """A hash over the migrations this code brings; stored in the database once they are applied."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.glob("*/migrations/0*.py")):
        digest.update(f"{path.parent.parent.name}/{path.name}".encode())
    return digest.hexdigest()[:16]


def ensure_ready() -> None:
    """Migrates only where this code's schema is not yet in the database: one query when it is."""
    from django.db import DatabaseError, connection

    key = f"schema:{schema_version()}"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM access_done WHERE key = %s", [key])
            if cursor.fetchall():
                return
    except DatabaseError:
        connection.close()
    migrate()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_done (key, action) VALUES (%s, 'migrate') ON CONFLICT DO NOTHING", [key]
        )
