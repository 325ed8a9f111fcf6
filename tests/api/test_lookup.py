"""The look-up for programs: who may ask, what they get, and that nothing personal stands in an address."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from payung.access.actor import acting_as
from payung.registry.actions import load_file
from payung.registry.linking import match
from tests.registry.lists import ANDI, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
URL = "/api/v1/lookup"
TODAY = date(2026, 11, 22)


@pytest.fixture
def client_of(make_actor, tmp_path):
    operator = make_actor("operator", "65")
    with acting_as(operator):
        path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES])
        load_file(operator, path=path, file_name=path.name, today=TODAY)
        match(operator)

    def make(role: str, region: str = "65") -> Client:
        client = Client()
        client.force_login(make_actor(role, region).user)
        return client

    return make


def ask(client: Client, **fields):
    return client.post(URL, fields, content_type="application/json")


def test_without_a_session_nobody_answers(client_of):
    answer = ask(Client(), name="Andi Baso")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "login_needed"


def test_a_role_without_the_permission_is_refused(client_of):
    assert ask(client_of("dprd"), name="Andi Baso").status_code == 403


def test_a_name_with_a_birth_date_is_answered_with_reasons(client_of):
    answer = ask(client_of("village", "65.71"), name="Andi Basso", birth_date="1968-08-05").json()
    known = answer["found"][0]
    assert (known["name"], known["birth_date"]) == ("Andi Baso", "1968-08-05")
    assert {"field", "bits", "message", "message_en"} == set(known["because"][0])
    assert "6571010508680001" not in str(answer)


def test_another_region_gets_nobody_but_hears_that_the_nik_is_known(client_of):
    malinau = client_of("operator", "65.02")
    assert ask(malinau, name="Andi Baso", birth_date="1968-08-05").json()["found"] == []
    assert ask(malinau, nik=ANDI[0]).json()["known_elsewhere"] is True


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", "application/json"),
        ("[1]", "application/json"),
        ('{"umur": "3"}', "application/json"),
        ('{"name": 3}', "application/json"),
        ('{"nik": "12"}', "application/json"),
        ('{"birth_date": "kapan-kapan"}', "application/json"),
        ('{"name": "' + "a" * 20_000 + '"}', "application/json"),
    ],
)
def test_a_bad_question_gets_a_sentence(client_of, body, kind):
    answer = client_of("operator").post(URL, body, content_type=kind)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_another_method_is_named(client_of):
    answer = client_of("operator").options(URL)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    answer = client_of("operator").delete(URL)
    assert (answer.status_code, "DELETE" in answer.headers["Allow"]) == (405, False)


def test_get_tells_what_may_be_asked_and_ignores_what_stands_in_the_address(client_of):
    answer = client_of("operator").get(URL + "?name=Andi+Baso")
    assert set(answer.json()) == {"ask", "fields", "regions"}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_question_needs_few_queries(client_of, django_assert_max_num_queries):
    client = client_of("operator")
    with django_assert_max_num_queries(11):
        assert ask(client, name="Andi Baso", birth_date="1968-08-05", region="65.71").status_code == 200
