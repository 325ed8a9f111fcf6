"""That people, what was judged of them, or the plan in force changed is noted by the database, whoever writes them."""

from django.db import migrations, models

TABLES = ("registry_person", "registry_eligibility", "funding_plan", "funding_planline")
FUNCTION = """
CREATE FUNCTION coverage_touch_people() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) VALUES (0, 'people');
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_people AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION coverage_touch_people();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0010_kept_counts"),
        ("registry", "0008_match_models"),
        ("funding", "0006_committed_label"),
    ]
    operations = [
        migrations.AlterField(
            "touched",
            "count",
            models.CharField(
                choices=[
                    ("figures", "Figures"),
                    ("cuts", "Cuts"),
                    ("lived", "Lived"),
                    ("ahead", "Ahead"),
                    ("months", "Months"),
                    ("stand", "Stand"),
                    ("people", "People"),
                ],
                max_length=7,
            ),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION coverage_touch_people()"),
        migrations.RunSQL(
            "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER {table}_people ON {table};" for table in TABLES),
        ),
    ]
