-- Give who is next when a place or money of a fund comes free, in the plan's order.
-- reads: coverage_covermonth, funding_fund, funding_fundperson, funding_plan, funding_planline, registry_person,
--   registry_region
-- param: fund bigint
-- param: plan bigint
-- param: today date
-- param: limit bigint
-- gives: rank integer, person_id bigint, name text, region_code text, region text
-- piece: ever = coverage/ever_covered(person=p, but=)
-- piece: terms = funding/may_pay(fund=f, person=p, ever={ever})
SELECT l.rank, p.id AS person_id, p.name, p.region_code, coalesce(g.name, p.region_code) AS region
  FROM funding_planline l
  JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = %(fund)s
  LEFT JOIN registry_region g ON g.code = p.region_code
 WHERE l.plan_id = %(plan)s AND l.rank IS NOT NULL AND {terms}
 ORDER BY l.rank LIMIT %(limit)s
