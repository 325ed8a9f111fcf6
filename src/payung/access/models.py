"""Who may do what where, and the record of what was done."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import functions

from payung.access.context import current_address, current_request
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
    """One thing that was done: who, what, to what, why, from where. Written with what it tells of, never changed.

    `at` and `digest` are the database's own: a trigger writes them over whatever was sent.
    """

    class Kind(models.TextChoices):
        ACT = "act", "Tindakan"
        READING = "reading", "Pembukaan data orang"
        ACCESS = "access", "Masuk, keluar, dan penolakan"

    at = models.DateTimeField("waktu", db_default=functions.Now())
    kind = models.CharField(
        "jenis", max_length=10, choices=Kind.choices, default=Kind.ACT, db_default=Kind.ACT
    )
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField("tindakan", max_length=60)
    subject = models.CharField("objek", max_length=60)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField("rincian", default=dict)
    reason = models.TextField("alasan", blank=True)
    #: An internet address, or `shell:NAME` of a command; the id that the lines of the log bear too.
    address = models.CharField("alamat", max_length=60, blank=True, default=current_address, db_default="")
    request = models.CharField(
        "permintaan", max_length=40, blank=True, default=current_request, db_default=""
    )
    #: SHA-256 over all of the above, by the trigger; see `payung.access.seals`.
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="event_subject"),
            models.Index(fields=["-at"], name="event_at"),
            # Figures are counted again after acts only, and readings are many more.
            models.Index(fields=["id"], name="event_act", condition=models.Q(kind="act")),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class Seal(models.Model):
    """A keyed hash over the events since the seal before it and over that seal: none can be changed unseen.

    Its events are those up to `last_event` that no earlier seal has, but for `missing` (numbers nobody had written
    then), and the `late` ones of numbers missing before.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=functions.Now())
    last_event = models.BigIntegerField()
    events = models.IntegerField()
    missing = models.JSONField(default=list)
    late = models.JSONField(default=list)
    #: The first bytes of a hash of the key, so that a seal by another key is told from a broken one.
    key = models.CharField(max_length=8)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.pk}:{bytes(self.hash).hex()}"


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


__all__ = ["Assignment", "Attempt", "Done", "Event", "Organisation", "Permission", "Role", "Seal", "User"]
