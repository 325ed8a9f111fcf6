-- Take away the deaths in these regions of people who are not dead any more.
-- reads: registry_person
-- writes: claims_death
-- staged: dead (person_id bigint, region_code text)
-- param: regions text[]
DELETE FROM claims_death d USING registry_person p
 WHERE p.id = d.person_id
   AND EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, p.region_code))
   AND NOT EXISTS (SELECT 1 FROM {dead} t WHERE t.person_id = d.person_id)
