"""Mended rows are seen where the rows themselves are."""

from django.db import migrations, models

from payung.access.rls import limit_to_region

_FILL = (
    "UPDATE registry_mended m SET region_code = r.region_code FROM registry_record r WHERE r.id = m.record_id"
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_branch_since")]
    operations = [
        migrations.AddField(
            "mended", "region_code", models.CharField(max_length=13, default=""), preserve_default=False
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        limit_to_region("registry_mended"),
    ]
