-- Give the annex of a decree as it stood on a day: added lines less what later removals took, of the decree and
-- its amendments approved and dated up to the day, as they were printed. Before its own date an approved decree
-- has none; a proposed one is shown as a draft.
-- reads: coverage_amendment, coverage_annexline, coverage_decree, funding_fund, registry_region
-- param: on date
-- param: decree bigint
-- param: limit bigint
-- param: skip bigint
-- gives: person_id bigint, name text, village text, district text, trade text, fund text, first integer, last
--   integer, amendment text
SELECT s.person_id, s.name, v.name AS village, k.name AS district, s.trade, f.name AS fund,
       greatest(s.first_month, 0) AS first, coalesce(r.first, s.end_month) - 1 AS last,
       coalesce(a.number, '') AS amendment
  FROM coverage_annexline s
  JOIN coverage_decree d ON d.id = s.decree_id
  JOIN funding_fund f ON f.id = s.fund_id
  LEFT JOIN coverage_amendment a ON a.id = s.amendment_id
  LEFT JOIN registry_region v ON v.code = s.region_code
  LEFT JOIN registry_region k ON k.code = left(s.region_code, 8)
  LEFT JOIN LATERAL (
       SELECT min(x.first_month) AS first
         FROM coverage_annexline x JOIN coverage_amendment b ON b.id = x.amendment_id
        WHERE x.decree_id = s.decree_id AND x.act = 'remove' AND x.person_id = s.person_id
          AND x.fund_id = s.fund_id AND x.id > s.id AND x.first_month < s.end_month AND x.end_month > s.first_month
          AND b.status = 'approved' AND b.dated <= %(on)s) r ON true
 WHERE s.decree_id = %(decree)s AND s.act = 'add' AND (d.dated <= %(on)s OR d.status <> 'approved')
   AND (s.amendment_id IS NULL OR (a.status = 'approved' AND a.dated <= %(on)s))
   AND coalesce(r.first, s.end_month) > s.first_month
 ORDER BY s.region_code, s.name, s.person_id, s.first_month
 LIMIT %(limit)s OFFSET %(skip)s
