-- Give who waits in a plan's queue: eligible, and in no change or amendment that is decided or to be decided.
-- reads: coverage_amendment, coverage_annexline, coverage_monthlychange, funding_planline, registry_eligibility,
--   registry_occupation, registry_person
-- param: plan bigint
-- gives: rank integer, id bigint, income bigint, sector text, name text, trade text, region_code text,
--   occupation_id text, sex text, birth_date date, until integer, branch_until date
-- piece: living = registry/living(person=p)
SELECT l.rank, p.id, p.income, coalesce(o.sector, 'other') AS sector, p.name, coalesce(o.label, '') AS trade,
       p.region_code, p.occupation_id, p.sex, p.birth_date, e.eligible_until AS until, p.branch_until
  FROM funding_planline l
  JOIN registry_person p ON p.id = l.person_id AND {living}
  JOIN registry_eligibility e ON e.person_id = p.id AND e.eligible
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE l.plan_id = %(plan)s AND l.rank IS NOT NULL
   AND p.id NOT IN (SELECT person_id FROM coverage_monthlychange WHERE state <> 'rejected')
   AND p.id NOT IN (SELECT n.person_id FROM coverage_annexline n JOIN coverage_amendment m ON m.id = n.amendment_id
                     WHERE n.act = 'add' AND m.status = 'proposed')
