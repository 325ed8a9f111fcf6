"""Staged tables hold what was given, locks keep two apart, rows come back by name."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl
import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from payung import database
from payung.database.locks import Lock, lock_if_free, one_at_a_time
from payung.database.query import constraint_of

COLUMNS = {"id": "bigint", "word": "text", "day": "date", "sure": "boolean"}
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=20)
lists = st.lists(
    st.tuples(
        st.integers(-(2**60), 2**60),
        st.none() | texts,
        st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        st.none() | st.booleans(),
    ),
    max_size=20,
)


def read(staged: database.Staged) -> list[tuple]:
    return database.rows(f"SELECT id, word, day, sure FROM {staged.identifier}")


@pytest.mark.django_db
@given(rows=lists)
def test_three_ways_to_stage_hold_the_same(rows):
    frame = pl.DataFrame(
        rows, schema={"id": pl.Int64, "word": pl.String, "day": pl.Date, "sure": pl.Boolean}, orient="row"
    )
    assert read(database.stage("words", COLUMNS, rows)) == rows
    assert read(database.stage("words", COLUMNS, rows, binary=True)) == rows
    assert read(database.stage_frame("words", COLUMNS, frame)) == rows
    copy = database.stage_query(
        "copy", COLUMNS, "SELECT * FROM words WHERE id = ANY(%(ids)s)", {"ids": [r[0] for r in rows]}
    )
    assert sorted(read(copy), key=repr) == sorted(rows, key=repr)


@pytest.mark.django_db
def test_a_name_that_is_a_word_of_sql_is_quoted():
    staged = database.stage("Odd Name", {"group by": "integer"}, [(1,), (2,)])
    staged.analyze("group by")
    staged.index("group by")
    assert database.rows(f"SELECT count(*) FROM {staged.identifier}") == [(2,)]
    staged.drop()


class Pair(NamedTuple):
    left: int
    right: str


@dataclass(frozen=True)
class AlsoPair:
    left: int
    right: str


@pytest.mark.django_db
def test_rows_come_back_as_values_with_the_names_of_the_columns():
    sql = 'SELECT 1 AS "left", \'a\' AS "right"'
    assert database.typed(Pair, sql) == [Pair(1, "a")]
    assert database.typed(AlsoPair, sql) == [AlsoPair(1, "a")]
    with pytest.raises(TypeError, match="the statement gives"):
        database.typed(Pair, 'SELECT \'a\' AS "right", 1 AS "left"')


@pytest.mark.django_db
def test_a_broken_constraint_is_known_by_its_name():
    database.run("INSERT INTO access_done (key, action) VALUES ('k', 'test')")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        database.run("INSERT INTO access_done (key, action) VALUES ('k', 'test')")
    assert constraint_of(caught.value) == "access_done_pkey"
    assert constraint_of(ValueError()) == ""


def test_a_lock_is_for_one_and_for_each_part_apart(own_database):
    answers: dict[str, bool] = {}

    def other() -> None:
        try:
            with transaction.atomic():
                answers["same"] = lock_if_free(Lock.DEATH, 7)
                answers["other part"] = lock_if_free(Lock.DEATH, 8)
                answers["other lock"] = lock_if_free(Lock.ACCIDENT, 7)
        finally:
            connections.close_all()

    with transaction.atomic():
        one_at_a_time(Lock.DEATH, 7)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert answers == {"same": False, "other part": True, "other lock": True}


@pytest.mark.django_db
def test_functions_of_the_database_take_the_locks_that_the_program_names():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname LIKE 'coverage_count%'")
        bodies = [body for (body,) in cursor.fetchall()]
    assert len(bodies) == 2
    assert all("hashtextextended('payung:" in body for body in bodies)
