"""An answer moves the state of every row once: fewer indexes to keep, and room on the page for the new version."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coverage", "0005_covered_until")]
    operations = [
        migrations.RemoveIndex(model_name="registration", name="registration_fund_person"),
        migrations.RemoveIndex(model_name="registration", name="registration_refused"),
        migrations.AlterField(
            model_name="registration",
            name="upload",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registrations",
                to="coverage.upload",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE coverage_registration SET (fillfactor = 50);",
            "ALTER TABLE coverage_registration RESET (fillfactor);",
        ),
    ]
