-- Give every case that the law must price for the decree of a plan.
-- reads: funding_fund, funding_planline, registry_occupation, registry_person
-- param: plan bigint
-- gives: income bigint, sector text, payer text
SELECT DISTINCT p.income, coalesce(o.sector, 'other') AS sector, f.kind AS payer
  FROM funding_planline l JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = l.fund_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE l.plan_id = %(plan)s
