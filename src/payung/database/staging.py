"""Temporary tables as values: one function fills or makes one and returns it, the next takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import connection
from psycopg import sql


@dataclass(frozen=True, slots=True)
class Staged:
    """A temporary table of this transaction: its name and its columns with their types (as in CREATE TABLE)."""

    name: str
    columns: Mapping[str, str] = field(hash=False)

    @property
    def identifier(self) -> str:
        """The name as SQL."""
        return quoted(self.name)

    def analyze(self, *columns: str) -> None:
        """Take statistics (of `columns` only, where given).

        Without them the planner takes a new table for tiny and compares every row with every row.
        """
        some = f" ({', '.join(quoted(column) for column in columns)})" if columns else ""
        _execute(f"ANALYZE {self.identifier}{some}")

    def index(self, *columns: str) -> None:
        """Make a unique index on the columns."""
        names = ", ".join(quoted(column) for column in columns)
        _execute(f"CREATE UNIQUE INDEX ON {self.identifier} ({names})")

    def drop(self) -> None:
        """Remove the table before the transaction ends."""
        _execute(f"DROP TABLE IF EXISTS pg_temp.{self.identifier}")


def quoted(name: str) -> str:
    """Write a name as an SQL identifier."""
    return sql.Identifier(name).as_string(None)


def stage(
    name: str, columns: Mapping[str, str], values: Iterable[Sequence[Any]], *, binary: bool = False
) -> Staged:
    """Make the temporary table `name` for this transaction, fill it by COPY, take its statistics.

    `values` has the columns in order. `binary` is for columns of bytes and for many rows: values must then be of
    exactly the columns' types.
    """
    staged = _made(name, columns)
    names = ", ".join(quoted(column) for column in columns)
    how = " (FORMAT BINARY)" if binary else ""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {staged.identifier} ({names}) FROM STDIN{how}") as copy:
            if binary:
                copy.set_types([kind.split()[0] for kind in columns.values()])
            for row in values:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {staged.identifier}")
    return staged


def stage_frame(name: str, columns: Mapping[str, str], frame: pl.DataFrame) -> Staged:
    """As `stage`, for a data frame of the same columns in the same order: one CSV, texts quoted, null bare."""
    staged = _made(name, columns)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {staged.identifier} FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.write_csv(include_header=False, quote_style="non_numeric").encode())
        cursor.execute(f"ANALYZE {staged.identifier}")
    return staged


def stage_query(
    name: str, columns: Mapping[str, str], query: str, values: Mapping[str, Any] | None = None
) -> Staged:
    """Make the temporary table `name` of the rows of a short query, whose columns are `columns` in order."""
    staged = Staged(name, dict(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TABLE IF EXISTS pg_temp.{staged.identifier};"
            f" CREATE TEMP TABLE {staged.identifier} ON COMMIT DROP AS {query}",
            values or {},
        )
    return staged


def _made(name: str, columns: Mapping[str, str]) -> Staged:
    staged = Staged(name, dict(columns))
    types = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
    _execute(
        f"DROP TABLE IF EXISTS pg_temp.{staged.identifier};"
        f" CREATE TEMP TABLE {staged.identifier} ({types}) ON COMMIT DROP"
    )
    return staged


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
