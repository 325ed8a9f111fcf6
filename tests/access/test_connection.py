"""A connection that is kept between requests is used only while the server holds it too."""

from django.db import connection, connections


def _asked(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def test_a_connection_that_the_server_closed_is_opened_anew(own_database):
    before = _asked("SELECT pg_backend_pid()")
    assert connection.is_usable()
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 10000)", [before])
    assert not connection.is_usable()
    connection.close_if_unusable_or_obsolete()
    assert _asked("SELECT pg_backend_pid()") != before


def test_a_message_that_waits_is_not_taken_for_the_end(own_database):
    _asked("LISTEN news")
    with connections["owner"].cursor() as owner:
        owner.execute("NOTIFY news")
    assert connection.is_usable()
