-- Write the cover months of the added lines of a decree or amendment. Month by month on the disk, since a month is
-- what is billed.
-- reads: coverage_annexline
-- writes: coverage_covermonth
-- param: decree bigint
-- param: amendment bigint
INSERT INTO coverage_covermonth (month, person_id, fund_id, line_id, region_code)
SELECT m, l.person_id, l.fund_id, l.id, l.region_code
  FROM coverage_annexline l, generate_series(l.first_month, l.end_month - 1) AS m
 WHERE l.decree_id = %(decree)s AND l.amendment_id IS NOT DISTINCT FROM %(amendment)s AND l.act = 'add'
 ORDER BY m, l.id
