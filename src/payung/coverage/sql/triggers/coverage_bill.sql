-- The counts of what changed follow the states of bills.
CREATE OR REPLACE TRIGGER coverage_bill_state AFTER UPDATE ON coverage_bill
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION coverage_touch_bill();
