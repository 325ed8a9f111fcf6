"""Set-based helpers: a temporary table filled by COPY, statements that answer with rows, locks by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl
import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg.rows import dict_row

from payung.access.actor import Actor
from payung.access.roles import Permission

#: Months fetched through an index rather than by reading a table from end to end.
_FEW_MONTHS = 3


def rows(sql: str, params: Sequence[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Runs one statement; its rows ([] where it answers none)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def dicts(sql: str, params: Sequence[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Runs one query; its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def asked_again(sql: str, params: Sequence[Any] | dict[str, Any]) -> list[dict[str, Any]]:
    """As `dicts`, of a question asked about one person after another: each connection plans it only once.

    Finding the way to the rows takes the server longer than fetching those of one person.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(psycopg.Cursor(connection.connection, row_factory=dict_row)) as cursor:  # type: ignore[arg-type]
        cursor.execute(sql, params)
        return cursor.fetchall()  # type: ignore[return-value]


def run(sql: str, params: Sequence[Any] | dict[str, Any] | None = None) -> int:
    """Runs one statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@contextmanager
def reading_most(months: Collection[int]) -> Iterator[None]:
    """Statements over this many months of the large tables read them from end to end, and group by hashing.

    Row-level security lets the planner expect a twentieth of the rows: it would fetch all of them through an index,
    page by page, and sort them; of a table just filled, whose rows nobody has counted yet, it expects hardly any and
    goes through the other table once for each. A few months are fetched so quicker. Within a transaction.
    """
    ways = ("enable_indexscan", "enable_bitmapscan", "enable_nestloop", "enable_sort")
    choices = ways if len(months) > _FEW_MONTHS else ()
    for name in choices:
        run(f"SET LOCAL {name} = off")
    yield
    for name in choices:
        run(f"SET LOCAL {name} TO DEFAULT")


def stage(table: str, columns: str, values: Iterable[Sequence[Any]]) -> None:
    """Makes the temporary table `table` (columns as in CREATE TABLE) for this transaction and fills it by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
        names = ", ".join(part.split()[0] for part in columns.split(","))
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")


def stage_frame(table: str, columns: str, frame: pl.DataFrame) -> None:
    """As `stage`, for a table of the same columns in the same order: written as one CSV, texts quoted, null bare."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.write_csv(include_header=False, quote_style="non_numeric").encode())
        cursor.execute(f"ANALYZE {table}")


def lock(name: str) -> None:
    """Waits until no other transaction holds the lock `name`; holds it until this one ends."""
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["payung:" + name])


def require_whole_province(actor: Actor, permission: Permission) -> None:
    """For work that is about whole funds, not about one region's people. Raises NotAllowed."""
    actor.require(permission, settings.PAYUNG_PROVINCE)


def today_or(day: date | None) -> date:
    """`day`, or today in the deployment's time zone (Asia/Makassar)."""
    return day or timezone.localdate()
