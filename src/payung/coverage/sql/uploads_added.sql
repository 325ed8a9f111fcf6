-- Give the lines of a file that ask for registration, with all that the branch is told of each person.
-- reads: coverage_annexline, coverage_registration, coverage_upload, funding_fund, registry_occupation,
--   registry_person, registry_region
-- param: upload bigint
-- gives: line_ref text, act text, group_code text, fund text, nik_enc bytea, member_no text, name text,
--   birth_place text, birth_date date, sex text, address text, village text, district text, regency text, province
--   text, phone bytea, mother_name bytea, occupation text, income bigint, programmes text, first_number integer,
--   last_number integer, heir_name bytea, heir_relation text, heir_phone bytea, reason text
SELECT r.line_ref, 'TAMBAH' AS act, f.group_code, f.name AS fund, p.nik_enc, '' AS member_no, p.name, p.birth_place,
       p.birth_date, p.sex, p.address, v.name AS village, d.name AS district, g.name AS regency,
       pr.name AS province, p.phone, p.mother_name, o.label AS occupation, p.income, 'JKK+JKM' AS programmes,
       min(l.first_month) AS first_number, max(l.end_month) - 1 AS last_number, p.heir_name, p.heir_relation,
       p.heir_phone, max(l.reason) AS reason
  FROM coverage_registration r
  JOIN coverage_upload u ON u.id = r.upload_id
  JOIN coverage_annexline l ON l.decree_id = u.decree_id AND l.fund_id = u.fund_id AND l.act = 'add'
                           AND l.amendment_id IS NOT DISTINCT FROM u.amendment_id AND l.person_id = r.person_id
  JOIN registry_person p ON p.id = r.person_id
  JOIN funding_fund f ON f.id = r.fund_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
  LEFT JOIN registry_region v ON v.code = p.region_code
  LEFT JOIN registry_region d ON d.code = left(p.region_code, 8)
  LEFT JOIN registry_region g ON g.code = left(p.region_code, 5)
  LEFT JOIN registry_region pr ON pr.code = left(p.region_code, 2)
 WHERE r.upload_id = %(upload)s
 GROUP BY r.id, f.id, p.id, o.id, v.code, d.code, g.code, pr.code
 ORDER BY r.id
