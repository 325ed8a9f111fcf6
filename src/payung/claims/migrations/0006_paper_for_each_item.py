"""One scan of several papers may be kept for each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_lived")]
    operations = [
        migrations.RemoveConstraint("paper", "paper_once"),
        migrations.AddConstraint(
            "paper",
            models.UniqueConstraint(
                fields=["case", "item", "sha256"], condition=models.Q(removed=False), name="paper_once"
            ),
        ),
    ]
