"""Working meetings with parliament, what was agreed there, and questions of its members about one person.

A resolution that names an indicator is done when the figures say so, and nobody can claim it. One without is
claimed done by one user with evidence and confirmed by another; the database refuses the same person twice.

What a member typed about a person is encrypted. Which person was meant stands in a table of its own that the asker
cannot read. Row-level security shows a question to who asked it and to those who answer for its region only.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import functions

from payung.access.actor import Actor
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.approvals import Approval, two_people
from payung.access.fields import CiphertextField, MonthField
from payung.access.models import Organisation, User
from payung.registry.models import Person


class Meeting(models.Model):
    """A working meeting (raker): when, where, about what, and what was said.

    Its minutes are a draft until somebody other than their writer records that they were adopted; from then on the
    database changes neither them, nor who sat there, nor what was agreed.
    """

    held_on = models.DateField("tanggal")
    title = models.CharField("nama rapat", max_length=200)
    place = models.CharField("tempat", max_length=200)
    agenda = models.TextField("agenda")
    minutes = models.TextField("risalah", blank=True)
    written_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    adopted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    adopted_on = models.DateField("disahkan tanggal", null=True)
    adopted_in = models.CharField("disahkan oleh", max_length=200, blank=True)
    adopted_sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["held_on", "title"], name="meeting_once"),
            models.CheckConstraint(
                condition=models.Q(
                    adopted_by__isnull=True, adopted_at__isnull=True, adopted_on__isnull=True, adopted_in=""
                )
                | (
                    models.Q(written_by__isnull=False, adopted_by__isnull=False, adopted_at__isnull=False)
                    & models.Q(adopted_on__gte=models.F("held_on"))
                    & ~models.Q(adopted_in="")
                    & ~models.Q(adopted_by=models.F("written_by"))
                ),
                name="meeting_adopted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.title}"

    def may_be_adopted(self, actor: Actor, today: date) -> bool:
        """Tell whether this user may record today that the minutes were adopted: another than their writer."""
        return (
            bool(self.minutes)
            and self.adopted_at is None
            and self.held_on <= today
            and self.written_by_id != actor.user.pk
            and actor.can(Act.MEETING_ADOPT, region_code=WHOLE_PROVINCE)
        )


class Participant(models.Model):
    """Somebody who sat in a meeting, for an organisation."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="participants")
    organisation = models.CharField("organisasi", max_length=200)
    name = models.CharField("nama", max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation", "name"], name="participant_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"


class Resolution(models.Model):
    """What a meeting agreed that somebody does by a day, and where possible the figure that shows it done."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    number = models.SmallIntegerField("nomor")
    text = models.CharField("isi", max_length=500)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    deadline = models.DateField("tenggat")
    indicator = models.CharField("indikator", max_length=20, blank=True)
    region_code = models.CharField("wilayah indikator", max_length=13, blank=True)
    target = models.BigIntegerField("sasaran", null=True)
    baseline = models.BigIntegerField("nilai saat rapat", null=True)
    baseline_month = MonthField("bulan nilai itu", null=True)
    withdrawn = models.CharField("dicabut karena", max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="resolution_number_once"),
            models.UniqueConstraint(fields=["meeting", "text"], name="resolution_once"),
            models.CheckConstraint(
                condition=models.Q(
                    indicator="", target__isnull=True, baseline__isnull=True, baseline_month__isnull=True
                )
                | (~models.Q(indicator="") & models.Q(target__gte=0, baseline_month__isnull=False)),
                name="resolution_measured_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.number}"


class MeetingFile(models.Model):
    """Signed minutes of a meeting, or evidence of a resolution: checked, encrypted, outside the web root."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="files")
    resolution = models.ForeignKey(Resolution, null=True, on_delete=models.PROTECT, related_name="files")
    name = models.CharField("nama berkas", max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "resolution", "sha256"], nulls_distinct=False, name="meeting_file_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Completion(Approval):
    """One user says that a resolution is done and shows it; another confirms or declines. Never edited after."""

    PROPOSER, STATE, WAITS, TURNED_DOWN = "claimed_by", "state", ("claimed",), ("declined",)
    APPROVES = Act.RESOLUTION_DECIDE
    CONTENT = "jsonb_build_array(t.resolution_id, t.evidence)::text"

    class State(models.TextChoices):
        CLAIMED = "claimed", "Menunggu konfirmasi"
        CONFIRMED = "confirmed", "Selesai"
        DECLINED = "declined", "Belum diterima"

    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="completions")
    evidence = models.CharField("bukti", max_length=500)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLAIMED)
    proposed_by = None  # type: ignore[assignment]  # here it is claimed
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(db_default=functions.Now())
    reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resolution"],
                condition=~models.Q(state="declined"),
                name="completion_one_at_a_time",
            ),
            two_people("completion", proposer="claimed_by", state="state", waits=("claimed",)),
        ]

    def __str__(self) -> str:
        return f"{self.resolution_id} {self.state}"


class Question(models.Model):
    """One question about one person, with its answer once there is one."""

    class Verdict(models.TextChoices):
        PROTECTED = "protected", "Terlindungi"
        WAITING = "waiting", "Dalam proses"
        NOT_COVERED = "not_covered", "Belum terlindungi"
        UNKNOWN = "unknown", "Belum ada di daftar"
        UNCLEAR = "unclear", "Keterangan kurang"

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=functions.Now())
    typed_enc = CiphertextField(
        "yang diketik", help_text="nama, NIK, tempat, pertanyaan; terenkripsi", context="oversight.question"
    )
    typed_hash = models.BinaryField(max_length=32)
    region_code = models.CharField("wilayah", max_length=13)
    due_on = models.DateField("dijawab paling lambat")
    verdict = models.CharField("jawaban", max_length=11, choices=Verdict.choices, blank=True)
    answer = models.TextField("penjelasan", blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "typed_hash"],
                condition=models.Q(answered_at__isnull=True),
                name="question_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="", answered_by__isnull=True, answered_at__isnull=True)
                | (
                    ~models.Q(verdict="")
                    & models.Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~models.Q(answered_by=models.F("asked_by"))
                ),
                name="question_answered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(verdict=""), name="question_open"),
            models.Index(fields=["asked_by", "-asked_at"], name="question_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.due_on}"


class Subject(models.Model):
    """Whom a question was about, as the answering office found: never visible to who asked."""

    question = models.OneToOneField(
        Question, on_delete=models.PROTECT, primary_key=True, related_name="subject"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=13)

    def __str__(self) -> str:
        return f"{self.question_id}"
