"""The application role may have statistics taken of Payung's tables, without owning them."""

from django.db import migrations

ANALYZE = """
CREATE FUNCTION payung_analyze(VARIADIC names text[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        IF EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = name) THEN
            EXECUTE format('ANALYZE public.%I', name);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_protect")]
    operations = [migrations.RunSQL(ANALYZE, "DROP FUNCTION payung_analyze(text[])")]
