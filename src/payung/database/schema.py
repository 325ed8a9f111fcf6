"""What the database itself holds, in today's version: the application role, functions, triggers, and who sees what.

Each stands in one file: `ROOM/sql/functions/NAME.sql`, `ROOM/sql/triggers/TABLE.sql` (all triggers of a room on a
table), `ROOM/sql/rights/TABLE.sql` (row-level security and rights that are not the common ones), `ROOM/sql/storage/`
(room on the pages of a table, indexes that Django makes and nobody uses). The common rights are named by each room's
application: `limited_to_region`, `append_only`. All are written so that running them again changes nothing; the
`migrate` command runs them after the migrations, which hold tables only. What is taken away from here must be dropped
by a migration.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

#: Rows are visible and writable only where the region's code begins with one of the session's.
_LIMIT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS {table}_region ON {table};
CREATE POLICY {table}_region ON {table}
    USING (region_code ^@ ANY ((SELECT payung_regions())::text[]))
    WITH CHECK (region_code ^@ ANY ((SELECT payung_regions())::text[]));
"""
#: Rows can be added, never changed or removed, by anybody.
_APPEND = """
CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION payung_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};
"""


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Make what migrations rest on: the application role with its rights, and the functions that tables name.

    Functions are not checked yet, since the tables that they name may be missing.
    """
    role = application_role()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchall():
            cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        in_public = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
        cursor.execute(f"{in_public} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")
        cursor.execute(f"{in_public} USAGE, SELECT ON SEQUENCES TO {role}")
        cursor.execute(f"{in_public} EXECUTE ON FUNCTIONS TO {role}")
        cursor.execute("SET LOCAL check_function_bodies = off")
        _run(cursor, "functions")


def install(connection: BaseDatabaseWrapper) -> None:
    """Bring functions, triggers and rights to today's version. One transaction; safe to repeat."""
    role = application_role()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _run(cursor, "functions")
        _run(cursor, "triggers")
        for room in _rooms():
            for table in getattr(room, "limited_to_region", ()):
                cursor.execute(_LIMIT.format(table=table))
            for table in getattr(room, "append_only", ()):
                cursor.execute(_APPEND.format(table=table, role=role))
        _run(cursor, "rights")
        _run(cursor, "storage")


def application_role() -> str:
    """Name the role as which everything but migrations works."""
    return str(settings.DATABASES["default"]["USER"])


def version() -> str:
    """Hash all that `install` installs, so that a database can say whether it has it."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for room in _rooms():
        common = [getattr(room, "limited_to_region", ()), getattr(room, "append_only", ())]
        digest.update(f"{room.label} {common}".encode())
    for kind in ("functions", "triggers", "rights", "storage"):
        for path in _files(kind):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _run(cursor: object, kind: str) -> None:
    for path in _files(kind):
        cursor.execute(path.read_text())  # type: ignore[attr-defined]


def _rooms() -> list[AppConfig]:
    """Return the applications of Payung, from the lowest room up."""
    return [room for room in apps.get_app_configs() if room.name.startswith("payung.")]


def _files(kind: str) -> Iterator[Path]:
    for room in _rooms():
        yield from sorted((Path(room.path) / "sql" / kind).glob("*.sql"))
