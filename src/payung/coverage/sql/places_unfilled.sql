-- Give the months of places that nobody in the queue took, from the first that is not billed.
-- reads: coverage_amendment, coverage_annexline, coverage_bill, coverage_monthlychange, funding_fund
-- param: month integer
-- gives: fund bigint, payer text, income bigint, sector text, first integer, end integer, places bigint
SELECT r.fund_id AS fund, f.kind AS payer, r.income, r.sector, greatest(r.first_month, %(month)s, billed.next) AS first, r.end_month AS end,
       count(*) AS places
  FROM coverage_annexline r
  JOIN coverage_amendment a ON a.id = r.amendment_id AND a.status = 'approved'
  JOIN coverage_monthlychange k ON k.amendment_id = a.id AND k.person_id = r.person_id AND k.replacement_id IS NULL
                               AND k.kind <> 'changed'
  JOIN funding_fund f ON f.id = r.fund_id
 CROSS JOIN LATERAL (
       SELECT coalesce(max(b.month), 0) + 1 AS next FROM coverage_bill b WHERE b.fund_id = r.fund_id) billed
 WHERE r.act = 'remove' AND r.end_month > greatest(r.first_month, %(month)s, billed.next)
 GROUP BY 1, 2, 3, 4, 5, 6
