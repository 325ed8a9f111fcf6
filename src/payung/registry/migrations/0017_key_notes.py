"""A check value of every key, and the number of its key before every hash of a NIK."""

from django.db import migrations, models
from django.db.models import functions

#: Hashes were made with the first key. What was kept of matching is made anew under the new hashes.
_NUMBERED = """
UPDATE registry_person SET nik_hash = '\\x01'::bytea || substring(nik_hash FROM 1 FOR 15) WHERE length(nik_hash) = 16;
UPDATE registry_record SET nik_hash = '\\x01'::bytea || substring(nik_hash FROM 1 FOR 15) WHERE length(nik_hash) = 16;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0016_sent_back")]
    operations = [
        migrations.CreateModel(
            "KeyNote",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("number", models.SmallIntegerField()),
                ("check_value", models.BinaryField(max_length=16)),
                ("state", models.CharField(max_length=10)),
                ("noted_at", models.DateTimeField(db_default=functions.Now())),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["kind", "number"], name="keynote_once")],
            },
        ),
        # Pages read it to know their keys; only the owner writes.
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE ON registry_keynote FROM payung_app", migrations.RunSQL.noop
        ),
        migrations.RunSQL(_NUMBERED, migrations.RunSQL.noop),
    ]
