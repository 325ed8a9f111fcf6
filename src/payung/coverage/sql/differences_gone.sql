-- Settle the differences whose cause has gone.
-- writes: coverage_difference
-- staged: items (kind text, key text)
-- param: user bigint
-- param: month integer
UPDATE coverage_difference d SET state = 'settled', settled_by_id = %(user)s, settlement = 'Sudah tidak berbeda.'
 WHERE d.state = 'open' AND NOT EXISTS (SELECT 1 FROM {items} i WHERE i.key = d.key)
   AND (d.kind IN ('unanswered', 'bill_overdue')
        OR (d.month = %(month)s AND d.kind IN ('not_sent', 'billed_unregistered', 'billed_refused', 'unbilled')))
