"""Doing one job: once, by one worker at a time, with its effect and its end in one transaction.

Whoever does a job holds a lock of the database session in a connection of its own. A process that is killed loses its
connections, so its job's lock is free at once, its half-done transaction is gone, and `payung.jobs.revival` queues
the job again. Whoever holds the lock and finds the job ended leaves it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from django.db import DatabaseError, Error, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, NotAllowed, Refused, acting_as
from payung.access.context import called_by
from payung.access.crypto import encrypt_bytes
from payung.access.itself import itself
from payung.access.models import User
from payung.database.scope import set_scope
from payung.jobs.kinds import Kind, Outcome, UnknownKind, kind_of
from payung.jobs.models import Job, JobFile
from payung.jobs.scope import everyones_jobs
from payung.sandbox import Ended

#: The class of the advisory locks of jobs; the other half is the job's number.
LOCK = 720_070
#: Begun so often without an end, a job ends its workers itself, and is given up.
MOST_ATTEMPTS = 10
#: Seconds between two words about the same step.
_EVERY = 0.5
log = logging.getLogger(__name__)


class EndedElsewhere(Exception):
    """Another worker ended the job that was being done here."""


def run(job_id: int) -> bool:
    """Do a job unless it is done, or another worker is at it; returns whether it was done here.

    Nothing is raised but what ended the database connection, or this process.
    """
    with _apart() as apart, _only_one(apart, job_id) as mine:
        if not mine or not _begin(apart, job_id):
            return False
        with everyones_jobs():
            job = Job.objects.select_related("owner").get(pk=job_id)
        username = job.owner.username if job.owner else ""
        with called_by(job.address, user=username, request=job.request), _scope_given_back():
            _do(job, _Telling(apart, job_id, job.owner))
        return True


def run_waiting() -> int:
    """Do all that waits, here and now, also what that queues in turn; returns how many jobs were done.

    For tests, and for commands that must see what comes of what they queued. A job that another worker has in hand
    is left to it.
    """
    done = 0
    passed: set[int] = set()
    while True:
        with everyones_jobs():
            waiting = Job.objects.filter(state=Job.State.WAITING).exclude(pk__in=passed).order_by("pk")
            job_id = waiting.values_list("pk", flat=True).first()
        if job_id is None:
            return done
        passed.add(job_id)
        done += run(job_id)


@contextmanager
def _apart() -> Iterator[Any]:
    """Give a connection beside the one of the work; the same within a transaction of the caller's."""
    if connection.in_atomic_block:
        yield connection
        return
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute("SELECT set_config('payung.jobs_of', 'all', false)")
        yield apart
    finally:
        apart.close()


def _execute(apart: Any, sql: str, values: list[Any]) -> list[Any]:
    with everyones_jobs() if apart is connection else nullcontext(), apart.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
        return found


@contextmanager
def _scope_given_back() -> Iterator[None]:
    """Whoever does jobs in the middle of something else sees the same people afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('payung.regions', true)")
        before = cursor.fetchall()[0][0] or ""
    yield
    if not connection.needs_rollback:
        set_scope(tuple(before.split(",")) if before else ())


@contextmanager
def _only_one(apart: Any, job_id: int) -> Iterator[bool]:
    """Hold the right to do a job on the connection `apart`; False where another holds it."""
    with apart.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, job_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        # Where this fails the connection is gone, and the lock with it.
        with suppress(Error):
            if mine:
                with apart.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, job_id])


def _begin(apart: Any, job_id: int) -> bool:
    """Note that the job has begun; False where it has ended, or is given up now."""
    begun = _execute(
        apart,
        """UPDATE jobs_job SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp(),
                  step = '', steps_done = 0, steps_total = 0
            WHERE id = %s AND state IN ('waiting', 'running') RETURNING attempts""",
        [job_id],
    )
    if not begun:
        return False
    if begun[0][0] > MOST_ATTEMPTS:
        log.error("job %s was begun %s times and never ended; it is given up", job_id, MOST_ATTEMPTS)
        _end(
            job_id,
            Job.State.FAILED,
            "Pekerjaan ini berkali-kali menghentikan mesinnya sendiri. Minta yang lebih kecil, atau beri tahu "
            "administrator.",
            "This job ended its own worker again and again. Ask for less, or tell the administrator.",
        )
        return False
    return True


def _do(job: Job, tell: _Telling) -> None:
    """Do the work, and notes how it ended."""
    try:
        kind = kind_of(job.kind)
        with acting_as(_actor(job, kind)) as actor, transaction.atomic() if kind.whole else nullcontext():
            outcome = kind.work(actor, tell, **job.arguments) or Outcome()
            _end(job.pk, Job.State.DONE, outcome=outcome, regions=actor.regions)
    except UnknownKind as unknown:
        _end(job.pk, Job.State.FAILED, unknown.sentence, unknown.english)
    except (NotAllowed, Refused) as refusal:
        _end(job.pk, Job.State.REFUSED, *(refusal.sentence, refusal.english))
    except Ended:
        _end(
            job.pk,
            Job.State.REFUSED,
            "Berkas ini belum dapat dibuat: terlalu besar, atau banyak yang dibuat sekarang. Coba lagi.",
            "This file cannot be made yet: it is too large, or many are being made now. Try again.",
        )
    except EndedElsewhere:
        log.warning("job %s was ended by another worker; what was done here is undone", job.pk)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # Also panics of Rust, which are no Exception: the owner is told, and the next job comes.
        log.exception("job %s (%s) failed", job.pk, job.kind)
        if isinstance(error, DatabaseError) and not connection.is_usable():
            raise
        _end(
            job.pk,
            Job.State.FAILED,
            f"Kesalahan program (catatan nomor {job.pk}). Coba lagi; bila gagal lagi, beri tahu administrator.",
            f"A fault of the program (note number {job.pk}). Try again; if it fails again, tell the administrator.",
        )


def _actor(job: Job, kind: Kind) -> Actor:
    """Return as whom a job is done: its owner, by the rights held now. Raises NotAllowed for one who may not log in."""
    if kind.by_itself or job.owner is None:
        return itself()
    if not job.owner.is_active:
        raise NotAllowed(_("%(owner)s tidak lagi berwenang masuk."), owner=job.owner)
    return Actor.of(job.owner)


def _end(
    job_id: int,
    state: Job.State,
    sentence: str = "",
    english: str = "",
    *,
    outcome: Outcome | None = None,
    regions: tuple[str, ...] = (),
) -> None:
    """Note how a job ended; of its file also whose people (`regions`) whoever made it saw."""
    with everyones_jobs():
        if outcome is not None and outcome.file is not None:
            made = outcome.file
            JobFile.objects.create(
                job_id=job_id,
                name=made.name,
                mime=made.mime,
                rows=made.rows,
                regions=list(regions),
                content_enc=encrypt_bytes(made.content, "jobs.file"),
            )
        result = (
            {} if outcome is None else {"text": outcome.text, "values": outcome.values, "path": outcome.path}
        )
        ended = Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(
            state=state, sentence=sentence, english=english, result=result, ended_at=Now()
        )
        if not ended:
            # The lock was lost with its connection, and another worker ended the job: what this one did is undone.
            raise EndedElsewhere(job_id)


class _Telling:
    """Write how far a job is, from a connection apart, so that it is seen before the job ends."""

    def __init__(self, apart: Any, job_id: int, owner: User | None) -> None:
        self._apart, self.job_id, self.owner = apart, job_id, owner
        self._step, self._at = "", 0.0

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        now = time.monotonic()
        if step == self._step and now - self._at < _EVERY:
            return
        self._step, self._at = step, now
        _execute(
            self._apart,
            """UPDATE jobs_job SET step = %s, steps_done = %s, steps_total = %s
                WHERE id = %s AND state = 'running' RETURNING id""",
            [step[:200], done, total, self.job_id],
        )
