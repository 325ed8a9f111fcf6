-- Open a difference for each answer that takes back an acceptance, or names another number: it changes nothing and
-- is for a person to settle.
-- writes: coverage_difference
-- staged: answered (row_no integer, line_ref text, state text, member_no text, refusal_text text, registration_id
--   bigint, person_id bigint, fund_id bigint, region_code text)
-- staged: best (id bigint, line_ref text, person_id bigint, fund_id bigint, region_code text, refusal_text text,
--   state text, member_no text)
-- param: user bigint
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT DISTINCT ON (s.id, a.state, a.member_no)
       'answer_conflict', s.person_id, s.fund_id, NULL,
       jsonb_build_object('line', s.line_ref, 'ours', s.state || ' ' || s.member_no,
                          'theirs', a.state || ' ' || a.member_no, 'reason', a.refusal_text),
       %(user)s, 'open', '', 'answer_conflict:' || s.id || ':' || a.state || ':' || a.member_no, s.region_code
  FROM {answered} a JOIN {best} s ON s.id = a.registration_id
 WHERE s.state = 'accepted' AND (a.state = 'refused' OR (a.member_no <> '' AND a.member_no <> s.member_no))
 ORDER BY s.id, a.state, a.member_no, a.row_no
    ON CONFLICT (key) DO NOTHING RETURNING id
