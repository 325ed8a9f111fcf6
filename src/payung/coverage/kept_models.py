"""What is counted once and kept until the database notes a change. Each scope of regions has rows of its own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from payung.access.fields import MonthField


class KeptAhead(models.Model):
    """Counts of the covers of one month and of the ends since another, for the outlook."""

    scope = models.TextField()
    month = MonthField("bulan")
    since = MonthField("sejak")
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("scope", "month", "since"), name="kept_ahead_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.month}"


class KeptMonth(models.Model):
    """How many people decrees cover in a month."""

    scope = models.TextField()
    month = MonthField("bulan")
    people = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("scope", "month"), name="kept_month_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.month}"


class KeptStanding(models.Model):
    """The people of one district (all: '') in one state (any: '') on one day.

    `allowed` is how many months after the last paid one the law protected: another law, another count.
    """

    scope = models.TextField()
    day = models.DateField()
    allowed = models.SmallIntegerField()
    district = models.CharField(max_length=8)
    state = models.CharField(max_length=11)
    people = models.IntegerField()
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("scope", "day", "allowed", "district", "state"), name="kept_standing_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.district} {self.state}"
