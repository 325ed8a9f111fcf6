-- Give what each change costs the fund that it names, in the order in which they were proposed.
-- reads: funding_fund
-- staged: coming (change_id bigint, kind text, fund_id bigint, first_month integer, end_month integer, income
--   bigint, sector text, payer text, name text)
-- staged: tariff (income bigint, sector text, kind text, month integer, before bigint)
-- gives: change_id bigint, person text, fund_id bigint, fund text, amount bigint
-- piece: cost = coverage/run_cost(income=v.income, sector=v.sector, kind=v.payer, first=v.first_month,
--   end=v.end_month)
SELECT v.change_id, v.name AS person, v.fund_id, f.name AS fund,
       {cost} AS amount
  FROM {coming} v JOIN funding_fund f ON f.id = v.fund_id ORDER BY v.change_id
