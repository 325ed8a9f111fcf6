"""Every table of the dead, the injured and their families is limited to the regions of the session."""

from django.db import migrations

from payung.access.rls import append_only, limit_to_region

TABLES = ("death", "report", "case", "accident", "step", "told", "paper")


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial"), ("registry", "0002_protect")]
    operations = [
        *[limit_to_region(f"claims_{table}") for table in TABLES],
        append_only("claims_told"),
    ]
