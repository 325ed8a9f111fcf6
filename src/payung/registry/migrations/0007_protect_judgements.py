"""What clerks said is kept for good and seen only by region; earlier merges are told in columns, not in words."""

from django.db import migrations

from payung.access.rls import append_only, limit_to_region

#: Merges and splits until now named their pair in the text of the reason; where each record came from is the
#: link before.
BACKFILL = r"""
ALTER TABLE registry_link DISABLE TRIGGER registry_link_append_only;
UPDATE registry_link l
SET pair_id = substring(l.reason FROM '^pair:(\d+) ')::bigint,
    reason = regexp_replace(l.reason, '^pair:\d+ ', ''),
    moved_from_id = (SELECT before.person_id FROM registry_link before
                     WHERE before.record_id = l.record_id AND before.id < l.id ORDER BY before.id DESC LIMIT 1)
WHERE l."by" IN ('clerk', 'split') AND l.reason ~ '^pair:\d+ ';
ALTER TABLE registry_link ENABLE TRIGGER registry_link_append_only;
"""

LABELS = """
INSERT INTO registry_judgement (pair_id, answer, reason, probability, model_id, threshold_same, threshold_new,
                                actor_id, region_code, at)
SELECT p.id, p.state, '', p.probability, r.model_id, r.threshold_same, r.threshold_new, p.decided_by_id,
       p.region_code, coalesce(p.decided_at, now())
FROM registry_pair p JOIN registry_matchrun r ON r.id = p.run_id
WHERE p.state IN ('same', 'different', 'asked') AND p.decided_by_id IS NOT NULL;
"""

LIMITED = ("registry_mergeproposal", "registry_blindcheck", "registry_judgement")
KEPT = ("registry_judgement", "registry_matchthresholds", "registry_trustorder")


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_judgements"), ("access", "0003_protect")]
    operations = [
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(LABELS, migrations.RunSQL.noop),
        *[limit_to_region(table) for table in LIMITED],
        *[append_only(table) for table in KEPT],
    ]
