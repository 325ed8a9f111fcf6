-- Find the lines of an upload by NIK, for the rows without a reference.
-- reads: coverage_registration, registry_person
-- staged: answered (line_ref text, upload_id bigint, nik_hash bytea, state text, member_no text, refusal text,
--   starts_on date, registration_id bigint, person_id bigint, fund_id bigint, region_code text, was text,
--   was_number text, was_from date, was_refused text)
-- param: upload bigint
UPDATE {answered} a
   SET registration_id = r.id, person_id = r.person_id, fund_id = r.fund_id, region_code = r.region_code,
       upload_id = r.upload_id, line_ref = r.line_ref, was = r.state, was_number = r.member_no,
       was_from = r.starts_on, was_refused = r.refusal
  FROM registry_person p JOIN coverage_registration r ON r.person_id = p.id
 WHERE a.registration_id IS NULL AND a.line_ref = '' AND p.nik_hash = a.nik_hash AND r.upload_id = %(upload)s
