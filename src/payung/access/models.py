"""Who may do what where, and the record of what was done."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import functions

from payung.access.roles import Permission, Role


class Organisation(models.Model):
    """An agency, a village office, the BPJS branch, a company: where users and lists come from."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "Organisasi perangkat daerah"
        VILLAGE = "village", "Desa/kelurahan"
        BRANCH = "branch", "Cabang BPJS Ketenagakerjaan"
        PARLIAMENT = "parliament", "DPRD"
        COMPANY = "company", "Perusahaan"
        ASSOCIATION = "association", "Asosiasi/kelompok"

    name = models.CharField("nama", max_length=200, unique=True)
    kind = models.CharField("jenis", max_length=20, choices=Kind.choices)
    region_code = models.CharField("wilayah", max_length=13, blank=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who logs in. What they may do comes from their assignments alone."""

    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    full_name = models.CharField("nama lengkap", max_length=200, blank=True)
    position = models.CharField("jabatan", max_length=200, blank=True)
    #: The roles held and where, as they were when the user was read together with them; None where not.
    assigned: list[tuple[str, str]] | None = None

    def __str__(self) -> str:
        return self.full_name or self.username


class Assignment(models.Model):
    """A role that a user holds within a region (a Kemendagri code; everything below it is included)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField("peran", max_length=20, choices=Role.choices)
    region_code = models.CharField("wilayah", max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "region_code"], name="assignment_once"),
            models.CheckConstraint(
                condition=models.Q(region_code__regex=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$"),
                name="assignment_region_is_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.region_code}"


class Event(models.Model):
    """One thing that was done: who, what, to what, why. Written in the transaction that did it, never changed."""

    at = models.DateTimeField("waktu", db_default=functions.Now())
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField("tindakan", max_length=60)
    subject = models.CharField("objek", max_length=60)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField("rincian", default=dict)
    reason = models.TextField("alasan", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="event_subject"),
            models.Index(fields=["-at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class Done(models.Model):
    """The key of an action that must happen only once, with the answer it gave."""

    key = models.CharField(max_length=200, primary_key=True)
    action = models.CharField(max_length=60)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_default=functions.Now())

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class Attempt(models.Model):
    """How often something was tried in its window, by keyed hash of who or what; see `payung.access.limits`."""

    key = models.BinaryField(max_length=16, primary_key=True)
    since = models.DateTimeField()
    times = models.IntegerField()
    forget_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.times)


__all__ = ["Assignment", "Attempt", "Done", "Event", "Organisation", "Permission", "Role", "User"]
