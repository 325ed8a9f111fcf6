"""Notices name people, so they are limited to the regions of the session; excess is append-only."""

from django.db import migrations

from payung.access.rls import append_only, limit_to_region


class Migration(migrations.Migration):
    dependencies = [("coverage", "0003_exchange_and_credit")]
    operations = [limit_to_region("coverage_notice"), append_only("coverage_credit")]
