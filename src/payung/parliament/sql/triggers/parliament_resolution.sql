-- What was resolved in a meeting with adopted minutes stays; how far it has come may be written.
CREATE OR REPLACE TRIGGER oversight_resolution_adopted BEFORE INSERT OR DELETE
    OR UPDATE OF meeting_id, number, text, owner_id, deadline, indicator, region_code, target, baseline, baseline_month
    ON parliament_resolution
    FOR EACH ROW
    EXECUTE FUNCTION oversight_of_adopted_stays();
