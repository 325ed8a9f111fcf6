"""Whom a cover's end is told, and where messages go."""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.fields import MonthField
from payung.funding.models import Fund, Payer
from payung.registry.models import Person


class Contact(models.Model):
    """Where messages to a village's office or to a payer go; a worker's own number stands with the person."""

    region_code = models.CharField("desa/kelurahan", max_length=13, null=True, unique=True)
    payer = models.OneToOneField(Payer, null=True, on_delete=models.PROTECT, related_name="contact")
    email = models.EmailField("surel", blank=True)
    phone = models.CharField("telepon", max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(region_code__isnull=True) ^ models.Q(payer__isnull=True),
                name="contact_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.email or self.phone


class Notice(models.Model):
    """One message to one recipient about one person's cover: printed, or handed to a gateway. Sent once."""

    class To(models.TextChoices):
        WORKER = "worker", "Pekerja"
        VILLAGE = "village", "Desa/kelurahan"
        PAYER = "payer", "Pembayar"

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu"
        SENT = "sent", "Terkirim"

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="notices")
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.CharField("kepada", max_length=8, choices=To.choices)
    kind = models.CharField("perihal", max_length=20)
    month = MonthField("bulan terakhir")
    text = models.CharField("isi", max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    channel = models.CharField("lewat", max_length=20, blank=True)
    key = models.CharField(max_length=120, unique=True)
    region_code = models.CharField(max_length=13)
    made_at = models.DateTimeField(db_default=functions.Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["to", "id"], condition=models.Q(state="waiting"), name="notice_open")]

    def __str__(self) -> str:
        return self.key
