-- Give everyone decreed for the month of a day, or still protected by months paid before; only the people `ids`
-- where those are given.
-- reads: coverage_bill, coverage_billline, coverage_covermonth, coverage_registration, funding_fund,
--   funding_payer, registry_occupation, registry_person, registry_region
-- param: month integer
-- param: allowed integer
-- param: ids bigint[]
-- param: on date
-- gives: id bigint, name text, region_code text, village text, trade text, fund text, fund_name text, payer text,
--   member_no text, starts_on date, last integer, last_paid integer, state text
-- piece: standing = coverage/standing()
{standing}, runs AS (
    SELECT person_id, max(month) AS last FROM (
        SELECT l.person_id, l.month, row_number() OVER (PARTITION BY l.person_id ORDER BY l.month) AS n
          FROM coverage_covermonth l WHERE l.month >= %(month)s AND (%(ids)s::bigint[] IS NULL OR l.person_id = ANY(%(ids)s))) s
     GROUP BY person_id, month - n HAVING min(month) = %(month)s
)
SELECT p.id, p.name, p.region_code, v.name AS village, o.label AS trade, f.code AS fund,
       f.name AS fund_name, y.name AS payer, s.member_no, s.starts_on, runs.last, s.last_paid, s.state
  FROM standing s JOIN registry_person p ON p.id = s.person_id AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s))
  JOIN funding_fund f ON f.id = s.fund_id
  JOIN funding_payer y ON y.id = f.payer_id
  LEFT JOIN runs ON runs.person_id = p.id
  LEFT JOIN registry_region v ON v.code = p.region_code
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 ORDER BY p.region_code, p.name, p.id
