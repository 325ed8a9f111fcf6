"""A session ends when nobody asks for half an hour, and after a working day whatever is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from payung.access import sessions

pytestmark = pytest.mark.django_db
RIGHT = "rahasia-sekali"


class Clock:
    """The time that sessions and the database rows see."""

    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(sessions.timezone, "now", lambda: self.now)
        monkeypatch.setattr(sessions.time, "time", lambda: self.now.timestamp())

    def pass_by(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def client(static_files, make_actor, clock):
    make_actor("operator", username="petugas")
    client = Client()
    assert client.post("/masuk/", {"username": "petugas", "password": RIGHT}).status_code == 302
    return client


def inside(client: Client) -> bool:
    return client.get("/orang/").status_code == 200


#: Minutes between requests, and whether the last finds the user still inside.
WAITS = {
    "at once": ([0], True),
    "almost half an hour": ([29.5], True),
    "half an hour": ([30.5], False),
    "twice almost": ([29, 29], True),
    "often, then long": ([1, 2, 3, 31], False),
    "every twenty minutes for seven hours": ([20] * 21, True),
    "every twenty minutes for eight hours and more": ([20] * 25, False),
    "every minute, then half an hour and a bit": ([1] * 5 + [30.5], False),
    "within a minute of the last note, then almost": ([0.5, 0.4, 29], True),
    "a night": ([8 * 60 + 1], False),
    "a month": ([30 * 24 * 60], False),
}


@pytest.mark.parametrize("name", WAITS)
def test_a_session_lives_from_request_to_request_and_no_longer_than_a_day(client, clock, name):
    waits, still = WAITS[name]
    for minutes in waits[:-1]:
        clock.pass_by(minutes)
        assert inside(client) or not still
    clock.pass_by(waits[-1])
    assert inside(client) is still


def test_a_session_in_use_is_written_down_once_a_minute(client, clock, django_assert_num_queries):
    inside(client)
    before = Session.objects.get().expire_date
    for _ in range(5):
        clock.pass_by(0.15)
        inside(client)
    assert Session.objects.get().expire_date == before
    clock.pass_by(1)
    inside(client)
    assert Session.objects.get().expire_date > before


#: How a page asks by itself: what an htmx element sends, and where a page reloads itself to without a script.
ASKS = {
    "an element": ("/bulan-ini/?bagian=jalan", {"X-By-Itself": "1", "HX-Request": "true"}),
    "a reload": ("/pekerjaan/?sendiri=1", {}),
}


@pytest.mark.parametrize("name", ASKS)
def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client, clock, name):
    path, headers = ASKS[name]
    clock.pass_by(20)
    assert inside(client)
    for _ in range(29):
        clock.pass_by(1)
        assert client.get(path, headers=headers).status_code == 200
    clock.pass_by(1.5)
    answer = client.get(path, headers={**headers, "HX-Current-URL": "http://testserver/bulan-ini/?a=1"})
    if "HX-Request" in headers:
        assert answer.headers["HX-Redirect"] == "/masuk/?next=/bulan-ini/%3Fa%3D1", "the page itself goes"
    else:
        assert answer.status_code == 302
    assert not inside(client)


def test_what_such_a_request_writes_into_the_session_puts_off_nothing(client, clock):
    before = Session.objects.get()
    clock.pass_by(10)
    store = sessions.SessionStore(before.session_key)
    store.by_itself = True
    store["pesan"] = "halo"
    store.save()
    assert Session.objects.get().expire_date == before.expire_date
    assert inside(client)
    assert Session.objects.get().expire_date > before.expire_date


def test_a_form_sent_from_a_page_that_reloaded_itself_is_its_users(client, clock):
    before = Session.objects.get().expire_date
    clock.pass_by(10)
    client.post("/orang/?sendiri=1", {"cari": ""})
    assert Session.objects.get().expire_date > before


def test_a_row_that_promises_more_than_a_day_does_not_keep_it(client, clock):
    """Whoever can write the table of sessions still cannot stretch the day that began with the sign-in."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = %s", [clock.now + timedelta(days=900)])
    clock.pass_by(8 * 60 + 1)
    assert not inside(client)


def test_coming_in_anew_begins_a_new_day_under_a_new_number(client, clock):
    for _ in range(15):
        clock.pass_by(29)
        assert inside(client)
    old = client.cookies["sessionid"].value
    client.post("/keluar/")
    assert client.post("/masuk/", {"username": "petugas", "password": RIGHT}).status_code == 302
    assert client.cookies["sessionid"].value != old
    for _ in range(15):
        clock.pass_by(29)
        assert inside(client)


def test_the_cookie_goes_with_the_browser(client):
    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == "" and cookie["expires"] == "" and cookie["httponly"]


@pytest.mark.parametrize("minutes", [5, 60])
def test_the_deployment_says_how_long_is_idle(client, clock, settings, minutes):
    settings.PAYUNG_IDLE_MINUTES = minutes
    client = Client()
    client.post("/masuk/", {"username": "petugas", "password": RIGHT})
    clock.pass_by(minutes - 1)
    client.get("/orang/")
    clock.pass_by(minutes + 1)
    assert not inside(client)


def test_a_visitor_who_is_nobody_keeps_a_session_of_no_importance(static_files):
    store = sessions.SessionStore()
    store["pesan"] = "halo"
    store.save()
    row = Session.objects.get()
    assert isinstance(row.expire_date, datetime) and row.expire_date > timezone.now() + timedelta(hours=7)
