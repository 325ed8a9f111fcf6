"""Django's `migrate`, with what the database itself holds: functions before it, triggers and rights after it."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from payung.database import schema


class Command(migrate.Command):
    """Migrate, then bring functions, triggers and rights to today's version. Safe to repeat."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations between `schema.prepare` and `schema.install`.

        Raises InconsistentMigrationHistory or NodeNotFoundError, before anything is changed, for a database that the
        migrations do not know the way from.
        """
        connection = connections[options["database"]]
        MigrationLoader(connection).check_consistent_history(connection)
        schema.prepare(connection)
        super().handle(*args, **options)
        schema.install(connection)
