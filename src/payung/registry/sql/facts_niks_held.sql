-- Leave a NIK with somebody else who has it and of whom nothing is worked out now.
-- reads: registry_person
-- staged: wanted (person_id bigint, nik_hash bytea)
-- staged: refreshed (person_id bigint)
DELETE FROM {wanted} w
 USING registry_person p
 WHERE p.nik_hash = w.nik_hash AND p.merged_into_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM {refreshed} t WHERE t.person_id = p.id)
