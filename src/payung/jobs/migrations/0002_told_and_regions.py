"""Jobs remember that their owner was told, and their files whose people they may name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="told",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="jobfile",
            name="regions",
            field=models.JSONField(default=list),
        ),
    ]
