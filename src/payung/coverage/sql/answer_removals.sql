-- Take out the answers to lines that asked for removal: they confirm it, and there is nothing to register.
-- reads: coverage_annexline, coverage_upload, registry_person
-- staged: answered (line_ref text, nik_hash bytea, registration_id bigint, person_id bigint, fund_id bigint)
-- param: upload bigint
DELETE FROM {answered} a
 WHERE a.registration_id IS NULL AND (
       EXISTS (SELECT 1 FROM coverage_annexline l
                WHERE l.id = substring(a.line_ref FROM '^H([0-9]{1,18})$')::bigint AND l.act = 'remove')
    OR (a.line_ref = '' AND EXISTS (
        SELECT 1 FROM coverage_upload u
          JOIN coverage_annexline l ON l.amendment_id = u.amendment_id AND l.fund_id = u.fund_id AND l.act = 'remove'
          JOIN registry_person p ON p.id = l.person_id
         WHERE u.id = %(upload)s AND p.nik_hash = a.nik_hash)))
