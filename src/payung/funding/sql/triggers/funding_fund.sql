-- A new fund has its accounts.
CREATE OR REPLACE TRIGGER funding_fund_open AFTER INSERT ON funding_fund
    REFERENCING NEW TABLE AS opened
    FOR EACH STATEMENT
    EXECUTE FUNCTION funding_open_accounts();
