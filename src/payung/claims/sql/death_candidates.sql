-- Give the rows of death lists that nobody known was given, each with everybody it may be about: of the same birth
-- date, of the same name, of the same NIK. Of people born on 1 January there are too many (it stands for "not
-- known"): they share a word of their names.
-- reads: claims_report, registry_intake, registry_pair, registry_person, registry_record
-- gives: record_id bigint, listed text, listed_norm text, born date, born_at text, died_on date, row_no integer,
--   file_name text, person_id bigint, name text, name_norm text, birth_date date, birth_place text, region_code
--   text, intake_id bigint, same_nik boolean
-- piece: person = claims/possible_person()
-- piece: alike = claims/possible_alike()
-- piece: facts = claims/candidate_facts()
WITH alone AS MATERIALIZED (
    SELECT r.id, r.name, r.name_norm, r.birth_date, r.birth_place, r.sex, r.event_date, r.row_no, i.file_name,
           r.nik_hash, i.id AS intake_id, EXISTS (SELECT 1 FROM registry_pair k WHERE k.record_id = r.id) AS paired
      FROM registry_record r
      JOIN registry_intake i ON i.id = r.intake_id AND i.kind = 'deaths' AND i.status = 'loaded'
      JOIN registry_person own ON own.id = r.person_id AND NOT own.candidate AND own.covered_until IS NULL
     WHERE r.accepted AND r.event_date IS NOT NULL AND r.birth_date IS NOT NULL
)
SELECT {facts}
  FROM alone a JOIN registry_person p ON p.birth_date = a.birth_date
 WHERE {alike} AND (extract(doy FROM a.birth_date) <> 1
                     OR string_to_array(p.name_norm, ' ') && string_to_array(a.name_norm, ' '))
UNION
SELECT {facts}
  FROM alone a JOIN registry_person p ON p.name_norm = a.name_norm
 WHERE {alike} AND (to_char(p.birth_date, 'MMDD') = to_char(a.birth_date, 'MMDD')
                     OR to_char(p.birth_date, 'YYMM') = to_char(a.birth_date, 'YYMM'))
UNION
SELECT {facts}
  FROM alone a JOIN registry_person p ON p.nik_hash = a.nik_hash
 WHERE {person} AND NOT EXISTS (SELECT 1 FROM registry_pair k WHERE k.record_id = a.id AND k.person_id = p.id)
 ORDER BY died_on DESC, record_id
