-- Give the months that two payers are bound to for each of these people, as the decree prices them.
-- reads: coverage_annexline, coverage_covermonth, funding_fund, registry_intake, registry_person, registry_record
-- param: month date
-- param: now integer
-- param: ids bigint[]
-- gives: of bigint, month integer, income bigint, sector text, payer text, people bigint
-- piece: people = coverage/double_people()
{people}
SELECT d.id AS of, t.month, l.income, l.sector, f.kind AS payer, count(*) AS people
  FROM counted d
  JOIN twice t ON t.person_id = d.id
  JOIN coverage_annexline l ON l.id = t.line_id
  JOIN funding_fund f ON f.id = t.fund_id
 WHERE d.id = ANY(%(ids)s)
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
