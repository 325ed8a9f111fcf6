"""What nothing searches for is encrypted: telephones, mothers' and heirs' names; the last digits of a NIK are gone.

The tables are written anew in the end, so that no file of the database holds what stood there before.
"""

from django.db import migrations

from payung.access.crypto import encrypt_many
from payung.access.fields import SealedText

TABLES = ("registry_person", "registry_record")
COLUMNS = ("mother_name", "phone", "heir_name", "heir_phone")
_BATCH = 5_000


def seal(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"ALTER TABLE {table} " + ", ".join(f"ADD COLUMN sealed_{column} bytea" for column in COLUMNS)
            )
            last = 0
            while rows := _next(cursor, table, last):
                last = rows[-1][0]
                sealed = [
                    encrypt_many([row[place] for row in rows], column)
                    for place, column in enumerate(COLUMNS, start=1)
                ]
                cursor.execute(
                    f"UPDATE {table} t SET "
                    + ", ".join(f"sealed_{column} = v.{column}" for column in COLUMNS)
                    + f" FROM unnest(%s, {', '.join(['%s::bytea[]'] * len(COLUMNS))}) v(id, {', '.join(COLUMNS)})"
                    " WHERE t.id = v.id",
                    [[row[0] for row in rows], *sealed],
                )
            cursor.execute(
                f"ALTER TABLE {table} DROP COLUMN nik_last4, "
                + ", ".join(f"DROP COLUMN {column}" for column in COLUMNS)
            )
            for column in COLUMNS:
                cursor.execute(f"ALTER TABLE {table} RENAME COLUMN sealed_{column} TO {column}")
            cursor.execute(f"CLUSTER {table} USING {table}_pkey")


def _next(cursor, table, last):
    any_of = " OR ".join(f"{column} <> ''" for column in COLUMNS)
    cursor.execute(
        f"SELECT id, {', '.join(COLUMNS)} FROM {table} WHERE id > %s AND ({any_of}) ORDER BY id LIMIT {_BATCH}",
        [last],
    )
    return cursor.fetchall()


#: What was found in a cell stood beside the finding, a NIK too; the row as sent has it, encrypted. What is said of an
#: answer that nobody knows names the file and the row.
_UNTOLD = """
UPDATE registry_record SET findings = (SELECT jsonb_agg(f - 'value' ORDER BY n)
    FROM jsonb_array_elements(findings) WITH ORDINALITY one(f, n))
 WHERE findings @? '$[*].value';
UPDATE registry_matchrun SET report = report - 'findings' WHERE report ? 'findings';
UPDATE coverage_difference SET detail = detail - 'nik' WHERE detail ? 'nik';
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0018_narrow_rights"), ("coverage", "0016_answers_taken_back")]
    operations = [
        migrations.RunSQL(_UNTOLD, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(seal, migrations.RunPython.noop)],
            state_operations=[
                *(migrations.RemoveField(model, "nik_last4") for model in ("person", "record")),
                *(
                    migrations.AlterField("person", name, SealedText(words, context=name))
                    for name, words in (
                        ("mother_name", "nama ibu"),
                        ("phone", "telepon"),
                        ("heir_name", "ahli waris"),
                        ("heir_phone", "telepon ahli waris"),
                    )
                ),
                *(migrations.AlterField("record", name, SealedText(context=name)) for name in COLUMNS),
            ],
        ),
    ]
