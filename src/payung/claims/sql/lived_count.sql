-- Give the time lived under paid cover in these months by month and village, and the deaths expected in it.
-- reads: coverage_bill, coverage_billline, registry_person
-- param: rates float8[]
-- param: youngest integer
-- param: oldest integer
-- param: ages integer
-- param: months integer[]
-- gives: month integer, region_code text, people integer, deaths float8
-- piece: lived = claims/lived()
{lived}
