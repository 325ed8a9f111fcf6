"""Where PostgreSQL is away, every page says so at once, in words, and works again when it is back."""

from __future__ import annotations

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

AWAY = [
    OperationalError("the connection is closed"),
    InterfaceError("connection already closed"),
    psycopg.OperationalError("server closed the connection unexpectedly"),
    psycopg.InterfaceError("the connection is closed"),
    psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
    psycopg.errors.CannotConnectNow("the database system is starting up"),
    psycopg.errors.CrashShutdown("terminating connection because of crash of another server process"),
    psycopg.errors.DiskFull("could not extend file"),
    psycopg.errors.TooManyConnections("sorry, too many clients already"),
    psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
]


@pytest.fixture
def pages(static_files):
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_says_that_the_database_is_away(pages, monkeypatch, error, language):
    def fails(*_args, **_more):
        raise error

    monkeypatch.setattr(connection, "cursor", fails)
    pages.cookies["django_language"] = language
    pages.cookies["sessionid"] = "a" * 32
    answer = pages.get("/orang/")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "15"
    said = answer.content.decode()
    assert ("Basis data" if language == "id" else "database cannot be reached") in said
    assert str(error) not in said


@pytest.mark.django_db
def test_a_program_is_told_in_json(pages, monkeypatch):
    def fails(*_args, **_more):
        raise OperationalError("x")

    monkeypatch.setattr(connection, "cursor", fails)
    pages.cookies["sessionid"] = "a" * 32
    answer = pages.get("/api/v1/lookup")
    assert answer.status_code == 503 and answer.json()["error"]["code"] == "away"


@pytest.mark.django_db
def test_a_fault_of_our_own_is_not_called_an_absence(pages, monkeypatch):
    def fails(*_args, **_more):
        raise ProgrammingError("column does not exist")

    monkeypatch.setattr(connection, "cursor", fails)
    pages.cookies["sessionid"] = "a" * 32
    answer = pages.get("/orang/")
    assert answer.status_code == 500 and "column" not in answer.content.decode()


@pytest.mark.xdist_group("strangers")
def test_the_served_pages_go_on_when_the_database_is_back(server):
    """The connections of the server are ended under it, and none may be made; then they may again."""
    from tests.conftest import _server

    name = server.environment["PAYUNG_DATABASE"]
    with _server() as owner:
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            said = [server.ask("GET", "/cek/ABC", Cookie="sessionid=" + "a" * 32) for _ in range(4)]
        finally:
            owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert {one.status for one in said} == {503}
    assert all("Basis data" in one.body.decode() for one in said)
    assert server.ask("GET", "/cek/ABC", Cookie="sessionid=" + "a" * 32).status == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("id", "Formulir ini tidak berlaku lagi"), ("en", "no longer valid")]
)
@pytest.mark.parametrize("path", ["/masuk/", "/cek-perlindungan/", "/keluar/", "/bantu/janji/"])
def test_a_form_without_its_token_is_refused_in_our_words(static_files, language, words, path):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["django_language"] = language
    answer = browser.post(path, {"a": "b"})
    assert answer.status_code == 403
    said = answer.content.decode()
    assert words in said and "CSRF" not in said and "Forbidden" not in said
