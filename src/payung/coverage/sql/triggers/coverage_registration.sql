-- How people stand follows whoever writes registrations.
CREATE OR REPLACE TRIGGER coverage_registration_changed_stand AFTER UPDATE ON coverage_registration
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
CREATE OR REPLACE TRIGGER coverage_registration_deleted_stand AFTER DELETE ON coverage_registration
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
CREATE OR REPLACE TRIGGER coverage_registration_written_stand AFTER INSERT ON coverage_registration
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_stand();
