"""Whoever came in before from a browser or a place comes in again, however many strangers guess at the name."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from payung.web.account import throttle

RIGHT, WRONG = "rahasia-sekali", "salah"


@pytest.fixture
def clerk(static_files, make_actor):
    return make_actor("operator", "65", username="petugas")


@pytest.fixture
def colleague(static_files, make_actor):
    return make_actor("operator", "65", username="rekan")


def attempt(client: Client, name: str, password: str, address: str) -> int:
    return client.post("/masuk/", {"username": name, "password": password}, REMOTE_ADDR=address).status_code


def strangers_guess(name: str, times: int = 45) -> None:
    """More than the name is allowed from anywhere, each from an address of its own."""
    for number in range(times):
        attempt(Client(), name, WRONG, f"10.66.{number // 250}.{number % 250}")


@pytest.mark.django_db
def test_strangers_lock_a_new_browser_out_and_no_known_one(clerk):
    known = Client()
    assert attempt(known, "petugas", RIGHT, "10.1.0.1") == 302
    known.post("/keluar/")
    strangers_guess("petugas")
    assert attempt(Client(), "petugas", RIGHT, "10.1.0.9") == 429
    assert attempt(known, "petugas", RIGHT, "10.1.0.9") == 302, "the same browser elsewhere"
    assert attempt(Client(), "petugas", RIGHT, "10.1.0.1") == 302, "another browser in the same place"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["petugas", "PETUGAS", " Petugas "])
def test_a_known_browser_guesses_no_more_than_eight_times(clerk, name):
    known = Client()
    attempt(known, "petugas", RIGHT, "10.1.0.1")
    known.cookies.pop(settings.SESSION_COOKIE_NAME)
    answers = [attempt(known, name, WRONG, f"10.7.0.{number}") for number in range(10)]
    assert answers == [200] * 8 + [429] * 2


@pytest.mark.django_db
def test_a_browser_is_known_for_who_came_in_with_it_only(clerk, colleague):
    known = Client()
    attempt(known, "petugas", RIGHT, "10.1.0.1")
    known.cookies.pop(settings.SESSION_COOKIE_NAME)
    strangers_guess("rekan")
    assert attempt(known, "rekan", RIGHT, "10.1.0.2") == 429


@pytest.mark.django_db
def test_an_office_shares_a_browser(clerk, colleague):
    shared = Client()
    for name in ("petugas", "rekan", "petugas"):
        assert attempt(shared, name, RIGHT, "10.1.0.1") == 302
        shared.cookies.pop(settings.SESSION_COOKIE_NAME)
    strangers_guess("petugas")
    strangers_guess("rekan")
    for name in ("petugas", "rekan"):
        assert attempt(shared, name, RIGHT, "10.1.0.7") == 302
        shared.cookies.pop(settings.SESSION_COOKIE_NAME)


FORGED = ["", "a", "a:b:c", "W10:1abc:xyz", "W1sieCIsWyJ5Il1d", "null", "[]", '"', "é", "a" * 4_000]


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", FORGED)
def test_a_forged_cookie_is_none(clerk, cookie):
    strangers_guess("petugas")
    forger = Client()
    forger.cookies[settings.PAYUNG_DEVICE_COOKIE] = cookie
    assert attempt(forger, "petugas", RIGHT, "10.9.0.1") == 429


@pytest.mark.django_db
def test_many_guesses_from_many_places_close_the_way_in_for_the_unknown_only(clerk, colleague, monkeypatch):
    monkeypatch.setattr(throttle, "ALL", throttle.Limit("login-all", 20, 900))
    known = Client()
    attempt(known, "petugas", RIGHT, "10.1.0.1")
    known.cookies.pop(settings.SESSION_COOKIE_NAME)
    for number in range(25):
        attempt(Client(), f"nama-{number}", WRONG, f"10.66.1.{number}")
    assert attempt(Client(), "rekan", RIGHT, "10.1.0.9") == 429
    assert attempt(known, "petugas", RIGHT, "10.1.0.9") == 302


@pytest.mark.django_db
def test_a_place_is_forgotten_after_its_days(clerk):
    attempt(Client(), "petugas", RIGHT, "10.1.0.1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_attempt SET forget_at = clock_timestamp() - interval '1 second'")
    strangers_guess("petugas")
    assert attempt(Client(), "petugas", RIGHT, "10.1.0.1") == 429


@pytest.mark.django_db
def test_the_cookie_says_no_name_and_no_address(clerk):
    known = Client()
    attempt(known, "petugas", RIGHT, "10.1.0.1")
    cookie = known.cookies[settings.PAYUNG_DEVICE_COOKIE]
    assert "petugas" not in cookie.value and "10.1" not in cookie.value
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
