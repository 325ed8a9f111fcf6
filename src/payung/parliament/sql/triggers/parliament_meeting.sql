-- Adopted minutes stay.
CREATE OR REPLACE TRIGGER oversight_meeting_adopted BEFORE DELETE OR UPDATE ON parliament_meeting
    FOR EACH ROW WHEN (OLD.adopted_at IS NOT NULL)
    EXECUTE FUNCTION oversight_adopted_stays();
