"""Minutes are adopted by another than their writer; then nothing in them, nor what was agreed, changes any more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION oversight_adopted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'minutes that were adopted are never changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION oversight_of_adopted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    meetings bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.meeting_id] WHEN 'DELETE' THEN ARRAY[OLD.meeting_id]
                         ELSE ARRAY[OLD.meeting_id, NEW.meeting_id] END;
BEGIN
    IF EXISTS (SELECT FROM oversight_meeting WHERE id = ANY (meetings) AND adopted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'what a meeting with adopted minutes agreed is never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER oversight_meeting_adopted BEFORE UPDATE OR DELETE ON oversight_meeting FOR EACH ROW
    WHEN (OLD.adopted_at IS NOT NULL) EXECUTE FUNCTION oversight_adopted_stays();
CREATE TRIGGER oversight_participant_adopted BEFORE INSERT OR UPDATE OR DELETE ON oversight_participant FOR EACH ROW
    EXECUTE FUNCTION oversight_of_adopted_stays();
CREATE TRIGGER oversight_resolution_adopted BEFORE INSERT OR DELETE OR UPDATE OF meeting_id, number, text, owner_id,
    deadline, indicator, region_code, target, baseline, baseline_month ON oversight_resolution FOR EACH ROW
    EXECUTE FUNCTION oversight_of_adopted_stays();
"""
UNDO = """
DROP TRIGGER oversight_resolution_adopted ON oversight_resolution;
DROP TRIGGER oversight_participant_adopted ON oversight_participant;
DROP TRIGGER oversight_meeting_adopted ON oversight_meeting;
DROP FUNCTION oversight_adopted_stays(), oversight_of_adopted_stays();
"""


def user(name):
    field = models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )
    return migrations.AddField("meeting", name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0006_kept_months"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        user("written_by"),
        user("adopted_by"),
        migrations.AddField("meeting", "adopted_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "meeting", "adopted_on", models.DateField(null=True, verbose_name="disahkan tanggal")
        ),
        migrations.AddField(
            "meeting",
            "adopted_in",
            models.CharField(blank=True, default="", max_length=200, verbose_name="disahkan oleh"),
            preserve_default=False,
        ),
        migrations.AddField(
            "meeting",
            "adopted_sha256",
            models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE oversight_meeting SET written_by_id = by_id WHERE minutes <> ''", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            "meeting",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("adopted_at__isnull", True),
                        ("adopted_by__isnull", True),
                        ("adopted_in", ""),
                        ("adopted_on__isnull", True),
                    ),
                    models.Q(
                        ("adopted_at__isnull", False),
                        ("adopted_by__isnull", False),
                        ("written_by__isnull", False),
                        ("adopted_on__gte", models.F("held_on")),
                        models.Q(("adopted_in", ""), _negated=True),
                        models.Q(("adopted_by", models.F("written_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="meeting_adopted_by_another",
            ),
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO),
    ]
