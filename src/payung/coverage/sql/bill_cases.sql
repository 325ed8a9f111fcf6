-- Give every case that the law must price for the bills of a month.
-- reads: coverage_annexline, funding_fund
-- param: month integer
-- gives: income bigint, sector text, payer text
SELECT DISTINCT c.income, c.sector, f.kind AS payer
  FROM (SELECT income, sector, fund_id FROM coverage_annexline
         WHERE first_month <= %(month)s AND end_month > %(month)s AND act = 'add' GROUP BY income, sector, fund_id) c
  JOIN funding_fund f ON f.id = c.fund_id
