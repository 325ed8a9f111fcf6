"""How often something may be asked: counted in the database, so that every worker and every restart counts on.

A limit has a name, a number of times and a window that begins with the first attempt. What is limited (an address,
a name, a NIK) is kept only as a keyed hash.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from payung.access.crypto import anonymous
from payung.database.statements import Statement

_log = logging.getLogger("payung.limits")

_TAKE = Statement("access", "attempt_taken")
_GIVE_BACK = "UPDATE access_attempt SET times = times - 1 WHERE key = %(key)s AND times > 0"
_REMEMBER = """
INSERT INTO access_attempt (key, since, times, forget_at)
VALUES (%(key)s, clock_timestamp(), 1, clock_timestamp() + %(window)s * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET forget_at = excluded.forget_at
"""
_HAS = "SELECT 1 FROM access_attempt WHERE key = %(key)s AND forget_at > clock_timestamp()"
_FORGET = "DELETE FROM access_attempt WHERE key = %(key)s"
_OLD = """
DELETE FROM access_attempt WHERE key = ANY (ARRAY(
    SELECT key FROM access_attempt WHERE forget_at < statement_timestamp() LIMIT 100 FOR UPDATE SKIP LOCKED))
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` attempts within `seconds` for each key; `logged`, that somebody came to it is for the log."""

    name: str
    times: int
    seconds: int
    logged: bool = True


def take(limits: Iterable[tuple[Limit, str]]) -> Limit | None:
    """Count one attempt against each (limit, key); the first limit that is exceeded, None where none is.

    Every count is made whatever the others say, each once and for all workers. A refusal is logged with the limit's
    name, never with the key.
    """
    exceeded: Limit | None = None
    for limit, key in limits:
        times = _TAKE.value({"key": _hashed(limit, key), "window": limit.seconds})
        if times > limit.times and exceeded is None:
            exceeded = limit
            if limit.logged and (times == limit.times + 1 or times % 100 == 0):
                _log.warning("limit %s exceeded: %d of %d", limit.name, times, limit.times)
    with connection.cursor() as cursor:
        cursor.execute(_OLD)
    return exceeded


def give_back(limits: Iterable[tuple[Limit, str]]) -> None:
    """Take one attempt off each count: it was no attempt of the kind that is limited."""
    with connection.cursor() as cursor:
        for limit, key in limits:
            cursor.execute(_GIVE_BACK, {"key": _hashed(limit, key)})


def remember(limit: Limit, key: str) -> None:
    """Note the key for the limit's window, from now."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, {"key": _hashed(limit, key), "window": limit.seconds})


def has(limit: Limit, key: str) -> bool:
    """Return whether the key was noted within the limit's window."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS, {"key": _hashed(limit, key)})
        return bool(cursor.fetchall())


def forget(limit: Limit, key: str) -> None:
    """Begin anew for this key."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"key": _hashed(limit, key)})


def _hashed(limit: Limit, key: str) -> bytes:
    return anonymous(f"{limit.name}/{key}")[:16]
