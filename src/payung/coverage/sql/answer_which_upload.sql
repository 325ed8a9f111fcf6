-- Give the upload that a file without references answers: the one that most of the NIKs belong to; between equals
-- the one that still waits for most answers, then the latest.
-- reads: coverage_registration, registry_person
-- staged: answered (line_ref text, upload_id bigint, nik_hash bytea, state text, registration_id bigint, person_id
--   bigint)
-- gives: upload_id bigint
SELECT r.upload_id FROM {answered} a
  JOIN registry_person p ON p.nik_hash = a.nik_hash
  JOIN coverage_registration r ON r.person_id = p.id
 WHERE a.registration_id IS NULL AND a.line_ref = ''
 GROUP BY r.upload_id
 ORDER BY count(DISTINCT p.id) DESC, count(*) FILTER (WHERE r.state = 'sent') DESC, r.upload_id DESC LIMIT 1
