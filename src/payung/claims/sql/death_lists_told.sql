-- Count the rows of lists of deaths by what became of them, and the dead known by whether they were under cover,
-- what is owed, and whether the family was told.
-- reads: claims_case, claims_death, claims_told, registry_pair, registry_person, registry_record
-- param: intakes bigint[]
-- param: covered text[]
-- param: undecided text[]
-- gives: waiting bigint, matched bigint, unmatched bigint, doubtful bigint, covered bigint, owed bigint, told
--   bigint, standing text
WITH rows AS (
    SELECT r.id, r.person_id, p.candidate OR d.person_id IS NOT NULL AS known
      FROM registry_record r LEFT JOIN registry_person p ON p.id = r.person_id
      LEFT JOIN claims_death d ON d.person_id = r.person_id
     WHERE r.intake_id = ANY(%(intakes)s) AND r.accepted
), dead AS (
    SELECT d.owed, d.standing, d.standing = ANY(%(covered)s) AS covered,
           EXISTS (SELECT 1 FROM claims_case c JOIN claims_told t ON t.case_id = c.id
                    WHERE c.person_id = d.person_id) AS told
      FROM claims_death d WHERE d.person_id IN (SELECT person_id FROM rows)
)
SELECT (SELECT count(*) FROM rows WHERE person_id IS NULL) AS waiting,
       (SELECT count(*) FROM rows WHERE known) AS matched,
       (SELECT count(*) FROM rows WHERE person_id IS NOT NULL AND known IS NOT TRUE) AS unmatched,
       (SELECT count(DISTINCT k.record_id) FROM registry_pair k JOIN rows r ON r.id = k.record_id
         WHERE k.state = ANY(%(undecided)s)) AS doubtful,
       (SELECT count(*) FROM dead WHERE covered) AS covered,
       (SELECT coalesce(sum(owed), 0)::bigint FROM dead WHERE covered) AS owed,
       (SELECT count(*) FROM dead WHERE covered AND told) AS told,
       (SELECT coalesce(jsonb_object_agg(standing, n), '{}')::text
          FROM (SELECT standing, count(*) AS n FROM dead GROUP BY 1) counted) AS standing
