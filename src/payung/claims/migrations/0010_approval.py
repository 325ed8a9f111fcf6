from django.conf import settings
from django.db import migrations, models

#: What waits is sealed as it stands now.
SEAL = """
UPDATE claims_report t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.person_id, t.died_on, t.evidence)::text, 'UTF8')), 'hex')
 WHERE t.state IN ('proposed') AND t.content_hash = '';
UPDATE claims_step t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.case_id, t.old_state, t.new_state, t.reason, t.details)::text, 'UTF8')), 'hex')
 WHERE t.answer IN ('proposed') AND t.content_hash = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0009_personal_code"),
        ("registry", "0020_approval"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="report",
            name="death_report_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="step_two_people",
        ),
        migrations.AddField(
            model_name="report",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="step",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state__in", ["proposed", "rejected"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("state__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="death_report_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("two_people", False),
                    models.Q(("answer__in", ["proposed"]), ("decided_by__isnull", True)),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("by")), _negated=True),
                        models.Q(("answer__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="step_two_people",
            ),
        ),
    ]
