-- Keep each person's last decreed month beside the person, whoever writes covers.
CREATE OR REPLACE FUNCTION coverage_keep_covered_until() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE registry_person p SET covered_until = last.month
      FROM (SELECT t.person_id, (SELECT max(c.month) FROM coverage_covermonth c WHERE c.person_id = t.person_id) AS month
              FROM (SELECT DISTINCT person_id FROM touched) t) last
     WHERE p.id = last.person_id AND p.covered_until IS DISTINCT FROM last.month;
    RETURN NULL;
END $$;
