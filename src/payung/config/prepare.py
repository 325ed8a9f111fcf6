"""Bring the database up to date: create it, migrate it as its owner, load regions and occupations."""

from __future__ import annotations

import os

import django


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
    """Creates and migrates the database, then loads the reference tables. Safe to repeat."""
    from django.core.management import call_command

    create_database()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
