"""Which findings sent rows of a list back: what returns a candidate may only be a warning about the dead."""

from django.db import migrations, models

#: Lists loaded before: by the severity that stands beside each finding of their returned rows.
_FILL = """
UPDATE registry_intake i SET sent_back = w.counts
  FROM (SELECT intake_id, jsonb_object_agg(code, rows) AS counts
          FROM (SELECT r.intake_id, f ->> 'code' AS code, count(DISTINCT r.id) AS rows
                  FROM registry_record r, jsonb_array_elements(r.findings) f
                 WHERE NOT r.accepted AND f ->> 'severity' = 'blocks' GROUP BY 1, 2) counted
         GROUP BY 1) w
 WHERE w.intake_id = i.id
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_protect_mended")]
    operations = [
        migrations.AddField(
            "intake",
            "sent_back",
            models.JSONField(
                "dikembalikan karena", default=dict, help_text="rows that went back, by finding"
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
