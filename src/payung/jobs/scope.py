"""Whose jobs a transaction sees: the database shows nobody's until it is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from payung.access.actor import Actor
from payung.access.roles import Permission

_ALL = "all"


@contextmanager
def jobs_of(actor: Actor) -> Iterator[None]:
    """Within the block, which is one transaction, the actor's own jobs are visible; an administrator's are all."""
    with _visible(_ALL if actor.holds(Permission.ADMINISTER) else str(actor.user.pk)):
        yield


@contextmanager
def own_jobs_of(actor: Actor) -> Iterator[None]:
    """Within the block, which is one transaction, only what the actor asked for is visible, whoever that is."""
    with _visible(str(actor.user.pk)):
        yield


@contextmanager
def everyones_jobs() -> Iterator[None]:
    """Within the block, which is one transaction, all jobs are visible: for workers, and for counts without owners."""
    with _visible(_ALL):
        yield


@contextmanager
def _visible(whose: str) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('payung.jobs_of', true)")
        before = cursor.fetchall()[0][0] or ""
        cursor.execute("SELECT set_config('payung.jobs_of', %s, true)", [whose])
        yield
        cursor.execute("SELECT set_config('payung.jobs_of', %s, true)", [before])
