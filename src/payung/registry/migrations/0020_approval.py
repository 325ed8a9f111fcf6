from django.conf import settings
from django.db import migrations, models

#: What waits is sealed as it stands now.
SEAL = """
UPDATE registry_mergeproposal t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.pair_id, t.kept_id, t.merged_id, t.reason)::text, 'UTF8')), 'hex')
 WHERE t.state IN ('proposed') AND t.content_hash = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0019_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mergeproposal",
            name="merge_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="mergeproposal",
            name="merge_decided_by_somebody",
        ),
        migrations.AddField(
            model_name="mergeproposal",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="mergeproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state__in", ["proposed"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("state__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="merge_two_people",
            ),
        ),
    ]
