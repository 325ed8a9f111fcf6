-- Count the people of a gift by village and trade: decreed, active in a month, person-months, active months, and
-- the last month decreed.
-- reads: coverage_bill, coverage_billline, coverage_covermonth, coverage_registration, registry_person
-- param: fund bigint
-- param: month integer
-- gives: region text, trade text, people integer, active integer, months integer, active_months integer, last
--   integer
WITH paid AS MATERIALIZED (
    SELECT l.person_id, l.month FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
     WHERE b.fund_id = %(fund)s AND b.state IN ('paid', 'reconciled')
), accepted AS MATERIALIZED (
    SELECT person_id,
           min(coalesce(extract(year FROM starts_on)::int * 12 + extract(month FROM starts_on)::int - 1, 0)) AS since
      FROM coverage_registration WHERE fund_id = %(fund)s AND state = 'accepted' GROUP BY 1
), each AS (
    SELECT c.person_id, max(c.region_code) AS region, count(*) AS months, max(c.month) AS last,
           count(d.month) FILTER (WHERE a.since <= c.month) AS active_months,
           count(d.month) FILTER (WHERE a.since <= c.month AND c.month = %(month)s) AS active
      FROM coverage_covermonth c
      LEFT JOIN paid d ON d.person_id = c.person_id AND d.month = c.month
      LEFT JOIN accepted a ON a.person_id = c.person_id
     WHERE c.fund_id = %(fund)s GROUP BY 1
)
SELECT e.region, coalesce(p.occupation_id, '') AS trade, count(*)::int AS people, sum(e.active)::int AS active,
       sum(e.months)::int AS months, sum(e.active_months)::int AS active_months, max(e.last) AS last
  FROM each e JOIN registry_person p ON p.id = e.person_id
 GROUP BY 1, 2
