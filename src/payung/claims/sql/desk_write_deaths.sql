-- Write the deaths as they were judged, where that changed.
-- reads: claims_death
-- writes: claims_death
-- staged: dead (person_id bigint, died_on date, standing text, intake_id bigint, owed bigint, region_code text)
INSERT INTO claims_death (person_id, died_on, standing, intake_id, owed, region_code)
SELECT person_id, died_on, standing, intake_id, owed, region_code FROM {dead}
    ON CONFLICT (person_id) DO UPDATE
   SET died_on = excluded.died_on, standing = excluded.standing, intake_id = excluded.intake_id,
       owed = excluded.owed, region_code = excluded.region_code
 WHERE (claims_death.died_on, claims_death.standing, claims_death.owed, claims_death.region_code)
       IS DISTINCT FROM (excluded.died_on, excluded.standing, excluded.owed, excluded.region_code)
