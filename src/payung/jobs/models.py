"""What was asked for, how far it is, and what came of it. The queue itself holds only the numbers of these rows.

Row-level security shows a job to whoever asked for it (`payung.jobs.scope`); what a job is and for whom it is done
cannot be changed once it is queued.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from payung.access.context import current_address, current_request
from payung.access.fields import CiphertextField
from payung.access.models import User


class Job(models.Model):
    """One piece of background work."""

    class State(models.TextChoices):
        WAITING = "waiting", _("menunggu giliran")
        RUNNING = "running", _("sedang dikerjakan")
        DONE = "done", _("selesai")
        REFUSED = "refused", _("ditolak")
        FAILED = "failed", _("gagal")

    #: States in which nothing more happens by itself.
    ENDED = (State.DONE, State.REFUSED, State.FAILED)
    #: Those of them from which a job may be tried again.
    AGAIN = (State.REFUSED, State.FAILED)

    #: `ROOM.NAME` of the kind; see `payung.jobs.kinds`.
    kind = models.CharField(max_length=60)
    #: Who asked for it and sees it; None where Payung itself did.
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    arguments = models.JSONField(default=dict)
    #: Waiting jobs of one kind and key are one job; '' is never the same as another.
    key = models.CharField(max_length=200, blank=True)
    #: Jobs that were asked for together share one; '' is none.
    batch = models.CharField(max_length=32, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING, db_default=State.WAITING
    )
    #: How often it was begun since it was last asked for.
    attempts = models.IntegerField(default=0, db_default=0)
    queued_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: The msgid of what is being done, and how many of how many steps are.
    step = models.CharField(max_length=200, blank=True)
    steps_done = models.IntegerField(default=0, db_default=0)
    steps_total = models.IntegerField(default=0, db_default=0)
    #: `Outcome` as JSON, once done.
    result = models.JSONField(default=dict)
    #: Why it was refused or failed, and what to do, in both languages.
    sentence = models.TextField(blank=True)
    english = models.TextField(blank=True)
    #: Whether its owner was brought from where they waited to what came of it, which is done once.
    told = models.BooleanField(default=False, db_default=False)
    #: The page on which it was asked for, to ask again otherwise.
    back = models.CharField(max_length=200, blank=True)
    #: Where the request came from that asked for it, and its id: acts of the job bear them too.
    address = models.CharField(max_length=60, blank=True, default=current_address, db_default="")
    request = models.CharField(max_length=40, blank=True, default=current_request, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_owner"),
            models.Index(
                fields=["id"], name="job_open", condition=models.Q(state__in=["waiting", "running"])
            ),
            models.Index(fields=["batch"], name="job_batch", condition=~models.Q(batch="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="job_waits_once",
                condition=models.Q(state="waiting") & ~models.Q(key=""),
            ),
            models.CheckConstraint(
                name="job_ended_or_not",
                condition=models.Q(state__in=["waiting", "running"], ended_at=None)
                | models.Q(state__in=["done", "refused", "failed"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_says_why",
                condition=~models.Q(state__in=["refused", "failed"])
                | (~models.Q(sentence="") & ~models.Q(english="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"


class JobFile(models.Model):
    """A file that a job made, for its owner to take within a day."""

    job = models.OneToOneField(Job, primary_key=True, on_delete=models.CASCADE, related_name="file")
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=100)
    #: People it names: taking such a file is recorded.
    rows = models.IntegerField(default=0, db_default=0)
    #: Codes of the regions whose people its maker saw: whoever takes it must still see all of them.
    regions = models.JSONField(default=list)
    content_enc = CiphertextField(context="jobs.file")

    def __str__(self) -> str:
        return self.name
