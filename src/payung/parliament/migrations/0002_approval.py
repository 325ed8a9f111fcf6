from django.conf import settings
from django.db import migrations, models

#: What waits is sealed as it stands now.
SEAL = """
UPDATE parliament_completion t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.resolution_id, t.evidence)::text, 'UTF8')), 'hex')
 WHERE t.state IN ('claimed') AND t.content_hash = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("parliament", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="completion",
            name="completion_two_people",
        ),
        migrations.AddField(
            model_name="completion",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state__in", ["claimed"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("claimed_by")), _negated=True),
                        models.Q(("state__in", ["claimed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="completion_two_people",
            ),
        ),
    ]
