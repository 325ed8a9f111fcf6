-- Move the lines that the answer moves. Only the lines of the uploads that the file is about are read.
-- writes: coverage_registration
-- staged: best (id bigint, upload_id bigint, state text, member_no text, starts_on date, refusal text, moves
--   boolean)
-- param: uploads bigint[]
UPDATE coverage_registration r
   SET state = b.state, member_no = b.member_no, starts_on = b.starts_on, refusal = b.refusal, answered_at = now()
  FROM {best} b
 WHERE r.id = b.id AND b.moves AND r.upload_id = ANY(%(uploads)s)
