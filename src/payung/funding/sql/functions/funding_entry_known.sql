-- Refuse entries that name a fund or a user that does not exist: asked once for all, not key by key.
CREATE OR REPLACE FUNCTION funding_entry_known()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT fund_id FROM posted EXCEPT SELECT id FROM funding_fund)
       OR EXISTS (SELECT actor_id FROM posted EXCEPT SELECT id FROM access_user) THEN
        RAISE EXCEPTION 'an entry names a fund or a user that does not exist'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
