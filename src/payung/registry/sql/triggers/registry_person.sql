-- Keys of people are out of date once the person changed.
CREATE OR REPLACE TRIGGER registry_person_added AFTER INSERT ON registry_person
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_mark_keys();
CREATE OR REPLACE TRIGGER registry_person_changed AFTER UPDATE ON registry_person
    FOR EACH ROW WHEN (OLD.updated_at <> NEW.updated_at OR OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id
                       OR OLD.sources <> NEW.sources)
    EXECUTE FUNCTION registry_mark_key();
CREATE OR REPLACE TRIGGER registry_person_gone AFTER DELETE ON registry_person
    FOR EACH ROW
    EXECUTE FUNCTION registry_mark_key();
