-- Give the lines of a file that ask for removal.
-- reads: coverage_annexline, coverage_registration, coverage_upload, funding_fund, registry_person,
--   registry_region
-- param: upload bigint
-- gives: line_ref text, act text, group_code text, fund text, nik_enc bytea, member_no text, name text,
--   birth_place text, birth_date date, sex text, address text, village text, district text, regency text, province
--   text, phone bytea, mother_name bytea, occupation text, income bigint, programmes text, first_number integer,
--   last_number integer, heir_name bytea, heir_relation text, heir_phone bytea, reason text
SELECT 'H' || l.id AS line_ref, 'HAPUS' AS act, f.group_code, f.name AS fund, p.nik_enc,
       coalesce(r.member_no, '') AS member_no, p.name, p.birth_place, p.birth_date, p.sex, p.address,
       v.name AS village, '' AS district, '' AS regency, '' AS province, p.phone, p.mother_name, '' AS occupation,
       p.income, 'JKK+JKM' AS programmes, NULL::integer AS first_number, l.first_month - 1 AS last_number,
       p.heir_name, p.heir_relation, p.heir_phone, l.reason
  FROM coverage_upload u
  JOIN coverage_annexline l ON l.decree_id = u.decree_id AND l.fund_id = u.fund_id AND l.act = 'remove'
                           AND l.amendment_id = u.amendment_id
  JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = l.fund_id
  LEFT JOIN registry_region v ON v.code = p.region_code
  LEFT JOIN LATERAL (SELECT member_no FROM coverage_registration g WHERE g.person_id = l.person_id
                       AND g.fund_id = l.fund_id AND g.state = 'accepted' ORDER BY g.id DESC LIMIT 1) r ON true
 WHERE u.id = %(upload)s
 ORDER BY l.id
