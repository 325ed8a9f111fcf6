-- Give whether it changed who has died or when, or what the branch says of one of the dead.
-- reads: registry_person
-- staged: refreshed (person_id bigint, died_before date, until_before date)
-- gives: changed boolean
SELECT EXISTS (SELECT 1 FROM {refreshed} t JOIN registry_person p ON p.id = t.person_id
                WHERE p.died_on IS DISTINCT FROM t.died_before
                   OR (p.died_on IS NOT NULL AND p.branch_until IS DISTINCT FROM t.until_before)) AS changed
