"""How many jobs are on their way, for pages that show everybody's without showing whose."""

from django.db import migrations

SQL = """
CREATE FUNCTION payung_jobs_on_their_way(kinds text[]) RETURNS TABLE (kind text, jobs bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT j.kind::text, count(*) FROM jobs_job j
     WHERE j.state IN ('waiting', 'running') AND j.kind = ANY(kinds) GROUP BY 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_protect")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION payung_jobs_on_their_way(text[])")]
