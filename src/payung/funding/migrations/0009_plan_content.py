from django.db import migrations

_HASH = "encode(sha256(convert_to({}, 'UTF8')), 'hex')"
_BEFORE = """concat_ws(E'\\n', t.name, t.first_month, t.end_month, t.options, t.input_hash, t.report, (
    SELECT string_agg(concat_ws('|', l.person_id, l.fund_id, l.first_month, l.end_month, l.reason, l.rank), E'\\n'
                      ORDER BY l.person_id, l.first_month)
      FROM funding_planline l WHERE l.plan_id = t.id))"""
_NOW = """jsonb_build_array(t.name, t.first_month, t.end_month, t.options, t.input_hash, t.report)::text || coalesce((
    SELECT string_agg(jsonb_build_array(l.person_id, l.fund_id, l.first_month, l.end_month, l.reason, l.rank,
                                        l.region_code)::text, E'\\n'
                      ORDER BY l.person_id, l.first_month, l.id)
      FROM funding_planline l WHERE l.plan_id = t.id), '')"""
#: Plans that wait and are still what was proposed are sealed so that no two contents have one text.
RESEAL = f"""
UPDATE funding_plan t SET content_hash = {_HASH.format(_NOW)}
 WHERE t.status = 'proposed' AND t.content_hash = {_HASH.format(_BEFORE)};
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0008_donations_leave")]

    operations = [migrations.RunSQL(RESEAL, migrations.RunSQL.noop)]
