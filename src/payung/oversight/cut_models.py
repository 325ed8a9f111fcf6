"""People of a month by place and one or two attributes, as arrays; nothing here is a fact of its own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import functions

from payung.access.fields import MonthField


class CutCount(models.Model):
    """Counts of one cut, rung, month and region, in the order of the attributes' values (`cuts.axes`)."""

    pk = models.CompositePrimaryKey("cut", "step", "region_code", "month")
    cut = models.CharField("atribut", max_length=20)
    step = models.CharField("tingkat", max_length=10)
    region_code = models.CharField("wilayah", max_length=13)
    month = MonthField("bulan")
    counts = ArrayField(models.IntegerField())

    class Meta:
        indexes = [models.Index(fields=["month"], name="cutcount_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.cut} {self.step} {self.region_code}"


class CutMonth(models.Model):
    """When a month was counted, up to which event, with which trades, and the mark of those registered."""

    month = MonthField("bulan", primary_key=True)
    as_of = models.DateTimeField("per", db_default=functions.Now())
    last_event = models.BigIntegerField(default=0)
    current = models.BooleanField("bulan berjalan", default=False)
    trades = models.JSONField(default=list)
    registered = models.CharField(max_length=64, blank=True, default="")
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.month} {self.as_of:%Y-%m-%d %H:%M}"
