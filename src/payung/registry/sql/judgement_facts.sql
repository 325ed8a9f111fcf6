-- Give what the law asks of every candidate on a day: alive is who is known to have died on no day up to it;
-- verified, whose NIK is known and about whom no pair waits for a clerk.
-- reads: registry_pair, registry_person, registry_record
-- param: on date
-- gives: id bigint, birth_date date, wage_worker boolean, alive boolean, has_nik boolean, region_code text,
--   resident text, verified boolean
-- piece: alive = registry/alive(person=p, day=%(on)s)
SELECT p.id, p.birth_date, coalesce(p.wage_worker, false) AS wage_worker,
       {alive} AS alive, p.nik_hash IS NOT NULL AS has_nik, p.region_code,
       left(p.region_code, 2) AS resident, p.nik_hash IS NOT NULL AND waiting.person_id IS NULL AS verified
  FROM registry_person p
  LEFT JOIN (
       SELECT q.person_id FROM registry_pair q WHERE q.state IN ('open', 'asked', 'proposed')
       UNION
       SELECT r.person_id FROM registry_pair q JOIN registry_record r ON r.id = q.record_id
        WHERE q.state IN ('open', 'asked', 'proposed')
       ) waiting ON waiting.person_id = p.id
 WHERE p.candidate AND p.merged_into_id IS NULL
