"""Time lived under paid cover, kept per month and village."""

import payung.access.fields
from django.db import migrations, models

from payung.access.rls import limit_to_region


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_jkk_aids_and_home_care"), ("coverage", "0009_touched")]
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
        limit_to_region("claims_lived"),
    ]
