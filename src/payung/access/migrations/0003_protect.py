"""Audit events can be added, never changed."""

from django.db import migrations

from payung.access.rls import append_only


class Migration(migrations.Migration):
    dependencies = [("access", "0002_initial")]
    operations = [append_only("access_event")]
