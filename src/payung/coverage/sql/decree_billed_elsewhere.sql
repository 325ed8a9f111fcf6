-- Give a person of the added lines of a decree or amendment of whom a month stands on another fund's bill already:
-- frozen there, though an amendment took the cover away.
-- reads: coverage_annexline, coverage_bill, coverage_billline, funding_fund
-- param: decree bigint
-- param: amendment bigint
-- gives: person text, fund text, held_by text, month integer
SELECT l.name AS person, f.name AS fund, held.name AS held_by, n.month
  FROM coverage_annexline l
  JOIN coverage_billline n ON n.person_id = l.person_id AND n.month >= l.first_month AND n.month < l.end_month
  JOIN coverage_bill b ON b.id = n.bill_id
  JOIN funding_fund f ON f.id = l.fund_id
  JOIN funding_fund held ON held.id = b.fund_id
 WHERE l.decree_id = %(decree)s AND l.amendment_id IS NOT DISTINCT FROM %(amendment)s AND l.act = 'add'
   AND n.month >= (SELECT min(first_month) FROM coverage_annexline WHERE decree_id = %(decree)s
                      AND amendment_id IS NOT DISTINCT FROM %(amendment)s AND act = 'add')
 ORDER BY 1, 4 LIMIT 1
