-- Propose that a case without its ground be closed (the list was withdrawn, cover fell away, or work was the
-- cause): it is not dropped, and a second user decides.
-- reads: claims_case, claims_step, registry_person
-- writes: claims_step
-- staged: dead (person_id bigint, standing text, region_code text, kind text)
-- param: user bigint
-- param: regions text[]
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, c.state, 'closed',
       CASE WHEN d.standing = 'accident' THEN 'Meninggal karena kecelakaan kerja: haknya JKK, bukan JKM'
            WHEN c.kind = 'other'
            THEN 'Kematian ini tidak lagi tercatat, atau data cabang tidak lagi menunjukkan peserta pada hari itu'
            ELSE 'Kematian ini tidak lagi tercatat, atau tidak lagi terlindungi pada hari itu' END,
       '{}', 'proposed', true, %(user)s, c.region_code
  FROM claims_case c JOIN registry_person p ON p.id = c.person_id
       AND EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, p.region_code))
  LEFT JOIN {dead} d ON d.person_id = c.person_id
 WHERE c.kind IN ('jkm', 'other') AND c.state IN ('reported', 'checked', 'gathering')
   AND coalesce(d.kind, '') = ''
   AND NOT EXISTS (
        SELECT 1 FROM claims_step s WHERE s.case_id = c.id
           AND (s.answer = 'proposed' OR (s.answer = 'declined' AND s.new_state = 'closed')))
