-- Give the matches of a payment that may be taken back, with what is left of each.
-- reads: coverage_bill, coverage_paymentmatch
-- param: payment bigint
-- gives: match_id bigint, bill_id bigint, fund_id bigint, payment_code text, left bigint
SELECT t.id AS match_id, t.bill_id, b.fund_id, b.payment_code, (t.amount + coalesce(sum(k.amount), 0))::bigint AS left
  FROM coverage_paymentmatch t
  JOIN coverage_bill b ON b.id = t.bill_id
  LEFT JOIN coverage_paymentmatch k ON k.takes_back_id = t.id
 WHERE t.payment_id = %(payment)s AND t.takes_back_id IS NULL
 GROUP BY t.id, b.id HAVING t.amount + coalesce(sum(k.amount), 0) > 0
 ORDER BY t.id DESC
