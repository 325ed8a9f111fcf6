"""Events say from where and in which request; the database dates and digests each; seals keep them from being changed."""

import django.db.models.functions.datetime
import payung.access.context
from django.db import migrations, models

from payung.access.rls import append_only

#: What an event says, each part behind its length, so that no two events give one text. `seals.told` in Python.
STAMP = """
CREATE FUNCTION payung_event_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := '';
    part text;
BEGIN
    IF NEW.id > pg_sequence_last_value(pg_get_serial_sequence('access_event', 'id')::regclass) THEN
        RAISE EXCEPTION 'an event takes the next number, not %', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.at := clock_timestamp();
    FOREACH part IN ARRAY ARRAY[
        NEW.id::text, (extract(epoch FROM NEW.at) * 1000000)::bigint::text, coalesce(NEW.actor_id::text, ''),
        NEW.kind, NEW.action, NEW.subject, coalesce(NEW.subject_id::text, ''), NEW.data::text, NEW.reason,
        NEW.address, NEW.request]
    LOOP
        told := told || length(part) || ':' || part;
    END LOOP;
    NEW.digest := sha256(convert_to(told, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER access_event_stamp BEFORE INSERT ON access_event
    FOR EACH ROW EXECUTE FUNCTION payung_event_stamp();

CREATE FUNCTION payung_seal_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER access_seal_stamp BEFORE INSERT ON access_seal FOR EACH ROW EXECUTE FUNCTION payung_seal_stamp();
"""
UNSTAMP = """
DROP TRIGGER access_seal_stamp ON access_seal;
DROP FUNCTION payung_seal_stamp();
DROP TRIGGER access_event_stamp ON access_event;
DROP FUNCTION payung_event_stamp();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_attempts")]

    operations = [
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
        migrations.AddField(
            model_name="event",
            name="address",
            field=models.CharField(
                blank=True,
                db_default="",
                default=payung.access.context.current_address,
                max_length=60,
                verbose_name="alamat",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="digest",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="kind",
            field=models.CharField(
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
        migrations.AddField(
            model_name="event",
            name="request",
            field=models.CharField(
                blank=True,
                db_default="",
                default=payung.access.context.current_request,
                max_length=40,
                verbose_name="permintaan",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("kind", "act")), fields=["id"], name="event_act"),
        ),
        append_only("access_seal"),
        migrations.RunSQL(STAMP, UNSTAMP),
    ]
