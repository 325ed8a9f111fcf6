"""Personal codes for the public answer: seen and written by whoever may see the person."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0008_limits_in_access"),
        ("registry", "0002_protect"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonalCode",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.person",
                    ),
                ),
                ("code_enc", models.BinaryField(verbose_name="kode")),
                ("issue", models.IntegerField(default=1, verbose_name="terbitan")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("issue__gte", 1)), name="code_issue_counts")
                ],
            },
        ),
        # People move: whose code it is decides who sees it, not where the person lived when it was made.
        migrations.RunSQL(
            """
            ALTER TABLE claims_personalcode ENABLE ROW LEVEL SECURITY;
            CREATE POLICY claims_personalcode_person ON claims_personalcode
                USING (EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id))
                WITH CHECK (EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id));
            """,
            """
            DROP POLICY claims_personalcode_person ON claims_personalcode;
            ALTER TABLE claims_personalcode DISABLE ROW LEVEL SECURITY;
            """,
        ),
    ]
