"""Regions, lists and their rows, people, and what was decided about who is who.

A `Record` is one row that somebody sent, kept as sent; a `Person` is one worker. Every fact about a person is
a record's fact: the person's own columns are only what holds today, worked out from the records by trust and
date. So nothing is overwritten, and people who were merged wrongly can be split again.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import functions

from payung.access.acts import Act
from payung.access.approvals import Approval, two_people
from payung.access.crypto import last_digits
from payung.access.fields import CiphertextField, MonthField, SealedText
from payung.access.models import Organisation, User
from payung.registry.learned_models import MatchKey as MatchKey
from payung.registry.learned_models import MatchModel as MatchModel
from payung.registry.learned_models import MatchThresholds as MatchThresholds


class Region(models.Model):
    """A province, regency, district or village, by Kemendagri code; the BPS code beside it."""

    class Level(models.TextChoices):
        PROVINCE = "province", "Provinsi"
        REGENCY = "regency", "Kabupaten/kota"
        DISTRICT = "district", "Kecamatan"
        VILLAGE = "village", "Desa/kelurahan"

    code = models.CharField("kode Kemendagri", max_length=13, primary_key=True)
    name = models.CharField("nama", max_length=100)
    level = models.CharField("tingkat", max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    bps_code = models.CharField("kode BPS", max_length=10, blank=True)
    population = models.IntegerField("penduduk", null=True)

    class Meta:
        indexes = [models.Index(fields=["level", "code"], name="region_level")]

    def __str__(self) -> str:
        return self.name


class Occupation(models.Model):
    """A trade of vulnerable workers, with the contribution sector and the hazard judged for it."""

    id = models.CharField(max_length=40, primary_key=True)
    label = models.CharField("pekerjaan", max_length=120)
    sector = models.CharField("sektor iuran", max_length=20, default="other")
    hazard = models.SmallIntegerField("bahaya (1-5)", default=3)

    def __str__(self) -> str:
        return self.label


class Intake(models.Model):
    """One file (or form) that came in: what kind of list, from whom, and what became of it."""

    class Kind(models.TextChoices):
        CANDIDATES = "candidates", "Daftar calon"
        BRANCH = "branch", "Data kepesertaan cabang"
        DEATHS = "deaths", "Daftar kematian"
        FIELD = "field", "Pendataan lapangan"

    class Status(models.TextChoices):
        LOADED = "loaded", "Termuat"
        UNDONE = "undone", "Dibatalkan"

    kind = models.CharField("jenis", max_length=12, choices=Kind.choices, default=Kind.CANDIDATES)
    file_name = models.CharField("nama berkas", max_length=255)
    sha256 = models.CharField(max_length=64)
    sender = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="intakes")
    sender_name = models.CharField("pengirim", max_length=200, blank=True)
    region_code = models.CharField("wilayah", max_length=13)
    mapping = models.JSONField("pemetaan kolom", default=dict)
    status = models.CharField("status", max_length=10, choices=Status.choices, default=Status.LOADED)
    rows = models.IntegerField("baris", default=0)
    accepted = models.IntegerField("diterima", default=0)
    returned = models.IntegerField("dikembalikan", default=0)
    findings = models.JSONField("temuan", default=dict)
    sent_back = models.JSONField(
        "dikembalikan karena", default=dict, help_text="rows that went back, by finding"
    )
    passed_over = models.JSONField(
        "baris dilewati",
        default=dict,
        help_text="rows that are nobody's, by reason; blank rows are not counted",
    )
    passed_enc = CiphertextField(null=True, context="intake.passed")
    returned_name = models.CharField("berkas dikembalikan", max_length=255, blank=True)
    returned_enc = CiphertextField(null=True, context="intake.returned")
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField("dimuat", db_default=functions.Now())
    undone_at = models.DateTimeField("dibatalkan", null=True)
    settled_at = models.DateTimeField("tidak ditunggu lagi sejak", null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_reason = models.CharField("mengapa tidak ditunggu lagi", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "kind"],
                condition=models.Q(status="loaded"),
                name="intake_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class IntakeMapping(models.Model):
    """A column mapping a user corrected and saved, found again by sender and the headers of the file."""

    sender_name = models.CharField(max_length=200, blank=True)
    headers_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender_name", "headers_hash"], name="mapping_once")]

    def __str__(self) -> str:
        return self.sender_name or self.headers_hash


class Person(models.Model):
    """One worker, known once. Columns hold what is believed today; the records hold who said so."""

    nik_enc = CiphertextField(null=True, context="nik")
    nik_hash = models.BinaryField(null=True, max_length=16)
    name = models.CharField("nama", max_length=200)
    name_norm = models.CharField(max_length=200)
    sex = models.CharField("jenis kelamin", max_length=6, blank=True)
    birth_date = models.DateField("tanggal lahir", null=True)
    birth_place = models.CharField("tempat lahir", max_length=100, blank=True)
    mother_name = SealedText("nama ibu", context="mother_name")
    address = models.CharField("alamat", max_length=300, blank=True)
    region_code = models.CharField("wilayah", max_length=13)
    phone = SealedText("telepon", context="phone")
    occupation = models.ForeignKey(Occupation, null=True, on_delete=models.PROTECT)
    income = models.BigIntegerField("penghasilan (Rp/bulan)", null=True)
    wage_worker = models.BooleanField("pekerja penerima upah", null=True)
    heir_name = SealedText("ahli waris", context="heir_name")
    heir_relation = models.CharField("hubungan ahli waris", max_length=40, blank=True)
    heir_phone = SealedText("telepon ahli waris", context="heir_phone")
    poverty_decile = models.SmallIntegerField("desil", null=True)
    disability = models.BooleanField("disabilitas", null=True)
    sole_earner = models.BooleanField("pencari nafkah tunggal", null=True)
    died_on = models.DateField("meninggal", null=True)
    branch_until = models.DateField(
        "aktif di cabang sampai",
        null=True,
        help_text="kepesertaan yang dibayar pihak lain, menurut data cabang",
    )
    branch_since = models.DateField(
        "aktif di cabang sejak", null=True, help_text="kosong bila data cabang tidak menyebut awalnya"
    )
    covered_until = MonthField(
        "terlindungi sampai bulan", null=True, help_text="bulan terakhir dalam SK; dijaga oleh ruang coverage"
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    sources = models.SmallIntegerField("jumlah sumber", default=1)
    candidate = models.BooleanField("ada di daftar calon", default=False)
    updated_at = models.DateTimeField(db_default=functions.Now())
    name_key = models.GeneratedField(
        expression=models.Func(models.F("name_norm"), function="payung_name_key"),
        output_field=models.CharField(max_length=12),
        db_persist=True,
        help_text="consonants of the first telling word, so that a look-up finds other spellings by index",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nik_hash"], condition=models.Q(merged_into__isnull=True), name="person_nik_once"
            ),
            models.CheckConstraint(
                condition=models.Q(sex__in=["male", "female", ""]), name="person_sex_known_values"
            ),
            models.CheckConstraint(
                condition=models.Q(income__isnull=True) | models.Q(income__gte=0),
                name="person_income_positive",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], name="person_region"),
            models.Index(fields=["name_norm", "id"], name="person_name_order"),
            models.Index(fields=["name_key", "birth_date"], name="person_key_birth"),
            models.Index(fields=["name_key", "region_code"], name="person_key_region"),
            models.Index(fields=["birth_date", "region_code"], name="person_birth_region"),
            models.Index(fields=["died_on"], name="person_dead", condition=models.Q(died_on__isnull=False)),
        ]

    @property
    def nik_last4(self) -> str:
        """The last four digits of the NIK, by which a clerk knows it; '' where there is none."""
        return last_digits(self.nik_enc)

    def alive_on(self, day: date) -> bool:
        """Tell whether the person is alive on a day; in SQL this is the piece `registry/alive`."""
        return self.died_on is None or self.died_on > day

    def __str__(self) -> str:
        return self.name


class Record(models.Model):
    """One row of one list, cleaned, with the row as sent (encrypted) and every finding about it."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="records", db_index=False)
    sheet = models.CharField("lembar", max_length=100, blank=True)
    row_no = models.IntegerField("baris")
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    accepted = models.BooleanField("diterima")
    findings = models.JSONField("temuan", default=list)
    raw_enc = CiphertextField(context="record.raw")
    nik_enc = CiphertextField(null=True, context="nik")
    nik_hash = models.BinaryField(null=True, max_length=16)
    name = models.CharField(max_length=200, blank=True)
    name_norm = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=6, blank=True)
    birth_date = models.DateField(null=True)
    birth_place = models.CharField(max_length=100, blank=True)
    mother_name = SealedText(context="mother_name")
    address = models.CharField(max_length=300, blank=True)
    region_code = models.CharField(max_length=13)
    phone = SealedText(context="phone")
    occupation = models.ForeignKey(
        Occupation, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    income = models.BigIntegerField(null=True)
    wage_worker = models.BooleanField(null=True)
    heir_name = SealedText(context="heir_name")
    heir_relation = models.CharField(max_length=40, blank=True)
    heir_phone = SealedText(context="heir_phone")
    event_date = models.DateField("tanggal peristiwa", null=True, help_text="kematian, mulai kepesertaan")
    event_until = models.DateField("sampai", null=True, help_text="akhir kepesertaan di sumber itu")
    extra = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "sheet", "row_no"], name="record_once"),
        ]
        indexes = [
            models.Index(fields=["person"], name="record_person"),
            models.Index(
                fields=["id"],
                condition=models.Q(person__isnull=True, accepted=True),
                name="record_unmatched",
            ),
            models.Index(fields=["nik_hash"], name="record_nik"),
            models.Index(fields=["intake"], condition=models.Q(accepted=False), name="record_returned"),
        ]

    @property
    def nik_last4(self) -> str:
        """The last four digits of the NIK, by which a clerk knows it; '' where there is none."""
        return last_digits(self.nik_enc)

    def __str__(self) -> str:
        return f"{self.intake_id}/{self.sheet}/{self.row_no}"


class Mended(models.Model):
    """A returned row that came back and was taken: which row of a later list mends it. Row numbers only, no person."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.PROTECT, related_name="mended")
    by = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="mends")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="mended_rows")
    region_code = models.CharField(max_length=13)

    def __str__(self) -> str:
        return f"{self.record_id}<{self.by_id}"


class MatchRun(models.Model):
    """One run of the matcher: which model, which threshold, what it decided."""

    model_id = models.CharField("model", max_length=64)
    threshold_same = models.FloatField()
    threshold_new = models.FloatField()
    rows = models.IntegerField()
    same = models.IntegerField()
    doubtful = models.IntegerField()
    new = models.IntegerField()
    report = models.JSONField(default=dict)
    run_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.rows}"


class Pair(models.Model):
    """A record that may be a known person: for a clerk to judge, with the evidence the model saw."""

    class State(models.TextChoices):
        OPEN = "open", "Menunggu"
        ASKED = "asked", "Ditanyakan ke desa"
        PROPOSED = "proposed", "Diusulkan digabung"
        SAME = "same", "Orang yang sama"
        DIFFERENT = "different", "Orang berbeda"

    #: States in which a clerk may still decide.
    UNDECIDED = (State.OPEN, State.ASKED)

    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="pairs")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="pairs", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pairs", db_index=False)
    probability = models.FloatField("peluang")
    weight = models.FloatField("bobot")
    evidence = models.JSONField("bukti", default=dict)
    state = models.CharField("status", max_length=10, choices=State.choices, default=State.OPEN)
    region_code = models.CharField(max_length=13)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="pair_once")]
        indexes = [
            models.Index(fields=["-probability", "id"], condition=models.Q(state="open"), name="pair_open"),
            models.Index(fields=["person"], name="pair_person"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}~{self.person_id}"


class Link(models.Model):
    """Which person a record was given to, by whom or by which run, and why. Append-only history."""

    class By(models.TextChoices):
        NIK = "nik", "NIK sama"
        MODEL = "model", "Model pencocokan"
        CLERK = "clerk", "Petugas"
        SPLIT = "split", "Pemisahan kembali"

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="links", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    run = models.ForeignKey(MatchRun, null=True, on_delete=models.PROTECT)
    by = models.CharField(max_length=10, choices=By.choices)
    probability = models.FloatField(null=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    pair = models.ForeignKey(
        Pair, null=True, on_delete=models.PROTECT, related_name="moves", db_constraint=False, db_index=False
    )
    moved_from = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    region_code = models.CharField(max_length=13)
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        indexes = [
            models.Index(fields=["record"], name="link_record"),
            models.Index(fields=["pair"], condition=models.Q(pair__isnull=False), name="link_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}->{self.person_id}"


class MergeProposal(Approval):
    """Two people who both hold covers are one, says a clerk; another clerk approves or declines it."""

    STATE, TURNED_DOWN, APPROVES = "state", ("declined",), Act.MERGE_APPROVE
    PLACES = ("pair__region_code", "kept__region_code", "merged__region_code")
    CONTENT = "jsonb_build_array(t.pair_id, t.kept_id, t.merged_id, t.reason)::text"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Menunggu petugas kedua"
        APPROVED = "approved", "Disetujui"
        DECLINED = "declined", "Ditolak"

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="proposals")
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    state = models.CharField("status", max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField(db_default=functions.Now())
    answer = models.TextField(blank=True)
    region_code = models.CharField(max_length=13)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pair"], condition=models.Q(state="proposed"), name="merge_proposed_once"
            ),
            two_people("merge", state="state"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id}=>{self.kept_id}"


class BlindCheck(models.Model):
    """A pair shown to a clerk without what was decided: a second opinion, or a sample of automatic decisions.

    The right side is kept as it was (encrypted), since a later merge changes the person it was compared with.
    """

    class Kind(models.TextChoices):
        SECOND = "second", "Penilaian kedua"
        SAME = "same", "Otomatis orang yang sama"
        NEW = "new", "Otomatis orang berbeda"

    kind = models.CharField("jenis", max_length=6, choices=Kind.choices)
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="checks")
    pair = models.ForeignKey(Pair, null=True, on_delete=models.PROTECT, related_name="checks")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="checks")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    right_enc = CiphertextField(context="blind.right")
    probability = models.FloatField("peluang")
    weight = models.FloatField("bobot")
    evidence = models.JSONField("bukti", default=dict)
    region_code = models.CharField(max_length=13)
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "record", "kind"], name="blind_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class Judgement(models.Model):
    """What a clerk said about a pair, with the probability and thresholds then in use. Append-only: a label.

    Taking a decision back adds a row that names the one taken back; nothing said before is lost.
    """

    class Answer(models.TextChoices):
        SAME = "same", "Orang yang sama"
        DIFFERENT = "different", "Orang berbeda"
        ASKED = "asked", "Ditanyakan ke desa"
        UNKNOWN = "unknown", "Tidak dapat diputuskan"
        WITHDRAWN = "withdrawn", "Dibatalkan"

    pair = models.ForeignKey(Pair, null=True, on_delete=models.PROTECT, related_name="judgements")
    blind = models.ForeignKey(BlindCheck, null=True, on_delete=models.PROTECT, related_name="judgements")
    answer = models.CharField("jawaban", max_length=10, choices=Answer.choices)
    withdraws = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="withdrawn_by")
    reason = models.TextField(blank=True)
    probability = models.FloatField("peluang")
    model_id = models.CharField("model", max_length=64)
    threshold_same = models.FloatField()
    threshold_new = models.FloatField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=13)
    at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pair__isnull=True) ^ models.Q(blind__isnull=True),
                name="judgement_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["blind"], condition=~models.Q(answer="withdrawn"), name="blind_judged_once"
            ),
            models.UniqueConstraint(fields=["withdraws"], name="judgement_withdrawn_once"),
        ]
        indexes = [models.Index(fields=["actor", "at"], name="judgement_actor")]

    def __str__(self) -> str:
        return f"{self.answer} {self.pair_id or self.blind_id}"


class TrustOrder(models.Model):
    """Which kinds of source are believed before which; the newest row holds."""

    kinds = models.JSONField("urutan", help_text="kind of list, most believed first")
    reason = models.TextField("alasan")
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=functions.Now())

    def __str__(self) -> str:
        return f"{self.pk}: {self.kinds}"


class Eligibility(models.Model):
    """Whether a person may be enrolled on a date, by which law, and what stands in the way."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE)
    judged_on = models.DateField("per tanggal")
    eligible = models.BooleanField("layak", null=True)
    reasons = models.JSONField("alasan", default=list)
    eligible_until = models.IntegerField("bulan terakhir (nomor)", null=True)
    law_version = models.CharField(max_length=64)
    verified = models.BooleanField("terverifikasi", default=False)
    region_code = models.CharField(max_length=13)

    class Meta:
        indexes = [models.Index(fields=["eligible", "verified"], name="eligibility_state")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.eligible}"


class KeyNote(models.Model):
    """A key that this database was written with, by its check value; the key itself is never here."""

    kind = models.CharField(max_length=20)
    number = models.SmallIntegerField()
    check_value = models.BinaryField(max_length=16)
    state = models.CharField(max_length=10)
    noted_at = models.DateTimeField(db_default=functions.Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="keynote_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
