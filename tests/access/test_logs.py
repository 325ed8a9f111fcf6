"""A line of the log says when and where, by whom; no person's data, and nobody's text passes for a line of its own."""

from __future__ import annotations

import logging
import re
import sys

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from payung.access.context import called_by
from payung.access.logs import Line, masked

NIK = "6571014508680001"
HEAD = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00 [A-Z]+ [\w.]+ \[request=\S+ user=\S+ address=\S+\] "
)


def line(message: str, *values: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    return Line().format(logging.LogRecord("payung.test", logging.ERROR, "x.py", 1, message, values, info))


@pytest.mark.parametrize(
    "text",
    [
        NIK,
        f"NIK {NIK} not found",
        "65.71.01.450868.0001",
        "6571 0145 0868 0001",
        "657101-450868-0001",
        f"'{NIK}'",
        f'{{"nik":"{NIK}"}}',
        f"nik={NIK}&nama=x",
        f"{NIK},{NIK}",
        f"/orang/{NIK}/",
        f"x{NIK}x",
    ],
)
def test_no_nik_stands_in_a_line(text):
    told = masked(line("%s", text))
    assert NIK not in re.sub(r"\D", "", told.partition("] ")[2])
    assert "0868" not in told.partition("] ")[2] and "…" in told


@pytest.mark.parametrize(
    "text", ["2026-12-01T03:12:23.123456", "Rp1.234.567", "person 123456789", "12345678901234567890"]
)
def test_other_numbers_stay(text):
    assert text in line("%s", text)


@pytest.mark.parametrize(
    "sign", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[31m", "\x85", "\u2028", "\u2029", "\x00", "\x08"]
)
def test_what_somebody_typed_makes_no_line_of_its_own(sign):
    told = line(
        "name %s",
        f"a{sign}2026-12-01T00:00:00.000+08:00 INFO payung [request=x user=admin address=y] all is well",
    )
    assert len(told.splitlines()) == 1 and "\x1b" not in told


def test_a_line_says_when_with_its_zone_who_where_and_in_which_request():
    with called_by("192.0.2.7", user="petugas", request="permintaan-1"):
        told = line("hello")
    assert HEAD.match(told)
    assert "[request=permintaan-1 user=petugas address=192.0.2.7] hello" in told
    assert "[request=- user=- address=-]" in line("hello")


def test_a_traceback_is_indented_under_its_line_and_masked():
    try:
        raise ValueError(f"cannot read {NIK}\nsecond line")
    except ValueError as error:
        told = line("failed", error=error)
    first, *rest = told.splitlines()
    assert HEAD.match(first) and all(one.startswith("    ") for one in rest)
    assert NIK not in told and "ValueError" in told


#: Statements that fail, with a name and a NIK in each.
FAILING = {
    "a value of another type": ("SELECT %s::bigint", ["Siti Aminah 6571014508680001x"]),
    "a date that is none": ("SELECT %s::date", ["Siti Aminah"]),
    "json that is none": ("SELECT %s::jsonb", ['{"Siti Aminah": 6571014508680001']),
    "a row that breaks a rule": (
        "INSERT INTO access_assignment (user_id, role, region_code) VALUES (1, 'operator', %s)",
        ["Siti Aminah"],
    ),
    "a key that is there": (
        "INSERT INTO access_done (key, action) VALUES (%s, 'x'), (%s, 'x')",
        ["Siti Aminah 6571014508680001"] * 2,
    ),
    "a text too long": ("INSERT INTO access_done (key, action) VALUES ('x', %s)", ["Siti Aminah " * 20]),
    "words that are no SQL": ("SELEKT %s", ["Siti Aminah 6571014508680001"]),
    "a column that is not": ("SELECT %s FROM access_done WHERE nama = %s", ["Siti Aminah", NIK]),
    "a NUL": ("SELECT %s::jsonb", ['"Siti Aminah \\u0000"']),
    "an array that is none": ("SELECT %s::int[]", ["{Siti Aminah}"]),
    "a number out of range": ("SELECT %s::int", [NIK]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", FAILING)
def test_an_error_of_the_database_is_logged_without_what_it_was_sent(what):
    statement, values = FAILING[what]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
        raise AssertionError("did not fail")
    except DatabaseError as error:
        for told in (line("failed", error=error), line("failed: %s", error)):
            assert "Siti" not in told and NIK not in told, told


@pytest.mark.django_db
def test_a_cell_that_cannot_be_copied_in_is_not_quoted():
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE staged (n bigint, name text)")
            with cursor.copy("COPY staged FROM STDIN (FORMAT csv)") as copy:
                copy.write(f'1,ok\n"Siti Aminah",{NIK}\n')
        pytest.fail("it was copied in")
    except psycopg.Error as error:
        told = line("failed", error=error)
        assert "Siti" not in told and NIK not in told, told


def test_the_deployment_writes_its_lines_by_this_and_no_file(settings):
    handlers = settings.LOGGING["handlers"]
    assert [one["class"] for one in handlers.values()] == ["logging.StreamHandler"]
    assert settings.LOGGING["formatters"]["line"]["()"] == "payung.access.logs.Line"


@pytest.mark.django_db
def test_a_page_that_fails_is_logged_with_its_request(static_files, make_actor, monkeypatch, capsys):
    from payung.registry import queries

    def fail(*_: object) -> None:
        raise RuntimeError(f"Siti {NIK}")

    monkeypatch.setattr(queries, "person", fail)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    client = Client(raise_request_exception=False, REMOTE_ADDR="192.0.2.8")
    client.force_login(make_actor("operator", username="petugas").user)
    try:
        answer = client.get("/orang/1/")
    finally:
        logger.removeHandler(handler)
    assert answer.status_code == 500
    told = capsys.readouterr().err
    assert f"[request={answer.headers['X-Request-ID']} user=petugas address=192.0.2.8]" in told
    assert NIK not in told
