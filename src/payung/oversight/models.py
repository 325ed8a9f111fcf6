"""Figures kept per month and village, so that a sheet about a million people is read from some thousand rows.

Nothing here is a fact of its own: every row can be counted again from the registry, the covers and the bills
(`actions.rebuild`), and a test holds both to be the same. Snapshots are what was published, and stay.
"""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.fields import MonthField
from payung.access.models import User
from payung.funding.models import Fund


class CoverCount(models.Model):
    """People of one village whom one fund covers in one month, and how far their cover has come."""

    pk = models.CompositePrimaryKey("month", "fund_id", "region_code")
    month = MonthField("bulan")
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    region_code = models.CharField("wilayah", max_length=13)
    decreed = models.IntegerField("ditetapkan SK", default=0)
    registered = models.IntegerField("terdaftar di cabang", default=0)
    active = models.IntegerField("aktif: iuran bulan itu lunas", default=0)
    billed = models.BigIntegerField("ditagih (Rp)", default=0)
    paid = models.BigIntegerField("tagihan lunas (Rp)", default=0)

    def __str__(self) -> str:
        return f"{self.month} {self.region_code}"


class PeopleCount(models.Model):
    """People of one village and trade as they stand: how far up the ladder, covered this month, left out.

    Whoever a decree covers this month stands on every step below it, in the village that the cover names, so that no
    step is ever higher than the one it rises from.
    """

    pk = models.CompositePrimaryKey("region_code", "trade")
    region_code = models.CharField("wilayah", max_length=13)
    trade = models.CharField("pekerjaan", max_length=40, blank=True)
    candidates = models.IntegerField("calon", default=0)
    verified = models.IntegerField("terverifikasi", default=0)
    eligible = models.IntegerField("layak", default=0)
    covered = models.IntegerField("terlindungi SK bulan ini", default=0)
    ending = models.IntegerField("berakhir dalam 60 hari", default=0)
    gap = models.IntegerField("layak, belum terlindungi", default=0)
    other_payer = models.IntegerField("dibayar pihak lain menurut data cabang", default=0)
    ineligible = models.IntegerField("dalam SK, tidak lagi layak", default=0)

    def __str__(self) -> str:
        return f"{self.region_code} {self.trade}"


class Refreshed(models.Model):
    """When the counts were last made, up to which event of the audit trail, and the sheet made of them. One row.

    `kept` are the months counted, each with the mark of those registered. `events` is how many events were seen just
    below the last one: an event that another transaction writes late,
    under a smaller number, changes that.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField("per", db_default=functions.Now())
    month = MonthField("bulan berjalan")
    day = models.DateField("hari berjalan", null=True)
    last_event = models.BigIntegerField(default=0)
    events = models.IntegerField("peristiwa sebelum itu", default=0)
    figures = models.JSONField("lembar", default=dict)
    kept = models.JSONField("bulan yang dihitung, dan dari apa", default=dict)
    seconds = models.FloatField("lama (detik)", default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="refreshed_one_row")]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M}"


class Snapshot(models.Model):
    """The figures of one month as they were published, with the version of their definitions. Append-only.

    A later snapshot of the same month corrects the earlier one and says why; both stay. `by` is nobody where the
    figures were kept because their month had ended.
    """

    month = MonthField("bulan")
    taken_at = models.DateTimeField("diambil", db_default=functions.Now())
    definitions = models.CharField("versi definisi", max_length=20)
    figures = models.JSONField("angka")
    sha256 = models.CharField(max_length=64)
    reason = models.CharField("sebab koreksi", max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "sha256"], name="snapshot_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.sha256[:8]}"


class Outside(models.Model):
    """A figure that somebody else publishes, as a user recorded it. Append-only; a later record replaces."""

    question = models.CharField("yang dihitung", max_length=30)
    value = models.DecimalField("angka", max_digits=14, decimal_places=2)
    period = models.CharField("periode", max_length=7)
    source = models.CharField("sumber", max_length=300)
    note = models.CharField("sebab berbeda", max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("dicatat", db_default=functions.Now())

    def __str__(self) -> str:
        return f"{self.question} {self.period} {self.source}"


from payung.oversight.cut_models import CutCount, CutMonth  # noqa: E402
from payung.oversight.rounding_models import RoundingKey  # noqa: E402

__all__ = [
    "CoverCount",
    "CutCount",
    "CutMonth",
    "Outside",
    "PeopleCount",
    "Refreshed",
    "RoundingKey",
    "Snapshot",
]
