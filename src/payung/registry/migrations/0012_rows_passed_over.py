"""Rows of a file that are nobody's are counted by reason and kept, so that nobody vanishes without a word."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0011_keys_follow_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="intake",
            name="passed_enc",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="intake",
            name="passed_over",
            field=models.JSONField(
                default=dict,
                help_text="rows that are nobody's, by reason; blank rows are not counted",
                verbose_name="baris dilewati",
            ),
        ),
    ]
