-- Write the annex lines by which an amendment takes people out, with the rupiah of their months.
-- writes: coverage_annexline
-- staged: leaving (kind text, evidence text, person_id bigint, fund_id bigint, first_month integer, end_month
--   integer, region_code text, income bigint, sector text, name text, trade text, payer text)
-- staged: tariff (income bigint, sector text, kind text, month integer, before bigint)
-- param: decree bigint
-- param: amendment bigint
-- piece: cost = coverage/run_cost(income=v.income, sector=v.sector, kind=v.payer, first=v.first_month,
--   end=v.end_month)
INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month, amount,
                                income, sector, reason, evidence, name, trade, region_code)
SELECT %(decree)s, %(amendment)s, 'remove', v.person_id, v.fund_id, v.first_month, v.end_month,
       {cost},
       v.income, v.sector, v.kind, v.evidence, v.name, v.trade, v.region_code
  FROM {leaving} v
