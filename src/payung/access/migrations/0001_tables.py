"""The tables of users, roles, events and what is kept of keys, as the migrations before the first release left them."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import payung.access.context
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("access", "0001_role"),
        ("access", "0002_initial"),
        ("access", "0003_protect"),
        ("access", "0004_analyze"),
        ("access", "0005_contains"),
        ("access", "0006_attempts"),
        ("access", "0007_event_trail"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("times", models.IntegerField()),
                ("forget_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Done",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("action", models.CharField(max_length=60)),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="nama")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("agency", "Organisasi perangkat daerah"),
                            ("village", "Desa/kelurahan"),
                            ("branch", "Cabang BPJS Ketenagakerjaan"),
                            ("parliament", "DPRD"),
                            ("company", "Perusahaan"),
                            ("association", "Asosiasi/kelompok"),
                        ],
                        max_length=20,
                        verbose_name="jenis",
                    ),
                ),
                ("region_code", models.CharField(blank=True, max_length=13, verbose_name="wilayah")),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_event", models.BigIntegerField()),
                ("events", models.IntegerField()),
                ("missing", models.JSONField(default=list)),
                ("late", models.JSONField(default=list)),
                ("key", models.CharField(max_length=8)),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("full_name", models.CharField(blank=True, max_length=200, verbose_name="nama lengkap")),
                ("position", models.CharField(blank=True, max_length=200, verbose_name="jabatan")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("operator", "Operator program"),
                            ("approver", "Penyetuju (kepala dinas)"),
                            ("branch", "Petugas cabang BPJS Ketenagakerjaan"),
                            ("budget", "Petugas anggaran"),
                            ("dprd", "Anggota DPRD"),
                            ("village", "Petugas desa/kelurahan"),
                            ("donor", "Donatur/perusahaan"),
                            ("admin", "Administrator sistem"),
                        ],
                        max_length=20,
                        verbose_name="peran",
                    ),
                ),
                ("region_code", models.CharField(max_length=13, verbose_name="wilayah")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "role", "region_code"), name="assignment_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("region_code__regex", "^\\d{2}(\\.\\d{2}(\\.\\d{2}(\\.\\d{4})?)?)?$")
                        ),
                        name="assignment_region_is_a_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="waktu"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("act", "Tindakan"),
                            ("reading", "Pembukaan data orang"),
                            ("access", "Masuk, keluar, dan penolakan"),
                        ],
                        db_default="act",
                        default="act",
                        max_length=10,
                        verbose_name="jenis",
                    ),
                ),
                ("action", models.CharField(max_length=60, verbose_name="tindakan")),
                ("subject", models.CharField(max_length=60, verbose_name="objek")),
                ("subject_id", models.BigIntegerField(null=True)),
                ("data", models.JSONField(default=dict, verbose_name="rincian")),
                ("reason", models.TextField(blank=True, verbose_name="alasan")),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default=payung.access.context.current_address,
                        max_length=60,
                        verbose_name="alamat",
                    ),
                ),
                (
                    "request",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default=payung.access.context.current_request,
                        max_length=40,
                        verbose_name="permintaan",
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "subject_id"], name="event_subject"),
                    models.Index(fields=["-at"], name="event_at"),
                    models.Index(condition=models.Q(("kind", "act")), fields=["id"], name="event_act"),
                ],
            },
        ),
    ]
