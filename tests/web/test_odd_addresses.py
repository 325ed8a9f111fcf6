"""Short words at public addresses that once ended in a server's fault."""

from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(make_actor) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(make_actor("operator").user)
    return browser


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/daftar/", "/daftar/"),
        ("/peta/?wilayah=65", "/peta/?wilayah=65"),
        *((word, "/") for word in ("x", "web:home", "registry-intakes", "", ".", "..", "daftar/", "login", "\n", "x\0y")),
        *((word, "/") for word in ("//jahat.example/", "/\\jahat.example", "https://jahat.example/", "javascript:alert(1)")),
        *((word, "/") for word in ("http:///jahat.example", "\thttps://jahat.example", "x" * 5_000)),
    ],
)  # fmt: skip
def test_a_language_page_leads_back_or_to_the_front(wanted: str, leads: str) -> None:
    answer = Client(raise_request_exception=False).get("/bahasa/en/", {"next": wanted})
    if "\0" in wanted:
        assert answer.status_code == 400
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, leads)


@pytest.mark.parametrize("address", [
    "/cek/%00", "/cek/%00/", "/cek/a%00b", "/cek/%ff", "/cek/%ed%a0%80", "/%00", "/bahasa/%00/", "/cek/" + "x" * 5_000,
    "/daftar/muat/%00/", "/cabang/jawaban/%00/", "/janji/%00/", "/desa/%00/", "/pengawasan/%00/", "/static/%00", "/peta/?wilayah=%00",
])  # fmt: skip
def test_an_address_that_no_keyboard_writes_is_no_fault(client: Client, address: str) -> None:
    for browser in (client, Client(raise_request_exception=False)):
        assert browser.get(address).status_code < 500


@pytest.mark.parametrize("body", [
    "[" * 16_000, "[" * 16_000 + "]" * 16_000, '{"a":' * 3_000, '{"nama": "\\ud800"}', '{"nama": "\\u0000"}', '{"nama": NaN}',
    '{"nama": ' + "9" * 5_000 + "}", '{"nama": 1e999999}', "null", "[]", '"x"', "\xff\xfe", "", "{", '{"nama": ["x"]}', '{"\\ud800": "x"}',
    '{"nik": "' + "9" * 16_000 + '"}', '{"nama": "a", "nama": "b"}',
])  # fmt: skip
def test_the_interface_answers_any_body(client: Client, body: str) -> None:
    content = body.encode("latin-1", "replace")
    answer = client.post("/api/v1/lookup", content, content_type="application/json")
    assert answer.status_code < 500
    assert "error" in json.loads(answer.content) or answer.status_code == 200
