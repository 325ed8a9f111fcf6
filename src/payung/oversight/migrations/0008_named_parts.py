"""Who is paid by another payer by the branch's data, and who is decreed but no longer eligible, is counted by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0007_adopted_minutes")]
    operations = [
        migrations.AddField(
            "peoplecount",
            "other_payer",
            models.IntegerField(default=0, verbose_name="dibayar pihak lain menurut data cabang"),
        ),
        migrations.AddField(
            "peoplecount",
            "ineligible",
            models.IntegerField(default=0, verbose_name="dalam SK, tidak lagi layak"),
        ),
    ]
