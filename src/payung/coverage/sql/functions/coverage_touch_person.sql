-- Note that the months of a person changed: counts are by who people are.
CREATE OR REPLACE FUNCTION coverage_touch_person()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT month, unnest(ARRAY['cuts', 'ahead', 'stand']) FROM coverage_covermonth WHERE person_id = NEW.id
    UNION SELECT month, unnest(ARRAY['cuts', 'lived', 'stand']) FROM coverage_billline WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
