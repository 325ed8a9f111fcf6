-- Give the payments with rupiah that no bill and no excess has, and that did not come back.
-- reads: coverage_credit, coverage_difference, coverage_moneyback, coverage_payment, coverage_paymentmatch
-- gives: payment_id bigint, paid_on date, left bigint, reference text, corrected boolean, returned boolean
SELECT p.id AS payment_id, p.paid_on, (p.amount - coalesce(m.sum, 0) - coalesce(c.sum, 0) - coalesce(r.sum, 0))::bigint AS left,
       p.reference, coalesce(m.corrected, false) AS corrected, p.returned
  FROM coverage_payment p
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum, bool_or(takes_back_id IS NOT NULL AND back_id IS NULL) AS corrected
               FROM coverage_paymentmatch GROUP BY 1) m ON m.payment_id = p.id
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM coverage_credit GROUP BY 1) c ON c.payment_id = p.id
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM coverage_moneyback GROUP BY 1) r ON r.payment_id = p.id
 WHERE p.amount > 0 AND p.amount > coalesce(m.sum, 0) + coalesce(c.sum, 0) + coalesce(r.sum, 0)
   AND p.same_as_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM coverage_difference d
                    WHERE d.key = 'payment:' || p.id AND d.state = 'settled')
 ORDER BY p.paid_on, p.id
