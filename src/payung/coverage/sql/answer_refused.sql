-- Open a difference for each line refused.
-- writes: coverage_difference
-- staged: best (id bigint, line_ref text, person_id bigint, fund_id bigint, region_code text, refusal_text text,
--   state text, refusal text)
-- param: user bigint
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT 'refused', person_id, fund_id, NULL,
       jsonb_build_object('line', line_ref, 'reason', refusal, 'words', refusal_text),
       %(user)s, 'open', '', 'refused:' || id, region_code
  FROM {best} WHERE state = 'refused'
    ON CONFLICT (key) DO NOTHING RETURNING id
