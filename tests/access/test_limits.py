"""Attempts are counted once for all workers and restarts, whatever order or place they come from."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from payung.access.limits import Limit, forget, give_back, take
from payung.access.models import Attempt
from payung.web.account import throttle

RIGHT, WRONG = "rahasia-sekali", "salah"
REFUSED = "Terlalu banyak percobaan"


def try_login(name: str, password: str = WRONG, address: str = "10.1.1.1") -> str:
    """One attempt from a browser of its own; '' where it let somebody in, else the page."""
    answer = Client(REMOTE_ADDR=address).post("/masuk/", {"username": name, "password": password})
    return "" if answer.status_code == 302 else answer.content.decode()


@pytest.fixture
def clerk(static_files, make_actor):
    return make_actor("operator", "65", username="petugas")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["petugas", "PETUGAS", "Petugas", " petugas"])
def test_after_eight_failures_even_the_right_password_waits(clerk, name):
    assert not any(REFUSED in try_login(name) for _ in range(8))
    assert REFUSED in try_login("petugas", RIGHT)


@pytest.mark.django_db
def test_many_other_names_do_not_push_a_count_out(clerk):
    for _ in range(8):
        try_login("petugas")
    for number in range(310):
        asked = RequestFactory().post("/masuk/", REMOTE_ADDR=f"10.9.{number // 250}.{number % 250}")
        assert not throttle.refused(asked, f"umpan-{number}")
    assert REFUSED in try_login("petugas", RIGHT)


@pytest.mark.django_db
def test_one_name_guessed_from_many_addresses_is_slowed_down(clerk):
    answers = [try_login("petugas", address=f"10.2.0.{number}") for number in range(41)]
    assert [REFUSED in answer for answer in answers] == [False] * 40 + [True]


@pytest.mark.django_db
def test_one_password_tried_over_many_names_is_slowed_down(clerk):
    answers = [try_login(f"nama-{number}") for number in range(61)]
    assert [REFUSED in answer for answer in answers] == [False] * 60 + [True]


@pytest.mark.django_db
def test_a_name_that_does_not_exist_is_refused_after_as_many_attempts(clerk):
    for name in ("petugas", "tidak-ada"):
        answers = [try_login(name, address=f"10.3.0.{len(name)}") for _ in range(9)]
        assert [REFUSED in answer for answer in answers] == [False] * 8 + [True]


@pytest.mark.django_db
def test_who_comes_in_begins_anew_and_costs_the_office_nothing(clerk):
    for _ in range(3):
        assert [try_login("petugas") == "" for _ in range(7)] == [False] * 7
        assert try_login("petugas", RIGHT) == ""
    assert sorted(Attempt.objects.values_list("times", flat=True)) == [1, 7, 21], (
        "only failures: by address, in all while the place was unknown; and that it is known"
    )


@pytest.mark.django_db
def test_another_address_still_comes_in_with_the_right_password(clerk):
    for _ in range(9):
        try_login("petugas")
    assert try_login("petugas", RIGHT, address="10.4.0.1") == ""


@pytest.mark.django_db
def test_once_the_window_is_over_it_begins_anew(clerk):
    for _ in range(9):
        try_login("petugas")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_attempt SET forget_at = clock_timestamp() - interval '1 second'")
    assert try_login("petugas", RIGHT) == ""


@pytest.mark.django_db
def test_a_refusal_is_logged_without_a_name_or_an_address(clerk, caplog):
    with caplog.at_level(logging.WARNING, "payung.limits"):
        for _ in range(9):
            try_login("petugas")
    said = [record.getMessage() for record in caplog.records if record.name == "payung.limits"]
    assert said == ["limit login-name-here exceeded: 9 of 8"]


@pytest.mark.django_db
def test_neither_names_nor_addresses_are_kept(clerk):
    try_login("petugas")
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_attempt::text FROM access_attempt")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert "petugas" not in kept and "10.1.1.1" not in kept


@pytest.mark.django_db
def test_while_a_password_is_checked_another_is_told_to_wait(clerk, monkeypatch):
    monkeypatch.setattr(throttle, "_PATIENCE_SECONDS", 0.01)
    with throttle.one_check_at_a_time():
        assert "Banyak yang sedang masuk" in try_login("petugas", RIGHT)
    assert try_login("petugas", RIGHT) == ""


@pytest.mark.django_db
def test_any_order_of_attempts_and_successes_allows_what_a_plain_count_allows():
    limit = Limit("uji", 3, 3600)

    @given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["take", "take", "back", "forget"]))))
    def count(steps):
        Attempt.objects.all().delete()
        plain = {"a": 0, "b": 0}
        for key, step in steps:
            if step == "take":
                plain[key] += 1
                assert (take([(limit, key)]) is None) is (plain[key] <= 3)
            elif step == "back":
                give_back([(limit, key)])
                plain[key] = max(plain[key] - 1, 0)
            else:
                forget(limit, key)
                plain[key] = 0

    count()


def test_eight_connections_at_once_let_exactly_the_allowed_through(own_database):
    limit = Limit("serentak", 25, 3600)

    def attempts(_worker: int) -> int:
        try:
            return sum(take([(limit, "x")]) is None for _ in range(10))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempts, range(8))) == 25


def test_another_process_goes_on_counting_where_this_one_stopped(own_database):
    limit = Limit("proses", 3, 3600)
    for _ in range(2):
        assert take([(limit, "x")]) is None
    name = connection.settings_dict["NAME"]
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'payung.config.settings')\n"
            "import django; django.setup()\n"
            "from django.db import connection\n"
            f"connection.settings_dict['NAME'] = {name!r}\n"
            "from payung.access.limits import Limit, take\n"
            "print([take([(Limit('proses', 3, 3600), 'x')]) is None for _ in range(2)])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[True, False]"
