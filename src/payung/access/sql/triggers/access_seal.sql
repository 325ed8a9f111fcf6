-- Seals are dated by the database.
CREATE OR REPLACE TRIGGER access_seal_stamp BEFORE INSERT ON access_seal
    FOR EACH ROW
    EXECUTE FUNCTION payung_seal_stamp();
