-- Give the standing covers of the people whose changes wait, one row per annex line of the decree. What the branch
-- refused is the cover by that fund; another fund's cover of the same person stands.
-- reads: coverage_annexline, coverage_bill, coverage_covermonth, coverage_monthlychange, funding_fund
-- param: decree bigint
-- gives: change_id bigint, kind text, evidence text, to_fund_id bigint, to_end integer, person_id bigint, fund_id
--   bigint, line_id bigint, first_month integer, end_month integer, region_code text, income bigint, sector text,
--   name text, trade text, payer text, unbilled integer
SELECT k.id AS change_id, k.kind, k.evidence, k.to_fund_id, k.end_month AS to_end, c.person_id, c.fund_id, c.line_id,
       min(c.month) AS first_month, max(c.month) + 1 AS end_month, c.region_code, a.income, a.sector, a.name, a.trade,
       f.kind AS payer, coalesce(max(b.month) FILTER (WHERE b.month IS NOT NULL), 0) + 1 AS unbilled
  FROM coverage_monthlychange k
  JOIN coverage_covermonth c ON c.person_id = k.person_id AND c.month >= k.from_month
                            AND (k.kind <> 'refused' OR c.fund_id = k.fund_id)
  JOIN coverage_annexline a ON a.id = c.line_id AND a.decree_id = %(decree)s
                           AND a.decree_id = coalesce(k.decree_id, a.decree_id)
  JOIN funding_fund f ON f.id = c.fund_id
  LEFT JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month
 WHERE k.state = 'proposed' AND k.amendment_id IS NULL AND k.kind <> 'joins'
 GROUP BY k.id, c.person_id, c.fund_id, c.line_id, c.region_code, a.id, f.kind
