"""Statistics for the planner after a bulk write, when it counts: at once, not when autovacuum comes by.

A table just filled by thousands of rows is still taken for empty, and the next statement over it may compare every
row with every row: seconds become minutes.
"""

from __future__ import annotations

from django.db import connection

#: Fewer rows than this change no plan worth the time.
WORTH_IT = 500


def analyze(*tables: str, rows: int | None = None, share: float = 0.0) -> None:
    """Takes statistics of `tables`, unless `rows` says that too few were written to matter.

    share: of what a table is known to hold, for rows that are like those there: fewer than that change nothing.
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
