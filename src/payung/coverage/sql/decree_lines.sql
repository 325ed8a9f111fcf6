-- Write the annex of a decree: one line per line of the plan, priced by the law.
-- reads: funding_fund, funding_planline, registry_occupation, registry_person
-- writes: coverage_annexline
-- staged: tariff (income bigint, sector text, kind text, month integer, before bigint)
-- param: decree bigint
-- param: plan bigint
-- piece: cost = coverage/run_cost(income=p.income, sector=coalesce(o.sector, 'other'), kind=f.kind,
--   first=l.first_month, end=l.end_month)
-- piece: living = registry/living(person=p)
INSERT INTO coverage_annexline (decree_id, act, person_id, fund_id, first_month, end_month, amount, income,
                                sector, reason, evidence, name, trade, region_code)
SELECT %(decree)s, 'add', l.person_id, l.fund_id, l.first_month, l.end_month,
       {cost},
       p.income, coalesce(o.sector, 'other'), '', '', p.name, coalesce(o.label, ''), p.region_code
  FROM funding_planline l
  JOIN registry_person p ON p.id = l.person_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
  JOIN funding_fund f ON f.id = l.fund_id
 WHERE l.plan_id = %(plan)s AND l.fund_id IS NOT NULL
   AND {living}
