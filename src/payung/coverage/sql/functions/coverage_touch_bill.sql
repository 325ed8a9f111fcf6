-- Note that the month of a bill changed, for the counts that ask of paid bills.
CREATE OR REPLACE FUNCTION coverage_touch_bill()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) SELECT NEW.month, unnest(ARRAY['figures', 'cuts', 'lived', 'stand']);
    RETURN NULL;
END $$;
