-- The counts of people follow what was judged of them.
CREATE OR REPLACE TRIGGER registry_eligibility_people AFTER INSERT OR DELETE OR UPDATE ON registry_eligibility
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_people();
