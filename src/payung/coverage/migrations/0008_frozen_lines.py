"""Fills what annex and bill lines now keep, and freezes bill lines in the database as the rest of the proofs."""

from django.db import migrations

from payung.access.rls import append_only

_FILL = """
ALTER TABLE coverage_annexline DISABLE TRIGGER coverage_annexline_append_only;
UPDATE coverage_annexline l SET name = p.name, trade = coalesce(o.label, '')
  FROM registry_person p LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE p.id = l.person_id;
ALTER TABLE coverage_annexline ENABLE TRIGGER coverage_annexline_append_only;
UPDATE coverage_billline n
   SET line_id = (SELECT max(l.id) FROM coverage_annexline l JOIN coverage_bill b ON b.id = n.bill_id
                   WHERE l.person_id = n.person_id AND l.fund_id = b.fund_id AND l.act = 'add'
                     AND l.first_month <= n.month AND l.end_month > n.month);
"""

#: What waits for approval is checked against its print, which now holds names, trades and villages too.
_PRINT = """
UPDATE coverage_{table} d SET content_hash = (
    SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', act, person_id, fund_id, first_month,
                  end_month, amount, name, trade, region_code), E'\\n' ORDER BY person_id, first_month, act), ''),
                  'UTF8')), 'hex')
      FROM coverage_annexline WHERE {lines})
 WHERE d.status = 'proposed';
"""


class Migration(migrations.Migration):
    dependencies = [("coverage", "0007_lines_that_tell_all"), ("registry", "0001_initial")]
    operations = [
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RunSQL(
            _PRINT.format(table="decree", lines="decree_id = d.id AND amendment_id IS NULL")
            + _PRINT.format(table="amendment", lines="amendment_id = d.id"),
            migrations.RunSQL.noop,
        ),
        append_only("coverage_billline"),
    ]
