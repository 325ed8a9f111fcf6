"""What each month was counted from, so that only months that changed are counted again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0005_protect_meetings"),
        ("coverage", "0009_touched"),
        ("claims", "0005_lived"),
    ]
    operations = [
        migrations.AddField(
            model_name="refreshed",
            name="kept",
            field=models.JSONField(default=dict, verbose_name="bulan yang dihitung, dan dari apa"),
        ),
        migrations.AddField(
            model_name="cutmonth",
            name="registered",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
