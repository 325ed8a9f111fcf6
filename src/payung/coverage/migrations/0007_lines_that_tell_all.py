"""Annex lines keep what was printed, bill lines the line that caused them; payments can be taken back; contacts."""

import django.db.models.deletion
import payung.access.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0006_registration_few_indexes"),
        ("funding", "0004_light_entries"),
        ("registry", "0007_protect_judgements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # One waiting change per person from now on: of several the first stays.
        migrations.RunSQL(
            """
            UPDATE coverage_monthlychange k SET state = 'rejected'
             WHERE k.state = 'proposed' AND k.amendment_id IS NULL AND EXISTS (
                   SELECT 1 FROM coverage_monthlychange o
                    WHERE o.person_id = k.person_id AND o.state = 'proposed'
                      AND (o.id < k.id OR o.amendment_id IS NOT NULL));
            SET CONSTRAINTS ALL IMMEDIATE;
            """,
            migrations.RunSQL.noop,
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
            ],
        ),
        migrations.RemoveConstraint(
            model_name="monthlychange",
            name="change_proposed_once",
        ),
        migrations.RemoveConstraint(
            model_name="paymentmatch",
            name="payment_match_once",
        ),
        migrations.RemoveConstraint(
            model_name="paymentmatch",
            name="payment_match_positive",
        ),
        migrations.AddField(
            model_name="annexline",
            name="name",
            field=models.CharField(blank=True, max_length=200, verbose_name="nama"),
        ),
        migrations.AddField(
            model_name="annexline",
            name="trade",
            field=models.CharField(blank=True, max_length=120, verbose_name="pekerjaan"),
        ),
        migrations.AddField(
            model_name="bill",
            name="law",
            field=models.CharField(blank=True, max_length=64, verbose_name="versi hukum"),
        ),
        migrations.AddField(
            model_name="billline",
            name="line",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="coverage.annexline",
            ),
        ),
        migrations.AddField(
            model_name="monthlychange",
            name="decree",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coverage.decree"
            ),
        ),
        migrations.AddField(
            model_name="monthlychange",
            name="end_month",
            field=payung.access.fields.MonthField(null=True, verbose_name="berakhir sebelum"),
        ),
        migrations.AddField(
            model_name="monthlychange",
            name="to_fund",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funding.fund"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="same_as",
            field=models.OneToOneField(
                help_text="baris bank untuk pembayaran yang sudah dicatat dari kuitansi; tidak dihitung lagi",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmed_by",
                to="coverage.payment",
            ),
        ),
        migrations.AddField(
            model_name="paymentmatch",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="alasan"),
        ),
        migrations.AddField(
            model_name="paymentmatch",
            name="takes_back",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back_by",
                to="coverage.paymentmatch",
            ),
        ),
        migrations.AlterField(
            model_name="monthlychange",
            name="kind",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="monthlychange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("person",), name="change_waits_once"
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
        migrations.AddField(
            model_name="contact",
            name="payer",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact",
                to="funding.payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("region_code__isnull", True), ("payer__isnull", True), _connector="XOR"),
                name="contact_of_one",
            ),
        ),
    ]
