"""The keys by which the matcher finds people: seen only by region, as people are."""

from django.db import migrations, models

from payung.access.rls import limit_to_region


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_match_models"), ("access", "0003_protect")]
    operations = [
        migrations.CreateModel(
            name="MatchKey",
            fields=[
                ("person_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "made_of",
                    models.DateTimeField(help_text="the person's updated_at when the keys were made"),
                ),
                ("version", models.CharField(max_length=40)),
                ("keys", models.BinaryField()),
                ("region_code", models.CharField(max_length=13)),
            ],
        ),
        limit_to_region("registry_matchkey"),
    ]
