"""Decrees, covers, the exchange with the BPJS branch, bills, payments, and monthly changes.

A `CoverMonth` is one person, one month, one fund: its primary key is (month, person), so the database itself
refuses a second payer. It is written when a decree or an amendment is approved, and removed only by an amendment.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import functions

from payung.access.acts import Act
from payung.access.approvals import Approval, two_people
from payung.access.fields import MonthField
from payung.access.models import User
from payung.coverage.kept_models import KeptAhead as KeptAhead
from payung.coverage.kept_models import KeptMonth as KeptMonth
from payung.coverage.kept_models import KeptStanding as KeptStanding
from payung.coverage.notice_models import Contact as Contact
from payung.coverage.notice_models import Notice as Notice
from payung.coverage.touched import Touched as Touched
from payung.database.statements import piece
from payung.funding.models import Fund, Plan
from payung.registry.models import Person


class Decree(Approval):
    """An SK: the list of workers whose contributions are paid. Prepared by one user, approved by another."""

    APPROVES = Act.DECREE_APPROVE
    #: Of the people in its annex; an amendment comes after the decision.
    PLACES = ("lines__region_code",)
    CONTENT = piece("coverage", "decree_content")

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Diusulkan"
        APPROVED = "approved", "Ditetapkan"
        REJECTED = "rejected", "Ditolak"

    number = models.CharField("nomor", max_length=60, unique=True)
    dated = models.DateField("tanggal")
    signer = models.CharField("pejabat penanda tangan", max_length=200)
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="decrees")
    status = models.CharField("status", max_length=10, choices=Status.choices, default=Status.PROPOSED)
    check_code = models.CharField("kode cek", max_length=20, unique=True)
    #: Of the annex as first decreed: people, and by fund people, months, rupiah, first and last month.
    totals = models.JSONField(default=dict)
    proposed_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        # Who turned down a decree was not kept before this was an Approval.
        constraints = [two_people("decree", undecided=("rejected",))]

    def __str__(self) -> str:
        return self.number


class Amendment(Approval):
    """A change of a decree's annex: additions, removals, changes, each line with its reason."""

    APPROVES = Act.AMENDMENT_APPROVE
    PLACES = ("lines__region_code",)
    CONTENT = piece("coverage", "amendment_content")

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="amendments")
    number = models.CharField("nomor", max_length=60, unique=True)
    dated = models.DateField("tanggal")
    status = models.CharField(max_length=10, choices=Decree.Status.choices, default=Decree.Status.PROPOSED)
    proposed_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [two_people("amendment", undecided=("rejected",))]

    def __str__(self) -> str:
        return self.number

    def proposers(self) -> set[int]:
        """List who proposed it, and who proposed one of the changes that it carries."""
        return super().proposers() | set(self.changes.values_list("proposed_by_id", flat=True).distinct())


def line_regions(decree_id: int, amendment_id: int | None = None) -> list[str]:
    """List the regions of the people in a decree's annex, or in an amendment of it. With everybody visible."""
    lines = AnnexLine.objects.filter(decree_id=decree_id)
    lines = lines.filter(amendment_id=amendment_id) if amendment_id else lines.filter(amendment=None)
    return list(lines.values_list("region_code", flat=True).distinct().order_by())


class AnnexLine(models.Model):
    """One line of a decree's annex or of an amendment. The annex on a date = all approved lines up to then.

    `income` and `sector` are what the tariff is taken from, frozen as decreed: a later change of either is an
    amendment, so that a bill can be worked out again from the decree alone. `name`, `region_code` and `trade` are
    what was printed, so that the annex of a past day can be printed again.
    """

    class Act(models.TextChoices):
        ADD = "add", "Tambah"
        REMOVE = "remove", "Hapus"

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="lines", db_index=False)
    amendment = models.ForeignKey(Amendment, null=True, on_delete=models.PROTECT, related_name="lines")
    act = models.CharField(max_length=6, choices=Act.choices, default=Act.ADD)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    first_month = MonthField("mulai")
    end_month = MonthField("berakhir sebelum")
    amount = models.BigIntegerField("iuran seluruh masa (Rp)")
    income = models.BigIntegerField("penghasilan (Rp/bulan)", null=True)
    sector = models.CharField("sektor iuran", max_length=20, default="other")
    reason = models.CharField("alasan", max_length=40, blank=True)
    evidence = models.CharField("bukti", max_length=300, blank=True)
    name = models.CharField("nama", max_length=200, blank=True)
    trade = models.CharField("pekerjaan", max_length=120, blank=True)
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_month__gt=models.F("first_month")), name="annex_period_not_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["decree", "region_code", "name", "person"], name="annex_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.decree_id} {self.person_id}"


class CoverMonth(models.Model):
    """One person protected in one month by one fund, as decreed."""

    pk = models.CompositePrimaryKey("month", "person_id")
    # The annex line that each row is written from carries the foreign keys; checking them again for every
    # month of every person would double the cost of the largest table.
    month = MonthField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="cover_months", db_index=False, db_constraint=False
    )
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    line = models.ForeignKey(
        AnnexLine, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    region_code = models.CharField(max_length=13)

    class Meta:
        indexes = [
            models.Index(fields=["person", "month"], name="cover_person"),
            models.Index(fields=["fund", "month"], name="cover_fund"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month}"


class Upload(models.Model):
    """A file made for the branch: the people of one fund and group to register."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="uploads")
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="uploads")
    amendment = models.ForeignKey(Amendment, null=True, on_delete=models.PROTECT, related_name="uploads")
    month = MonthField("bulan")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decree", "amendment", "fund"], nulls_distinct=False, name="upload_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Registration(models.Model):
    """Where a person stands with the branch for one fund: sent, accepted with a number, or refused and why."""

    class State(models.TextChoices):
        SENT = "sent", "Dikirim"
        ACCEPTED = "accepted", "Terdaftar"
        REFUSED = "refused", "Ditolak"

    # An answer changes the state of every row once. Each index that such a change must touch costs a third of the
    # time, so there are only those that the constraints bring, and one by person.
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="registrations", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", db_index=False)
    line_ref = models.CharField("referensi baris", max_length=30)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    member_no = models.CharField("nomor peserta", max_length=30, blank=True)
    starts_on = models.DateField("mulai", null=True)
    refusal = models.CharField("alasan penolakan", max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "line_ref"], name="registration_line_once"),
            models.UniqueConstraint(fields=["upload", "person"], name="registration_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.line_ref}"


class Answer(models.Model):
    """An answer file of the branch that was applied, with what it moved, so that it can be taken back.

    `lines` are the registrations that it decided, `from_sent` those that it moved from sent, `from_refused` those from
    refused with the reason they had; `opened` the differences it opened, `until_bill` the last bill made before it.
    """

    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    rows = models.IntegerField()
    accepted = models.IntegerField()
    refused = models.IntegerField()
    unknown = models.IntegerField()
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(db_default=functions.Now())
    report = models.JSONField(default=dict)
    lines = ArrayField(models.BigIntegerField(), default=list)
    from_sent = ArrayField(models.BigIntegerField(), default=list)
    from_refused = models.JSONField(default=dict)
    opened = ArrayField(models.BigIntegerField(), default=list)
    until_bill = models.BigIntegerField(default=0)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(taken_back_at=None), name="answer_applied_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Difference(models.Model):
    """Something that does not agree between what we sent, what the branch registered and what was paid."""

    class State(models.TextChoices):
        OPEN = "open", "Terbuka"
        SETTLED = "settled", "Selesai"

    kind = models.CharField("jenis", max_length=30)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    month = MonthField(null=True)
    detail = models.JSONField(default=dict)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settlement = models.CharField("penyelesaian", max_length=300, blank=True)
    key = models.CharField(max_length=120, unique=True)
    region_code = models.CharField(max_length=13)
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        indexes = [models.Index(fields=["kind"], condition=models.Q(state="open"), name="difference_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Bill(Approval):
    """One bill per fund and month. Its lines are frozen when it is made."""

    STATE, WAITS, TURNED_DOWN = "state", ("draft",), ()
    APPROVES = Act.BILL_APPROVE
    CONTENT = piece("coverage", "bill_content")

    class State(models.TextChoices):
        DRAFT = "draft", "Konsep"
        APPROVED = "approved", "Disetujui"
        SENT = "sent", "Dikirim"
        PAID = "paid", "Dibayar"
        RECONCILED = "reconciled", "Cocok"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="bills")
    month = MonthField("bulan iuran")
    people = models.IntegerField("orang")
    amount = models.BigIntegerField("jumlah (Rp)")
    credit = models.BigIntegerField("kelebihan yang dipakai (Rp)", default=0)
    paid = models.BigIntegerField("dibayar (Rp)", default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    law = models.CharField("versi hukum", max_length=64, blank=True)
    payment_code = models.CharField("kode iuran", max_length=30, unique=True)
    expires_on = models.DateField("kode berlaku sampai")
    made_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "month"], name="bill_once"),
            two_people("bill", state="state", waits=("draft",)),
            models.CheckConstraint(condition=models.Q(paid__gte=0), name="bill_paid_positive"),
            models.CheckConstraint(
                condition=models.Q(paid__lte=models.F("amount") - models.F("credit")),
                name="bill_not_overpaid",
            ),
            models.CheckConstraint(
                condition=models.Q(credit__gte=0) & models.Q(credit__lte=models.F("amount")),
                name="bill_credit_within_amount",
            ),
        ]

    @property
    def payable(self) -> int:
        """Rupiah to pay: the amount less the excess of earlier months."""
        return self.amount - self.credit

    @property
    def open_amount(self) -> int:
        """Rupiah still to pay."""
        return self.payable - self.paid

    def __str__(self) -> str:
        return f"{self.fund_id} {self.month}"


class BillLine(models.Model):
    """One person on a bill: the contribution by the law of that month, and the decree's line that caused it. Frozen."""

    pk = models.CompositePrimaryKey("month", "person_id")
    month = MonthField()
    # Written from cover months in the statement that makes the bill: the same reason as there.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="bill_lines", db_index=False, db_constraint=False
    )
    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    line = models.ForeignKey(
        AnnexLine, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    jkk = models.IntegerField("JKK (Rp)")
    jkm = models.IntegerField("JKM (Rp)")
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(jkk__gte=0) & models.Q(jkm__gte=0), name="bill_line_positive"
            )
        ]
        indexes = [
            models.Index(fields=["bill", "person"], name="bill_line_in_order"),
            models.Index(fields=["person", "month"], name="bill_line_person"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.person_id}"


class Statement(models.Model):
    """A bank statement that came in, or a receipt (`format` 'receipt')."""

    sha256 = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=10)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField(db_default=functions.Now())

    def __str__(self) -> str:
        return self.file_name


class Payment(models.Model):
    """One line of a statement: money that went to BPJS. Never changed; corrections are new lines."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="payments")
    line_no = models.IntegerField()
    paid_on = models.DateField("tanggal bayar")
    amount = models.BigIntegerField("jumlah (Rp)")
    reference = models.CharField("keterangan", max_length=1000)
    returned = models.BooleanField(
        db_default=False, help_text="bank menandainya sebagai pembatalan baris lain"
    )
    fingerprint = models.CharField(
        max_length=64, unique=True, help_text="baris yang sama di dua rekening koran dihitung satu kali"
    )
    same_as = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="confirmed_by",
        help_text="baris bank untuk pembayaran yang sudah dicatat dari kuitansi; tidak dihitung lagi",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "line_no"], name="payment_line_once")]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount}"


class PaymentMatch(models.Model):
    """How much of a payment settles which bill. Never changed: a wrong one is taken back by a new, negative one."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="matches")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="matches")
    amount = models.BigIntegerField("jumlah (Rp)")
    takes_back = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="taken_back_by")
    back = models.ForeignKey(
        Payment,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="uang masuk yang menarik kembali pencocokan ini",
    )
    reason = models.CharField("alasan", max_length=300, blank=True)
    matched_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, takes_back__isnull=True)
                | models.Q(amount__lt=0, takes_back__isnull=False),
                name="payment_match_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}->{self.bill_id}"


class MoneyBack(models.Model):
    """How much of a payment came back, by which line of a statement. Never changed."""

    back = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="takes_back")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="came_back")
    amount = models.BigIntegerField("jumlah (Rp)")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="money_back_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.back_id}->{self.payment_id}"


class Credit(models.Model):
    """Excess at the branch: money paid that no bill needs (positive), or its use by a bill (negative).

    Excess comes from a payment above its bill, or from a month billed for somebody removed afterwards. Never
    changed: a use or a correction is a new row.
    """

    class Cause(models.TextChoices):
        OVERPAID = "overpaid", "Lebih bayar"
        REMOVED = "removed", "Dihapus setelah ditagih"
        USED = "used", "Dipakai tagihan"
        REFUNDED = "refunded", "Dikembalikan cabang"
        RETURNED = "returned", "Pembayarannya kembali"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="credits")
    amount = models.BigIntegerField("jumlah (Rp)")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    month = MonthField(null=True)
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="credits")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="credits")
    key = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="credit_not_zero")]

    def __str__(self) -> str:
        return f"{self.cause} {self.amount}"


class MonthlyChange(Approval):
    """A proposed change of a decree's list, carried by an amendment.

    Somebody leaves from `from_month` on (died, moved, 65, wage worker, double, refused, wants out), or comes in
    (`joins`), or stays with another fund, other months, or the income and trade known today (`changed`); the last
    two name `to_fund` and the months `from_month` to before `end_month`.
    """

    STATE = "state"
    APPROVES = Act.CHANGE_REJECT
    CONTENT = """jsonb_build_array(t.person_id, t.kind, t.from_month, t.end_month, t.decree_id, t.fund_id, t.to_fund_id,
                                   t.evidence)::text"""

    class Kind(models.TextChoices):
        DIED = "died", "Meninggal"
        MOVED = "moved", "Pindah"
        AGED = "aged", "Berusia 65"
        WAGE = "wage", "Menjadi penerima upah"
        DOUBLE = "double", "Ganda"
        REFUSED = "refused", "Ditolak cabang"
        WANTS_OUT = "wants_out", "Mengundurkan diri"
        JOINS = "joins", "Ditambahkan"
        CHANGED = "changed", "Diubah"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Diusulkan"
        APPROVED = "approved", "Disetujui"
        REJECTED = "rejected", "Ditolak"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_month = MonthField("berlaku mulai")
    end_month = MonthField("berakhir sebelum", null=True)
    decree = models.ForeignKey(Decree, null=True, on_delete=models.PROTECT, related_name="+")
    to_fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField("bukti", max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    amendment = models.ForeignKey(Amendment, null=True, on_delete=models.PROTECT, related_name="changes")
    replacement = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=13)
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="proposed"), name="change_waits_once"
            ),
            # Of several that waited for one person before only one could stay; nobody turned down the others.
            two_people("change", state="state", undecided=("rejected",)),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["joins", "changed"])
                | models.Q(to_fund__isnull=False, decree__isnull=False, end_month__gt=models.F("from_month")),
                name="change_says_where_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
