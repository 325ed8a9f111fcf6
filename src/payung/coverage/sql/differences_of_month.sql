-- Give the differences of a month that every comparison works out anew.
-- reads: coverage_bill, coverage_billline, coverage_covermonth, coverage_registration
-- param: month integer
-- param: province text
-- gives: kind text, person_id bigint, fund_id bigint, detail jsonb, key text, region_code text
WITH cover AS (
    SELECT c.person_id, c.fund_id, c.region_code, r.state AS registered, l.person_id IS NOT NULL AS billed,
           l.jkk + l.jkm AS due, b.id AS bill_id
      FROM coverage_covermonth c
      LEFT JOIN (SELECT DISTINCT ON (person_id, fund_id) person_id, fund_id, state FROM coverage_registration
                  ORDER BY person_id, fund_id, (state = 'accepted') DESC, id DESC) r USING (person_id, fund_id)
      LEFT JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month
      LEFT JOIN coverage_billline l ON l.person_id = c.person_id AND l.month = c.month AND l.bill_id = b.id
     WHERE c.month = %(month)s
)
SELECT 'not_sent' AS kind, NULL::bigint AS person_id, fund_id, jsonb_build_object('people', count(*)) AS detail,
       'not_sent:' || fund_id || ':' || %(month)s AS key, %(province)s::text AS region_code
  FROM cover WHERE registered IS NULL GROUP BY fund_id
UNION ALL
SELECT 'billed_unregistered', NULL::bigint, fund_id, jsonb_build_object('people', count(*), 'amount', sum(due)),
       'billed_unregistered:' || fund_id || ':' || %(month)s, %(province)s
  FROM cover WHERE billed AND registered IS DISTINCT FROM 'accepted' AND registered IS DISTINCT FROM 'refused'
 GROUP BY fund_id
UNION ALL
SELECT 'billed_refused', person_id, fund_id, jsonb_build_object('amount', due),
       'billed_refused:' || person_id || ':' || %(month)s, region_code
  FROM cover WHERE billed AND registered = 'refused'
UNION ALL
SELECT 'unbilled', person_id, fund_id, '{}'::jsonb, 'unbilled:' || person_id || ':' || %(month)s, region_code
  FROM cover WHERE bill_id IS NOT NULL AND NOT billed AND registered = 'accepted'
