"""Run one statement and get its rows: as tuples, by column name, or as values of a type."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg.rows import dict_row

T = TypeVar("T")
#: Values of a statement's placeholders: by place (`%s`) or by name (`%(name)s`).
Values = Sequence[Any] | Mapping[str, Any] | None


def rows(sql: str, values: Values = None) -> list[tuple[Any, ...]]:
    """Run one statement; its rows ([] where it answers none)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def dicts(sql: str, values: Values = None) -> list[dict[str, Any]]:
    """Run one query; its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def typed(row_type: type[T], sql: str, values: Values = None) -> list[T]:
    """Run one query; its rows as values of a dataclass or NamedTuple whose fields are the query's columns.

    Raises TypeError where names or order of fields and columns differ.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        columns = tuple(column[0] for column in cursor.description)
        if columns != field_names(row_type):
            raise TypeError(f"{row_type.__name__} has {field_names(row_type)}, the statement gives {columns}")
        return [row_type(*row) for row in cursor.fetchall()]


def prepared_dicts(sql: str, values: Values) -> list[dict[str, Any]]:
    """As `dicts`, of a question asked about one person after another: each connection plans it only once.

    Finding the way to the rows takes the server longer than fetching those of one person.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(psycopg.Cursor(connection.connection, row_factory=dict_row)) as cursor:  # type: ignore[arg-type]
        cursor.execute(sql, values)
        found: list[dict[str, Any]] = cursor.fetchall()
        return found


def run(sql: str, values: Values = None) -> int:
    """Run one statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def field_names(row_type: type) -> tuple[str, ...]:
    """Return the fields of a dataclass or NamedTuple in order."""
    if dataclasses.is_dataclass(row_type):
        return tuple(field.name for field in dataclasses.fields(row_type) if field.init)
    return row_type._fields  # type: ignore[attr-defined,no-any-return]


def constraint_of(error: BaseException) -> str:
    """Return the constraint that a database error broke, by its name; '' where it broke none."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
