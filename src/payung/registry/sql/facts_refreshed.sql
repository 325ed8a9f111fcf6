-- Give the people whose facts are worked out again, with what was known of their death and of their cover by
-- others before.
-- reads: registry_person
-- staged: people (person_id bigint)
-- gives: person_id bigint, died_before date, until_before date
SELECT q.person_id, p.died_on AS died_before, p.branch_until AS until_before
  FROM (SELECT DISTINCT person_id FROM {people}) q
  JOIN registry_person p ON p.id = q.person_id
