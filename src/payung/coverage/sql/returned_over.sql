-- Settle the differences of money that came back once all of it is told and the bill that it is about does not
-- wait any more.
-- reads: coverage_bill, coverage_credit, coverage_moneyback, coverage_payment, coverage_paymentmatch
-- writes: coverage_difference
-- param: user bigint
UPDATE coverage_difference d SET state = 'settled', settled_by_id = %(user)s,
       settlement = 'Uang yang kembali sudah dibukukan; tagihannya tidak menunggu lagi.'
  FROM coverage_payment p
 WHERE d.kind = 'payment_returned' AND d.state = 'open' AND d.key = 'returned:' || p.id
   AND -p.amount <= (SELECT coalesce(sum(amount), 0) FROM coverage_moneyback m WHERE m.back_id = p.id)
                  - (SELECT coalesce(sum(amount), 0) FROM coverage_credit c WHERE c.payment_id = p.id)
   AND NOT EXISTS (SELECT 1 FROM coverage_bill b WHERE b.fund_id = d.fund_id AND b.month = d.month
                      AND b.state IN ('approved', 'sent'))
   AND NOT EXISTS (SELECT 1 FROM coverage_paymentmatch t JOIN coverage_bill b ON b.id = t.bill_id
                    WHERE t.back_id = p.id AND b.state IN ('approved', 'sent'))
