-- Date a seal as the database writes it.
CREATE OR REPLACE FUNCTION payung_seal_stamp() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
