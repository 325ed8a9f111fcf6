-- Refuse to change or remove a meeting whose minutes are adopted.
CREATE OR REPLACE FUNCTION oversight_adopted_stays() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'minutes that were adopted are never changed' USING ERRCODE = 'restrict_violation';
END $$;
