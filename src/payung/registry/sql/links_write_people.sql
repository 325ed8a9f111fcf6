-- Write the new people, as the first record of each says.
-- reads: registry_record
-- writes: registry_person
-- staged: new_people (record_id bigint, person_id bigint)
INSERT INTO registry_person (id, name, name_norm, sex, birth_date, birth_place, address, region_code, occupation_id,
                             heir_relation, sources, candidate)
SELECT s.person_id, r.name, r.name_norm, r.sex, r.birth_date, '', '', r.region_code, r.occupation_id, '', 0, false
  FROM {new_people} s
  JOIN registry_record r ON r.id = s.record_id
