from django.conf import settings
from django.db import migrations, models

#: What waits is sealed as it stands now.
SEAL = """
UPDATE funding_fund t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.code, t.payer_id, t.name, t.kind, t.group_code, t.amount, t.first_month,
        t.end_month, t.regions, t.trades, t.sex, t.min_age, t.max_age, t.new_only, t.covered_only, t.min_people, t.exact_people,
        t.package_months,
        (SELECT jsonb_agg(jsonb_build_array(r.month, r.amount) ORDER BY r.month)
           FROM funding_release r WHERE r.fund_id = t.id),
        (SELECT jsonb_agg(n.person_id ORDER BY n.person_id) FROM funding_fundperson n WHERE n.fund_id = t.id))::text, 'UTF8')), 'hex')
 WHERE t.status IN ('proposed') AND t.content_hash = '';
UPDATE funding_fundchange t SET content_hash = encode(sha256(convert_to(
jsonb_build_array(t.fund_id, t.kind, t.terms, t.cash, t.reason)::text, 'UTF8')), 'hex')
 WHERE t.status IN ('proposed') AND t.content_hash = '';
UPDATE funding_plan t SET content_hash = encode(sha256(convert_to(
concat_ws(E'\\n', t.name, t.first_month, t.end_month, t.options, t.input_hash, t.report, (
        SELECT string_agg(concat_ws('|', l.person_id, l.fund_id, l.first_month, l.end_month, l.reason, l.rank), E'\\n'
                          ORDER BY l.person_id, l.first_month)
          FROM funding_planline l WHERE l.plan_id = t.id)), 'UTF8')), 'hex')
 WHERE t.status IN ('proposed') AND t.content_hash = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0006_committed_label"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="fund",
            name="fund_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="fund",
            name="fund_active_is_approved",
        ),
        migrations.RemoveConstraint(
            model_name="fundchange",
            name="fund_change_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="fundchange",
            name="fund_change_decided_by_somebody",
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_accepted_is_approved",
        ),
        migrations.RenameField(
            model_name="fund",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.RenameField(
            model_name="fundchange",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.RenameField(
            model_name="plan",
            old_name="approved_by",
            new_name="decided_by",
        ),
        migrations.AddField(
            model_name="fund",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="fund",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="fundchange",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="plan",
            name="content_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="plan",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="fund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("status__in", ["proposed"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("status__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="fund_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("status__in", ["proposed"])),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        models.Q(("status__in", ["proposed"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="fund_change_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
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
                name="plan_two_people",
            ),
        ),
    ]
