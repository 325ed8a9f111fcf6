-- Give the person-years under paid cover by district, and the deaths expected: as kept, and counted now for the
-- months that are not kept.
-- reads: claims_lived, coverage_bill, coverage_billline, registry_person
-- param: first integer
-- param: last integer
-- param: months integer[]
-- param: rates float8[]
-- param: youngest integer
-- param: oldest integer
-- param: ages integer
-- gives: district text, years numeric, deaths float8
-- piece: lived = claims/lived()
SELECT left(region_code, 8) AS district, sum(people) / 12.0 AS years, sum(deaths) AS deaths
  FROM (SELECT region_code, people, deaths FROM claims_lived
         WHERE month BETWEEN %(first)s AND %(last)s AND month <> ALL(%(months)s)
        UNION ALL
        SELECT region_code, people, deaths FROM ({lived}) counted) lived
 GROUP BY 1
