"""The regions whose people a connection may see: row-level security reads them from `payung.regions`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def set_scope(regions: tuple[str, ...]) -> None:
    """Tell the database which regions' people this connection may see, until the next call.

    Must be called outside a transaction, since a rollback would undo it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('payung.regions', %s, false)", [",".join(regions)])


@contextmanager
def regions_visible(regions: tuple[str, ...]) -> Iterator[None]:
    """Within the block (inside a transaction) people of these regions are visible, and nobody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('payung.regions', true)")
        before = cursor.fetchall()[0][0] or ""
        cursor.execute("SELECT set_config('payung.regions', %s, true)", [",".join(regions)])
        yield
        cursor.execute("SELECT set_config('payung.regions', %s, true)", [before])
