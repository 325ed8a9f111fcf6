"""Whether a worker is known already: by NIK or by name, with reasons, and never beyond the asker's regions."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.access.actor import Refused, acting_as
from payung.access.models import Event
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.lookup import Asked, lookup, read
from payung.registry.models import Person

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
VILLAGE = "65.71.03.1001"


@pytest.fixture
def operator(make_actor, tmp_path):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA])
        load_file(actor, path=path, file_name=path.name, today=TODAY)
        match(actor)
        yield actor


def first(actor, **typed):
    found = lookup(actor, read(today=TODAY, **typed)).found
    return found[0] if found else None


def test_a_nik_finds_its_holder_however_it_is_written(operator):
    known = first(operator, nik="6571 0105 0868 0001")
    assert known.name == "Andi Baso"
    assert known.because[0].field == "prior"


@pytest.mark.parametrize("name", ["Andi Baso", "ANDI BASSO", "Baso Andi", "H. Andi Baso, S.Pd", "Andhi Baso"])
def test_a_name_with_its_birth_date_finds_its_other_spellings(operator, name):
    known = first(operator, name=name, birth_date="5 Agustus 1968")
    assert known.name == "Andi Baso"
    assert any(step.field == "birth_date" and step.bits > 0 for step in known.because)


def test_a_birth_date_with_day_and_month_exchanged_is_found(operator):
    assert first(operator, name="Andi Baso", birth_date="08-05-1968").name == "Andi Baso"


def test_the_beginning_of_a_name_is_enough_to_list(operator):
    assert first(operator, name="Yoh").name == "Yohanes Laing"


def test_the_likelier_comes_first(operator):
    village = Person.objects.get(name="Siti Aminah").region_code
    found = lookup(
        operator, read(name="Siti Aminah", birth_date="05-08-1970", region=village, today=TODAY)
    ).found
    assert found[0].name == "Siti Aminah"
    assert list(found) == sorted(found, key=lambda known: -known.weight)


def test_nothing_typed_finds_nobody(operator):
    assert lookup(operator, Asked()).found == ()
    assert lookup(operator, Asked(name="An")).found == ()


@pytest.mark.parametrize(("field", "value"), [("nik", "12345"), ("birth_date", "kemarin dulu")])
def test_what_cannot_be_read_is_named(operator, field, value):
    with pytest.raises(Refused):
        read(today=TODAY, **{field: value})


def test_another_region_is_told_only_that_the_nik_is_known_elsewhere(operator, make_actor):
    malinau = make_actor("operator", "65.02")
    with acting_as(malinau):
        answer = lookup(malinau, read(nik=ANDI[0], today=TODAY))
        assert (answer.found, answer.elsewhere) == ((), True)
        assert lookup(malinau, read(name="Andi Baso", birth_date="05-08-1968", today=TODAY)).found == ()
        assert not lookup(malinau, read(nik="6571010508680009", today=TODAY)).elsewhere
    assert Event.objects.filter(action="lookup_elsewhere", actor=malinau.user).count() == 1


def test_rows_are_cleaned_as_the_matcher_cleans_them():
    import polars as pl

    from payung.matching.clean import clean
    from payung.matching.columns import FIELDS
    from payung.matching.engine import READ
    from payung.matching.names import fold_names
    from payung.registry.lookup import clean_row

    rows = [
        ("H. Muh. Asmoeni bin Djafar, S.Pd", date(1985, 8, 17), "65.71.01.1001", "6571011708850001"),
        ("Siti Nurhaliza", date(1970, 1, 1), "65.71.01", "6571014101700002"),
        ("O'Neil Lawai", date(1999, 12, 31), "65", "6571019912990003"),
        ("Baso", None, "65.02", "6571010508680000"),
        ("Andi", date(2001, 2, 28), "65.02.01.2001", ""),
    ]
    names, born, places, numbers = (list(column) for column in zip(*rows, strict=True))
    table = pl.DataFrame(
        {
            **{field: [None] * len(rows) for field in FIELDS},
            "id": [str(number) for number in range(len(rows))],
            "name": names,
            "birth_date": [str(day) if day else None for day in born],
            "village_code": places,
            "nik": [number or None for number in numbers],
        },
        schema={"id": pl.String, **dict.fromkeys(FIELDS, pl.String)},
    )
    read = [column for column in READ if not column.endswith("rarity")]
    wanted = clean(table).select(read).to_dicts()
    folded = fold_names(pl.Series(names)).to_dicts()
    for row, fold, right in zip(rows, folded, wanted, strict=True):
        mine = clean_row(fold, *row[1:])
        assert {column: mine[column] for column in read} == right


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=60))
def test_any_text_gives_a_key_and_no_fault(django_db_setup, name, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT payung_name_key(%s)", [name.replace("\x00", "")])
        assert len(cursor.fetchall()[0][0]) <= 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("asmoeni", "asmuni"),
        ("djoko", "joko"),
        ("muhammad yusuf", "yusup"),
        ("tjandra", "candra"),
        ("syarif", "sarip"),
    ],
)
def test_old_and_new_spelling_have_one_key(db, one, other):
    with connection.cursor() as cursor:
        cursor.execute("SELECT payung_name_key(%s), payung_name_key(%s)", [one, other])
        a, b = cursor.fetchall()[0]
    assert a == b
