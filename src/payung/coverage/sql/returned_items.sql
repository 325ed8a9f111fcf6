-- Open or renew a difference for each line of money that came back.
-- writes: coverage_difference
-- staged: money_back (id bigint, day date, amount bigint, reference text, code text, fund_id bigint, month
--   integer, untold bigint)
-- param: user bigint
-- param: province text
INSERT INTO coverage_difference (kind, fund_id, month, detail, owner_id, state, settlement, key, region_code)
SELECT 'payment_returned', w.fund_id, w.month,
       jsonb_strip_nulls(jsonb_build_object('payment', w.id, 'day', w.day, 'amount', w.amount, 'reference', w.reference,
                         'code', w.code, 'untold', nullif(w.untold, 0))),
       %(user)s, 'open', '', 'returned:' || w.id, %(province)s
  FROM {money_back} w
    ON CONFLICT (key) DO UPDATE SET detail = excluded.detail, fund_id = excluded.fund_id, month = excluded.month
       WHERE coverage_difference.state = 'open'
