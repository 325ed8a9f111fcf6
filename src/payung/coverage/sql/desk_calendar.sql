-- Give the bills of each month by state, with rupiah billed, credited and paid.
-- reads: coverage_bill
-- param: first integer
-- param: last integer
-- gives: month integer, bills bigint, billed bigint, amount bigint, credit bigint, paid bigint, draft bigint,
--   approved bigint, sent bigint, settled bigint
SELECT m.month, coalesce(b.bills, 0) AS bills, coalesce(b.people, 0) AS billed,
       coalesce(b.amount, 0)::bigint AS amount, coalesce(b.credit, 0)::bigint AS credit,
       coalesce(b.paid, 0)::bigint AS paid, coalesce(b.draft, 0) AS draft, coalesce(b.approved, 0) AS approved,
       coalesce(b.sent, 0) AS sent, coalesce(b.settled, 0) AS settled
  FROM generate_series(%(first)s, %(last)s) m (month)
  LEFT JOIN (SELECT month, count(*) AS bills, sum(people) AS people, sum(amount) AS amount, sum(credit) AS credit,
                    sum(paid) AS paid, count(*) FILTER (WHERE state = 'draft') AS draft,
                    count(*) FILTER (WHERE state = 'approved') AS approved,
                    count(*) FILTER (WHERE state = 'sent') AS sent,
                    count(*) FILTER (WHERE state IN ('paid', 'reconciled')) AS settled
               FROM coverage_bill WHERE month BETWEEN %(first)s AND %(last)s GROUP BY month) b ON b.month = m.month
 ORDER BY m.month
