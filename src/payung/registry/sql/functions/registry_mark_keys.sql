-- Mark the keys of new people as out of date.
CREATE OR REPLACE FUNCTION registry_mark_keys()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
    SELECT id, updated_at, '', '', region_code FROM added WHERE merged_into_id IS NULL AND sources > 0;
    RETURN NULL;
END $$;
