"""Deaths and accidents of workers, and the cases that follow from them until the family is paid.

What was computed, said and decided stays: steps, words to the family and papers are only added.
"""

from __future__ import annotations

from django.db import models
from django.db.models import functions
from django.utils.translation import gettext_lazy as _

from payung.access.acts import Act
from payung.access.approvals import Approval, two_people
from payung.access.models import User
from payung.claims.code_models import PersonalCode as PersonalCode
from payung.claims.lived_models import Lived as Lived
from payung.claims.lived_models import LivedMonth as LivedMonth
from payung.registry.models import Intake, Person


class Death(models.Model):
    """A known death of somebody on the lists of candidates or under cover, and how they stood on that day."""

    class Standing(models.TextChoices):
        FULL = "full", _("Terlindungi, JKM penuh")
        PARTIAL = "partial", _("Terlindungi, masa tunggu (biaya pemakaman saja)")
        ACCIDENT = "accident", _("Terlindungi, meninggal karena kecelakaan kerja (JKK)")
        OTHER = "other", _("Menurut data cabang dibayar pihak lain")
        LAPSED = "lapsed", _("Pernah terlindungi, sudah berhenti")
        WAITING = "waiting", _("Ditetapkan, belum terlindungi")
        NEVER = "never", _("Tidak pernah tercatat di program ini")

    #: Standings in which the law owes the family something from cover of this programme.
    COVERED = (Standing.FULL, Standing.PARTIAL, Standing.ACCIDENT)

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="death")
    died_on = models.DateField("meninggal")
    standing = models.CharField("kedudukan", max_length=8, choices=Standing.choices)
    intake = models.ForeignKey(
        Intake, null=True, on_delete=models.PROTECT, related_name="+", help_text="daftar yang menyebutnya"
    )
    owed = models.BigIntegerField("hak menurut hukum (Rp)", default=0)
    region_code = models.CharField(max_length=13)
    found_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(owed__gte=0), name="death_owed_positive"),
        ]
        indexes = [models.Index(fields=["region_code", "died_on"], name="death_region")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.died_on}"


class Report(Approval):
    """A death told by a village or a family before any list names it: waits until a second user confirms it."""

    STATE = "state"
    APPROVES = Act.DEATH_CONFIRM
    CONTENT = "jsonb_build_array(t.person_id, t.died_on, t.evidence)::text"

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Menunggu konfirmasi")
        CONFIRMED = "confirmed", _("Dikonfirmasi")
        REJECTED = "rejected", _("Ditolak")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="death_reports")
    died_on = models.DateField("meninggal")
    evidence = models.CharField("bukti", max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField(db_default=functions.Now())
    reason = models.CharField(max_length=300, blank=True)
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="proposed"), name="death_report_once"
            ),
            # That a row of a list is not about somebody is written as turned down, and nobody else decides it.
            two_people("death_report", state="state", undecided=("rejected",)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.died_on}"


class Case(models.Model):
    """One claim, from report to payment. `snapshot` is what the amount was computed from and how, with its hash.

    Of a death that another payer covers (kind *other*) nothing is computed here, and `owed` stays 0: the branch knows
    the membership, counts what is owed, and pays. `snapshot` keeps what the branch's extract said of it.
    """

    class Kind(models.TextChoices):
        JKM = "jkm", _("Kematian (JKM)")
        JKK = "jkk", _("Kecelakaan kerja (JKK)")
        OTHER = "other", _("Kematian, dibayar pihak lain")

    #: Cases of a death that was not at work: one for each of the dead.
    DEATHS = (Kind.JKM, Kind.OTHER)

    class State(models.TextChoices):
        REPORTED = "reported", _("Dilaporkan")
        CHECKED = "checked", _("Diperiksa")
        GATHERING = "gathering", _("Berkas dikumpulkan")
        SUBMITTED = "submitted", _("Diajukan ke cabang")
        DECIDED = "decided", _("Diputuskan cabang")
        PAID = "paid", _("Dibayar")
        CLOSED = "closed", _("Selesai")
        REFUSED = "refused", _("Ditolak cabang")
        CONTESTED = "contested", _("Keberatan diajukan")

    kind = models.CharField("jenis", max_length=5, choices=Kind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    event_on = models.DateField("tanggal peristiwa")
    state = models.CharField("status", max_length=10, choices=State.choices, default=State.REPORTED)
    children = models.JSONField("anak", default=list, help_text="[[jenjang, sisa tahun, tanggal lahir], ...]")
    owed = models.BigIntegerField("hak menurut hukum (Rp)", default=0)
    snapshot = models.JSONField(default=dict)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    expires_on = models.DateField("hak klaim gugur", null=True)
    submitted_on = models.DateField("diajukan", null=True)
    branch_reference = models.CharField("nomor klaim cabang", max_length=60, blank=True)
    decided_amount = models.BigIntegerField("diputuskan cabang (Rp)", null=True)
    paid_amount = models.BigIntegerField("dibayar (Rp)", null=True)
    paid_on = models.DateField("dibayar pada", null=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=functions.Now())
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(kind__in=["jkm", "other"]), name="case_death_once"
            ),
            models.UniqueConstraint(
                fields=["person", "event_on"], condition=models.Q(kind="jkk"), name="case_accident_once"
            ),
            models.CheckConstraint(
                condition=models.Q(owed__gte=0)
                & (models.Q(decided_amount__isnull=True) | models.Q(decided_amount__gte=0))
                & (models.Q(paid_amount__isnull=True) | models.Q(paid_amount__gte=0)),
                name="case_money_positive",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paid")
                | models.Q(paid_amount__isnull=False, paid_on__isnull=False),
                name="case_paid_says_how_much",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "expires_on"], name="case_state"),
            models.Index(fields=["person"], name="case_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def by_other_payer(self) -> bool:
        """Whether another payer covered the dead, as the branch's extract says."""
        return self.kind == Case.Kind.OTHER

    @property
    def law_kind(self) -> str:
        """The benefit whose papers and time limits the law gives for this case: jkm or jkk."""
        return str(Case.Kind.JKM if self.by_other_payer else self.kind)


class Accident(models.Model):
    """What happened at work. The first report is due 2 x 24 hours after it."""

    class Outcome(models.TextChoices):
        TREATED = "treated", _("Masih dirawat")
        RECOVERED = "recovered", _("Sembuh")
        PARTIAL = "partial", _("Cacat sebagian")
        TOTAL = "total", _("Cacat total")
        DEATH = "death", _("Meninggal")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="accident")
    happened_at = models.DateTimeField("terjadi")
    place = models.CharField("tempat", max_length=200)
    doing = models.CharField("sedang mengerjakan", max_length=300)
    witnesses = models.CharField("saksi", max_length=300, blank=True)
    transport = models.JSONField("pengangkutan", default=list, help_text="[[moda, rupiah], ...]")
    treatment = models.CharField("perawatan", max_length=300, blank=True)
    medical_cost = models.BigIntegerField("biaya perawatan (Rp)", default=0)
    outcome = models.CharField("akibat", max_length=9, choices=Outcome.choices, default=Outcome.TREATED)
    prosthesis_cost = models.BigIntegerField("alat ganti anggota badan (Rp)", default=0)
    aids = models.JSONField("alat bantu", default=list, help_text="[[jenis, rupiah], ...]")
    homecare_cost = models.BigIntegerField("perawatan di rumah (Rp)", default=0)
    losses = models.JSONField("kecacatan", default=list, help_text="[[kode, persen], ...]")
    off_days = models.IntegerField("hari tidak bekerja", default=0)
    first_report_at = models.DateTimeField("laporan tahap I", null=True)
    second_report_at = models.DateTimeField("laporan tahap II", null=True)
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    medical_cost__gte=0, prosthesis_cost__gte=0, homecare_cost__gte=0, off_days__gte=0
                ),
                name="accident_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.happened_at}"


class Step(Approval):
    """A move of a case from one state to another. Moves that decide money need a second user."""

    PROPOSER, STATE, TURNED_DOWN = "by", "answer", ("declined",)
    APPROVES = Act.CASE_DECIDE
    CONTENT = "jsonb_build_array(t.case_id, t.old_state, t.new_state, t.reason, t.details)::text"

    class Answer(models.TextChoices):
        PROPOSED = "proposed", _("Menunggu pengguna kedua")
        DONE = "done", _("Berlaku")
        DECLINED = "declined", _("Tidak disetujui")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    old_state = models.CharField(max_length=10, choices=Case.State.choices, blank=True)
    new_state = models.CharField(max_length=10, choices=Case.State.choices)
    reason = models.CharField("alasan", max_length=300, blank=True)
    details = models.JSONField(default=dict)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.DONE)
    two_people = models.BooleanField(default=False)
    proposed_by = None  # type: ignore[assignment]  # who moved it alone did not propose
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(answer="proposed"), name="step_waits_once"
            ),
            two_people("step", proposer="by", state="answer", unless=models.Q(two_people=False)),
        ]
        indexes = [models.Index(fields=["case", "id"], name="step_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.old_state}>{self.new_state}"


class Told(models.Model):
    """The family was told what it is owed: who, how, when, by whom. Append-only."""

    class How(models.TextChoices):
        VISIT = "visit", _("Kunjungan")
        PHONE = "phone", _("Telepon")
        LETTER = "letter", _("Surat")
        VILLAGE = "village", _("Lewat kantor desa")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="told")
    how = models.CharField("cara", max_length=8, choices=How.choices)
    whom = models.CharField("kepada", max_length=200)
    note = models.CharField("catatan", max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())
    region_code = models.CharField(max_length=13)

    def __str__(self) -> str:
        return f"{self.case_id} {self.how}"


class Paper(models.Model):
    """A paper of a case: encrypted in a file outside the web root, under a name that nobody chose."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    item = models.CharField("berkas", max_length=200, help_text="butir daftar berkas menurut hukum")
    content_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64, help_text="dari berkas seperti dikirim")
    stored_as = models.CharField(max_length=64, unique=True)
    removed = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "item", "sha256"], condition=models.Q(removed=False), name="paper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.item}"
