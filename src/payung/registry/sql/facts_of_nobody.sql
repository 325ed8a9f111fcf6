-- Let nothing hold of people of whom no record says anything any more.
-- writes: registry_person
-- staged: fact (id bigint, person_id bigint, nik_hash bytea, nik_enc bytea)
-- staged: refreshed (person_id bigint)
UPDATE registry_person p
   SET candidate = false, sources = 0, died_on = NULL, branch_until = NULL, branch_since = NULL,
       nik_enc = NULL, nik_hash = NULL
  FROM {refreshed} t
 WHERE p.id = t.person_id AND NOT EXISTS (SELECT 1 FROM {fact} f WHERE f.person_id = t.person_id)
