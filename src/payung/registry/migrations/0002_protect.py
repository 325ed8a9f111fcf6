"""Every table of people is limited to the regions of the session; the history of links is append-only."""

from django.db import migrations

from payung.access.rls import append_only, limit_to_region

TABLES = ["registry_person", "registry_record", "registry_pair", "registry_link", "registry_eligibility"]


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("access", "0003_protect")]
    operations = [*[limit_to_region(table) for table in TABLES], append_only("registry_link")]
