"""One at a time: what two people could otherwise do twice at once waits for the first."""

from __future__ import annotations

from enum import StrEnum

from django.db import connection


class Lock(StrEnum):
    """What is done one at a time; those marked with `part` are so for each part (a person, a number, a name) apart."""

    ACCIDENT = "accident"  # part: person
    ANSWERS = "answers"
    BILLS = "bills"
    CHANGES = "changes"
    CONTACT = "contact"  # part: village and payer
    COVERS = "covers"
    DEATH = "death"  # part: person
    DECREE = "decree"  # part: number
    DESK = "desk"
    DIFFERENCES = "differences"
    ELIGIBILITY = "eligibility"
    JOB = "job"  # part: kind and key
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
    STANDING = "standing"
    THRESHOLDS = "thresholds"
    UPLOADS = "uploads"  # part: decree


def one_at_a_time(lock: Lock, *parts: object) -> None:
    """Wait until no other transaction holds the lock (of the same parts); hold it until this one ends.

    Must be called before anything is read that the action rests on, so that what the first did is seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_key(lock, parts)])


def _key(lock: Lock, parts: tuple[object, ...]) -> str:
    """Return the text that names the lock, as functions of the database write it too."""
    return ":".join(["payung", lock.value, *map(str, parts)])
