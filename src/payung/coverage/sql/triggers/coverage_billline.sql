-- The counts of what changed follow whoever writes bill lines.
CREATE OR REPLACE TRIGGER coverage_billline_changed AFTER UPDATE ON coverage_billline
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_months('figures', 'cuts', 'lived');
CREATE OR REPLACE TRIGGER coverage_billline_changed_stand AFTER UPDATE ON coverage_billline
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
CREATE OR REPLACE TRIGGER coverage_billline_deleted AFTER DELETE ON coverage_billline
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_months('figures', 'cuts', 'lived');
CREATE OR REPLACE TRIGGER coverage_billline_deleted_stand AFTER DELETE ON coverage_billline
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
CREATE OR REPLACE TRIGGER coverage_billline_written AFTER INSERT ON coverage_billline
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_months('figures', 'cuts', 'lived');
CREATE OR REPLACE TRIGGER coverage_billline_written_stand AFTER INSERT ON coverage_billline
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
