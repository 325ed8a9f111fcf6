-- Give every record that says something of these people, with the rank of its kind of source.
-- reads: registry_intake, registry_record
-- staged: refreshed (person_id bigint)
-- param: trust jsonb
-- gives: id bigint, person_id bigint, intake_id bigint, nik_hash bytea, nik_enc bytea, name text, name_norm text,
--   sex text, birth_date date, birth_place text, mother_name bytea, address text, region_code text, phone bytea,
--   occupation_id text, income bigint, wage_worker boolean, heir_name bytea, heir_relation text, heir_phone bytea,
--   event_date date, event_until date, extra jsonb, kind text, loaded_at timestamptz, trust integer
SELECT r.id, r.person_id, r.intake_id, r.nik_hash, r.nik_enc, r.name, r.name_norm, r.sex, r.birth_date, r.birth_place,
       r.mother_name, r.address, r.region_code, r.phone, r.occupation_id, r.income, r.wage_worker, r.heir_name,
       r.heir_relation, r.heir_phone, r.event_date, r.event_until, r.extra, i.kind, i.loaded_at,
       (%(trust)s::jsonb->>i.kind)::int AS trust
  FROM registry_record r
  JOIN {refreshed} t ON t.person_id = r.person_id
  JOIN registry_intake i ON i.id = r.intake_id
 WHERE r.accepted AND i.status = 'loaded'
