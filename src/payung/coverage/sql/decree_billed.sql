-- Give a fund and month whose bill is made already, among those of the added lines of a decree or amendment.
-- reads: coverage_annexline, coverage_bill, funding_fund
-- param: decree bigint
-- param: amendment bigint
-- gives: fund text, month integer
SELECT f.name AS fund, b.month
  FROM (SELECT fund_id, min(first_month) AS first, max(end_month) AS upto FROM coverage_annexline
         WHERE decree_id = %(decree)s AND amendment_id IS NOT DISTINCT FROM %(amendment)s AND act = 'add'
         GROUP BY fund_id) s
  JOIN coverage_bill b ON b.fund_id = s.fund_id AND b.month >= s.first AND b.month < s.upto
  JOIN funding_fund f ON f.id = b.fund_id
 WHERE EXISTS (SELECT 1 FROM coverage_annexline l
                WHERE l.decree_id = %(decree)s AND l.amendment_id IS NOT DISTINCT FROM %(amendment)s
                  AND l.act = 'add' AND l.fund_id = b.fund_id AND l.first_month <= b.month
                  AND l.end_month > b.month)
 ORDER BY b.month LIMIT 1
