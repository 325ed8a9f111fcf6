"""The tables of decrees, covers, the branch, bills and payments, as the migrations before the first release left them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import payung.access.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("coverage", "0001_initial"),
        ("coverage", "0002_protect"),
        ("coverage", "0003_exchange_and_credit"),
        ("coverage", "0004_protect_more"),
        ("coverage", "0005_covered_until"),
        ("coverage", "0006_registration_few_indexes"),
        ("coverage", "0007_lines_that_tell_all"),
        ("coverage", "0008_frozen_lines"),
        ("coverage", "0009_touched"),
        ("coverage", "0010_kept_counts"),
        ("coverage", "0011_touched_people"),
        ("coverage", "0012_kept_by_law"),
        ("coverage", "0013_ahead_of_now"),
        ("coverage", "0014_money_that_came_back"),
        ("coverage", "0015_covered_now_only"),
        ("coverage", "0016_answers_taken_back"),
    ]

    initial = True

    dependencies = [
        ("funding", "0001_tables"),
        ("registry", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                (
                    "count",
                    models.CharField(
                        choices=[
                            ("figures", "Figures"),
                            ("cuts", "Cuts"),
                            ("lived", "Lived"),
                            ("ahead", "Ahead"),
                            ("months", "Months"),
                            ("stand", "Stand"),
                            ("people", "People"),
                        ],
                        max_length=7,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="nomor")),
                ("dated", models.DateField(verbose_name="tanggal")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("approved", "Ditetapkan"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved_at", models.DateTimeField(null=True)),
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
            name="AnnexLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[("add", "Tambah"), ("remove", "Hapus")], default="add", max_length=6
                    ),
                ),
                ("first_month", payung.access.fields.MonthField(verbose_name="mulai")),
                ("end_month", payung.access.fields.MonthField(verbose_name="berakhir sebelum")),
                ("amount", models.BigIntegerField(verbose_name="iuran seluruh masa (Rp)")),
                ("income", models.BigIntegerField(null=True, verbose_name="penghasilan (Rp/bulan)")),
                ("sector", models.CharField(default="other", max_length=20, verbose_name="sektor iuran")),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="alasan")),
                ("evidence", models.CharField(blank=True, max_length=300, verbose_name="bukti")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="nama")),
                ("trade", models.CharField(blank=True, max_length=120, verbose_name="pekerjaan")),
                ("region_code", models.CharField(max_length=13)),
                (
                    "amendment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="coverage.amendment",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funding.fund"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", payung.access.fields.MonthField(verbose_name="bulan iuran")),
                ("people", models.IntegerField(verbose_name="orang")),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                ("credit", models.BigIntegerField(default=0, verbose_name="kelebihan yang dipakai (Rp)")),
                ("paid", models.BigIntegerField(default=0, verbose_name="dibayar (Rp)")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Konsep"),
                            ("approved", "Disetujui"),
                            ("sent", "Dikirim"),
                            ("paid", "Dibayar"),
                            ("reconciled", "Cocok"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("law", models.CharField(blank=True, max_length=64, verbose_name="versi hukum")),
                ("payment_code", models.CharField(max_length=30, unique=True, verbose_name="kode iuran")),
                ("expires_on", models.DateField(verbose_name="kode berlaku sampai")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="bills", to="funding.fund"
                    ),
                ),
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
            name="BillLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", payung.access.fields.MonthField()),
                ("jkk", models.IntegerField(verbose_name="JKK (Rp)")),
                ("jkm", models.IntegerField(verbose_name="JKM (Rp)")),
                ("region_code", models.CharField(max_length=13)),
                (
                    "bill",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="coverage.bill",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="coverage.annexline",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bill_lines",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "region_code",
                    models.CharField(max_length=13, null=True, unique=True, verbose_name="desa/kelurahan"),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="surel")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="telepon")),
                (
                    "payer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact",
                        to="funding.payer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CoverMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", payung.access.fields.MonthField()),
                ("region_code", models.CharField(max_length=13)),
                (
                    "fund",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="funding.fund",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="coverage.annexline",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cover_months",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decree",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="nomor")),
                ("dated", models.DateField(verbose_name="tanggal")),
                ("signer", models.CharField(max_length=200, verbose_name="pejabat penanda tangan")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("approved", "Ditetapkan"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("check_code", models.CharField(max_length=20, unique=True, verbose_name="kode cek")),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("totals", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved_at", models.DateTimeField(null=True)),
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
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decrees",
                        to="funding.plan",
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
        migrations.AddField(
            model_name="annexline",
            name="decree",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="coverage.decree",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="decree",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="amendments", to="coverage.decree"
            ),
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="jenis")),
                ("month", payung.access.fields.MonthField(null=True)),
                ("detail", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Terbuka"), ("settled", "Selesai")], default="open", max_length=8
                    ),
                ),
                ("settlement", models.CharField(blank=True, max_length=300, verbose_name="penyelesaian")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("region_code", models.CharField(max_length=13)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "owner",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "settled_by",
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
            name="KeptAhead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.TextField()),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("since", payung.access.fields.MonthField(verbose_name="sejak")),
                ("data", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "month", "since"), name="kept_ahead_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.TextField()),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("people", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scope", "month"), name="kept_month_once")],
            },
        ),
        migrations.CreateModel(
            name="KeptStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.TextField()),
                ("day", models.DateField()),
                ("allowed", models.SmallIntegerField()),
                ("district", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=11)),
                ("people", models.IntegerField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "day", "allowed", "district", "state"), name="kept_standing_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyChange",
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
                            ("died", "Meninggal"),
                            ("moved", "Pindah"),
                            ("aged", "Berusia 65"),
                            ("wage", "Menjadi penerima upah"),
                            ("double", "Ganda"),
                            ("refused", "Ditolak cabang"),
                            ("wants_out", "Mengundurkan diri"),
                            ("joins", "Ditambahkan"),
                            ("changed", "Diubah"),
                        ],
                        max_length=10,
                    ),
                ),
                ("from_month", payung.access.fields.MonthField(verbose_name="berlaku mulai")),
                ("end_month", payung.access.fields.MonthField(null=True, verbose_name="berakhir sebelum")),
                ("evidence", models.CharField(max_length=300, verbose_name="bukti")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("approved", "Disetujui"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("region_code", models.CharField(max_length=13)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "amendment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="coverage.amendment",
                    ),
                ),
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
                    "decree",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="coverage.decree",
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
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
                (
                    "replacement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "to_fund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="funding.fund",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        choices=[("worker", "Pekerja"), ("village", "Desa/kelurahan"), ("payer", "Pembayar")],
                        max_length=8,
                        verbose_name="kepada",
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="perihal")),
                ("month", payung.access.fields.MonthField(verbose_name="bulan terakhir")),
                ("text", models.CharField(max_length=500, verbose_name="isi")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Menunggu"), ("sent", "Terkirim")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20, verbose_name="lewat")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("region_code", models.CharField(max_length=13)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_no", models.IntegerField()),
                ("paid_on", models.DateField(verbose_name="tanggal bayar")),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                ("reference", models.CharField(max_length=1000, verbose_name="keterangan")),
                (
                    "returned",
                    models.BooleanField(
                        db_default=False, help_text="bank menandainya sebagai pembatalan baris lain"
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(
                        help_text="baris yang sama di dua rekening koran dihitung satu kali",
                        max_length=64,
                        unique=True,
                    ),
                ),
                (
                    "same_as",
                    models.OneToOneField(
                        help_text="baris bank untuk pembayaran yang sudah dicatat dari kuitansi; tidak dihitung lagi",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed_by",
                        to="coverage.payment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MoneyBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "back",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takes_back",
                        to="coverage.payment",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_back",
                        to="coverage.payment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("overpaid", "Lebih bayar"),
                            ("removed", "Dihapus setelah ditagih"),
                            ("used", "Dipakai tagihan"),
                            ("refunded", "Dikembalikan cabang"),
                            ("returned", "Pembayarannya kembali"),
                        ],
                        max_length=10,
                    ),
                ),
                ("month", payung.access.fields.MonthField(null=True)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "bill",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="coverage.bill",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="funding.fund"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="coverage.payment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentMatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah (Rp)")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="alasan")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "back",
                    models.ForeignKey(
                        help_text="uang masuk yang menarik kembali pencocokan ini",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="coverage.payment",
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="coverage.bill",
                    ),
                ),
                (
                    "matched_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="coverage.payment",
                    ),
                ),
                (
                    "takes_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back_by",
                        to="coverage.paymentmatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("file_name", models.CharField(max_length=255)),
                ("format", models.CharField(max_length=10)),
                ("loaded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "loaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payment",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="coverage.statement"
            ),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("file_name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.IntegerField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "amendment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="coverage.amendment",
                    ),
                ),
                (
                    "decree",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="coverage.decree",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uploads", to="funding.fund"
                    ),
                ),
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
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_ref", models.CharField(max_length=30, verbose_name="referensi baris")),
                (
                    "state",
                    models.CharField(
                        choices=[("sent", "Dikirim"), ("accepted", "Terdaftar"), ("refused", "Ditolak")],
                        default="sent",
                        max_length=10,
                    ),
                ),
                ("member_no", models.CharField(blank=True, max_length=30, verbose_name="nomor peserta")),
                ("starts_on", models.DateField(null=True, verbose_name="mulai")),
                ("refusal", models.CharField(blank=True, max_length=60, verbose_name="alasan penolakan")),
                ("answered_at", models.DateTimeField(null=True)),
                ("region_code", models.CharField(max_length=13)),
                (
                    "fund",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="funding.fund",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="registry.person",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="coverage.upload",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("file_name", models.CharField(max_length=255)),
                ("rows", models.IntegerField()),
                ("accepted", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("unknown", models.IntegerField()),
                ("applied_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("report", models.JSONField(default=dict)),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "from_sent",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("from_refused", models.JSONField(default=dict)),
                (
                    "opened",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("until_bill", models.BigIntegerField(default=0)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("sha256",),
                        name="answer_applied_once",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(fields=("fund", "month"), name="bill_once"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("made_by")), _negated=True),
                name="bill_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("approved_by__isnull", False), _connector="OR"),
                name="bill_sent_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid__gte", 0)), name="bill_paid_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "paid__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "-", models.F("credit")
                        ),
                    )
                ),
                name="bill_not_overpaid",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit__gte", 0), ("credit__lte", models.F("amount"))),
                name="bill_credit_within_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="billline",
            index=models.Index(fields=["bill", "person"], name="bill_line_in_order"),
        ),
        migrations.AddIndex(
            model_name="billline",
            index=models.Index(fields=["person", "month"], name="bill_line_person"),
        ),
        migrations.AddConstraint(
            model_name="billline",
            constraint=models.CheckConstraint(
                condition=models.Q(("jkk__gte", 0), ("jkm__gte", 0)), name="bill_line_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("region_code__isnull", True), ("payer__isnull", True), _connector="XOR"),
                name="contact_of_one",
            ),
        ),
        migrations.AddIndex(
            model_name="covermonth",
            index=models.Index(fields=["person", "month"], name="cover_person"),
        ),
        migrations.AddIndex(
            model_name="covermonth",
            index=models.Index(fields=["fund", "month"], name="cover_fund"),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                name="decree_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    ("approved_by__isnull", False),
                    _connector="OR",
                ),
                name="decree_approved_has_approver",
            ),
        ),
        migrations.AddIndex(
            model_name="annexline",
            index=models.Index(fields=["decree", "region_code", "name", "person"], name="annex_in_order"),
        ),
        migrations.AddConstraint(
            model_name="annexline",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_month__gt", models.F("first_month"))), name="annex_period_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                name="amendment_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    ("approved_by__isnull", False),
                    _connector="OR",
                ),
                name="amendment_approved_has_approver",
            ),
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["kind"], name="difference_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlychange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("person",), name="change_waits_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlychange",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                name="change_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlychange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["joins", "changed"]), _negated=True),
                    models.Q(
                        ("decree__isnull", False),
                        ("end_month__gt", models.F("from_month")),
                        ("to_fund__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="change_says_where_to",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["to", "id"], name="notice_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="moneyback",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="money_back_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="credit_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("takes_back__isnull", True)),
                    models.Q(("amount__lt", 0), ("takes_back__isnull", False)),
                    _connector="OR",
                ),
                name="payment_match_or_taken_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("statement", "line_no"), name="payment_line_once"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(
                fields=("decree", "amendment", "fund"), name="upload_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("upload", "line_ref"), name="registration_line_once"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("upload", "person"), name="registration_person_once"),
        ),
    ]
