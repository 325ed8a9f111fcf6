-- Give the cover months that an amendment takes away, each with what becomes of its money.
-- reads: coverage_annexline, coverage_billline, coverage_covermonth, funding_fund
-- param: amendment bigint
-- gives: month integer, person_id bigint, fund_id bigint, income bigint, sector text, kind text, billed integer
SELECT c.month, c.person_id, c.fund_id, a.income, a.sector, f.kind, l.jkk + l.jkm AS billed
  FROM coverage_annexline r
  JOIN coverage_covermonth c ON c.person_id = r.person_id AND c.fund_id = r.fund_id
                            AND c.month >= r.first_month AND c.month < r.end_month
  JOIN coverage_annexline a ON a.id = c.line_id
  JOIN funding_fund f ON f.id = c.fund_id
  LEFT JOIN coverage_billline l ON l.person_id = c.person_id AND l.month = c.month
 WHERE r.amendment_id = %(amendment)s AND r.act = 'remove'
