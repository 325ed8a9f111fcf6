-- Write the lines of the bills of a month: each covered person priced by the law of that month from the facts
-- frozen in the decree. Whom the branch refused in the line of the decree or amendment that the cover comes from
-- is left out.
-- reads: coverage_annexline, coverage_bill, coverage_covermonth, coverage_registration, coverage_upload,
--   funding_fund
-- writes: coverage_billline
-- staged: tariff (income bigint, sector text, kind text, month integer, jkk integer, jkm integer)
-- param: bills bigint[]
-- param: month integer
WITH refused AS MATERIALIZED (
    SELECT r.person_id, r.fund_id, u.decree_id, coalesce(u.amendment_id, 0) AS amendment_id
      FROM coverage_registration r JOIN coverage_upload u ON u.id = r.upload_id
     WHERE r.state = 'refused'
)
INSERT INTO coverage_billline (month, person_id, bill_id, line_id, jkk, jkm, region_code)
SELECT c.month, c.person_id, b.id, c.line_id, t.jkk, t.jkm, c.region_code
  FROM coverage_covermonth c
  JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month AND b.id = ANY(%(bills)s)
  JOIN coverage_annexline l ON l.id = c.line_id
  JOIN funding_fund f ON f.id = c.fund_id
  JOIN {tariff} t ON t.income = coalesce(l.income, -1) AND t.sector = l.sector AND t.kind = f.kind
               AND t.month = c.month
 WHERE c.month = %(month)s
   AND NOT EXISTS (SELECT 1 FROM refused r WHERE r.person_id = c.person_id AND r.fund_id = c.fund_id
                      AND r.decree_id = l.decree_id AND r.amendment_id = coalesce(l.amendment_id, 0))
