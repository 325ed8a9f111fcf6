-- Open the accounts of a new fund.
CREATE OR REPLACE FUNCTION funding_open_accounts()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO funding_account (fund_id, kind, balance)
    SELECT f.id, k.kind, 0 FROM opened f,
      unnest(ARRAY['world','pledged','available','committed','billed','paid','refunded','expired']) AS k(kind)
    ON CONFLICT (fund_id, kind) DO NOTHING;
    RETURN NULL;
END $$;
