-- Give what is left of the payments that may have come back, with the rupiah that each bill has of them.
-- reads: coverage_bill, coverage_moneyback, coverage_payment, coverage_paymentmatch
-- param: amounts bigint[]
-- param: codes text[]
-- param: pattern text
-- gives: payment_id bigint, paid_on date, left bigint, reference text, bills text[], sums numeric[]
SELECT p.id AS payment_id, p.paid_on, (p.amount - coalesce(r.sum, 0))::bigint AS left, p.reference,
       coalesce(m.bills, '{}') AS bills, coalesce(m.sums, '{}') AS sums
  FROM coverage_payment p
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM coverage_moneyback GROUP BY 1) r ON r.payment_id = p.id
  LEFT JOIN (SELECT payment_id, array_agg(payment_code) AS bills, array_agg(sum) AS sums
               FROM (SELECT t.payment_id, b.payment_code, sum(t.amount) AS sum FROM coverage_paymentmatch t
                       JOIN coverage_bill b ON b.id = t.bill_id GROUP BY 1, 2 HAVING sum(t.amount) > 0) g
              GROUP BY 1) m ON m.payment_id = p.id
 WHERE p.amount > coalesce(r.sum, 0) AND p.same_as_id IS NULL
   AND (p.amount = ANY(%(amounts)s) OR m.bills && %(codes)s::varchar[]
        OR regexp_replace(upper(p.reference), '[^A-Z0-9]', '', 'g') ~ %(pattern)s)
