-- Write what holds of each person today: of each column the value of the most trusted, then newest record that has
-- one. A village says more than a regency: the longest code, of the most trusted source. Of the memberships that
-- the branch's newest extracts name, the one that lasts longest, and when it began if all say when.
-- writes: registry_person
-- staged: fact (id bigint, person_id bigint, intake_id bigint, nik_hash bytea, nik_enc bytea, name text, name_norm
--   text, sex text, birth_date date, birth_place text, mother_name bytea, address text, region_code text, phone
--   bytea, occupation_id text, income bigint, wage_worker boolean, heir_name bytea, heir_relation text, heir_phone
--   bytea, event_date date, event_until date, extra jsonb, kind text, loaded_at timestamptz, trust integer)
-- staged: wanted (person_id bigint, nik_hash bytea, nik_enc bytea)
UPDATE registry_person p
   SET sex = coalesce(h.sex, ''), birth_place = coalesce(h.birth_place, ''),
       address = coalesce(h.address, ''), heir_relation = coalesce(h.heir_relation, ''),
       name = coalesce(h.name, p.name), name_norm = coalesce(h.name_norm, p.name_norm),
       birth_date = h.birth_date, occupation_id = h.occupation_id, income = h.income,
       wage_worker = h.wage_worker, mother_name = h.mother_name, phone = h.phone, heir_name = h.heir_name,
       heir_phone = h.heir_phone, poverty_decile = h.poverty_decile, disability = h.disability,
       sole_earner = h.sole_earner, region_code = coalesce(h.region_code, p.region_code),
       nik_enc = coalesce(w.nik_enc, p.nik_enc), nik_hash = coalesce(w.nik_hash, p.nik_hash), died_on = h.died_on,
       branch_until = b.branch_until, branch_since = b.branch_since, candidate = h.candidate, sources = h.sources,
       updated_at = now()
  FROM (SELECT f.person_id,
               (array_agg(f.name ORDER BY f.trust, f.loaded_at DESC, f.id DESC) FILTER (WHERE f.name <> ''))[1] AS name,
               (array_agg(f.name_norm ORDER BY f.trust, f.loaded_at DESC, f.id DESC) FILTER (WHERE f.name_norm <> ''))[1] AS name_norm,
               (array_agg(f.sex ORDER BY f.trust, f.loaded_at DESC, f.id DESC) FILTER (WHERE f.sex <> ''))[1] AS sex,
               (array_agg(f.birth_place ORDER BY f.trust, f.loaded_at DESC, f.id DESC) FILTER (WHERE f.birth_place <> ''))[1] AS birth_place,
               (array_agg(f.address ORDER BY f.trust, f.loaded_at DESC, f.id DESC) FILTER (WHERE f.address <> ''))[1] AS address,
               (array_agg(f.heir_relation ORDER BY f.trust, f.loaded_at DESC, f.id DESC) FILTER (WHERE f.heir_relation <> ''))[1] AS heir_relation,
               (array_agg(f.birth_date ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.birth_date IS NOT NULL))[1] AS birth_date,
               (array_agg(f.occupation_id ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.occupation_id IS NOT NULL))[1] AS occupation_id,
               (array_agg(f.income ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.income IS NOT NULL))[1] AS income,
               (array_agg(f.wage_worker ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.wage_worker IS NOT NULL))[1] AS wage_worker,
               (array_agg(f.mother_name ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.mother_name IS NOT NULL))[1] AS mother_name,
               (array_agg(f.phone ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.phone IS NOT NULL))[1] AS phone,
               (array_agg(f.heir_name ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.heir_name IS NOT NULL))[1] AS heir_name,
               (array_agg(f.heir_phone ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.heir_phone IS NOT NULL))[1] AS heir_phone,
               (array_agg((f.extra->>'poverty_decile')::smallint ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.extra->>'poverty_decile' IS NOT NULL))[1] AS poverty_decile,
               (array_agg((f.extra->>'disability')::boolean ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.extra->>'disability' IS NOT NULL))[1] AS disability,
               (array_agg((f.extra->>'sole_earner')::boolean ORDER BY f.trust, f.loaded_at DESC, f.id DESC)
                   FILTER (WHERE f.extra->>'sole_earner' IS NOT NULL))[1] AS sole_earner,
               (array_agg(f.region_code ORDER BY length(f.region_code) DESC, f.trust, f.loaded_at DESC))[1] AS region_code,
               max(f.event_date) FILTER (WHERE f.kind = 'deaths') AS died_on,
               bool_or(f.kind IN ('candidates', 'field')) AS candidate,
               count(DISTINCT f.intake_id) AS sources
          FROM {fact} f GROUP BY f.person_id) h
  LEFT JOIN {wanted} w ON w.person_id = h.person_id
  LEFT JOIN (SELECT person_id, max(event_until) AS branch_until,
                    CASE WHEN NOT bool_or(event_date IS NULL) THEN min(event_date) END AS branch_since
               FROM (SELECT person_id, event_date, event_until,
                            rank() OVER (PARTITION BY person_id ORDER BY event_until DESC NULLS LAST) AS place
                       FROM (SELECT person_id, event_date, event_until,
                                    rank() OVER (PARTITION BY person_id, coalesce(extra->>'segment', '')
                                                 ORDER BY loaded_at DESC, intake_id DESC) AS age
                               FROM {fact} WHERE kind = 'branch') said
                      WHERE age = 1) stands
              WHERE place = 1 GROUP BY 1) b ON b.person_id = h.person_id
 WHERE p.id = h.person_id
