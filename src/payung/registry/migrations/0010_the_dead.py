"""The dead are few among the people, and are asked for at every visit of the death desk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_match_keys")]
    operations = [
        migrations.AddIndex(
            "person",
            models.Index(fields=["died_on"], name="person_dead", condition=models.Q(died_on__isnull=False)),
        ),
    ]
