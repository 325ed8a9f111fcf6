-- Give every case that the law must price for an amendment: of who leaves, who comes, and who waits in the queues.
-- reads: funding_fund, funding_planline, registry_occupation, registry_person
-- staged: leaving (kind text, person_id bigint, fund_id bigint, income bigint, sector text, payer text)
-- staged: coming (kind text, person_id bigint, fund_id bigint, income bigint, sector text, payer text)
-- param: plan bigint
-- gives: income bigint, sector text, payer text
SELECT DISTINCT income, sector, payer FROM {leaving}
UNION
SELECT DISTINCT income, sector, payer FROM {coming}
UNION
SELECT DISTINCT p.income, coalesce(o.sector, 'other'), f.kind AS payer
  FROM (SELECT DISTINCT fund_id FROM {leaving}) w JOIN funding_fund f ON f.id = w.fund_id
 CROSS JOIN funding_planline l JOIN registry_person p ON p.id = l.person_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE l.plan_id = %(plan)s AND l.rank IS NOT NULL
