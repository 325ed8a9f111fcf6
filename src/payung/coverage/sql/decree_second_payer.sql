-- Give a person of the added lines of a decree or amendment whom another fund, or another line, pays in one of
-- those months.
-- reads: coverage_annexline, coverage_covermonth, funding_fund, registry_person
-- param: decree bigint
-- param: amendment bigint
-- gives: person text, fund text, held_by text, month integer
SELECT p.name AS person, f.name AS fund, held.name AS held_by, greatest(l.first_month, c.month) AS month
  FROM coverage_annexline l
  JOIN coverage_covermonth c ON c.person_id = l.person_id AND c.month >= l.first_month AND c.month < l.end_month
                            AND c.line_id <> l.id
  JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = l.fund_id
  JOIN funding_fund held ON held.id = c.fund_id
 WHERE l.decree_id = %(decree)s AND l.amendment_id IS NOT DISTINCT FROM %(amendment)s AND l.act = 'add'
UNION ALL
SELECT p.name, f.name, other.name, greatest(l.first_month, b.first_month)
  FROM coverage_annexline l
  JOIN coverage_annexline b ON b.decree_id = l.decree_id AND b.person_id = l.person_id AND b.id > l.id
   AND b.amendment_id IS NOT DISTINCT FROM l.amendment_id AND b.act = 'add'
   AND b.first_month < l.end_month AND l.first_month < b.end_month
  JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = l.fund_id
  JOIN funding_fund other ON other.id = b.fund_id
 WHERE l.decree_id = %(decree)s AND l.amendment_id IS NOT DISTINCT FROM %(amendment)s AND l.act = 'add'
 ORDER BY 1, 4 LIMIT 1
