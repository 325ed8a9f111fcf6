"""What matching learned and decides by: thresholds, the model, and the keys by which it finds each person."""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.models import User


class MatchThresholds(models.Model):
    """From which probability pairs are the same person without a clerk, and seen by one. The newest row holds."""

    same = models.FloatField("sama mulai")
    doubtful = models.FloatField("ditinjau mulai")
    because = models.JSONField("dasar", default=dict)
    reason = models.TextField("alasan")
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(doubtful__gt=0)
                & models.Q(doubtful__lt=models.F("same"))
                & models.Q(same__lte=1),
                name="thresholds_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.same} {self.doubtful}"


class MatchModel(models.Model):
    """What the matcher learned from the deployment's own lists; the newest row is used."""

    model_id = models.CharField("model", max_length=64)
    body = models.JSONField("isi")
    rows = models.IntegerField("baris")
    learned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    def __str__(self) -> str:
        return self.model_id


class MatchKey(models.Model):
    """The keys by which the matcher finds a person, as `registry.known` makes them of what holds about them."""

    person_id = models.BigIntegerField(primary_key=True)
    made_of = models.DateTimeField(help_text="the person's updated_at when the keys were made")
    version = models.CharField(max_length=40)
    keys = models.BinaryField()
    region_code = models.CharField(max_length=13)

    def __str__(self) -> str:
        return str(self.person_id)
