-- Who took part in a meeting with adopted minutes stays.
CREATE OR REPLACE TRIGGER oversight_participant_adopted BEFORE INSERT OR DELETE OR UPDATE ON parliament_participant
    FOR EACH ROW
    EXECUTE FUNCTION oversight_of_adopted_stays();
