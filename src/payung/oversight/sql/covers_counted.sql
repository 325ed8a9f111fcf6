-- Count the covers of months by fund and village: decreed, registered, active, billed and paid. Active are only
-- those who are decreed and registered: whoever was taken out of a decree after the month was paid for has been
-- paid for, and is none of its people any more.
-- reads: coverage_bill, coverage_billline, coverage_covermonth, coverage_registration
-- param: months integer[]
-- gives: month integer, fund_id bigint, region_code text, decreed integer, registered integer, active integer,
--   billed bigint, paid bigint
-- piece: accepted = oversight/accepted()
SELECT month, fund_id, region_code, sum(decreed)::int AS decreed, sum(registered)::int AS registered,
       sum(active)::int AS active, sum(billed)::bigint AS billed, sum(paid)::bigint AS paid
FROM (
    SELECT c.month, c.fund_id, c.region_code, count(*) AS decreed, count(a.person_id) AS registered,
           count(a.person_id) FILTER (WHERE l.person_id IS NOT NULL) AS active, 0 AS billed, 0 AS paid
    FROM coverage_covermonth c
    LEFT JOIN ({accepted}) a ON a.person_id = c.person_id AND a.fund_id = c.fund_id AND a.since <= c.month
    LEFT JOIN (SELECT l.month, l.person_id, b.fund_id
               FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
               WHERE l.month = ANY(%(months)s)) l
           ON l.month = c.month AND l.person_id = c.person_id AND l.fund_id = c.fund_id
    WHERE c.month = ANY(%(months)s)
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT l.month, b.fund_id, l.region_code, 0, 0, 0,
           sum(l.jkk + l.jkm), coalesce(sum(l.jkk + l.jkm) FILTER (WHERE b.state IN ('paid', 'reconciled')), 0)
    FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
    WHERE l.month = ANY(%(months)s)
    GROUP BY 1, 2, 3
) counts
GROUP BY 1, 2, 3
