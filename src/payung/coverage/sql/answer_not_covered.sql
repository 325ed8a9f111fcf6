-- Open a difference for each line accepted of somebody without a cover by that fund. Looked up by person: the sum
-- keeps the planner from walking all covers of a fund for each.
-- reads: coverage_covermonth
-- writes: coverage_difference
-- staged: best (id bigint, line_ref text, person_id bigint, fund_id bigint, region_code text, state text,
--   member_no text)
-- param: user bigint
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT 'registered_not_covered', s.person_id, s.fund_id, NULL,
       jsonb_build_object('line', s.line_ref, 'member_no', s.member_no), %(user)s, 'open', '',
       'registered_not_covered:' || s.id, s.region_code
  FROM {best} s
 WHERE s.state = 'accepted'
   AND NOT EXISTS (SELECT 1 FROM coverage_covermonth c
                    WHERE c.person_id = s.person_id AND c.fund_id + 0 = s.fund_id)
    ON CONFLICT (key) DO NOTHING RETURNING id
