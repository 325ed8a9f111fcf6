-- Write the pairs that a clerk must judge: a record, and the person or the group of records (by its number) that
-- it may be of.
-- reads: registry_record
-- writes: registry_pair
-- staged: doubtful (record_id bigint, other text, probability float8, weight float8, evidence jsonb)
-- staged: links (record_id bigint, cluster_id bigint, person_id bigint, probability float8)
-- param: run bigint
INSERT INTO registry_pair (run_id, record_id, person_id, probability, weight, evidence, state, region_code)
SELECT %(run)s, p.record_id, t.person_id, p.probability, p.weight, p.evidence, 'open', r.region_code
  FROM {doubtful} p
  JOIN registry_record r ON r.id = p.record_id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN left(p.other, 1) = 'p' THEN substr(p.other, 2)::bigint
                   ELSE (SELECT min(l.person_id) FROM {links} l
                          WHERE l.cluster_id = substr(p.other, 2)::bigint) END AS person_id) t
 WHERE t.person_id <> r.person_id
    ON CONFLICT (record_id, person_id) DO NOTHING
