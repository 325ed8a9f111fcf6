"""Statistics for the planner after a bulk write, when it counts: at once, not when autovacuum comes by.

A table just filled by thousands of rows is still taken for empty, and the next statement over it may compare every
row with every row: seconds become minutes.
"""

from __future__ import annotations

from django.db import connection

#: Fewer rows than this change no plan worth the time.
WORTH_IT = 500


def analyze(*tables: str, rows: int | None = None) -> None:
    """Takes statistics of `tables`, unless `rows` says that too few were written to matter."""
    if rows is not None and rows < WORTH_IT:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT payung_analyze(VARIADIC %s)", [list(tables)])
