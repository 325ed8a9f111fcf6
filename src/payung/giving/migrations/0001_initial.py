"""Promises leave the room of money; their table is renamed, not made."""

import django.db.models.deletion
import django.db.models.functions.datetime
import payung.access.fields
from django.db import migrations, models


TABLES = ("donation",)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("funding", "0006_committed_label"),
        ("registry", "0019_sealed"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE funding_{table} RENAME TO giving_{table}",
                    f"ALTER TABLE giving_{table} RENAME TO funding_{table}",
                )
                for table in TABLES
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Donation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(max_length=16, unique=True, verbose_name="nomor janji"),
                        ),
                        ("check_code", models.CharField(max_length=20, unique=True, verbose_name="kode cek")),
                        ("token_hash", models.BinaryField(max_length=32, unique=True)),
                        ("token_enc", models.BinaryField()),
                        (
                            "key",
                            models.CharField(max_length=120, unique=True, verbose_name="kunci pengiriman"),
                        ),
                        (
                            "origin",
                            models.BinaryField(help_text="sidik alamat pengirim dan harinya", max_length=16),
                        ),
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
                                help_text="jawaban hukum yang menghasilkan jumlah itu",
                                verbose_name="perhitungan",
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
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="dijanjikan",
                            ),
                        ),
                        ("expires_on", models.DateField(verbose_name="berlaku sampai")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="alasan")),
                        (
                            "fund",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="donation",
                                to="funding.fund",
                            ),
                        ),
                        (
                            "renews",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewals",
                                to="giving.donation",
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "expires_on"], name="donation_state"),
                            models.Index(fields=["origin", "pledged_at"], name="donation_origin"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__gt", 0), ("months__in", (3, 6, 12)), ("people__gt", 0)
                                ),
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
            ],
        ),
    ]
