"""What is committed is bound by a plan or a decree; the account's label no longer names the decree alone."""

from django.db import migrations, models

KINDS = [
    ("world", "Pembayar"),
    ("pledged", "Dijanjikan"),
    ("available", "Tersedia"),
    ("committed", "Terikat"),
    ("billed", "Ditagih"),
    ("paid", "Dibayar"),
    ("refunded", "Dikembalikan"),
    ("expired", "Hangus"),
]


class Migration(migrations.Migration):
    dependencies = [("funding", "0005_donation")]

    operations = [
        migrations.AlterField("account", "kind", models.CharField(max_length=10, choices=KINDS)),
        migrations.AlterField("entry", "debit", models.CharField("dari", max_length=10, choices=KINDS)),
        migrations.AlterField("entry", "credit", models.CharField("ke", max_length=10, choices=KINDS)),
    ]
