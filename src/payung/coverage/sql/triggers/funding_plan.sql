-- The counts of people follow the plan in force.
CREATE OR REPLACE TRIGGER funding_plan_people AFTER INSERT OR DELETE OR UPDATE ON funding_plan
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_people();
