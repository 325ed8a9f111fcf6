-- Write to whom each record was given, by which run and with which probability.
-- reads: registry_record
-- writes: registry_link
-- staged: links (record_id bigint, person_id bigint, probability float8)
-- param: run bigint
INSERT INTO registry_link (record_id, person_id, run_id, "by", probability, reason, region_code)
SELECT l.record_id, l.person_id, %(run)s, 'model', l.probability, '', r.region_code
  FROM {links} l
  JOIN registry_record r ON r.id = l.record_id
