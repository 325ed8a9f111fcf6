-- Give the rupiah that the months not billed of who leaves give back to their funds.
-- staged: leaving (change_id bigint, kind text, fund_id bigint, first_month integer, end_month integer, income
--   bigint, sector text, payer text, unbilled integer)
-- staged: tariff (income bigint, sector text, kind text, month integer, before bigint)
-- gives: change_id bigint, fund_id bigint, amount bigint
-- piece: cost = coverage/run_cost(income=v.income, sector=v.sector, kind=v.payer, first=greatest(v.first_month,
--   v.unbilled), end=v.end_month)
SELECT v.change_id, v.fund_id,
       {cost} AS amount
  FROM {leaving} v WHERE v.end_month > greatest(v.first_month, v.unbilled)
