-- Open a difference for each row that fits no line of ours.
-- writes: coverage_difference
-- staged: answered (row_no integer, line_ref text, nik_hash bytea, state text, member_no text, registration_id
--   bigint, person_id bigint, fund_id bigint, region_code text)
-- param: file text
-- param: user bigint
-- param: province text
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT DISTINCT ON (md5(concat_ws('|', line_ref, nik_hash, state, member_no)))
       'unknown_line', NULL::bigint, NULL::bigint, NULL::integer,
       jsonb_build_object('file', %(file)s, 'row', row_no, 'line', line_ref),
       %(user)s, 'open', '', 'unknown:' || md5(concat_ws('|', line_ref, nik_hash, state, member_no)), %(province)s
  FROM {answered} WHERE registration_id IS NULL
    ON CONFLICT (key) DO NOTHING RETURNING id
