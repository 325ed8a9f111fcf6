-- Give the money that came in of which rupiah are not told yet, and whether the bank marks it as a reversal.
-- reads: coverage_credit, coverage_difference, coverage_moneyback, coverage_payment
-- gives: payment_id bigint, paid_on date, left bigint, reference text, returned boolean
SELECT p.id AS payment_id, p.paid_on, (-p.amount - coalesce(m.sum, 0) + coalesce(c.sum, 0))::bigint AS left,
       p.reference, p.returned
  FROM coverage_payment p
  LEFT JOIN (SELECT back_id, sum(amount) AS sum FROM coverage_moneyback GROUP BY 1) m ON m.back_id = p.id
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM coverage_credit GROUP BY 1) c ON c.payment_id = p.id
 WHERE p.amount < 0 AND -p.amount > coalesce(m.sum, 0) - coalesce(c.sum, 0)
   AND NOT EXISTS (SELECT 1 FROM coverage_difference d WHERE d.key = 'returned:' || p.id AND d.state = 'settled')
 ORDER BY p.paid_on, p.id
