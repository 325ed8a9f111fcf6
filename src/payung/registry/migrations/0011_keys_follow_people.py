"""Keys of the matcher follow people by themselves: whoever changes is marked, so that nobody need be looked through.

A person who is somebody on a list has a row of keys, without a version while its keys are out of date.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION registry_mark_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.merged_into_id IS NULL AND NEW.sources > 0 THEN
        INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
        VALUES (NEW.id, NEW.updated_at, '', '', NEW.region_code)
        ON CONFLICT (person_id) DO UPDATE SET made_of = NEW.updated_at, version = '', region_code = NEW.region_code;
    ELSE
        DELETE FROM registry_matchkey WHERE person_id = OLD.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry_mark_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
    SELECT id, updated_at, '', '', region_code FROM added WHERE merged_into_id IS NULL AND sources > 0;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER registry_person_added AFTER INSERT ON registry_person REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION registry_mark_keys();
CREATE TRIGGER registry_person_changed AFTER UPDATE ON registry_person FOR EACH ROW
    WHEN (OLD.updated_at <> NEW.updated_at OR OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id
          OR OLD.sources <> NEW.sources)
    EXECUTE FUNCTION registry_mark_key();
CREATE TRIGGER registry_person_gone AFTER DELETE ON registry_person FOR EACH ROW
    EXECUTE FUNCTION registry_mark_key();
"""
#: For people who were there before the triggers, or written past them.
MARK = """
DELETE FROM registry_matchkey k WHERE NOT EXISTS (
    SELECT 1 FROM registry_person p WHERE p.id = k.person_id AND p.merged_into_id IS NULL AND p.sources > 0);
UPDATE registry_matchkey k SET version = '', made_of = p.updated_at FROM registry_person p
 WHERE p.id = k.person_id AND p.updated_at <> k.made_of;
INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
SELECT id, updated_at, '', '', region_code FROM registry_person p
 WHERE merged_into_id IS NULL AND sources > 0
   AND NOT EXISTS (SELECT 1 FROM registry_matchkey k WHERE k.person_id = p.id);
"""
LIKE = "registry_person_occupation_id_b6f79eff_like"


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_the_dead")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION registry_mark_key(), registry_mark_keys()"),
        migrations.RunSQL(
            TRIGGERS,
            "DROP TRIGGER registry_person_added ON registry_person;"
            "DROP TRIGGER registry_person_changed ON registry_person;"
            "DROP TRIGGER registry_person_gone ON registry_person;",
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        # Who changes stays on their page where there is room, and then no index need be written.
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (fillfactor = 90)", f"ALTER TABLE {table} RESET (fillfactor)"
            )
            for table in ("registry_person", "registry_matchkey")
        ),
        # Nobody looks for people by the beginning of an occupation's code.
        migrations.RunSQL(
            f"DROP INDEX {LIKE}",
            f"CREATE INDEX {LIKE} ON registry_person (occupation_id varchar_pattern_ops)",
        ),
    ]
