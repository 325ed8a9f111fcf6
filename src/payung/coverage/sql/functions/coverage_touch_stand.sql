-- Note that how people stand on a day changed.
CREATE OR REPLACE FUNCTION coverage_touch_stand()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) SELECT 0, 'stand' FROM touched LIMIT 1;
    RETURN NULL;
END $$;
