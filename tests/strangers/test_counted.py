"""What strangers and users have computed is counted in the database, by address, by account and in all."""

from __future__ import annotations

import pytest
from django.test import Client

from payung.access.limits import Limit
from payung.web import counted

PRICE = "/bantu/?wilayah=65.71&orang={}&bulan=12&sebagai=company"
ASKED = {
    "web:coverage-check": "/cek/{}",
    "web:law-ask": "/hukum/hitung/jkm/?n={}",
    "web:giving-certificate": "/bantu/donasi/x{}/sertifikat.pdf",
    "web:giving-promise": "/bantu/janji/?n={}",
}


@pytest.fixture
def few(monkeypatch, static_files):
    """Three from an address and five in all, of each kind."""
    for name in ASKED:
        limits = Limit(f"{name}-a", 3, 600), Limit(f"{name}-b", 5, 600)
        monkeypatch.setitem(counted._STRANGERS, name, limits)
    monkeypatch.setattr("payung.web.giving.public.PRICES", (Limit("p-a", 3, 600), Limit("p-b", 5, 600)))


def ask(address: str, path: str) -> int:
    return Client(REMOTE_ADDR=address).get(path).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*ASKED.values(), PRICE], ids=[*ASKED, "price"])
def test_one_address_is_stopped_and_another_is_not_until_all_are(few, path):
    first = [ask("10.0.0.1", path.format(number)) for number in range(1, 5)]
    assert [status == 429 for status in first] == [False] * 3 + [True]
    second = [ask("10.0.0.2", path.format(number)) for number in range(11, 13)]
    assert [status == 429 for status in second] == [False, True], "four of them came before"


@pytest.mark.django_db
def test_a_price_that_was_computed_is_not_counted_again(few, monkeypatch):
    monkeypatch.setattr("payung.web.public.cache.figures_version", lambda: "1")
    monkeypatch.setattr("payung.web.giving.public.figures_version", lambda: "1")
    assert {ask("10.0.0.9", PRICE.format(7)) for _ in range(10)} == {200}


@pytest.mark.django_db
def test_who_is_logged_in_is_no_stranger(few, make_actor):
    user = Client(REMOTE_ADDR="10.0.0.3")
    user.force_login(make_actor("operator").user)
    assert all(user.get(PRICE.format(number)).status_code == 200 for number in range(1, 8))


@pytest.mark.django_db
def test_files_are_counted_for_each_account(monkeypatch, static_files, make_actor):
    monkeypatch.setattr(counted, "_ACCOUNT", Limit("long-account", 2, 600))
    answers = []
    for _ in range(2):
        user = Client()
        user.force_login(make_actor("operator").user)
        answers.append([user.get("/cakupan.csv").status_code for _ in range(3)])
        assert user.get("/orang/").status_code == 200
    assert answers == [[200, 200, 429]] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("id", "Terlalu banyak permintaan"), ("en", "Too many requests")]
)
def test_the_refusal_is_a_sentence_that_says_how_long_to_wait(few, language, words):
    visitor = Client(REMOTE_ADDR="10.0.0.4")
    visitor.cookies["django_language"] = language
    for number in range(4):
        answer = visitor.get(f"/cek/{number}")
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "600"
    assert words in answer.content.decode()
