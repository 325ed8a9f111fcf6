"""Django's `migrate`, with what the database itself holds: functions before it, triggers and rights after it."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from payung.database import schema


class Command(migrate.Command):
    """Migrate, then bring functions, triggers and rights to today's version. Safe to repeat."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations between `schema.prepare` and `schema.install`."""
        connection = connections[options["database"]]
        schema.prepare(connection)
        super().handle(*args, **options)
        schema.install(connection)
