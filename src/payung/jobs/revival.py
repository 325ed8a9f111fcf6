"""Jobs whose worker is gone are queued again, and what is old is forgotten. Asked by every worker each second."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from payung.database.statements import Statement
from payung.jobs.kinds import UnknownKind, kind_of
from payung.jobs.models import Job, JobFile
from payung.jobs.queue import send
from payung.jobs.running import LOCK
from payung.jobs.scope import everyones_jobs

#: Seconds that a job which is in hand may be without its lock: while a worker takes it from the queue.
_GRACE = 2.0
#: How long a file is kept to be taken, what Payung did by itself, and what people asked for.
FILES, BY_ITSELF, ASKED_FOR = timedelta(days=1), timedelta(days=1), timedelta(days=90)
log = logging.getLogger(__name__)

_LOST = Statement("jobs", "lost_jobs")
#: What a worker that is gone had taken from the queue; procrastinate takes the worker's number away from it.
_LEFT = "DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL"


def revive(grace: float = _GRACE) -> list[int]:
    """Queue again every job whose worker is gone; returns their numbers. Safe to do by several at once.

    One that this version knows no more ends in words. `grace`: seconds that a job may be without its lock.
    """
    revived = []
    with everyones_jobs():
        for job_id, kind in _LOST.rows({"grace": grace, "lock": LOCK}):
            try:
                send(job_id, kind_of(kind).lane)
            except UnknownKind as unknown:
                log.error("job %s is of no known kind (%s); it is given up", job_id, kind)
                Job.objects.filter(pk=job_id).update(
                    state=Job.State.FAILED,
                    sentence=unknown.sentence,
                    english=unknown.english,
                    ended_at=Now(),
                )
            else:
                revived.append(job_id)
    if revived:
        log.warning("jobs taken up again after their worker was gone: %s", ", ".join(map(str, revived)))
    return revived


def forget() -> None:
    """Remove files nobody took in a day, and jobs that ended long ago."""
    now = timezone.now()
    with everyones_jobs():
        JobFile.objects.filter(job__ended_at__lt=now - FILES).delete()
        ended = Job.objects.filter(state__in=Job.ENDED)
        ended.filter(owner=None, ended_at__lt=now - BY_ITSELF).delete()
        ended.filter(ended_at__lt=now - ASKED_FOR).delete()
        with connection.cursor() as cursor:
            cursor.execute(_LEFT)
