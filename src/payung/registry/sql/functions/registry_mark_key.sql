-- Mark a person's keys as out of date.
CREATE OR REPLACE FUNCTION registry_mark_key()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.merged_into_id IS NULL AND NEW.sources > 0 THEN
        INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
        VALUES (NEW.id, NEW.updated_at, '', '', NEW.region_code)
        ON CONFLICT (person_id) DO UPDATE SET made_of = NEW.updated_at, version = '', region_code = NEW.region_code;
    ELSE
        DELETE FROM registry_matchkey WHERE person_id = OLD.id;
    END IF;
    RETURN NULL;
END $$;
