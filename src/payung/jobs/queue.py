"""The queue: a job's row and its number in the queue of procrastinate are written in one transaction."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from payung.access.actor import Actor, Refused
from payung.access.models import User
from payung.database.locks import Lock, one_at_a_time
from payung.jobs.models import Job
from payung.jobs.scope import everyones_jobs, jobs_of

#: The one task that procrastinate knows.
TASK = "payung.jobs"


def perform(job: int) -> None:
    """Do the job of a number: what a worker of procrastinate calls."""
    from payung.jobs.running import run

    run(job)


def add(
    kind: str,
    lane: str,
    owner: User | None,
    *,
    key: str = "",
    batch: str = "",
    back: str = "",
    arguments: dict[str, Any],
) -> Job:
    """Queue a job; where one of the same kind and `key` waits already, that one is the job.

    Inside a transaction, nothing is queued unless that transaction ends well; so what a job is to look at is there.
    """
    with everyones_jobs():
        if key:
            one_at_a_time(Lock.JOB, kind, key)
            # Locked: a worker that is about to begin it waits, and sees what this transaction wrote.
            waits = (
                Job.objects.select_for_update().filter(kind=kind, key=key, state=Job.State.WAITING).first()
            )
            if waits is not None:
                return waits
        job = Job.objects.create(kind=kind, owner=owner, arguments=arguments, key=key, batch=batch, back=back)
        send(job.pk, lane)
    return job


def send(job_id: int, lane: str) -> None:
    """Put a job's number into the queue. More than once does no harm."""
    app.configure_task(TASK, queue=lane).defer(job=job_id)


def again(actor: Actor, job_id: int) -> Job:
    """Try a job of the actor's again that was refused or failed. Raises Refused for any other, or of no known kind."""
    from payung.jobs.kinds import kind_of

    with jobs_of(actor):
        job = Job.objects.select_for_update().filter(pk=job_id, state__in=Job.AGAIN).first()
        if job is None:
            raise Refused(_("Pekerjaan ini tidak gagal atau tidak ada; tidak ada yang diulang."))
        lane = kind_of(job.kind).lane
        job.state, job.attempts, job.ended_at, job.told = Job.State.WAITING, 0, None, False
        # Another of its key may wait by now.
        job.key = job.sentence = job.english = job.step = ""
        job.steps_done = job.steps_total = 0
        job.save(
            update_fields=[
                *("state", "attempts", "ended_at", "told", "key", "sentence", "english"),
                *("step", "steps_done", "steps_total"),
            ]
        )
        send(job.pk, lane)
    return job
