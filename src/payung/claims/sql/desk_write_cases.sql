-- Open the cases of the dead under cover. A case follows the facts until it is submitted: another day of death, or
-- cover found since, is another amount, and who covered the dead decides its kind.
-- writes: claims_case
-- staged: dead (person_id bigint, died_on date, owed bigint, region_code text, snapshot jsonb, snapshot_hash text,
--   expires_on date, children jsonb, kind text)
-- param: user bigint
INSERT INTO claims_case (kind, person_id, event_on, state, children, owed, snapshot, snapshot_hash, expires_on,
                         branch_reference, opened_by_id, region_code)
SELECT kind, person_id, died_on, 'reported', children, owed, snapshot, snapshot_hash, expires_on, '', %(user)s,
       region_code
  FROM {dead} WHERE kind <> ''
    ON CONFLICT (person_id) WHERE kind IN ('jkm', 'other') DO UPDATE
   SET kind = excluded.kind, event_on = excluded.event_on, owed = excluded.owed, snapshot = excluded.snapshot,
       snapshot_hash = excluded.snapshot_hash, expires_on = excluded.expires_on
 WHERE claims_case.state IN ('reported', 'checked', 'gathering') AND excluded.snapshot_hash <> ''
   AND claims_case.snapshot_hash <> excluded.snapshot_hash
