"""The web role writes of users only what Payung does: it removes none, renames none, and changes no role given."""

from django.db import migrations

_MADE = ("password", "last_login", "is_active", "first_name", "last_name", "email", "full_name", "position")

NARROW = f"""
REVOKE UPDATE, DELETE ON access_user FROM payung_app;
GRANT UPDATE ({", ".join(_MADE)}, organisation_id) ON access_user TO payung_app;
REVOKE UPDATE ON access_assignment FROM payung_app;
"""
WIDE = """
REVOKE UPDATE ON access_user FROM payung_app;
GRANT UPDATE, DELETE ON access_user TO payung_app;
GRANT UPDATE ON access_assignment TO payung_app;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0017_key_notes"), ("access", "0006_attempts")]
    operations = [migrations.RunSQL(NARROW, WIDE)]
