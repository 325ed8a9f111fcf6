"""What stands of everyone is kept by the law it was counted under; a person with only bills touches it too."""

from django.db import migrations, models

TOUCH = """
CREATE OR REPLACE FUNCTION coverage_touch_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT month, unnest(ARRAY['cuts', 'ahead', 'stand']) FROM coverage_covermonth WHERE person_id = NEW.id
    UNION SELECT month, unnest(ARRAY[{bills}]) FROM coverage_billline WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("coverage", "0011_touched_people")]
    operations = [
        migrations.RunSQL(
            TOUCH.format(bills="'cuts', 'lived', 'stand'"), TOUCH.format(bills="'cuts', 'lived'")
        ),
        # Counted again when next asked for.
        migrations.RunSQL("DELETE FROM coverage_keptstanding", "DELETE FROM coverage_keptstanding"),
        migrations.RemoveConstraint("keptstanding", "kept_standing_once"),
        migrations.AddField(
            "keptstanding", "allowed", models.SmallIntegerField(default=0), preserve_default=False
        ),
        migrations.AddConstraint(
            "keptstanding",
            models.UniqueConstraint(
                fields=("scope", "day", "allowed", "district", "state"), name="kept_standing_once"
            ),
        ),
    ]
