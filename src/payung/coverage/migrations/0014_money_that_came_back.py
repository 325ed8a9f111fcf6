"""Money that came back takes its payment back; a match may be taken back in parts; more of the bank's words are kept."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from payung.access.rls import append_only

#: Items about payments bear nobody's name and belong to whoever records payments, who need not see people.
_POLICY = """
DROP POLICY coverage_difference_region ON coverage_difference;
CREATE POLICY coverage_difference_region ON coverage_difference USING ({seen}) WITH CHECK ({seen});
"""
_REGION = "region_code ^@ ANY ((SELECT payung_regions())::text[])"
_MONEY = f"{_REGION} OR (person_id IS NULL AND kind IN ('payment_unmatched', 'payment_returned'))"


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0013_ahead_of_now"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="returned",
            field=models.BooleanField(
                db_default=False, help_text="bank menandainya sebagai pembatalan baris lain"
            ),
        ),
        migrations.AddField(
            model_name="paymentmatch",
            name="back",
            field=models.ForeignKey(
                help_text="uang masuk yang menarik kembali pencocokan ini",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="coverage.payment",
            ),
        ),
        migrations.AlterField(
            model_name="credit",
            name="cause",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="payment",
            name="reference",
            field=models.CharField(max_length=1000, verbose_name="keterangan"),
        ),
        migrations.AlterField(
            model_name="paymentmatch",
            name="takes_back",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back_by",
                to="coverage.paymentmatch",
            ),
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
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="money_back_positive")
                ],
            },
        ),
        append_only("coverage_moneyback"),
        migrations.RunSQL(_POLICY.format(seen=_MONEY), _POLICY.format(seen=_REGION)),
    ]
