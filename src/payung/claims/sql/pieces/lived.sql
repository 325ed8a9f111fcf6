-- By month and village: people under paid cover whose birth is known, and a month's share of the deaths expected.
-- `rates` are those of the life table for men, women and people of unknown sex, one after the other, by age.
SELECT l.month, l.region_code, count(*)::int AS people,
       sum((%(rates)s::float8[])[
           p.base + least(greatest(l.month / 12 - p.born, %(youngest)s), %(oldest)s)]) / 12 AS deaths
  FROM coverage_billline l
  JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
  JOIN (SELECT id, extract(year FROM birth_date)::int AS born,
               CASE sex WHEN 'male' THEN 0 WHEN 'female' THEN %(ages)s ELSE 2 * %(ages)s END + 1
               - %(youngest)s AS base
          FROM registry_person WHERE birth_date IS NOT NULL) p ON p.id = l.person_id
 WHERE l.month = ANY(%(months)s)
 GROUP BY 1, 2
