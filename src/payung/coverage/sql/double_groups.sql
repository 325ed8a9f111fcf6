-- Count the people with two payers, or who may come to that, by kind and regency.
-- reads: coverage_covermonth, registry_intake, registry_person, registry_record
-- param: month date
-- param: now integer
-- param: kind text
-- param: region text
-- param: sender text
-- param: regions text[]
-- gives: kind text, region text, people bigint
-- piece: people = coverage/double_people()
-- piece: asked = coverage/double_asked()
{people}
SELECT kind, left(region_code, 5) AS region, count(*) AS people
  FROM counted d
 WHERE {asked}
 GROUP BY 1, 2 ORDER BY 1, 2
