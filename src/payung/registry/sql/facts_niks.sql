-- Give the NIK that each of these people claims: the one that most of their records support, then the most
-- trusted, the newest.
-- reads: registry_person
-- staged: fact (id bigint, person_id bigint, nik_hash bytea, nik_enc bytea, loaded_at timestamptz, trust integer)
-- gives: person_id bigint, nik_hash bytea, nik_enc bytea, support bigint, has_it boolean
SELECT DISTINCT ON (f.person_id) f.person_id, f.nik_hash, f.nik_enc, s.support,
       coalesce(p.nik_hash = f.nik_hash, false) AS has_it
  FROM {fact} f
  JOIN registry_person p ON p.id = f.person_id AND p.merged_into_id IS NULL
  JOIN (SELECT person_id, nik_hash, count(*) AS support FROM {fact}
         WHERE nik_hash IS NOT NULL GROUP BY 1, 2) s ON s.person_id = f.person_id AND s.nik_hash = f.nik_hash
 ORDER BY f.person_id, s.support DESC, f.trust, f.loaded_at DESC, f.id DESC
