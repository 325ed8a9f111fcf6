-- Move the balances of accounts by the entries just written: an account never falls below nothing, whoever posts
-- at the same time.
CREATE OR REPLACE FUNCTION funding_post_entries()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    net jsonb;
    short record;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('fund_id', fund_id, 'kind', kind, 'change', change)) INTO net
      FROM (SELECT fund_id, kind, sum(change)::bigint AS change FROM (
                SELECT fund_id, debit AS kind, -sum(amount) AS change FROM posted GROUP BY 1, 2
                UNION ALL
                SELECT fund_id, credit, sum(amount) FROM posted GROUP BY 1, 2) moves
            GROUP BY 1, 2) summed;
    IF net IS NULL THEN
        RETURN NULL;
    END IF;
    -- Accounts in one order, so that two postings at once wait for each other and never deadlock.
    PERFORM 1 FROM funding_account a
      JOIN jsonb_to_recordset(net) AS n(fund_id bigint, kind text) ON n.fund_id = a.fund_id AND n.kind = a.kind
      ORDER BY a.fund_id, a.kind FOR UPDATE OF a;
    -- The check constraint would refuse as well, but could not say what was asked of which balance.
    SELECT a.fund_id, a.kind, a.balance, -n.change AS asked INTO short
      FROM funding_account a
      JOIN jsonb_to_recordset(net) AS n(fund_id bigint, kind text, change bigint)
        ON n.fund_id = a.fund_id AND n.kind = a.kind
      WHERE a.kind <> 'world' AND a.balance + n.change < 0
      ORDER BY a.fund_id, a.kind LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'fund % would be overdrawn', short.fund_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_not_overdrawn',
                  DETAIL = row_to_json(short)::text;
    END IF;
    UPDATE funding_account a SET balance = a.balance + n.change
      FROM jsonb_to_recordset(net) AS n(fund_id bigint, kind text, change bigint)
      WHERE a.fund_id = n.fund_id AND a.kind = n.kind;
    RETURN NULL;
END $$;
