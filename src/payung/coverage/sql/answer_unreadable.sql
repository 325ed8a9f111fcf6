-- Open a difference for each row of which a line of ours cannot be told: its cells have moved, its number is none
-- or another's.
-- reads: coverage_registration
-- writes: coverage_difference
-- staged: answered (row_no integer, line_ref text, state text, problem text, registration_id bigint, person_id
--   bigint, fund_id bigint, region_code text)
-- param: file text
-- param: user bigint
-- param: sha256 text
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT DISTINCT ON (registration_id, problem)
       'unread_line', r.person_id, r.fund_id, NULL::integer,
       jsonb_build_object('file', %(file)s, 'row', a.row_no, 'line', a.line_ref, 'problem', a.problem),
       %(user)s, 'open', '', 'unread:' || r.id || ':' || a.problem || ':' || left(%(sha256)s, 16), r.region_code
  FROM {answered} a JOIN coverage_registration r ON r.id = a.registration_id
 WHERE a.state IS NULL AND r.state = 'sent' AND a.problem NOT IN ('', 'pending', 'blank', 'word')
 ORDER BY registration_id, problem, row_no
    ON CONFLICT (key) DO NOTHING RETURNING id
