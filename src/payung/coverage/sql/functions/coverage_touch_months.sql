-- Note that the months of written rows changed, for the counts that the trigger names.
CREATE OR REPLACE FUNCTION coverage_touch_months()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT month, unnest(TG_ARGV) FROM (SELECT DISTINCT month FROM touched) months;
    RETURN NULL;
END $$;
