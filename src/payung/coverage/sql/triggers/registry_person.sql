-- The counts of what changed follow who people are.
CREATE OR REPLACE TRIGGER registry_person_people AFTER INSERT OR DELETE OR UPDATE ON registry_person
    FOR EACH STATEMENT
    EXECUTE FUNCTION coverage_touch_people();
CREATE OR REPLACE TRIGGER registry_person_traits AFTER UPDATE ON registry_person
    FOR EACH ROW WHEN ((OLD.sex, OLD.birth_date, OLD.occupation_id, OLD.region_code, OLD.name)
                       IS DISTINCT FROM (NEW.sex, NEW.birth_date, NEW.occupation_id, NEW.region_code, NEW.name))
    EXECUTE FUNCTION coverage_touch_person();
