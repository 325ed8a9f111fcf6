-- Give the months that two payers are bound to by regency, as the decree prices them.
-- reads: coverage_annexline, coverage_covermonth, funding_fund, registry_intake, registry_person, registry_record
-- param: month date
-- param: now integer
-- param: kind text
-- param: region text
-- param: sender text
-- param: regions text[]
-- gives: of text, month integer, income bigint, sector text, payer text, people bigint
-- piece: people = coverage/double_people()
-- piece: asked = coverage/double_asked()
{people}
SELECT left(d.region_code, 5) AS of, t.month, l.income, l.sector, f.kind AS payer, count(*) AS people
  FROM counted d
  JOIN twice t ON t.person_id = d.id
  JOIN coverage_annexline l ON l.id = t.line_id
  JOIN funding_fund f ON f.id = t.fund_id
 WHERE {asked} AND d.kind = 'bound'
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
