"""Each person's last decreed month is kept beside the person, by the database, whoever writes covers."""

from django.db import migrations

KEEP = """
CREATE FUNCTION coverage_keep_covered_until() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_person p SET covered_until = last.month
      FROM (SELECT t.person_id, (SELECT max(c.month) FROM coverage_covermonth c WHERE c.person_id = t.person_id) AS month
              FROM (SELECT DISTINCT person_id FROM touched) t) last
     WHERE p.id = last.person_id AND p.covered_until IS DISTINCT FROM last.month;
    RETURN NULL;
END $$;
CREATE TRIGGER coverage_covermonth_added AFTER INSERT ON coverage_covermonth
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION coverage_keep_covered_until();
CREATE TRIGGER coverage_covermonth_removed AFTER DELETE ON coverage_covermonth
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION coverage_keep_covered_until();
"""


class Migration(migrations.Migration):
    dependencies = [("coverage", "0004_protect_more"), ("registry", "0004_returned_file")]
    operations = [
        migrations.RunSQL(
            KEEP,
            "DROP TRIGGER coverage_covermonth_added ON coverage_covermonth;"
            "DROP TRIGGER coverage_covermonth_removed ON coverage_covermonth;"
            "DROP FUNCTION coverage_keep_covered_until();",
        )
    ]
