-- Open a difference where lines are registered later than decreed: one per file and start date, since it concerns
-- whole files.
-- reads: coverage_upload
-- writes: coverage_difference
-- staged: best (id bigint, upload_id bigint, person_id bigint, fund_id bigint, region_code text, state text,
--   starts_on date)
-- param: user bigint
-- param: province text
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT 'late_start', NULL::bigint, u.fund_id, u.month,
       jsonb_build_object('upload', u.id, 'starts_on', s.starts_on, 'people', count(*)), %(user)s, 'open', '',
       'late_start:' || u.id || ':' || s.starts_on, %(province)s
  FROM {best} s JOIN coverage_upload u ON u.id = s.upload_id
 WHERE s.state = 'accepted' AND s.starts_on > make_date(u.month / 12, u.month %% 12 + 1, 1)
 GROUP BY u.id, s.starts_on
    ON CONFLICT (key) DO NOTHING RETURNING id
