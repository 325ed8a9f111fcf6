"""What donors promise to pay."""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.fields import CiphertextField, MonthField
from payung.allocation import FundTerms
from payung.funding.models import Fund
from payung.registry.models import Occupation


class Donation(models.Model):
    """A promise to pay for workers, made without logging in; with a fund of its own once two people agreed.

    Whoever promised is known to the office alone: the contact and the secret address of the donor's page are
    encrypted, and the name is published only where `listed` says so.
    """

    class Donor(models.TextChoices):
        COMPANY = "company", "Perusahaan"
        PERSON = "person", "Perorangan atau kelompok"
        ANONYMOUS = "anonymous", "Tanpa nama"

    class State(models.TextChoices):
        """How far the promise itself has come; once it is checked, its fund says the rest (see `standing`)."""

        PLEDGED = "pledged", "Menunggu diperiksa"
        CHECKED = "checked", "Diperiksa"
        REJECTED = "rejected", "Ditolak"
        EXPIRED = "expired", "Kedaluwarsa"
        WITHDRAWN = "withdrawn", "Dibatalkan donatur"

    class Standing(models.TextChoices):
        PLEDGED = "pledged", "Menunggu diperiksa"
        CHECKED = "checked", "Menunggu persetujuan orang kedua"
        APPROVED = "approved", "Disetujui"
        CLOSED = "closed", "Ditutup"
        REJECTED = "rejected", "Ditolak"
        EXPIRED = "expired", "Kedaluwarsa"
        WITHDRAWN = "withdrawn", "Dibatalkan donatur"

    reference = models.CharField("nomor janji", max_length=16, unique=True)
    check_code = models.CharField("kode cek", max_length=20, unique=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    token_enc = CiphertextField(context="donation.token")
    key = models.CharField("kunci pengiriman", max_length=120, unique=True)
    origin = models.BinaryField(max_length=16, help_text="sidik alamat pengirim dan harinya")
    donor = models.CharField("donatur", max_length=10, choices=Donor.choices)
    name = models.CharField("nama", max_length=120, blank=True)
    contact_enc = CiphertextField(null=True, context="donation.contact")
    listed = models.BooleanField("tampil di buku publik", default=False)
    region_code = models.CharField("wilayah", max_length=13, blank=True, help_text="kosong: seluruh provinsi")
    trade = models.ForeignKey(Occupation, null=True, on_delete=models.PROTECT, related_name="+")
    people = models.IntegerField("orang")
    months = models.SmallIntegerField("bulan")
    first_month = MonthField("mulai")
    amount = models.BigIntegerField("jumlah (Rp)")
    price = models.JSONField("perhitungan", help_text="jawaban hukum yang menghasilkan jumlah itu")
    price_hash = models.CharField(max_length=64)
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    state = models.CharField("status", max_length=10, choices=State.choices, default=State.PLEDGED)
    fund = models.OneToOneField(Fund, null=True, on_delete=models.PROTECT, related_name="donation")
    pledged_at = models.DateTimeField("dijanjikan", db_default=functions.Now())
    expires_on = models.DateField("berlaku sampai")
    reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(people__gt=0, amount__gt=0, months__in=(3, 6, 12)),
                name="donation_is_something",
            ),
            models.CheckConstraint(
                condition=models.Q(donor="anonymous", name="", listed=False)
                | (~models.Q(donor="anonymous") & ~models.Q(name="")),
                name="donation_name_or_none",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="checked") | models.Q(fund__isnull=False),
                name="donation_checked_has_fund",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "expires_on"], name="donation_state"),
            models.Index(fields=["origin", "pledged_at"], name="donation_origin"),
        ]

    @property
    def terms(self) -> FundTerms:
        """For whom the promise is meant: those of one place, of one trade, or of both."""
        return FundTerms(
            regions=frozenset([self.region_code] if self.region_code else []),
            trades=frozenset([self.trade_id] if self.trade_id else []),
        )

    @property
    def standing(self) -> str:
        """One of `Standing`: that of the promise until it is checked, then that of its fund."""
        if self.state != self.State.CHECKED or self.fund is None:
            return self.state
        return {
            Fund.Status.ACTIVE: self.Standing.APPROVED,
            Fund.Status.CLOSED: self.Standing.CLOSED,
            Fund.Status.REJECTED: self.Standing.REJECTED,
        }.get(Fund.Status(self.fund.status), self.Standing.CHECKED)

    def __str__(self) -> str:
        return self.reference
