"""One at a time: what two people could otherwise do twice at once waits for the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

from django.db import Error, connection


class Lock(StrEnum):
    """What is done one at a time; those marked with `part` are so for each part (a person, a number, a name) apart."""

    ACCIDENT = "accident"  # part: person
    ANSWERS = "answers"
    BILLS = "bills"
    CHANGES = "changes"
    CONTACT = "contact"  # part: village and payer
    COVERS = "covers"
    DEATH = "death"  # part: person
    CUTS = "cuts"
    DECREE = "decree"  # part: number
    DESK = "desk"
    DIFFERENCES = "differences"
    ELIGIBILITY = "eligibility"
    FIGURES = "figures"
    JOB = "job"  # part: kind and key; of an upload its name
    MAPPING = "mapping"  # part: sender
    MATCH = "match"
    MEETING = "meeting"  # part: day
    ORGANISATION = "organisation"
    OUTSIDE = "outside"
    PAYER = "payer"  # part: name
    PAYMENTS = "payments"
    PEOPLE = "people"
    PLAN = "plan"  # part: name of one to be made, number of one to be decreed
    PLEDGE = "pledge"
    QUESTION = "question"  # part: user
    SEALS = "seals"
    STANDING = "standing"
    THRESHOLDS = "thresholds"
    UPLOADS = "uploads"  # part: decree


def one_at_a_time(lock: Lock, *parts: object) -> None:
    """Wait until no other transaction holds the lock (of the same parts); hold it until this one ends.

    Must be called before anything is read that the action rests on, so that what the first did is seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_key(lock, parts)])


def lock_if_free(lock: Lock, *parts: object) -> bool:
    """Hold the lock until this transaction ends; False where another transaction or connection holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_key(lock, parts)])
        return bool(cursor.fetchall()[0][0])


@contextmanager
def held_if_free(lock: Lock, *parts: object) -> Iterator[bool]:
    """Hold the lock on this connection within the block, over several transactions; False where another holds it."""
    key = [_key(lock, parts)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        mine = bool(cursor.fetchall()[0][0])
    try:
        yield mine
    finally:
        # Where this fails the connection is gone, and the lock with it.
        with suppress(Error):
            if mine:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)


def _key(lock: Lock, parts: tuple[object, ...]) -> str:
    """Return the text that names the lock, as functions of the database write it too."""
    return ":".join(["payung", lock.value, *map(str, parts)])
