-- Give who comes in, or goes on otherwise: the waiting changes of a decree that name a fund and months.
-- reads: coverage_monthlychange, funding_fund, registry_occupation, registry_person
-- param: decree bigint
-- gives: change_id bigint, kind text, evidence text, person_id bigint, fund_id bigint, first_month integer,
--   end_month integer, income bigint, sector text, payer text, name text, trade text, region_code text
SELECT k.id AS change_id, k.kind, k.evidence, k.person_id, k.to_fund_id AS fund_id, k.from_month AS first_month,
       k.end_month, p.income, coalesce(o.sector, 'other') AS sector, f.kind AS payer, p.name,
       coalesce(o.label, '') AS trade, p.region_code
  FROM coverage_monthlychange k
  JOIN registry_person p ON p.id = k.person_id
  JOIN funding_fund f ON f.id = k.to_fund_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE k.state = 'proposed' AND k.amendment_id IS NULL AND k.decree_id = %(decree)s AND k.kind IN ('joins', 'changed')
