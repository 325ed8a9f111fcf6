-- Give the rupiah that each fund has for its queue: available, and given back by who leaves, less what the
-- amendment adds already.
-- reads: coverage_annexline, funding_account
-- staged: leaving (kind text, fund_id bigint, first_month integer, end_month integer, income bigint, sector text,
--   payer text, unbilled integer)
-- staged: tariff (income bigint, sector text, kind text, month integer, before bigint)
-- param: amendment bigint
-- gives: fund_id bigint, amount bigint
-- piece: cost = coverage/run_cost(income=v.income, sector=v.sector, kind=v.payer, first=greatest(v.first_month,
--   v.unbilled), end=v.end_month)
SELECT fund_id, sum(amount)::bigint AS amount FROM (
    SELECT fund_id, balance AS amount FROM funding_account WHERE kind = 'available'
    UNION ALL
    SELECT v.fund_id,
           {cost}
      FROM {leaving} v WHERE v.end_month > greatest(v.first_month, v.unbilled)
    UNION ALL
    SELECT fund_id, -amount FROM coverage_annexline WHERE amendment_id = %(amendment)s AND act = 'add') m
 GROUP BY fund_id
