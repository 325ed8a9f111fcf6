"""What a copy of the database alone tells of a person: no NIK, not its digits, no telephone, no mother or heir."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import openpyxl
import pytest
from django.core.exceptions import FieldError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from payung.access.actor import Actor, acting_as
from payung.access.crypto import nik_hash
from payung.access.models import User
from payung.config.prepare import bring_tables
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Person, Record
from tests.database.test_schema import held

HEADERS = [
    "No", "NIK", "Nama Lengkap", "L/P", "Tgl Lahir", "Desa/Kelurahan", "Kecamatan", "Pekerjaan", "No HP",
    "Nama Ibu Kandung", "Ahli Waris", "Hubungan Ahli Waris", "No HP Ahli Waris",
]  # fmt: skip
PLACE = ["Karang Anyar", "Tarakan Barat", "Nelayan"]
#: Rows with nothing wrong, and with each thing that is noted about a NIK or a telephone and may quote it.
_SENT = [
    [
        "6571010508680001",
        "Andi Baso",
        "L",
        "05-08-1968",
        "081234567801",
        "Rosnawati",
        "Wulandari",
        "istri",
        "081298765401",
    ],
    [
        "6571014508700002",
        "Siti Aminah",
        "L",
        "05-08-1970",
        "081234567802",
        "Kasmiati",
        "Hendrawan",
        "suami",
        "0812987654",
    ],
    [
        "6571021203850003",
        "Yohanes Laing",
        "L",
        "13-03-1985",
        "08123456780",
        "Yuliana",
        "Martinus",
        "anak",
        "x0812987",
    ],
    [
        "6571025203909999",
        "Martha Lawai",
        "P",
        "12-03-1990",
        "telepon 0812345",
        "Magdalena",
        "Paulus",
        "suami",
        "-",
    ],
    [
        "65710252039000",
        "Lipat Ngau",
        "L",
        "01-01-1990",
        "081234567805",
        "Elisabet",
        "Kornelia",
        "istri",
        "081298765405",
    ],
    [
        "6571010508680001",
        "Andi Basso",
        "L",
        "05-08-1968",
        "081234567801",
        "Rosnawati",
        "Wulandari",
        "istri",
        "081298765401",
    ],
    [
        "9999990508680007",
        "Ngau Bulan",
        "L",
        "05-08-1968",
        "081234567807",
        "Dorkas",
        "Filipus",
        "anak",
        "081298765407",
    ],
    [
        "6571010508680000",
        "Daeng Tata",
        "L",
        "05-08-1968",
        "021-55512399",
        "Nurhayati",
        "Salmiah",
        "istri",
        "62812987654",
    ],
    [
        "'6571010101010009",
        "Usat Jalung",
        "P",
        "01-01-2001",
        "+62 812 3456 7809",
        "Ruminah",
        "Ngalan",
        "ayah",
        "081298765409",
    ],
    [
        "65.71.01.450868.0010",
        "Rina Ulfah",
        "P",
        "05-08-1968",
        "081234567810",
        "Sitti Hawa",
        "Burhan",
        "suami",
        "",
    ],
]
ROWS = [[*row[:4], *PLACE, *row[4:]] for row in _SENT]


def secrets_of(row: list[str]) -> set[str]:
    """What of a row nobody may read: the NIK and its digits, telephones, the names of mother and heir."""
    digits = "".join(letter for letter in row[0] if letter.isdigit())
    phones = {"".join(letter for letter in row[at] if letter.isdigit())[-7:] for at in (7, 11)}
    return {digits, digits[:12], digits[-8:], *(phone for phone in phones if len(phone) == 7), row[8], row[9]}


@pytest.fixture
def world(own_database, tmp_path):
    with acting_as(Actor.of(User.objects.get(username="operator"))) as actor:
        for name, rows in (
            ("a.xlsx", ROWS),
            ("b.xlsx", [[*row[:1], row[1].upper(), *row[2:]] for row in ROWS[:4]]),
        ):
            book = openpyxl.Workbook()
            book.active.append(HEADERS)
            for number, row in enumerate(rows, start=1):
                book.active.append([number, *row])
            book.save(tmp_path / name)
            load_file(actor, path=tmp_path / name, file_name=name, today=date(2026, 11, 22))
            match(actor)
        yield actor


def everything() -> str:
    """Every row of every table, as the owner reads it from a copy."""
    told = []
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t.* FROM "{table}" t')
            for row in cursor.fetchall():
                told += [value.decode("latin1") if isinstance(value, bytes) else str(value) for value in row]
    connections["owner"].close()
    return "\n".join(told)


def test_no_table_tells_it(world):
    told = everything()
    assert "Andi Baso" in told, "names are searched for, and stay"
    found = {row[1]: {secret for secret in secrets_of(row) if secret in told} for row in ROWS}
    assert found == {row[1]: set() for row in ROWS}


def test_who_has_the_keys_reads_it_all(world):
    andi = Person.objects.get(nik_hash=nik_hash(ROWS[0][0]))
    assert (andi.mother_name, andi.heir_name, andi.nik_last4) == ("Rosnawati", "Wulandari", "0001")
    assert andi.phone.endswith("81234567801") and andi.heir_phone.endswith("81298765401")
    assert Record.objects.filter(mother_name__isnull=False).exists()
    assert Person.objects.create(name="Tanpa", name_norm="tanpa", region_code="65").phone == ""
    for wrong in ({"phone": "0812"}, {"mother_name__startswith": "R"}, {"heir_name": ""}):
        with pytest.raises(FieldError, match="is encrypted"):
            Person.objects.filter(**wrong).exists()


def test_a_database_of_an_older_state_is_refused_in_a_sentence(world):
    """The migrations of before stand in one; a database that has some of them only cannot be brought over."""
    tables = import_module("payung.registry.migrations.0001_tables").Migration
    recorder = MigrationRecorder(connections["owner"])
    last = tables.replaces[-1]
    recorder.record_unapplied("registry", "0001_tables")
    recorder.record_unapplied(*last)
    with connections["owner"].cursor() as owner:
        owner.execute("DROP TRIGGER access_event_append_only ON access_event")
        owner.execute("CREATE FUNCTION only_before() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        owner.execute("ALTER FUNCTION payung_append_only() COST 7")
    before = held()
    try:
        with pytest.raises(RuntimeError, match="left between two states"):
            bring_tables()
        assert held() == before, "nothing was changed, as the sentence says"
    finally:
        recorder.record_applied(*last)
        recorder.record_applied("registry", "0001_tables")
    bring_tables()
