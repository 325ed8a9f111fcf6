"""Two hundred thousand entries in one posting: fund and user are checked once per posting, not once per row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KNOWN = """
CREATE FUNCTION funding_entry_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT fund_id FROM posted EXCEPT SELECT id FROM funding_fund)
       OR EXISTS (SELECT actor_id FROM posted EXCEPT SELECT id FROM access_user) THEN
        RAISE EXCEPTION 'an entry names a fund or a user that does not exist'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION funding_entry_known() SECURITY DEFINER SET search_path = public, pg_temp;
CREATE TRIGGER funding_entry_known AFTER INSERT ON funding_entry
    REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION funding_entry_known();
-- Keys are found whole, never by their beginning.
DO $$ DECLARE extra text; BEGIN
    FOR extra IN SELECT indexname FROM pg_indexes
                  WHERE tablename = 'funding_entry' AND indexname LIKE 'funding_entry_key_%_like' LOOP
        EXECUTE format('DROP INDEX %I', extra);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0003_fund_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="actor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="fund",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="funding.fund",
            ),
        ),
        migrations.RunSQL(
            KNOWN,
            "DROP TRIGGER funding_entry_known ON funding_entry; DROP FUNCTION funding_entry_known();",
        ),
    ]
