"""Meetings and questions belong to the room of parliament, which has renamed their tables."""

from django.db import migrations

MODELS = ("Completion", "MeetingFile", "Resolution", "Participant", "Meeting", "Subject", "Question")


class Migration(migrations.Migration):
    dependencies = [("oversight", "0009_rounding_key"), ("parliament", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name) for name in MODELS]
        )
    ]
