"""When a membership paid by others began stands with its end: it is asked of everybody at once."""

from django.db import migrations, models

_FILL = """
UPDATE registry_person p SET branch_since = b.since
  FROM (SELECT r.person_id, r.event_until,
               CASE WHEN NOT bool_or(r.event_date IS NULL) THEN min(r.event_date) END AS since
          FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id
         WHERE r.accepted AND i.kind = 'branch' AND i.status = 'loaded'
         GROUP BY 1, 2) b
 WHERE b.person_id = p.id AND b.event_until = p.branch_until AND b.since IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_mended")]
    operations = [
        migrations.AddField(
            model_name="person",
            name="branch_since",
            field=models.DateField(
                help_text="kosong bila data cabang tidak menyebut awalnya",
                null=True,
                verbose_name="aktif di cabang sejak",
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
