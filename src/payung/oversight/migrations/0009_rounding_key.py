from __future__ import annotations

import payung.oversight.rounding_models
from django.db import migrations, models


class Migration(migrations.Migration):
    """The key under which counts of people are rounded; made by whoever asks first."""

    dependencies = [("oversight", "0008_named_parts")]

    operations = [
        migrations.CreateModel(
            name="RoundingKey",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("key", models.BinaryField(default=payung.oversight.rounding_models._new)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(id=1), name="rounding_key_one_row")
                ],
            },
        ),
    ]
