"""What keeps the figures fresh outlives every error, and never keeps a lock that it cannot use."""

from __future__ import annotations

import decimal
import logging

import polars as pl
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from payung.oversight import cuts, fresh
from tests.oversight.population import TODAY

ERRORS = [
    DatabaseError("gone"),
    OperationalError("gone"),
    InterfaceError("closed"),
    ValueError("no number"),
    KeyError("trade"),
    TypeError("None"),
    ZeroDivisionError(),
    MemoryError(),
    RecursionError(),
    OSError("disk full"),
    decimal.InvalidOperation(),
    pl.exceptions.ComputeError("shape"),
    pl.exceptions.PanicException("panicked"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["refresh_if_changed", "recount"])
@pytest.mark.django_db
def test_a_look_that_fails_is_logged_and_the_next_one_comes(monkeypatch, caplog, error, where):
    def fail(*_asked):
        raise error

    for name in ("refresh_if_changed", "recount"):
        monkeypatch.setattr(fresh, name, fail if name == where else lambda *_asked: None)
    with caplog.at_level(logging.WARNING, "payung.oversight.fresh"):
        fresh.look()
    assert "could not be counted again" in caplog.text


@pytest.mark.parametrize("step", ["marks", "_is_of", "_recount", "_count_month", "everyone_visible"])
@pytest.mark.django_db
def test_the_lock_is_given_back_wherever_counting_fails(monkeypatch, step):
    def fail(*_asked, **_more):
        raise ValueError("no")

    monkeypatch.setattr(cuts, "MONTHS", 2)
    monkeypatch.setattr(cuts, step, fail)
    with pytest.raises(ValueError, match="no"):
        cuts.recount(TODAY)
        if step == "_is_of":
            cuts.recount(TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db
def test_looking_again_where_nothing_changed_writes_nothing(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(cuts, "MONTHS", 2)
    cuts.recount(TODAY)
    with connection.execute_wrapper(_refuse_writes):
        assert cuts.recount(TODAY) == []


def _refuse_writes(execute, sql, params, many, context):
    assert not sql.lstrip().upper().startswith(("DELETE", "INSERT", "UPDATE", "COPY")), sql
    return execute(sql, params, many, context)
