-- The cuts by kind of fund follow the funds.
CREATE OR REPLACE TRIGGER funding_fund_kind AFTER UPDATE ON funding_fund
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind)
    EXECUTE FUNCTION coverage_touch_fund();
