"""Returned rows that came back mended are noted, and a list can be marked as no longer waited for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0012_rows_passed_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "intake", "settled_at", models.DateTimeField("tidak ditunggu lagi sejak", null=True)
        ),
        migrations.AddField(
            "intake",
            "settled_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "intake",
            "settled_reason",
            models.CharField("mengapa tidak ditunggu lagi", blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "record",
            models.Index(fields=["intake"], condition=models.Q(accepted=False), name="record_returned"),
        ),
        migrations.CreateModel(
            name="Mended",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="mended",
                        serialize=False,
                        to="registry.record",
                    ),
                ),
                (
                    "by",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mends",
                        to="registry.record",
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mended_rows",
                        to="registry.intake",
                    ),
                ),
            ],
        ),
    ]
