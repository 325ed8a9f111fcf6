"""Payers, their funds, the double-entry ledger, and plans of who is paid by whom in which months.

The ledger: each entry moves an amount from one account of a fund to another. Entries are never edited; a
correction is a new entry. Balances are kept by a trigger with a check, so the database itself refuses to
overdraw, under concurrency too.
"""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.acts import Act
from payung.access.approvals import Approval, two_people
from payung.access.fields import MonthField
from payung.access.models import User
from payung.database.statements import piece
from payung.registry.models import Person


class Payer(models.Model):
    """Who pays contributions: a government, a village, a company, a donor."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "Pemerintah provinsi"
        REGENCY = "regency", "Pemerintah kabupaten/kota"
        VILLAGE = "village", "Pemerintah desa"
        BAZNAS = "baznas", "Baznas"
        COMPANY = "company", "Perusahaan"
        DONORS = "donors", "Donatur"
        SELF = "self", "Pekerja sendiri"

    name = models.CharField("nama", max_length=200, unique=True)
    kind = models.CharField("jenis", max_length=12, choices=Kind.choices)
    region_code = models.CharField("wilayah", max_length=13, blank=True)
    public = models.BooleanField("tampil di buku besar publik", default=True)

    def __str__(self) -> str:
        return self.name


class Fund(Approval):
    """Money of one payer for contributions, with what it may be spent on."""

    APPROVES = Act.APPROVE_FUND
    PLACES = ("payer__region_code",)
    CONTENT = """jsonb_build_array(t.code, t.payer_id, t.name, t.kind, t.group_code, t.amount, t.first_month,
        t.end_month, t.regions, t.trades, t.sex, t.min_age, t.max_age, t.new_only, t.covered_only, t.min_people,
        t.exact_people, t.package_months,
        (SELECT jsonb_agg(jsonb_build_array(r.month, r.amount) ORDER BY r.month)
           FROM funding_release r WHERE r.fund_id = t.id),
        (SELECT jsonb_agg(n.person_id ORDER BY n.person_id) FROM funding_fundperson n WHERE n.fund_id = t.id))::text"""

    class Kind(models.TextChoices):
        """The payer kind that the tariff depends on (see the law room)."""

        APBD = "apbd", "APBD"
        APBN = "apbn", "APBN"
        APBDES = "apbdes", "APBDes"
        DBH = "dbh", "DBH Sawit"
        CSR = "csr", "CSR/TJSL"
        DONOR = "donor", "Donasi GN Lingkaran"
        SELF = "self", "Mandiri"

    class Group(models.TextChoices):
        """Codes under which the BPJS branch keeps a group (wadah)."""

        SC = "SC", "SC korporasi"
        SB = "SB", "SB perbankan"
        SG = "SG", "SG pemerintah"
        SD = "SD", "SD desa (APBDes)"
        SA = "SA", "SA desa (APBD)"
        SL = "SL", "SL lainnya"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Diusulkan"
        ACTIVE = "active", "Berlaku"
        CLOSED = "closed", "Ditutup"
        REJECTED = "rejected", "Ditolak"

    code = models.CharField("kode", max_length=30, unique=True)
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="funds")
    name = models.CharField("nama", max_length=200)
    kind = models.CharField("jenis", max_length=8, choices=Kind.choices)
    group_code = models.CharField("kode wadah", max_length=2, choices=Group.choices)
    amount = models.BigIntegerField("jumlah (Rp)")
    first_month = MonthField("berlaku mulai")
    end_month = MonthField("berakhir sebelum")
    regions = models.JSONField("wilayah", default=list, help_text="awalan kode wilayah; kosong = semua")
    trades = models.JSONField("pekerjaan", default=list, help_text="id pekerjaan; kosong = semua")
    sex = models.CharField("jenis kelamin", max_length=6, blank=True)
    min_age = models.SmallIntegerField("umur minimal", null=True, blank=True)
    max_age = models.SmallIntegerField("umur maksimal", null=True, blank=True)
    new_only = models.BooleanField("hanya peserta baru", default=False)
    covered_only = models.BooleanField("hanya yang sudah terlindungi", default=False)
    min_people = models.IntegerField("jumlah orang minimal", default=0)
    exact_people = models.IntegerField("jumlah orang tepat", null=True, blank=True)
    package_months = models.SmallIntegerField("paket (bulan)", null=True, blank=True)
    status = models.CharField("status", max_length=10, choices=Status.choices, default=Status.PROPOSED)
    created_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="fund_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(end_month__gt=models.F("first_month")), name="fund_period_not_empty"
            ),
            two_people("fund"),
        ]

    def __str__(self) -> str:
        return self.name


class FundPerson(models.Model):
    """A worker whom the payer named: a fund with such rows pays for these workers only."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "person"], name="fund_person_once")]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.person_id}"


class FundChange(Approval):
    """A change of an active fund that one user proposed and another must approve."""

    APPROVES = Act.DECIDE_CHANGE
    PLACES = ("fund__payer__region_code",)
    CONTENT = "jsonb_build_array(t.fund_id, t.kind, t.terms, t.cash, t.reason)::text"

    class Kind(models.TextChoices):
        TERMS = "terms", "Ketentuan"
        MONEY = "money", "Jumlah uang"
        CLOSE = "close", "Penutupan"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Diusulkan"
        APPROVED = "approved", "Disetujui"
        REJECTED = "rejected", "Ditolak"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField("jenis", max_length=6, choices=Kind.choices)
    terms = models.JSONField("ketentuan baru", default=dict)
    cash = models.JSONField("tambah atau kurang per bulan", default=dict)
    reason = models.CharField("alasan", max_length=300)
    status = models.CharField("status", max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            two_people("fund_change"),
            models.UniqueConstraint(
                fields=["fund"], condition=models.Q(status="proposed"), name="fund_change_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.kind}"


class Release(models.Model):
    """When how much of a fund becomes available."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="releases")
    month = MonthField("bulan")
    amount = models.BigIntegerField("jumlah (Rp)")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "month"], name="release_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="release_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.month}"


class Account(models.Model):
    """One of a fund's ledger accounts with its balance; the balance never goes below zero."""

    class Kind(models.TextChoices):
        WORLD = "world", "Pembayar"
        PLEDGED = "pledged", "Dijanjikan"
        AVAILABLE = "available", "Tersedia"
        COMMITTED = "committed", "Terikat"
        BILLED = "billed", "Ditagih"
        PAID = "paid", "Dibayar"
        REFUNDED = "refunded", "Dikembalikan"
        EXPIRED = "expired", "Hangus"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "kind"], name="account_once"),
            models.CheckConstraint(
                condition=models.Q(balance__gte=0) | models.Q(kind="world"), name="account_not_overdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.kind}"


class Entry(models.Model):
    """One movement of money between two accounts of one fund, and what caused it. Never changed."""

    # The trigger that moves the balances checks fund and user once per posting instead of once per row, and
    # the accounts of the fund and the audit event of the posting hold both in place.
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    debit = models.CharField("dari", max_length=10, choices=Account.Kind.choices)
    credit = models.CharField("ke", max_length=10, choices=Account.Kind.choices)
    amount = models.BigIntegerField("jumlah (Rp)")
    effective_on = models.DateField("tanggal berlaku")
    cause = models.CharField("sebab", max_length=30)
    cause_id = models.BigIntegerField("nomor sebab", null=True)
    key = models.CharField("kunci", max_length=120, unique=True)
    note = models.CharField("catatan", max_length=300, blank=True)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="entry_positive"),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="entry_between_two_accounts"
            ),
        ]
        indexes = [models.Index(fields=["fund", "effective_on"], name="entry_fund_day")]

    def __str__(self) -> str:
        return f"{self.debit}->{self.credit} {self.amount}"


class Plan(Approval):
    """A proposal of who is paid by whom in which months, with what it was computed from."""

    APPROVES = Act.APPROVE_PLAN
    CONTENT = piece("funding", "plan_content")

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Diusulkan"
        APPROVED = "approved", "Disetujui"
        DECREED = "decreed", "Sudah menjadi SK"
        REJECTED = "rejected", "Ditolak"

    name = models.CharField("nama", max_length=200)
    first_month = MonthField("mulai")
    end_month = MonthField("berakhir sebelum")
    options = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64)
    report = models.JSONField(default=dict)
    status = models.CharField("status", max_length=10, choices=Status.choices, default=Status.PROPOSED)
    created_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [two_people("plan", undecided=("rejected",))]

    def __str__(self) -> str:
        return self.name


class PlanLine(models.Model):
    """One worker in a plan: paid by a fund for a run of months, or not, and why."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    first_month = MonthField(null=True)
    end_month = MonthField(null=True)
    reason = models.CharField("alasan", max_length=40, blank=True)
    rank = models.IntegerField("urutan antrean", null=True)
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "person", "first_month"], name="plan_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.person_id}"


class Waiting(models.Model):
    """People of one village, trade and income band who may be enrolled and whom nobody pays for.

    Counted again after every change; a donor's page answers from it. `soon` and `next` are those among the first
    places of the queue of the newest plan in force.
    """

    SOON, NEXT = 100, 1_000

    pk = models.CompositePrimaryKey("region_code", "trade", "income")
    region_code = models.CharField("wilayah", max_length=13)
    trade = models.CharField("pekerjaan", max_length=40, blank=True)
    income = models.BigIntegerField("penghasilan terendah golongannya (Rp)")
    people = models.IntegerField("orang")
    soon = models.IntegerField("dalam 100 tempat pertama antrean", default=0)
    next = models.IntegerField("dalam 1.000 tempat pertama antrean", default=0)

    def __str__(self) -> str:
        return f"{self.region_code} {self.trade}"
