-- Give the other pairs judged the same about these people or whoever was found to be one of them.
-- reads: registry_pair, registry_person, registry_record
-- param: people bigint[]
-- param: pair bigint
-- gives: id bigint
WITH RECURSIVE family AS (
    SELECT unnest(%(people)s::bigint[]) AS id
    UNION
    SELECT p.id FROM registry_person p JOIN family f ON p.merged_into_id = f.id
)
SELECT q.id
  FROM registry_pair q
  JOIN registry_record r ON r.id = q.record_id
 WHERE q.state = 'same' AND q.id <> %(pair)s
   AND (q.person_id IN (SELECT id FROM family) OR r.person_id IN (SELECT id FROM family))
 ORDER BY q.id
