"""Region containment in SQL, and a scope that only whole region codes can set."""

from django.db import migrations

from payung.access.rls import CONTAINS_FUNCTION, REGIONS_FUNCTION

_BEFORE = """
CREATE OR REPLACE FUNCTION payung_regions() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(nullif(current_setting('payung.regions', true), ''), ',') $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_analyze")]
    operations = [
        migrations.RunSQL(CONTAINS_FUNCTION, "DROP FUNCTION payung_contains(text, text)"),
        migrations.RunSQL(REGIONS_FUNCTION, _BEFORE),
    ]
