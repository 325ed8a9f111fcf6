-- Give each row of an answer file with the line of ours that its reference names, and what that line stands at. A
-- reference of ours names its upload; only the lines of those that the file names are read.
-- reads: coverage_registration
-- staged: answer_file (row_no integer, line_ref text, upload_id bigint, nik_hash bytea, state text, problem text,
--   member_no text, refusal text, refusal_text text, starts_on date)
-- param: uploads bigint[]
-- gives: row_no integer, line_ref text, upload_id bigint, nik_hash bytea, state text, problem text, member_no
--   text, refusal text, refusal_text text, starts_on date, registration_id bigint, person_id bigint, fund_id
--   bigint, region_code text, was text, was_number text, was_from date, was_refused text
SELECT f.row_no, f.line_ref, f.upload_id, f.nik_hash, f.state, f.problem, f.member_no, f.refusal, f.refusal_text,
       f.starts_on, r.id AS registration_id, r.person_id, r.fund_id, r.region_code, r.state AS was,
       r.member_no AS was_number, r.starts_on AS was_from, r.refusal AS was_refused
  FROM {answer_file} f
  LEFT JOIN (SELECT * FROM coverage_registration WHERE upload_id = ANY(%(uploads)s)) r
    ON r.line_ref = f.line_ref AND r.upload_id = f.upload_id
