from django.db import migrations

#: Of each kind of proposal: its table, which rows wait, what its hash was taken of before, and what it is taken of now.
CONTENTS = (
    (
        "coverage_decree",
        "t.status = 'proposed'",
        """coalesce((SELECT string_agg(concat_ws('|', act, person_id, fund_id, first_month, end_month, amount, name,
                                               trade, region_code), E'\\n' ORDER BY person_id, first_month, act)
                     FROM coverage_annexline l WHERE l.decree_id = t.id AND l.amendment_id IS NULL), '')""",
        """jsonb_build_array(t.number, t.dated, t.signer, t.plan_id, t.check_code, t.totals)::text || coalesce((
           SELECT string_agg(jsonb_build_array(l.act, l.person_id, l.fund_id, l.first_month, l.end_month, l.amount,
                                               l.income, l.sector, l.reason, l.evidence, l.name, l.trade,
                                               l.region_code)::text, E'\\n'
                             ORDER BY l.person_id, l.first_month, l.act, l.id)
             FROM coverage_annexline l WHERE l.decree_id = t.id AND l.amendment_id IS NULL), '')""",
    ),
    (
        "coverage_amendment",
        "t.status = 'proposed'",
        """coalesce((SELECT string_agg(concat_ws('|', act, person_id, fund_id, first_month, end_month, amount, name,
                                               trade, region_code), E'\\n' ORDER BY person_id, first_month, act)
                     FROM coverage_annexline l
                    WHERE l.decree_id = t.decree_id AND l.amendment_id = t.id), '')""",
        """jsonb_build_array(t.decree_id, t.number, t.dated, (
               SELECT jsonb_agg(jsonb_build_array(k.id, k.replacement_id) ORDER BY k.id)
                 FROM coverage_monthlychange k WHERE k.amendment_id = t.id))::text || coalesce((
           SELECT string_agg(jsonb_build_array(l.act, l.person_id, l.fund_id, l.first_month, l.end_month, l.amount,
                                               l.income, l.sector, l.reason, l.evidence, l.name, l.trade,
                                               l.region_code)::text, E'\\n'
                             ORDER BY l.person_id, l.first_month, l.act, l.id)
             FROM coverage_annexline l WHERE l.decree_id = t.decree_id AND l.amendment_id = t.id), '')""",
    ),
    (
        "coverage_bill",
        "t.state = 'draft'",
        "jsonb_build_array(t.fund_id, t.month, t.people, t.amount, t.credit, t.law)::text",
        """jsonb_build_array(t.fund_id, t.month, t.people, t.amount, t.credit, t.law, (
               SELECT jsonb_build_array(count(*), sum(l.jkk), sum(l.jkm))
                 FROM coverage_billline l WHERE l.bill_id = t.id))::text""",
    ),
    (
        "coverage_monthlychange",
        "t.state = 'proposed'",
        """jsonb_build_array(t.person_id, t.kind, t.from_month, t.end_month, t.decree_id, t.to_fund_id,
                             t.evidence)::text""",
        """jsonb_build_array(t.person_id, t.kind, t.from_month, t.end_month, t.decree_id, t.fund_id, t.to_fund_id,
                             t.evidence)::text""",
    ),
)
_HASH = "encode(sha256(convert_to({}, 'UTF8')), 'hex')"
#: What waits and is still what was proposed is sealed with all that is decided. What was approved keeps the hash that
#: stands on its papers.
RESEAL = "".join(
    f"UPDATE {table} t SET content_hash = {_HASH.format(now)} WHERE {waits}"
    f" AND t.content_hash = {_HASH.format(before)};\n"
    for table, waits, before, now in CONTENTS
)


class Migration(migrations.Migration):
    dependencies = [("coverage", "0017_approval")]

    operations = [migrations.RunSQL(RESEAL, migrations.RunSQL.noop)]
