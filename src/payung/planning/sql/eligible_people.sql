-- Give the eligible people (or one of them) with all that a plan asks of each.
-- reads: registry_eligibility, registry_occupation, registry_person
-- param: person bigint
-- gives: person bigint, region text, trade text, sector text, hazard_level smallint, sex text, birth_date date,
--   income bigint, decile smallint, sole boolean, disabled boolean, eligible_until integer, hold boolean,
--   elsewhere_until integer
-- piece: living = registry/living(person=p)
SELECT p.id AS person, p.region_code AS region, coalesce(p.occupation_id, '') AS trade,
       coalesce(o.sector, 'other') AS sector, o.hazard AS hazard_level,
       p.sex, p.birth_date, p.income, p.poverty_decile AS decile, p.sole_earner AS sole,
       p.disability AS disabled,
       e.eligible_until, NOT e.verified AS hold,
       (extract(year FROM p.branch_until) * 12 + extract(month FROM p.branch_until) - 1)::int AS elsewhere_until
  FROM registry_eligibility e
  JOIN registry_person p ON p.id = e.person_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE e.eligible AND {living}
   AND (%(person)s::bigint IS NULL OR p.id = %(person)s)
 ORDER BY p.id
