-- A person's last decreed month, and the counts of what changed, follow whoever writes covers.
CREATE OR REPLACE TRIGGER coverage_covermonth_added AFTER INSERT ON coverage_covermonth
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_keep_covered_until();
CREATE OR REPLACE TRIGGER coverage_covermonth_changed AFTER UPDATE ON coverage_covermonth
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_months('figures', 'cuts', 'ahead', 'months');
CREATE OR REPLACE TRIGGER coverage_covermonth_changed_stand AFTER UPDATE ON coverage_covermonth
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
CREATE OR REPLACE TRIGGER coverage_covermonth_deleted AFTER DELETE ON coverage_covermonth
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_months('figures', 'cuts', 'ahead', 'months');
CREATE OR REPLACE TRIGGER coverage_covermonth_deleted_stand AFTER DELETE ON coverage_covermonth
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
CREATE OR REPLACE TRIGGER coverage_covermonth_removed AFTER DELETE ON coverage_covermonth
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_keep_covered_until();
CREATE OR REPLACE TRIGGER coverage_covermonth_written AFTER INSERT ON coverage_covermonth
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_months('figures', 'cuts', 'ahead', 'months');
CREATE OR REPLACE TRIGGER coverage_covermonth_written_stand AFTER INSERT ON coverage_covermonth
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
