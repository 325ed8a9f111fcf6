"""The tables of regions, lists and their rows, people and decisions about them, as the migrations before the first release left them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import payung.access.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("registry", "0001_initial"),
        ("registry", "0002_protect"),
        ("registry", "0003_person_until"),
        ("registry", "0004_returned_file"),
        ("registry", "0005_fewer_indexes"),
        ("registry", "0006_judgements"),
        ("registry", "0007_protect_judgements"),
        ("registry", "0008_match_models"),
        ("registry", "0009_match_keys"),
        ("registry", "0010_the_dead"),
        ("registry", "0011_keys_follow_people"),
        ("registry", "0012_rows_passed_over"),
        ("registry", "0013_mended"),
        ("registry", "0014_branch_since"),
        ("registry", "0015_protect_mended"),
        ("registry", "0016_sent_back"),
        ("registry", "0017_key_notes"),
        ("registry", "0018_narrow_rights"),
        ("registry", "0019_sealed"),
    ]

    initial = True

    dependencies = [
        ("access", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nik_enc", models.BinaryField(null=True)),
                ("nik_hash", models.BinaryField(max_length=16, null=True)),
                ("name", models.CharField(max_length=200, verbose_name="nama")),
                ("name_norm", models.CharField(max_length=200)),
                ("sex", models.CharField(blank=True, max_length=6, verbose_name="jenis kelamin")),
                ("birth_date", models.DateField(null=True, verbose_name="tanggal lahir")),
                ("birth_place", models.CharField(blank=True, max_length=100, verbose_name="tempat lahir")),
                (
                    "mother_name",
                    payung.access.fields.SealedText(context="mother_name", verbose_name="nama ibu"),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="alamat")),
                ("region_code", models.CharField(max_length=13, verbose_name="wilayah")),
                ("phone", payung.access.fields.SealedText(context="phone", verbose_name="telepon")),
                ("income", models.BigIntegerField(null=True, verbose_name="penghasilan (Rp/bulan)")),
                ("wage_worker", models.BooleanField(null=True, verbose_name="pekerja penerima upah")),
                (
                    "heir_name",
                    payung.access.fields.SealedText(context="heir_name", verbose_name="ahli waris"),
                ),
                (
                    "heir_relation",
                    models.CharField(blank=True, max_length=40, verbose_name="hubungan ahli waris"),
                ),
                (
                    "heir_phone",
                    payung.access.fields.SealedText(context="heir_phone", verbose_name="telepon ahli waris"),
                ),
                ("poverty_decile", models.SmallIntegerField(null=True, verbose_name="desil")),
                ("disability", models.BooleanField(null=True, verbose_name="disabilitas")),
                ("sole_earner", models.BooleanField(null=True, verbose_name="pencari nafkah tunggal")),
                ("died_on", models.DateField(null=True, verbose_name="meninggal")),
                (
                    "branch_until",
                    models.DateField(
                        help_text="kepesertaan yang dibayar pihak lain, menurut data cabang",
                        null=True,
                        verbose_name="aktif di cabang sampai",
                    ),
                ),
                (
                    "branch_since",
                    models.DateField(
                        help_text="kosong bila data cabang tidak menyebut awalnya",
                        null=True,
                        verbose_name="aktif di cabang sejak",
                    ),
                ),
                (
                    "covered_until",
                    payung.access.fields.MonthField(
                        help_text="bulan terakhir dalam SK; dijaga oleh ruang coverage",
                        null=True,
                        verbose_name="terlindungi sampai bulan",
                    ),
                ),
                ("sources", models.SmallIntegerField(default=1, verbose_name="jumlah sumber")),
                ("candidate", models.BooleanField(default=False, verbose_name="ada di daftar calon")),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "name_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("name_norm"), function="payung_name_key"),
                        help_text="consonants of the first telling word, so that a look-up finds other spellings by index",
                        output_field=models.CharField(max_length=12),
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="registry.person",
                    ),
                ),
            ],
        ),
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
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.CharField(blank=True, max_length=100, verbose_name="lembar")),
                ("row_no", models.IntegerField(verbose_name="baris")),
                ("accepted", models.BooleanField(verbose_name="diterima")),
                ("findings", models.JSONField(default=list, verbose_name="temuan")),
                ("raw_enc", models.BinaryField()),
                ("nik_enc", models.BinaryField(null=True)),
                ("nik_hash", models.BinaryField(max_length=16, null=True)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("name_norm", models.CharField(blank=True, max_length=200)),
                ("sex", models.CharField(blank=True, max_length=6)),
                ("birth_date", models.DateField(null=True)),
                ("birth_place", models.CharField(blank=True, max_length=100)),
                ("mother_name", payung.access.fields.SealedText(context="mother_name")),
                ("address", models.CharField(blank=True, max_length=300)),
                ("region_code", models.CharField(max_length=13)),
                ("phone", payung.access.fields.SealedText(context="phone")),
                ("income", models.BigIntegerField(null=True)),
                ("wage_worker", models.BooleanField(null=True)),
                ("heir_name", payung.access.fields.SealedText(context="heir_name")),
                ("heir_relation", models.CharField(blank=True, max_length=40)),
                ("heir_phone", payung.access.fields.SealedText(context="heir_phone")),
                (
                    "event_date",
                    models.DateField(
                        help_text="kematian, mulai kepesertaan", null=True, verbose_name="tanggal peristiwa"
                    ),
                ),
                (
                    "event_until",
                    models.DateField(
                        help_text="akhir kepesertaan di sumber itu", null=True, verbose_name="sampai"
                    ),
                ),
                ("extra", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Occupation",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=120, verbose_name="pekerjaan")),
                ("sector", models.CharField(default="other", max_length=20, verbose_name="sektor iuran")),
                ("hazard", models.SmallIntegerField(default=3, verbose_name="bahaya (1-5)")),
            ],
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("candidates", "Daftar calon"),
                            ("branch", "Data kepesertaan cabang"),
                            ("deaths", "Daftar kematian"),
                            ("field", "Pendataan lapangan"),
                        ],
                        default="candidates",
                        max_length=12,
                        verbose_name="jenis",
                    ),
                ),
                ("file_name", models.CharField(max_length=255, verbose_name="nama berkas")),
                ("sha256", models.CharField(max_length=64)),
                ("sender_name", models.CharField(blank=True, max_length=200, verbose_name="pengirim")),
                ("region_code", models.CharField(max_length=13, verbose_name="wilayah")),
                ("mapping", models.JSONField(default=dict, verbose_name="pemetaan kolom")),
                (
                    "status",
                    models.CharField(
                        choices=[("loaded", "Termuat"), ("undone", "Dibatalkan")],
                        default="loaded",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("rows", models.IntegerField(default=0, verbose_name="baris")),
                ("accepted", models.IntegerField(default=0, verbose_name="diterima")),
                ("returned", models.IntegerField(default=0, verbose_name="dikembalikan")),
                ("findings", models.JSONField(default=dict, verbose_name="temuan")),
                (
                    "sent_back",
                    models.JSONField(
                        default=dict,
                        help_text="rows that went back, by finding",
                        verbose_name="dikembalikan karena",
                    ),
                ),
                (
                    "passed_over",
                    models.JSONField(
                        default=dict,
                        help_text="rows that are nobody's, by reason; blank rows are not counted",
                        verbose_name="baris dilewati",
                    ),
                ),
                ("passed_enc", models.BinaryField(null=True)),
                (
                    "returned_name",
                    models.CharField(blank=True, max_length=255, verbose_name="berkas dikembalikan"),
                ),
                ("returned_enc", models.BinaryField(null=True)),
                (
                    "loaded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="dimuat"
                    ),
                ),
                ("undone_at", models.DateTimeField(null=True, verbose_name="dibatalkan")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="tidak ditunggu lagi sejak")),
                (
                    "settled_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="mengapa tidak ditunggu lagi"),
                ),
                (
                    "loaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="access.organisation",
                    ),
                ),
                (
                    "settled_by",
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
            name="IntakeMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("headers_hash", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                ("saved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeyNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("number", models.SmallIntegerField()),
                ("check_value", models.BinaryField(max_length=16)),
                ("state", models.CharField(max_length=10)),
                ("noted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "number"), name="keynote_once")],
            },
        ),
        migrations.CreateModel(
            name="MatchModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model_id", models.CharField(max_length=64, verbose_name="model")),
                ("body", models.JSONField(verbose_name="isi")),
                ("rows", models.IntegerField(verbose_name="baris")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "learned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatchRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model_id", models.CharField(max_length=64, verbose_name="model")),
                ("threshold_same", models.FloatField()),
                ("threshold_new", models.FloatField()),
                ("rows", models.IntegerField()),
                ("same", models.IntegerField()),
                ("doubtful", models.IntegerField()),
                ("new", models.IntegerField()),
                ("report", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "run_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatchThresholds",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("same", models.FloatField(verbose_name="sama mulai")),
                ("doubtful", models.FloatField(verbose_name="ditinjau mulai")),
                ("because", models.JSONField(default=dict, verbose_name="dasar")),
                ("reason", models.TextField(verbose_name="alasan")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mended",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="mended",
                        serialize=False,
                        to="registry.record",
                    ),
                ),
                ("region_code", models.CharField(max_length=13)),
            ],
        ),
        migrations.AddField(
            model_name="record",
            name="intake",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="registry.intake",
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="registry.person",
            ),
        ),
        migrations.CreateModel(
            name="BlindCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("second", "Penilaian kedua"),
                            ("same", "Otomatis orang yang sama"),
                            ("new", "Otomatis orang berbeda"),
                        ],
                        max_length=6,
                        verbose_name="jenis",
                    ),
                ),
                ("right_enc", models.BinaryField()),
                ("probability", models.FloatField(verbose_name="peluang")),
                ("weight", models.FloatField(verbose_name="bobot")),
                ("evidence", models.JSONField(default=dict, verbose_name="bukti")),
                ("region_code", models.CharField(max_length=13)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="registry.matchrun",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="registry.record",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="record",
            name="occupation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="registry.occupation",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="occupation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.occupation"
            ),
        ),
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("probability", models.FloatField(verbose_name="peluang")),
                ("weight", models.FloatField(verbose_name="bobot")),
                ("evidence", models.JSONField(default=dict, verbose_name="bukti")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Menunggu"),
                            ("asked", "Ditanyakan ke desa"),
                            ("proposed", "Diusulkan digabung"),
                            ("same", "Orang yang sama"),
                            ("different", "Orang berbeda"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("region_code", models.CharField(max_length=13)),
                ("decided_at", models.DateTimeField(null=True)),
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs",
                        to="registry.person",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs",
                        to="registry.record",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs",
                        to="registry.matchrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MergeProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Menunggu petugas kedua"),
                            ("approved", "Disetujui"),
                            ("declined", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("region_code", models.CharField(max_length=13)),
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
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="registry.pair",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[
                            ("nik", "NIK sama"),
                            ("model", "Model pencocokan"),
                            ("clerk", "Petugas"),
                            ("split", "Pemisahan kembali"),
                        ],
                        max_length=10,
                    ),
                ),
                ("probability", models.FloatField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("region_code", models.CharField(max_length=13)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "moved_from",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="registry.person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.matchrun"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="registry.record",
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="registry.pair",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("same", "Orang yang sama"),
                            ("different", "Orang berbeda"),
                            ("asked", "Ditanyakan ke desa"),
                            ("unknown", "Tidak dapat diputuskan"),
                            ("withdrawn", "Dibatalkan"),
                        ],
                        max_length=10,
                        verbose_name="jawaban",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("probability", models.FloatField(verbose_name="peluang")),
                ("model_id", models.CharField(max_length=64, verbose_name="model")),
                ("threshold_same", models.FloatField()),
                ("threshold_new", models.FloatField()),
                ("region_code", models.CharField(max_length=13)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blind",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="registry.blindcheck",
                    ),
                ),
                (
                    "withdraws",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn_by",
                        to="registry.judgement",
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="registry.pair",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="blindcheck",
            name="pair",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="registry.pair",
            ),
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=13, primary_key=True, serialize=False, verbose_name="kode Kemendagri"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="nama")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "Provinsi"),
                            ("regency", "Kabupaten/kota"),
                            ("district", "Kecamatan"),
                            ("village", "Desa/kelurahan"),
                        ],
                        max_length=10,
                        verbose_name="tingkat",
                    ),
                ),
                ("bps_code", models.CharField(blank=True, max_length=10, verbose_name="kode BPS")),
                ("population", models.IntegerField(null=True, verbose_name="penduduk")),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="registry.region",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrustOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kinds",
                    models.JSONField(help_text="kind of list, most believed first", verbose_name="urutan"),
                ),
                ("reason", models.TextField(verbose_name="alasan")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Eligibility",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="registry.person",
                    ),
                ),
                ("judged_on", models.DateField(verbose_name="per tanggal")),
                ("eligible", models.BooleanField(null=True, verbose_name="layak")),
                ("reasons", models.JSONField(default=list, verbose_name="alasan")),
                ("eligible_until", models.IntegerField(null=True, verbose_name="bulan terakhir (nomor)")),
                ("law_version", models.CharField(max_length=64)),
                ("verified", models.BooleanField(default=False, verbose_name="terverifikasi")),
                ("region_code", models.CharField(max_length=13)),
            ],
            options={
                "indexes": [models.Index(fields=["eligible", "verified"], name="eligibility_state")],
            },
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "loaded")), fields=("sha256", "kind"), name="intake_file_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="intakemapping",
            constraint=models.UniqueConstraint(fields=("sender_name", "headers_hash"), name="mapping_once"),
        ),
        migrations.AddConstraint(
            model_name="matchthresholds",
            constraint=models.CheckConstraint(
                condition=models.Q(("doubtful__gt", 0), ("doubtful__lt", models.F("same")), ("same__lte", 1)),
                name="thresholds_in_order",
            ),
        ),
        migrations.AddField(
            model_name="mended",
            name="by",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="mends", to="registry.record"
            ),
        ),
        migrations.AddField(
            model_name="mended",
            name="intake",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mended_rows", to="registry.intake"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["person"], name="record_person"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("accepted", True), ("person__isnull", True)),
                fields=["id"],
                name="record_unmatched",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["nik_hash"], name="record_nik"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("accepted", False)), fields=["intake"], name="record_returned"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(fields=("intake", "sheet", "row_no"), name="record_once"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["region_code"], name="person_region"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name_norm", "id"], name="person_name_order"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name_key", "birth_date"], name="person_key_birth"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name_key", "region_code"], name="person_key_region"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["birth_date", "region_code"], name="person_birth_region"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("died_on__isnull", False)), fields=["died_on"], name="person_dead"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("merged_into__isnull", True)),
                fields=("nik_hash",),
                name="person_nik_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("sex__in", ["male", "female", ""])), name="person_sex_known_values"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("income__isnull", True), ("income__gte", 0), _connector="OR"),
                name="person_income_positive",
            ),
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["-probability", "id"], name="pair_open"
            ),
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(fields=["person"], name="pair_person"),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.UniqueConstraint(fields=("record", "person"), name="pair_once"),
        ),
        migrations.AddConstraint(
            model_name="mergeproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("pair",), name="merge_proposed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergeproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                name="merge_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="mergeproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "proposed"), ("decided_by__isnull", False), _connector="OR"),
                name="merge_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["record"], name="link_record"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(("pair__isnull", False)), fields=["pair"], name="link_pair"
            ),
        ),
        migrations.AddIndex(
            model_name="judgement",
            index=models.Index(fields=["actor", "at"], name="judgement_actor"),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("pair__isnull", True), ("blind__isnull", True), _connector="XOR"),
                name="judgement_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "withdrawn"), _negated=True),
                fields=("blind",),
                name="blind_judged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(fields=("withdraws",), name="judgement_withdrawn_once"),
        ),
        migrations.AddConstraint(
            model_name="blindcheck",
            constraint=models.UniqueConstraint(fields=("run", "record", "kind"), name="blind_once"),
        ),
        migrations.AddIndex(
            model_name="region",
            index=models.Index(fields=["level", "code"], name="region_level"),
        ),
    ]
