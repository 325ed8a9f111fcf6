"""The application role may have statistics taken, of this project's tables only."""

import pytest
from django.db import connection

from payung.database.planner import analyze

pytestmark = pytest.mark.django_db


def test_statistics_are_taken_within_the_transaction_that_wrote():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_done (key, action) SELECT 'k' || n, 'test' FROM generate_series(1, 2000) n"
        )
        analyze("access_done", rows=2000)
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'access_done'")
        assert cursor.fetchall()[0][0] >= 2000


def test_a_name_that_is_no_table_is_left_alone():
    analyze("no_such_table; DROP TABLE access_done", "pg_authid")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_done")
