from django.conf import settings
from django.db import migrations, models

#: What waits is sealed as it stands now.
SEAL = """
UPDATE coverage_bill t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.fund_id, t.month, t.people, t.amount, t.credit, t.law)::text, 'UTF8')), 'hex')
 WHERE t.state IN ('draft') AND t.content_hash = '';
UPDATE coverage_monthlychange t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.person_id, t.kind, t.from_month, t.end_month, t.decree_id, t.to_fund_id,
                                   t.evidence)::text, 'UTF8')), 'hex')
 WHERE t.state IN ('proposed') AND t.content_hash = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0016_answers_taken_back"),
        ("funding", "0007_approval"),
        ("registry", "0019_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="amendment",
            name="amendment_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="amendment",
            name="amendment_approved_has_approver",
        ),
        migrations.RemoveConstraint(
            model_name="bill",
            name="bill_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="bill",
            name="bill_sent_is_approved",
        ),
        migrations.RemoveConstraint(
            model_name="decree",
            name="decree_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="decree",
            name="decree_approved_has_approver",
        ),
        migrations.RemoveConstraint(
            model_name="monthlychange",
            name="change_two_people",
        ),
        migrations.RenameField(
            model_name="amendment",
            old_name="approved_at",
            new_name="decided_at",
        ),
        migrations.RenameField(
            model_name="amendment",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.RenameField(
            model_name="bill",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.RenameField(
            model_name="bill",
            old_name="made_by",
            new_name="proposed_by",
        ),
        migrations.RenameField(
            model_name="decree",
            old_name="approved_at",
            new_name="decided_at",
        ),
        migrations.RenameField(
            model_name="decree",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.RenameField(
            model_name="monthlychange",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.AddField(
            model_name="bill",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="bill",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="monthlychange",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="monthlychange",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="amendment",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="decree",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("status__in", ["proposed", "rejected"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("status__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="amendment_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state__in", ["draft"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("state__in", ["draft"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="bill_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("status__in", ["proposed", "rejected"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("status__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decree_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlychange",
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
                name="change_two_people",
            ),
        ),
    ]
