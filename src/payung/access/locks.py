"""One at a time: what two people could otherwise do twice at once waits for the first."""

from __future__ import annotations

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction holds the lock `name`; hold it until this one ends.

    Must be called before anything is read that the deed rests on, so that what the first did is seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["payung:" + name])
