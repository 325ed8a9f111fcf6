-- Take away the NIKs that change, before others are written: two people who change places must not meet in the
-- unique index.
-- writes: registry_person
-- staged: wanted (person_id bigint, nik_hash bytea, nik_enc bytea)
-- staged: refreshed (person_id bigint)
UPDATE registry_person p SET nik_enc = NULL, nik_hash = NULL
  FROM {refreshed} t
 WHERE p.id = t.person_id AND p.nik_hash IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM {wanted} w WHERE w.person_id = p.id AND w.nik_hash = p.nik_hash)
