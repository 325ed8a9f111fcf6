-- The counts of people follow the plan in force.
CREATE OR REPLACE TRIGGER funding_planline_people AFTER INSERT OR DELETE OR UPDATE ON funding_planline
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_people();
