"""Figures are counted by a job soon after something was done; one that fails comes again and keeps no lock."""

from __future__ import annotations

import decimal

import polars as pl
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from payung.jobs.models import Job
from payung.jobs.running import run_waiting
from payung.jobs.scope import everyones_jobs
from payung.oversight import actions, cuts, jobs
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


def counts() -> list[Job]:
    with everyones_jobs():
        return list(Job.objects.filter(kind="oversight.count").order_by("id"))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", [(actions, "refresh_if_changed"), (cuts, "recount")], ids=["sheet", "cuts"])
@pytest.mark.django_db
def test_a_count_that_fails_is_told_and_comes_again_a_minute_later(monkeypatch, caplog, error, where):
    def fail(*_asked):
        raise error

    for room, name in ((actions, "refresh_if_changed"), (cuts, "recount")):
        monkeypatch.setattr(room, name, fail if (room, name) == where else lambda *_asked: [])
    jobs.look()
    assert run_waiting() == 1
    assert "failed" in caplog.text
    assert [job.state for job in counts()] == ["failed"]
    jobs.look()
    assert len(counts()) == 1, "not at once"
    monkeypatch.setattr(jobs, "PAUSE", -jobs.PAUSE)
    jobs.look()
    assert [job.state for job in counts()] == ["failed", "waiting"]


@pytest.mark.django_db
def test_figures_are_counted_once_after_something_was_done(monkeypatch):
    monkeypatch.setattr(cuts, "MONTHS", 2)
    for _ in range(3):
        jobs.look()
    assert [job.state for job in counts()] == ["waiting"], "asked for once"
    assert run_waiting() == 1
    assert [(job.state, job.owner, job.result["values"]) for job in counts()] == [
        ("done", None, {"months": 2})
    ]
    assert not actions.is_stale(timezone.localdate())
    jobs.look()
    assert len(counts()) == 1, "nothing was done since"


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
