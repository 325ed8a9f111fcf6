-- Write the lines of new files. A person with two runs of months in one fund is registered once.
-- reads: coverage_annexline, coverage_upload, registry_person
-- writes: coverage_registration
-- param: uploads bigint[]
INSERT INTO coverage_registration (upload_id, person_id, fund_id, line_ref, state, member_no, refusal, region_code)
SELECT upload_id, person_id, fund_id,
       'U' || upload_id || '-' || row_number() OVER (PARTITION BY upload_id ORDER BY region_code, name, person_id),
       'sent', '', '', region_code
  FROM (SELECT DISTINCT ON (u.id, l.person_id)
               u.id AS upload_id, l.person_id, l.fund_id, p.name, l.region_code
          FROM coverage_upload u
          JOIN coverage_annexline l ON l.decree_id = u.decree_id AND l.fund_id = u.fund_id AND l.act = 'add'
                                   AND l.amendment_id IS NOT DISTINCT FROM u.amendment_id
          JOIN registry_person p ON p.id = l.person_id
         WHERE u.id = ANY(%(uploads)s)
         ORDER BY u.id, l.person_id) AS sent
