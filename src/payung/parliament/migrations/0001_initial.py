"""Meetings and questions leave the room of figures; their tables are renamed, not made."""

import django.db.models.deletion
import django.db.models.functions.datetime
import payung.access.fields
from django.conf import settings
from django.db import migrations, models

TABLES = ("completion", "meeting", "meetingfile", "participant", "question", "resolution", "subject")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0007_event_trail"),
        ("registry", "0019_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("oversight", "0009_rounding_key"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE oversight_{table} RENAME TO parliament_{table}",
                    f"ALTER TABLE parliament_{table} RENAME TO oversight_{table}",
                )
                for table in TABLES
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "asked_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        (
                            "typed_enc",
                            models.BinaryField(
                                help_text="nama, NIK, tempat, pertanyaan; terenkripsi",
                                verbose_name="yang diketik",
                            ),
                        ),
                        ("typed_hash", models.BinaryField(max_length=32)),
                        ("region_code", models.CharField(max_length=13, verbose_name="wilayah")),
                        ("due_on", models.DateField(verbose_name="dijawab paling lambat")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("protected", "Terlindungi"),
                                    ("waiting", "Dalam proses"),
                                    ("not_covered", "Belum terlindungi"),
                                    ("unknown", "Belum ada di daftar"),
                                    ("unclear", "Keterangan kurang"),
                                ],
                                max_length=11,
                                verbose_name="jawaban",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, verbose_name="penjelasan")),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Meeting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="tanggal")),
                        ("title", models.CharField(max_length=200, verbose_name="nama rapat")),
                        ("place", models.CharField(max_length=200, verbose_name="tempat")),
                        ("agenda", models.TextField(verbose_name="agenda")),
                        ("minutes", models.TextField(blank=True, verbose_name="risalah")),
                        ("adopted_at", models.DateTimeField(null=True)),
                        ("adopted_on", models.DateField(null=True, verbose_name="disahkan tanggal")),
                        (
                            "adopted_in",
                            models.CharField(blank=True, max_length=200, verbose_name="disahkan oleh"),
                        ),
                        ("adopted_sha256", models.CharField(blank=True, max_length=64)),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "adopted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Participant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("organisation", models.CharField(max_length=200, verbose_name="organisasi")),
                        ("name", models.CharField(max_length=200, verbose_name="nama")),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="participants",
                                to="parliament.meeting",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Subject",
                    fields=[
                        (
                            "question",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="subject",
                                serialize=False,
                                to="parliament.question",
                            ),
                        ),
                        ("region_code", models.CharField(max_length=13)),
                    ],
                ),
                migrations.CreateModel(
                    name="Resolution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.SmallIntegerField(verbose_name="nomor")),
                        ("text", models.CharField(max_length=500, verbose_name="isi")),
                        ("deadline", models.DateField(verbose_name="tenggat")),
                        ("indicator", models.CharField(blank=True, max_length=20, verbose_name="indikator")),
                        (
                            "region_code",
                            models.CharField(blank=True, max_length=13, verbose_name="wilayah indikator"),
                        ),
                        ("target", models.BigIntegerField(null=True, verbose_name="sasaran")),
                        ("baseline", models.BigIntegerField(null=True, verbose_name="nilai saat rapat")),
                        (
                            "baseline_month",
                            payung.access.fields.MonthField(null=True, verbose_name="bulan nilai itu"),
                        ),
                        (
                            "withdrawn",
                            models.CharField(blank=True, max_length=300, verbose_name="dicabut karena"),
                        ),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolutions",
                                to="parliament.meeting",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="access.organisation",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MeetingFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="nama berkas")),
                        ("content_type", models.CharField(max_length=40)),
                        ("size", models.IntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("stored_as", models.CharField(max_length=64, unique=True)),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="parliament.meeting",
                            ),
                        ),
                        (
                            "resolution",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="parliament.resolution",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Completion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("evidence", models.CharField(max_length=500, verbose_name="bukti")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("claimed", "Menunggu konfirmasi"),
                                    ("confirmed", "Selesai"),
                                    ("declined", "Belum diterima"),
                                ],
                                default="claimed",
                                max_length=9,
                            ),
                        ),
                        (
                            "claimed_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="alasan")),
                        (
                            "claimed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "resolution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="completions",
                                to="parliament.resolution",
                            ),
                        ),
                    ],
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.UniqueConstraint(fields=("held_on", "title"), name="meeting_once"),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("adopted_at__isnull", True),
                                ("adopted_by__isnull", True),
                                ("adopted_in", ""),
                                ("adopted_on__isnull", True),
                            ),
                            models.Q(
                                ("adopted_at__isnull", False),
                                ("adopted_by__isnull", False),
                                ("written_by__isnull", False),
                                ("adopted_on__gte", models.F("held_on")),
                                models.Q(("adopted_in", ""), _negated=True),
                                models.Q(("adopted_by", models.F("written_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="meeting_adopted_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="participant",
                    constraint=models.UniqueConstraint(
                        fields=("meeting", "organisation", "name"), name="participant_once"
                    ),
                ),
                migrations.AddField(
                    model_name="subject",
                    name="person",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                migrations.AddIndex(
                    model_name="question",
                    index=models.Index(
                        condition=models.Q(("verdict", "")), fields=["due_on"], name="question_open"
                    ),
                ),
                migrations.AddIndex(
                    model_name="question",
                    index=models.Index(fields=["asked_by", "-asked_at"], name="question_asker"),
                ),
                migrations.AddConstraint(
                    model_name="question",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("asked_by", "typed_hash"),
                        name="question_open_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="question",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("answered_by__isnull", True), ("verdict", "")
                            ),
                            models.Q(
                                models.Q(("verdict", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="question_answered_whole",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="resolution",
                    constraint=models.UniqueConstraint(
                        fields=("meeting", "number"), name="resolution_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="resolution",
                    constraint=models.UniqueConstraint(fields=("meeting", "text"), name="resolution_once"),
                ),
                migrations.AddConstraint(
                    model_name="resolution",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("baseline__isnull", True),
                                ("baseline_month__isnull", True),
                                ("indicator", ""),
                                ("target__isnull", True),
                            ),
                            models.Q(
                                models.Q(("indicator", ""), _negated=True),
                                ("baseline_month__isnull", False),
                                ("target__gte", 0),
                            ),
                            _connector="OR",
                        ),
                        name="resolution_measured_or_not",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meetingfile",
                    constraint=models.UniqueConstraint(
                        fields=("meeting", "resolution", "sha256"),
                        name="meeting_file_once",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="completion",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "declined"), _negated=True),
                        fields=("resolution",),
                        name="completion_one_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="completion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("state", "claimed")),
                            models.Q(
                                models.Q(("state", "claimed"), _negated=True),
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("claimed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="completion_two_people",
                    ),
                ),
            ],
        ),
    ]
