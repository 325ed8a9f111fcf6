-- Give what an amendment takes out, then what it adds, each with reason and evidence and whose place a replacement
-- takes.
-- reads: coverage_annexline, coverage_monthlychange, funding_fund, registry_person, registry_region
-- param: amendment bigint
-- gives: act text, person_id bigint, name text, village text, trade text, fund text, first integer, last integer,
--   amount bigint, reason text, evidence text, instead_of text
SELECT l.act, l.person_id, l.name, v.name AS village, l.trade, f.name AS fund, l.first_month AS first,
       l.end_month - 1 AS last, l.amount, l.reason, l.evidence, coalesce(p.name, '') AS instead_of
  FROM coverage_annexline l
  JOIN funding_fund f ON f.id = l.fund_id
  LEFT JOIN registry_region v ON v.code = l.region_code
  LEFT JOIN coverage_monthlychange k ON k.amendment_id = l.amendment_id AND k.replacement_id = l.person_id
                                    AND l.act = 'add'
  LEFT JOIN registry_person p ON p.id = k.person_id
 WHERE l.amendment_id = %(amendment)s
 ORDER BY l.act DESC, l.region_code, l.name, l.id
