"""The tables of deaths, accidents, cases and papers, as the migrations before the first release left them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import payung.access.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("claims", "0001_initial"),
        ("claims", "0002_protect"),
        ("claims", "0003_asked"),
        ("claims", "0004_jkk_aids_and_home_care"),
        ("claims", "0005_lived"),
        ("claims", "0006_paper_for_each_item"),
        ("claims", "0007_by_other_payer"),
        ("claims", "0008_limits_in_access"),
        ("claims", "0009_personal_code"),
    ]

    initial = True

    dependencies = [
        ("registry", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Lived",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "region_code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("region_code", models.CharField(max_length=13)),
                ("people", models.IntegerField(verbose_name="orang")),
                ("deaths", models.FloatField(verbose_name="kematian yang diperkirakan")),
            ],
        ),
        migrations.CreateModel(
            name="LivedMonth",
            fields=[
                (
                    "month",
                    payung.access.fields.MonthField(primary_key=True, serialize=False, verbose_name="bulan"),
                ),
                ("life_table", models.CharField(max_length=64, verbose_name="tabel mortalitas")),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("jkm", "Kematian (JKM)"),
                            ("jkk", "Kecelakaan kerja (JKK)"),
                            ("other", "Kematian, dibayar pihak lain"),
                        ],
                        max_length=5,
                        verbose_name="jenis",
                    ),
                ),
                ("event_on", models.DateField(verbose_name="tanggal peristiwa")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Dilaporkan"),
                            ("checked", "Diperiksa"),
                            ("gathering", "Berkas dikumpulkan"),
                            ("submitted", "Diajukan ke cabang"),
                            ("decided", "Diputuskan cabang"),
                            ("paid", "Dibayar"),
                            ("closed", "Selesai"),
                            ("refused", "Ditolak cabang"),
                            ("contested", "Keberatan diajukan"),
                        ],
                        default="reported",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "children",
                    models.JSONField(
                        default=list,
                        help_text="[[jenjang, sisa tahun, tanggal lahir], ...]",
                        verbose_name="anak",
                    ),
                ),
                ("owed", models.BigIntegerField(default=0, verbose_name="hak menurut hukum (Rp)")),
                ("snapshot", models.JSONField(default=dict)),
                ("snapshot_hash", models.CharField(blank=True, max_length=64)),
                ("expires_on", models.DateField(null=True, verbose_name="hak klaim gugur")),
                ("submitted_on", models.DateField(null=True, verbose_name="diajukan")),
                (
                    "branch_reference",
                    models.CharField(blank=True, max_length=60, verbose_name="nomor klaim cabang"),
                ),
                ("decided_amount", models.BigIntegerField(null=True, verbose_name="diputuskan cabang (Rp)")),
                ("paid_amount", models.BigIntegerField(null=True, verbose_name="dibayar (Rp)")),
                ("paid_on", models.DateField(null=True, verbose_name="dibayar pada")),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("region_code", models.CharField(max_length=13)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Accident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="terjadi")),
                ("place", models.CharField(max_length=200, verbose_name="tempat")),
                ("doing", models.CharField(max_length=300, verbose_name="sedang mengerjakan")),
                ("witnesses", models.CharField(blank=True, max_length=300, verbose_name="saksi")),
                (
                    "transport",
                    models.JSONField(
                        default=list, help_text="[[moda, rupiah], ...]", verbose_name="pengangkutan"
                    ),
                ),
                ("treatment", models.CharField(blank=True, max_length=300, verbose_name="perawatan")),
                ("medical_cost", models.BigIntegerField(default=0, verbose_name="biaya perawatan (Rp)")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("treated", "Masih dirawat"),
                            ("recovered", "Sembuh"),
                            ("partial", "Cacat sebagian"),
                            ("total", "Cacat total"),
                            ("death", "Meninggal"),
                        ],
                        default="treated",
                        max_length=9,
                        verbose_name="akibat",
                    ),
                ),
                (
                    "prosthesis_cost",
                    models.BigIntegerField(default=0, verbose_name="alat ganti anggota badan (Rp)"),
                ),
                (
                    "aids",
                    models.JSONField(
                        default=list, help_text="[[jenis, rupiah], ...]", verbose_name="alat bantu"
                    ),
                ),
                ("homecare_cost", models.BigIntegerField(default=0, verbose_name="perawatan di rumah (Rp)")),
                (
                    "losses",
                    models.JSONField(
                        default=list, help_text="[[kode, persen], ...]", verbose_name="kecacatan"
                    ),
                ),
                ("off_days", models.IntegerField(default=0, verbose_name="hari tidak bekerja")),
                ("first_report_at", models.DateTimeField(null=True, verbose_name="laporan tahap I")),
                ("second_report_at", models.DateTimeField(null=True, verbose_name="laporan tahap II")),
                ("region_code", models.CharField(max_length=13)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accident", to="claims.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Death",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("died_on", models.DateField(verbose_name="meninggal")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("full", "Terlindungi, JKM penuh"),
                            ("partial", "Terlindungi, masa tunggu (biaya pemakaman saja)"),
                            ("accident", "Terlindungi, meninggal karena kecelakaan kerja (JKK)"),
                            ("other", "Menurut data cabang dibayar pihak lain"),
                            ("lapsed", "Pernah terlindungi, sudah berhenti"),
                            ("waiting", "Ditetapkan, belum terlindungi"),
                            ("never", "Tidak pernah tercatat di program ini"),
                        ],
                        max_length=8,
                        verbose_name="kedudukan",
                    ),
                ),
                ("owed", models.BigIntegerField(default=0, verbose_name="hak menurut hukum (Rp)")),
                ("region_code", models.CharField(max_length=13)),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "intake",
                    models.ForeignKey(
                        help_text="daftar yang menyebutnya",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.intake",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="death",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    models.CharField(
                        help_text="butir daftar berkas menurut hukum", max_length=200, verbose_name="berkas"
                    ),
                ),
                ("content_type", models.CharField(max_length=40)),
                ("size", models.IntegerField()),
                ("sha256", models.CharField(help_text="dari berkas seperti dikirim", max_length=64)),
                ("stored_as", models.CharField(max_length=64, unique=True)),
                ("removed", models.BooleanField(default=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("region_code", models.CharField(max_length=13)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="claims.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonalCode",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.person",
                    ),
                ),
                ("code_enc", models.BinaryField(verbose_name="kode")),
                ("issue", models.IntegerField(default=1, verbose_name="terbitan")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("died_on", models.DateField(verbose_name="meninggal")),
                ("evidence", models.CharField(max_length=300, verbose_name="bukti")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Menunggu konfirmasi"),
                            ("confirmed", "Dikonfirmasi"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("region_code", models.CharField(max_length=13)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="death_reports",
                        to="registry.person",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "old_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reported", "Dilaporkan"),
                            ("checked", "Diperiksa"),
                            ("gathering", "Berkas dikumpulkan"),
                            ("submitted", "Diajukan ke cabang"),
                            ("decided", "Diputuskan cabang"),
                            ("paid", "Dibayar"),
                            ("closed", "Selesai"),
                            ("refused", "Ditolak cabang"),
                            ("contested", "Keberatan diajukan"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "new_state",
                    models.CharField(
                        choices=[
                            ("reported", "Dilaporkan"),
                            ("checked", "Diperiksa"),
                            ("gathering", "Berkas dikumpulkan"),
                            ("submitted", "Diajukan ke cabang"),
                            ("decided", "Diputuskan cabang"),
                            ("paid", "Dibayar"),
                            ("closed", "Selesai"),
                            ("refused", "Ditolak cabang"),
                            ("contested", "Keberatan diajukan"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="alasan")),
                ("details", models.JSONField(default=dict)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("proposed", "Menunggu pengguna kedua"),
                            ("done", "Berlaku"),
                            ("declined", "Tidak disetujui"),
                        ],
                        default="done",
                        max_length=8,
                    ),
                ),
                ("two_people", models.BooleanField(default=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("region_code", models.CharField(max_length=13)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="claims.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("visit", "Kunjungan"),
                            ("phone", "Telepon"),
                            ("letter", "Surat"),
                            ("village", "Lewat kantor desa"),
                        ],
                        max_length=8,
                        verbose_name="cara",
                    ),
                ),
                ("whom", models.CharField(max_length=200, verbose_name="kepada")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="catatan")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("region_code", models.CharField(max_length=13)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="told", to="claims.case"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["state", "expires_on"], name="case_state"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["person"], name="case_person"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["jkm", "other"])), fields=("person",), name="case_death_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "jkk")), fields=("person", "event_on"), name="case_accident_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("owed__gte", 0),
                    models.Q(("decided_amount__isnull", True), ("decided_amount__gte", 0), _connector="OR"),
                    models.Q(("paid_amount__isnull", True), ("paid_amount__gte", 0), _connector="OR"),
                ),
                name="case_money_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paid"), _negated=True),
                    models.Q(("paid_amount__isnull", False), ("paid_on__isnull", False)),
                    _connector="OR",
                ),
                name="case_paid_says_how_much",
            ),
        ),
        migrations.AddConstraint(
            model_name="accident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("homecare_cost__gte", 0),
                    ("medical_cost__gte", 0),
                    ("off_days__gte", 0),
                    ("prosthesis_cost__gte", 0),
                ),
                name="accident_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="death",
            index=models.Index(fields=["region_code", "died_on"], name="death_region"),
        ),
        migrations.AddConstraint(
            model_name="death",
            constraint=models.CheckConstraint(
                condition=models.Q(("owed__gte", 0)), name="death_owed_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed", False)), fields=("case", "item", "sha256"), name="paper_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="personalcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("issue__gte", 1)), name="code_issue_counts"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("person",), name="death_report_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                name="death_report_two_people",
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["case", "id"], name="step_case"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "proposed")), fields=("case",), name="step_waits_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("two_people", False),
                    models.Q(("answer", "proposed"), ("decided_by__isnull", True)),
                    models.Q(
                        ("decided_by__isnull", False), models.Q(("decided_by", models.F("by")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="step_two_people",
            ),
        ),
    ]
