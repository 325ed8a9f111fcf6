"""Time lived under paid cover, kept per month and village: nothing here is a fact of its own."""

from __future__ import annotations

from django.db import models

from payung.access.fields import MonthField


class Lived(models.Model):
    """People of one village under paid cover in one month, and the deaths that the life table expects of them."""

    pk = models.CompositePrimaryKey("month", "region_code")
    month = MonthField("bulan")
    region_code = models.CharField(max_length=13)
    people = models.IntegerField("orang")
    deaths = models.FloatField("kematian yang diperkirakan")

    def __str__(self) -> str:
        return f"{self.month} {self.region_code}"


class LivedMonth(models.Model):
    """A month that is kept, and the life table it was counted by."""

    month = MonthField("bulan", primary_key=True)
    life_table = models.CharField("tabel mortalitas", max_length=64)

    def __str__(self) -> str:
        return str(self.month)
