"""What pages ask about jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from payung.access.actor import Actor, NotAllowed
from payung.access.crypto import decrypt_bytes
from payung.access.roles import Permission
from payung.jobs.kinds import Made, UnknownKind, kind_of
from payung.jobs.models import Job, JobFile
from payung.jobs.scope import everyones_jobs, jobs_of, own_jobs_of


@dataclass(frozen=True, slots=True)
class Shown:
    """One job in words, in the language of the page."""

    id: int
    words: str | Promise
    owner: str
    queued_at: datetime
    #: Whether whoever looks asked for it: what came of it is on their pages, and their files.
    own: bool
    #: Whether this version can do it.
    known: bool
    state: str
    state_words: str
    step: str
    done: int
    total: int
    #: What came of it, or why nothing did.
    said: str
    path: str
    file: str
    back: str
    values: dict[str, Any]

    @property
    def open(self) -> bool:
        """Whether something still happens by itself."""
        return self.state in (Job.State.WAITING, Job.State.RUNNING)

    @property
    def came_to_nothing(self) -> bool:
        """Whether it was refused or failed."""
        return self.state in Job.AGAIN

    @property
    def may_try_again(self) -> bool:
        return self.came_to_nothing and self.known

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return {"waiting": "neutral", "running": "wait", "done": "good"}.get(self.state, "bad")


def newest(actor: Actor, start: int, size: int) -> list[Shown]:
    """Return the jobs that the actor sees, the newest first."""
    with jobs_of(actor):
        return [_shown(job, actor) for job in _jobs().order_by("-id")[start : start + size]]


def one(actor: Actor, job_id: int) -> Shown | None:
    """Return a job that the actor sees."""
    with jobs_of(actor):
        job = _jobs().filter(pk=job_id).first()
        return None if job is None else _shown(job, actor)


def batch(actor: Actor, name: str) -> list[Shown]:
    """Return the jobs that the actor asked for together, in that order."""
    with own_jobs_of(actor):
        return [_shown(job, actor) for job in _jobs().filter(batch=name).order_by("id")] if name else []


def arguments(actor: Actor, name: str, argument: str) -> list[str]:
    """One argument of each job of a batch, in the order of the batch."""
    with own_jobs_of(actor):
        found = Job.objects.filter(batch=name).order_by("id").values_list("arguments", flat=True)
        return [str(given.get(argument, "")) for given in found] if name else []


def tell_once(actor: Actor, *jobs: int) -> bool:
    """Note that the actor is brought to what came of own jobs; False where that was done before, or none is theirs.

    So whoever comes back from there with the browser is not sent on again.
    """
    with own_jobs_of(actor):
        return bool(Job.objects.filter(pk__in=jobs, told=False).update(told=True))


def of_upload(actor: Actor, kind: str, kept: Any) -> int | None:
    """Return the number of the actor's own job of a kind that has an upload in hand, or has used it up."""
    name = kept.get("kept") if isinstance(kept, dict) else None
    if not name:
        return None
    with own_jobs_of(actor):
        found = Job.objects.filter(owner=actor.user, kind=kind, arguments__kept__kept=name)
        return found.exclude(state__in=Job.AGAIN).order_by("-id").values_list("pk", flat=True).first()


def file(actor: Actor, job_id: int) -> Made | None:
    """Return the file that a job of the actor's own made, while it is kept.

    Raises NotAllowed where it may name people whom the actor may see no more.
    """
    with own_jobs_of(actor):
        kept = JobFile.objects.filter(job_id=job_id).first()
        if kept is None:
            return None
        for region in kept.regions:
            if not actor.may(Permission.SEE_PEOPLE, region):
                raise NotAllowed(
                    gettext_lazy(
                        "Berkas ini memuat orang di wilayah %(region)s, yang tidak lagi boleh Anda lihat semuanya. "
                        "Minta berkas baru."
                    ),
                    region=region,
                )
        return Made(kept.name, decrypt_bytes(kept.content_enc, "jobs.file"), kept.mime, kept.rows)


def on_their_way(*kinds: str) -> dict[str, int]:
    """Return how many jobs of these kinds wait or run, whoever asked for them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, jobs FROM payung_jobs_on_their_way(%s)", [list(kinds)])
        return dict(cursor.fetchall())


def must_wait(kind: str, moment: datetime) -> bool:
    """Return whether a job of this kind failed since a moment, or has not ended: what follows by itself waits then."""
    with everyones_jobs():
        found = Job.objects.filter(kind=kind)
        failed = found.filter(state=Job.State.FAILED, ended_at__gt=moment)
        return failed.exists() or found.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).exists()


def _jobs() -> QuerySet[Job]:
    return Job.objects.select_related("owner", "file")


def _about(job: Job) -> str:
    """Return the name that the owner gave to what a job makes or reads, which tells it from others of its kind."""
    return str(job.arguments.get("name") or job.arguments.get("kept", {}).get("name") or "")


def _shown(job: Job, actor: Actor) -> Shown:
    try:
        words: str | Promise = kind_of(job.kind).words
        known = True
    except UnknownKind:
        words, known = job.kind, False
    about = _about(job)
    text, values = job.result.get("text", ""), job.result.get("values", {})
    refused = job.english if get_language() == "en" else job.sentence
    try:
        name = job.file.name
    except JobFile.DoesNotExist:
        name = ""
    return Shown(
        id=job.pk,
        words=f"{words}: {about}" if about else words,
        owner=str(job.owner) if job.owner else "Payung",
        queued_at=job.queued_at,
        own=job.owner_id == actor.user.pk,
        known=known,
        state=job.state,
        state_words=job.get_state_display(),
        step=_(job.step) if job.step else "",
        done=job.steps_done,
        total=job.steps_total,
        said=_(text) % _written(values) if text else refused,
        path=job.result.get("path", ""),
        file=name,
        back=job.back,
        values=values,
    )


def _written(values: dict[str, Any]) -> dict[str, Any]:
    return {name: number_format(value) if type(value) is int else value for name, value in values.items()}
