"""The ledger keeps itself: balances move with the entries, and entries never change."""

from django.db import migrations

from payung.access.rls import append_only, limit_to_region

BALANCES = """
CREATE FUNCTION funding_post_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Accounts in one order, so that two postings at once wait for each other and never deadlock.
    PERFORM 1 FROM funding_account a
      WHERE EXISTS (SELECT 1 FROM posted p WHERE p.fund_id = a.fund_id AND a.kind IN (p.debit, p.credit))
      ORDER BY a.fund_id, a.kind FOR UPDATE;
    WITH moves AS (
        SELECT fund_id, debit AS kind, -sum(amount) AS change FROM posted GROUP BY 1, 2
        UNION ALL
        SELECT fund_id, credit, sum(amount) FROM posted GROUP BY 1, 2
    ), net AS (
        SELECT fund_id, kind, sum(change) AS change FROM moves GROUP BY 1, 2
    )
    INSERT INTO funding_account (fund_id, kind, balance)
    SELECT fund_id, kind, 0 FROM net
    ON CONFLICT (fund_id, kind) DO NOTHING;
    WITH moves AS (
        SELECT fund_id, debit AS kind, -sum(amount) AS change FROM posted GROUP BY 1, 2
        UNION ALL
        SELECT fund_id, credit, sum(amount) FROM posted GROUP BY 1, 2
    ), net AS (
        SELECT fund_id, kind, sum(change) AS change FROM moves GROUP BY 1, 2
    )
    UPDATE funding_account a SET balance = a.balance + net.change
      FROM net WHERE a.fund_id = net.fund_id AND a.kind = net.kind;
    RETURN NULL;
END $$;
ALTER FUNCTION funding_post_entries() SECURITY DEFINER SET search_path = public, pg_temp;
CREATE TRIGGER funding_entry_post AFTER INSERT ON funding_entry
    REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION funding_post_entries();
-- Only the trigger moves balances.
REVOKE INSERT, UPDATE, DELETE ON funding_account FROM payung_app;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("registry", "0002_protect")]
    operations = [
        migrations.RunSQL(
            BALANCES,
            "DROP TRIGGER funding_entry_post ON funding_entry; DROP FUNCTION funding_post_entries();",
        ),
        append_only("funding_entry"),
        limit_to_region("funding_planline"),
    ]
