"""Promises belong to the room of donors, which has renamed their table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("funding", "0007_approval"), ("giving", "0001_initial")]
    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Donation")])]
