"""Who sees a question about one person: who asked it, and those who answer for its region.

Both are told to the database for the length of one transaction by the room that asks; elsewhere nobody sees any row.
"""

from django.db import migrations

ANSWERED = "region_code ^@ ANY (string_to_array(nullif(current_setting('payung.answers', true), ''), ','))"
ASKED = "asked_by_id::text = current_setting('payung.asker', true)"


def protect(table: str, seen: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {table}_seen ON {table} USING ({seen}) WITH CHECK ({seen});
        """,
        f"DROP POLICY {table}_seen ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    dependencies = [("oversight", "0004_meetings_cuts_questions"), ("access", "0003_protect")]
    operations = [
        protect("oversight_question", f"{ASKED} OR {ANSWERED}"),
        protect("oversight_subject", ANSWERED),
        migrations.RunSQL("REVOKE DELETE, TRUNCATE ON oversight_question FROM payung_app;", "SELECT 1"),
    ]
