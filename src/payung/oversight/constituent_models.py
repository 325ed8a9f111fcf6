"""Questions of members of parliament about one person, and their answers.

What was typed is encrypted. Which person was meant stands in a table of its own that the asker cannot read. Row-level
security shows a question to who asked it and to those who answer for its region, and to nobody else.
"""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.fields import CiphertextField
from payung.access.models import User
from payung.registry.models import Person


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
