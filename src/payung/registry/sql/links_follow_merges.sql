-- Let a record go to who a person is today: a clerk may have merged people while rows were compared.
-- reads: registry_person
-- staged: links (person_id bigint)
WITH RECURSIVE chain AS (
    SELECT p.id AS start, p.id, p.merged_into_id FROM registry_person p
     WHERE p.merged_into_id IS NOT NULL AND p.id IN (SELECT person_id FROM {links})
    UNION ALL
    SELECT c.start, p.id, p.merged_into_id FROM registry_person p JOIN chain c ON p.id = c.merged_into_id
)
UPDATE {links} l SET person_id = c.id
  FROM chain c
 WHERE c.start = l.person_id AND c.merged_into_id IS NULL
