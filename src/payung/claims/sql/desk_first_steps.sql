-- Write the first step of each new case: who told of the death, on what evidence, and who confirmed it; of a list:
-- which, its row, and who loaded it.
-- reads: claims_case, claims_report, claims_step, registry_intake, registry_record
-- writes: claims_step
-- param: user bigint
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, decided_by_id,
                         at, decided_at, region_code)
SELECT c.id, '', 'reported',
       left(CASE WHEN r.id IS NOT NULL THEN 'Dilaporkan: ' || r.evidence
                 WHEN l.id IS NOT NULL THEN 'Ditemukan di daftar kematian: ' || l.file_name || ', baris ' || l.row_no
                 ELSE 'Ditemukan di daftar kematian' END, 300),
       '{}', 'done', r.id IS NOT NULL, coalesce(r.proposed_by_id, l.loaded_by_id, %(user)s), r.decided_by_id,
       coalesce(r.proposed_at, now()), r.decided_at, c.region_code
  FROM claims_case c
  LEFT JOIN LATERAL (
        SELECT * FROM claims_report r
         WHERE r.person_id = c.person_id AND r.died_on = c.event_on AND r.state = 'confirmed'
         ORDER BY r.id DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (
        SELECT i.id, i.file_name, e.row_no, i.loaded_by_id
          FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
         WHERE e.person_id = c.person_id AND e.event_date = c.event_on AND e.accepted
           AND i.kind = 'deaths' AND i.status = 'loaded'
         ORDER BY i.id LIMIT 1) l ON true
 WHERE c.kind IN ('jkm', 'other') AND NOT EXISTS (SELECT 1 FROM claims_step s WHERE s.case_id = c.id)
