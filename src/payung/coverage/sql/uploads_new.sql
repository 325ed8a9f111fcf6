-- Write the files to be made for the branch: one per fund of a decree and of each approved amendment, where there
-- is none; give the new ones.
-- reads: coverage_amendment, coverage_annexline
-- writes: coverage_upload
-- param: user bigint
-- param: decree bigint
-- gives: id bigint
INSERT INTO coverage_upload (fund_id, decree_id, amendment_id, month, file_name, sha256, rows, made_by_id)
SELECT l.fund_id, l.decree_id, l.amendment_id, min(l.first_month), '', '', count(*), %(user)s
  FROM coverage_annexline l LEFT JOIN coverage_amendment a ON a.id = l.amendment_id
 WHERE l.decree_id = %(decree)s AND (l.amendment_id IS NULL OR a.status = 'approved')
 GROUP BY l.fund_id, l.decree_id, l.amendment_id
    ON CONFLICT DO NOTHING
RETURNING id
