-- Keep how many people of each district stand how on a day, and who, in the order of the lists; give the counts.
-- reads: coverage_bill, coverage_billline, coverage_covermonth, coverage_registration, registry_person
-- writes: coverage_keptstanding
-- param: month integer
-- param: allowed integer
-- param: ids bigint[]
-- param: on date
-- gives: district text, state text, people integer
-- piece: standing = coverage/standing()
{standing}
INSERT INTO coverage_keptstanding (scope, day, allowed, district, state, people, ids)
SELECT coalesce(current_setting('payung.regions', true), ''), %(on)s, %(allowed)s, coalesce(district, ''),
       coalesce(state, ''), count(*),
       CASE WHEN district IS NULL THEN '{}' ELSE array_agg(id ORDER BY region_code, name, id) END
  FROM (SELECT p.id, p.region_code, p.name, left(p.region_code, 8) AS district, s.state
          FROM standing s JOIN registry_person p ON p.id = s.person_id) people
 GROUP BY GROUPING SETS ((district, state), (district), ())
ON CONFLICT (scope, day, allowed, district, state) DO UPDATE SET people = EXCLUDED.people, ids = EXCLUDED.ids
RETURNING district, state, people
