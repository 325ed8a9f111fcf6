-- Give the money that came back and whose item is not settled: with the words of what it took back, and the bills
-- taken from.
-- reads: coverage_bill, coverage_difference, coverage_moneyback, coverage_payment, coverage_paymentmatch
-- param: open bigint[]
-- gives: payment_id bigint, paid_on date, amount bigint, reference text, paid_reference text, codes text[]
SELECT p.id AS payment_id, p.paid_on, -p.amount AS amount, p.reference,
       coalesce(string_agg(DISTINCT o.reference, ' '), '') AS paid_reference,
       coalesce(array_agg(DISTINCT b.payment_code) FILTER (WHERE b.id IS NOT NULL), '{}') AS codes
  FROM coverage_payment p
  LEFT JOIN coverage_moneyback m ON m.back_id = p.id
  LEFT JOIN coverage_payment o ON o.id = m.payment_id
  LEFT JOIN coverage_paymentmatch t ON t.back_id = p.id
  LEFT JOIN coverage_bill b ON b.id = t.bill_id
 WHERE p.amount < 0 AND (m.id IS NOT NULL OR p.id = ANY(%(open)s))
   AND NOT EXISTS (SELECT 1 FROM coverage_difference d WHERE d.key = 'returned:' || p.id AND d.state = 'settled')
 GROUP BY p.id ORDER BY p.id
