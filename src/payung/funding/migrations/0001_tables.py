"""The tables of payers, funds, the ledger and plans, as the migrations before the first release left them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import payung.access.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("funding", "0001_initial"),
        ("funding", "0002_ledger"),
        ("funding", "0003_fund_changes"),
        ("funding", "0004_light_entries"),
        ("funding", "0005_donation"),
        ("funding", "0006_committed_label"),
    ]

    initial = True

    dependencies = [
        ("registry", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Payer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="nama")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("province", "Pemerintah provinsi"),
                            ("regency", "Pemerintah kabupaten/kota"),
                            ("village", "Pemerintah desa"),
                            ("baznas", "Baznas"),
                            ("company", "Perusahaan"),
                            ("donors", "Donatur"),
                            ("self", "Pekerja sendiri"),
                        ],
                        max_length=12,
                        verbose_name="jenis",
                    ),
                ),
                ("region_code", models.CharField(blank=True, max_length=13, verbose_name="wilayah")),
                ("public", models.BooleanField(default=True, verbose_name="tampil di buku besar publik")),
            ],
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "region_code",
                        "trade",
                        "income",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("region_code", models.CharField(max_length=13, verbose_name="wilayah")),
                ("trade", models.CharField(blank=True, max_length=40, verbose_name="pekerjaan")),
                ("income", models.BigIntegerField(verbose_name="penghasilan terendah golongannya (Rp)")),
                ("people", models.IntegerField(verbose_name="orang")),
                ("soon", models.IntegerField(default=0, verbose_name="dalam 100 tempat pertama antrean")),
                ("next", models.IntegerField(default=0, verbose_name="dalam 1.000 tempat pertama antrean")),
            ],
        ),
        migrations.CreateModel(
            name="Fund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="kode")),
                ("name", models.CharField(max_length=200, verbose_name="nama")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("apbd", "APBD"),
                            ("apbn", "APBN"),
                            ("apbdes", "APBDes"),
                            ("dbh", "DBH Sawit"),
                            ("csr", "CSR/TJSL"),
                            ("donor", "Donasi GN Lingkaran"),
                            ("self", "Mandiri"),
                        ],
                        max_length=8,
                        verbose_name="jenis",
                    ),
                ),
                (
                    "group_code",
                    models.CharField(
                        choices=[
                            ("SC", "SC korporasi"),
                            ("SB", "SB perbankan"),
                            ("SG", "SG pemerintah"),
                            ("SD", "SD desa (APBDes)"),
                            ("SA", "SA desa (APBD)"),
                            ("SL", "SL lainnya"),
                        ],
                        max_length=2,
                        verbose_name="kode wadah",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                ("first_month", payung.access.fields.MonthField(verbose_name="berlaku mulai")),
                ("end_month", payung.access.fields.MonthField(verbose_name="berakhir sebelum")),
                (
                    "regions",
                    models.JSONField(
                        default=list, help_text="awalan kode wilayah; kosong = semua", verbose_name="wilayah"
                    ),
                ),
                (
                    "trades",
                    models.JSONField(
                        default=list, help_text="id pekerjaan; kosong = semua", verbose_name="pekerjaan"
                    ),
                ),
                ("sex", models.CharField(blank=True, max_length=6, verbose_name="jenis kelamin")),
                ("min_age", models.SmallIntegerField(blank=True, null=True, verbose_name="umur minimal")),
                ("max_age", models.SmallIntegerField(blank=True, null=True, verbose_name="umur maksimal")),
                ("new_only", models.BooleanField(default=False, verbose_name="hanya peserta baru")),
                (
                    "covered_only",
                    models.BooleanField(default=False, verbose_name="hanya yang sudah terlindungi"),
                ),
                ("min_people", models.IntegerField(default=0, verbose_name="jumlah orang minimal")),
                (
                    "exact_people",
                    models.IntegerField(blank=True, null=True, verbose_name="jumlah orang tepat"),
                ),
                (
                    "package_months",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="paket (bulan)"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("active", "Berlaku"),
                            ("closed", "Ditutup"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="funds", to="funding.payer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nama")),
                ("first_month", payung.access.fields.MonthField(verbose_name="mulai")),
                ("end_month", payung.access.fields.MonthField(verbose_name="berakhir sebelum")),
                ("options", models.JSONField(default=dict)),
                ("input_hash", models.CharField(max_length=64)),
                ("report", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("approved", "Disetujui"),
                            ("decreed", "Sudah menjadi SK"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_month", payung.access.fields.MonthField(null=True)),
                ("end_month", payung.access.fields.MonthField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="alasan")),
                ("rank", models.IntegerField(null=True, verbose_name="urutan antrean")),
                ("region_code", models.CharField(max_length=13)),
                (
                    "fund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="funding.fund",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="funding.plan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="funding.fund",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "debit",
                    models.CharField(
                        choices=[
                            ("world", "Pembayar"),
                            ("pledged", "Dijanjikan"),
                            ("available", "Tersedia"),
                            ("committed", "Terikat"),
                            ("billed", "Ditagih"),
                            ("paid", "Dibayar"),
                            ("refunded", "Dikembalikan"),
                            ("expired", "Hangus"),
                        ],
                        max_length=10,
                        verbose_name="dari",
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        choices=[
                            ("world", "Pembayar"),
                            ("pledged", "Dijanjikan"),
                            ("available", "Tersedia"),
                            ("committed", "Terikat"),
                            ("billed", "Ditagih"),
                            ("paid", "Dibayar"),
                            ("refunded", "Dikembalikan"),
                            ("expired", "Hangus"),
                        ],
                        max_length=10,
                        verbose_name="ke",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                ("effective_on", models.DateField(verbose_name="tanggal berlaku")),
                ("cause", models.CharField(max_length=30, verbose_name="sebab")),
                ("cause_id", models.BigIntegerField(null=True, verbose_name="nomor sebab")),
                ("key", models.CharField(max_length=120, unique=True, verbose_name="kunci")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="catatan")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="funding.fund",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["fund", "effective_on"], name="entry_fund_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="entry_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("debit", models.F("credit")), _negated=True),
                        name="entry_between_two_accounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Donation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16, unique=True, verbose_name="nomor janji")),
                ("check_code", models.CharField(max_length=20, unique=True, verbose_name="kode cek")),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("token_enc", models.BinaryField()),
                ("key", models.CharField(max_length=120, unique=True, verbose_name="kunci pengiriman")),
                ("origin", models.BinaryField(help_text="sidik alamat pengirim dan harinya", max_length=16)),
                (
                    "donor",
                    models.CharField(
                        choices=[
                            ("company", "Perusahaan"),
                            ("person", "Perorangan atau kelompok"),
                            ("anonymous", "Tanpa nama"),
                        ],
                        max_length=10,
                        verbose_name="donatur",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="nama")),
                ("contact_enc", models.BinaryField(null=True)),
                ("listed", models.BooleanField(default=False, verbose_name="tampil di buku publik")),
                (
                    "region_code",
                    models.CharField(
                        blank=True,
                        help_text="kosong: seluruh provinsi",
                        max_length=13,
                        verbose_name="wilayah",
                    ),
                ),
                ("people", models.IntegerField(verbose_name="orang")),
                ("months", models.SmallIntegerField(verbose_name="bulan")),
                ("first_month", payung.access.fields.MonthField(verbose_name="mulai")),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                (
                    "price",
                    models.JSONField(
                        help_text="jawaban hukum yang menghasilkan jumlah itu", verbose_name="perhitungan"
                    ),
                ),
                ("price_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pledged", "Menunggu diperiksa"),
                            ("checked", "Diperiksa"),
                            ("rejected", "Ditolak"),
                            ("expired", "Kedaluwarsa"),
                            ("withdrawn", "Dibatalkan donatur"),
                        ],
                        default="pledged",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "pledged_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="dijanjikan"
                    ),
                ),
                ("expires_on", models.DateField(verbose_name="berlaku sampai")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="alasan")),
                (
                    "renews",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="funding.donation",
                    ),
                ),
                (
                    "trade",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.occupation",
                    ),
                ),
                (
                    "fund",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="donation",
                        to="funding.fund",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "expires_on"], name="donation_state"),
                    models.Index(fields=["origin", "pledged_at"], name="donation_origin"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("months__in", (3, 6, 12)), ("people__gt", 0)),
                        name="donation_is_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("donor", "anonymous"), ("listed", False), ("name", "")),
                            models.Q(
                                models.Q(("donor", "anonymous"), _negated=True),
                                models.Q(("name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="donation_name_or_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "checked"), _negated=True),
                            ("fund__isnull", False),
                            _connector="OR",
                        ),
                        name="donation_checked_has_fund",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
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
                            ("world", "Pembayar"),
                            ("pledged", "Dijanjikan"),
                            ("available", "Tersedia"),
                            ("committed", "Terikat"),
                            ("billed", "Ditagih"),
                            ("paid", "Dibayar"),
                            ("refunded", "Dikembalikan"),
                            ("expired", "Hangus"),
                        ],
                        max_length=10,
                    ),
                ),
                ("balance", models.BigIntegerField(default=0)),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="funding.fund",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("fund", "kind"), name="account_once"),
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0), ("kind", "world"), _connector="OR"),
                        name="account_not_overdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundChange",
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
                        choices=[("terms", "Ketentuan"), ("money", "Jumlah uang"), ("close", "Penutupan")],
                        max_length=6,
                        verbose_name="jenis",
                    ),
                ),
                ("terms", models.JSONField(default=dict, verbose_name="ketentuan baru")),
                ("cash", models.JSONField(default=dict, verbose_name="tambah atau kurang per bulan")),
                ("reason", models.CharField(max_length=300, verbose_name="alasan")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("approved", "Disetujui"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="funding.fund"
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                        name="fund_change_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "proposed"), ("approved_by__isnull", False), _connector="OR"
                        ),
                        name="fund_change_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("fund",),
                        name="fund_change_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_code", models.CharField(max_length=13)),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="named", to="funding.fund"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("fund", "person"), name="fund_person_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="fund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="fund_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="fund",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_month__gt", models.F("first_month"))), name="fund_period_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="fund",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                name="fund_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="fund",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "proposed"), ("approved_by__isnull", False), _connector="OR"),
                name="fund_active_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                name="plan_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "rejected"]), ("approved_by__isnull", False), _connector="OR"
                ),
                name="plan_accepted_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.UniqueConstraint(
                fields=("plan", "person", "first_month"), name="plan_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("fund", "month"), name="release_once"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="release_positive"),
        ),
    ]
