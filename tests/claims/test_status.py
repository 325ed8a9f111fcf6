"""The public status page: two factors, one answer in one size, and a limit on asking."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from payung.access.actor import acting_as
from payung.access.crypto import nik_hash
from payung.claims import public_status
from payung.claims.public_status import PER_NIK
from payung.registry.models import Person
from payung.web.claims import status
from tests.claims.scene import build, protected, unprotected

pytestmark = pytest.mark.django_db
NIK, OTHER, NOBODY = "6571014508680001", "6571014508680002", "6571014508680009"


@pytest.fixture
def people(make_actor, monkeypatch):
    monkeypatch.setattr(status, "SECONDS", 0.001)
    with acting_as(make_actor("operator", "65")):
        today = build(120)
        covered, never = protected(1, today)[0], unprotected(today)
        Person.objects.filter(pk=covered.pk).update(nik_hash=nik_hash(NIK))
        Person.objects.filter(pk=never.pk).update(nik_hash=nik_hash(OTHER))
    return covered, never


def ask(nik, born, address="10.0.0.1"):
    return Client(REMOTE_ADDR=address).post("/cek-perlindungan/", {"nik": nik, "born": str(born)})


def test_a_covered_worker_is_told_by_whom_and_how_much_without_the_name(people):
    covered, _ = people
    text = ask(NIK, covered.birth_date).content.decode()
    assert "Terlindungi" in text
    assert "Rp42.000.000" in text
    assert covered.name not in text


def test_unknown_wrong_birth_date_and_never_covered_are_one_answer_in_one_size(people):
    covered, never = people
    answers = [
        ask(NIK, covered.birth_date),
        ask(NIK, "1950-01-01"),
        ask(NOBODY, "1950-01-01"),
        ask(OTHER, never.birth_date),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {len(answer.content) for answer in answers} == {status.BYTES}
    assert all("no-store" in answer["Cache-Control"] for answer in answers)
    for answer in answers[1:]:
        assert "Tidak ada perlindungan untuk NIK" in answer.content.decode()


def test_the_same_statements_run_for_everybody(people, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    covered, _ = people
    counts = []
    for nik, born in ((NIK, covered.birth_date), (NOBODY, "1950-01-01")):
        with CaptureQueriesContext(connection) as made:
            ask(nik, born)
        counts.append([re.sub(r"\d+|'.*", "", query["sql"], flags=re.DOTALL) for query in made])
    assert counts[0] == counts[1]


def test_the_law_is_asked_as_much_about_somebody_without_payments(people, monkeypatch):
    """Its sum is most of the work: left out for the unknown, they would be told from others on a busy machine."""
    asked = []
    real = public_status.death_benefit
    monkeypatch.setattr(public_status, "death_benefit", lambda on, paid: asked.append(paid) or real(on, paid))
    covered, never = people
    for nik, born in ((NIK, covered.birth_date), (NOBODY, "1950-01-01"), (OTHER, never.birth_date)):
        ask(nik, born)
    assert all(sum(len(list(period)) for period in paid) >= 6 for paid in asked)
    assert len(asked) == 3


def test_who_asks_too_often_gets_no_answer_whoever_is_asked_about(people):
    covered, _ = people
    for nik, born in ((NIK, covered.birth_date), (NOBODY, "1950-01-01")):
        codes = [ask(nik, born, f"10.1.{n}.1").status_code for n in range(PER_NIK + 1)]
        assert codes == [200] * PER_NIK + [429]


@pytest.mark.parametrize("nik", ["", "12", "6571014508680001'", "abcdefghijklmnop"])
def test_a_wrong_nik_is_a_sentence(people, nik):
    answer = ask(nik, "1950-01-01")
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_an_answer_that_took_longer_waits_for_the_next_multiple(monkeypatch):
    """On a busy machine more work must not show as more time: everybody waits for the same marks."""
    waited = []
    monkeypatch.setattr(status, "SECONDS", 0.25)
    monkeypatch.setattr(status.time, "sleep", waited.append)
    for spent in (0.1, 0.3, 0.6):
        monkeypatch.setattr(status.time, "monotonic", lambda spent=spent: 100 + spent)
        status._uniform(HttpResponse("jawaban"), 100.0)
    assert [round(seconds, 6) for seconds in waited] == [0.15, 0.2, 0.15]
