"""What was published stays as it was."""

from django.db import migrations

from payung.access.rls import append_only


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial"), ("access", "0003_protect")]
    operations = [append_only("oversight_snapshot")]
