-- Give the people with two payers, or who may come to that, by name.
-- reads: coverage_covermonth, registry_intake, registry_person, registry_record
-- param: month date
-- param: now integer
-- param: kind text
-- param: region text
-- param: sender text
-- param: regions text[]
-- param: limit bigint
-- param: skip bigint
-- gives: id bigint, name text, nik_enc bytea, region_code text, kind text, senders text[], branch_until date,
--   covered_until integer
-- piece: people = coverage/double_people()
-- piece: asked = coverage/double_asked()
{people}
SELECT id, name, nik_enc, region_code, kind, senders, branch_until, covered_until
  FROM counted d
 WHERE {asked}
 ORDER BY name_norm, id
 LIMIT %(limit)s OFFSET %(skip)s
