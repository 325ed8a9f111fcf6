-- Balances follow the entries of the ledger.
CREATE OR REPLACE TRIGGER funding_entry_known AFTER INSERT ON funding_entry
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT
    EXECUTE FUNCTION funding_entry_known();
CREATE OR REPLACE TRIGGER funding_entry_post AFTER INSERT ON funding_entry
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT
    EXECUTE FUNCTION funding_post_entries();
