-- Note that people, what was judged of them, or the plan in force changed.
CREATE OR REPLACE FUNCTION coverage_touch_people()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) VALUES (0, 'people');
    RETURN NULL;
END $$;
