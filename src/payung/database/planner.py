"""What the planner cannot know by itself: statistics of tables just filled, and months read from end to end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection

#: Fewer rows than this change no plan worth the time.
WORTH_IT = 500
#: Months fetched through an index rather than by reading a table from end to end.
_FEW_MONTHS = 3
_BY_INDEX = ("enable_indexscan", "enable_bitmapscan", "enable_nestloop", "enable_sort")


def analyze(*tables: str, rows: int | None = None, share: float = 0.0) -> None:
    """Take statistics of `tables` after a bulk write, unless `rows` says that too few were written to matter.

    A table just filled by thousands of rows is still taken for empty, and the next statement over it may compare
    every row with every row: seconds become minutes. share: of what a table is known to hold, for rows that are like
    those there: fewer than that change nothing.
    """
    if rows is not None and rows < WORTH_IT:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT payung_analyze(VARIADIC coalesce(array_agg(relname::text), '{}')) FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
                  AND coalesce(%s::float8 >= %s * reltuples, true)""",
            [list(tables), rows, share],
        )


@contextmanager
def prefer_sequential_scans(months: Collection[int]) -> Iterator[None]:
    """Let statements over more than a few months of the large tables read them from end to end, and group by hashing.

    Row-level security lets the planner expect a twentieth of the rows: it would fetch all of them through an index,
    page by page, and sort them; of a table just filled, whose rows nobody has counted yet, it expects hardly any and
    goes through the other table once for each. A few months are fetched so quicker. Within a transaction.
    """
    with without(*(_BY_INDEX if len(months) > _FEW_MONTHS else ())):
        yield


@contextmanager
def without(*settings: str) -> Iterator[None]:
    """Within the block (inside a transaction) these settings of the planner are off."""
    _set(settings, "= off")
    yield
    _set(settings, "TO DEFAULT")


def _set(settings: Collection[str], value: str) -> None:
    if settings:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL {name} {value}" for name in settings))
