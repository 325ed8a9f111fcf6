-- Events are numbered, dated and digested by the database.
CREATE OR REPLACE TRIGGER access_event_stamp BEFORE INSERT ON access_event
    FOR EACH ROW
    EXECUTE FUNCTION payung_event_stamp();
