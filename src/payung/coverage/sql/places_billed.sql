-- Give, by fund, the months on a bill whose person an amendment has taken out since: paid (or to be paid) for
-- nobody.
-- reads: coverage_amendment, coverage_annexline, coverage_bill, coverage_billline, coverage_covermonth
-- param: month integer
-- gives: fund_id bigint, people bigint, months bigint, amount bigint
SELECT b.fund_id, count(DISTINCT n.person_id) AS people, count(*) AS months, sum(n.jkk + n.jkm)::bigint AS amount
  FROM coverage_annexline r
  JOIN coverage_amendment a ON a.id = r.amendment_id AND a.status = 'approved'
  JOIN coverage_billline n ON n.person_id = r.person_id AND n.month >= r.first_month AND n.month < r.end_month
                          AND n.month >= %(month)s
  JOIN coverage_bill b ON b.id = n.bill_id AND b.fund_id = r.fund_id
 WHERE r.act = 'remove' AND NOT EXISTS (
       SELECT 1 FROM coverage_covermonth c WHERE c.person_id = n.person_id AND c.month = n.month)
 GROUP BY b.fund_id
