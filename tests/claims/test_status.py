"""The public status page: two factors, one answer in one size, and a limit on asking."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import acting_as, everyone_visible
from payung.access.crypto import nik_hash
from payung.claims import public_status
from payung.claims.public_status import PER_NIK
from payung.coverage.models import Registration
from payung.funding.models import Payer
from payung.registry.models import Person
from payung.values import Month
from payung.web.claims import status
from tests.claims.scene import build, protected, unprotected
from tests.coverage.extract import say

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
        assert "NIK dan tanggal lahir ini tidak tercatat di program ini" in answer.content.decode()


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
        codes = [ask(nik, born, f"10.1.{n}.1").status_code for n in range(PER_NIK.times + 1)]
        assert codes == [200] * PER_NIK.times + [429]


@pytest.mark.parametrize(
    "nik", ["", "12", "657101450868000", "65710145086800012", "abcdefghijklmnop", "9" * 61]
)
def test_a_wrong_nik_is_a_sentence(people, nik):
    answer = ask(nik, "1950-01-01")
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


@pytest.mark.parametrize(
    "nik",
    [
        *("6571 0145 0868 0001", "65.71.01.450868.0001", "6571-0145-0868-0001", " 6571014508680001 "),
        *(
            "\t6571014508680001\n",
            "'6571014508680001",
            '"6571014508680001"',
            "6571\u00a00145\u00a00868\u00a00001",
        ),
        *("NIK: 6571014508680001", "6 5 7 1 0 1 4 5 0 8 6 8 0 0 0 1"),
    ],
)
def test_a_nik_is_taken_however_it_was_pasted(nik):
    form = status.StatusForm({"nik": nik, "born": "1968-08-05"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["nik"] == "6571014508680001"


def test_the_box_does_not_cut_a_pasted_nik(people):
    page = Client().get("/cek-perlindungan/").content.decode()
    assert int(re.search(r'name="nik"[^>]*maxlength="(\d+)"', page)[1]) >= 40
    assert "Rp42.000.000" in ask("NIK: 6571 0145.0868-0001", people[0].birth_date).content.decode()


def test_nobody_is_told_the_whole_membership_number(people):
    covered, _ = people
    with transaction.atomic(), everyone_visible():
        Registration.objects.filter(person_id=covered.pk).update(member_no="30000079191")
    text = ask(NIK, covered.birth_date).content.decode()
    assert "30000079191" not in text
    assert "••••9191" in text
    with transaction.atomic(), everyone_visible():
        Person.objects.filter(pk=covered.pk).update(died_on=timezone.localdate() - timedelta(days=3))
    text = ask(NIK, covered.birth_date, "10.0.0.2").content.decode()
    assert "30000079191" not in text
    assert "••••9191" in text


def other(operator, person, days=200, *, died=None):
    say(operator, person, timezone.localdate() + timedelta(days=days))
    Person.objects.filter(pk=person.pk).update(died_on=died)


def test_cover_by_another_payer_is_said_with_its_date_and_what_to_do(people, make_actor):
    _, never = people
    operator = make_actor("operator", "65")
    with acting_as(operator):
        other(operator, never)
    text = ask(OTHER, never.birth_date).content.decode()
    until = Month.containing(timezone.localdate() + timedelta(days=200))
    assert "dibayar pihak lain" in text
    assert f"peserta sampai {until.in_words()}" in text
    assert f"per {timezone.localdate().day} " in text
    assert "JMO" in text
    assert "Tidak ada perlindungan" not in text
    with acting_as(operator):
        other(operator, never, died=timezone.localdate() - timedelta(days=2))
    text = ask(OTHER, never.birth_date, "10.0.0.2").content.decode()
    assert "Mungkin ada hak keluarga" in text
    assert "Ajukan santunan kematian (JKM)" in text
    assert "diusulkan" not in text[text.index("jawaban") : text.index("</section>")]


def test_cover_by_another_that_ended_is_not_told_as_cover(people, make_actor):
    _, never = people
    operator = make_actor("operator", "65")
    with acting_as(operator):
        other(operator, never, -40)
    text = ask(OTHER, never.birth_date).content.decode()
    assert "tidak tercatat di program ini" in text
    assert "peserta sampai" not in text


def test_no_answer_says_that_there_is_no_cover(people):
    covered, never = people
    with transaction.atomic(), everyone_visible():
        Registration.objects.filter(person_id=covered.pk).update(state="refused")
    for nik, born in ((NIK, covered.birth_date), (OTHER, never.birth_date), (NOBODY, "1950-01-01")):
        text = ask(nik, born, f"10.2.{nik[-1]}.1").content.decode().lower()
        assert "tidak ada perlindungan" not in text
        assert "tidak terlindungi" not in text
        assert "di program ini" in text


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=200)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=names,
    payer=names,
    number=st.text("0123456789", max_size=30),
    own=st.booleans(),
    accepted=st.booleans(),
    others=st.none() | st.integers(-60, 400),
    died=st.none() | st.integers(0, 400),
    lang=st.sampled_from(["id", "en"]),
)
def test_every_answer_has_one_size_whatever_there_is_to_say(
    people, monkeypatch, name, payer, number, own, accepted, others, died, lang
):
    """Names of payers and people of any length and signs, every kind of answer: the size is that of no answer."""
    monkeypatch.setattr(public_status, "PER_ADDRESS", replace(public_status.PER_ADDRESS, times=10**6))
    monkeypatch.setattr(public_status, "PER_NIK", replace(PER_NIK, times=10**6))
    person, nik = (people[0], NIK) if own else (people[1], OTHER)
    today = timezone.localdate()
    with transaction.atomic(), everyone_visible():
        until = None if others is None else today + timedelta(days=others)
        Person.objects.filter(pk=person.pk).update(
            name=name, died_on=None if died is None else today - timedelta(days=died), branch_until=until
        )
        mine = Registration.objects.filter(person_id=person.pk)
        Payer.objects.filter(pk__in=mine.values("fund__payer")).update(name=payer)
        mine.update(member_no=number, state="accepted" if accepted else "refused")
    client = Client(REMOTE_ADDR="10.0.0.1", headers={"accept-language": lang})
    sizes, shapes = set(), set()
    for one in (nik, NOBODY):
        answer = client.post("/cek-perlindungan/", {"nik": one, "born": str(person.birth_date)})
        assert answer.status_code == 200
        sizes.add(len(answer.content))
        shapes.add(tuple(sorted(answer.headers.items())))
    assert sizes == {status.BYTES}
    assert len(shapes) == 1


def test_an_answer_longer_than_any_size_foreseen_is_no_error(people, monkeypatch):
    monkeypatch.setattr(public_status, "_LONGEST", 10**6)
    for longest in (100, 1_000, 4_000, 4_097, 20_000, 60_000):
        monkeypatch.setattr(public_status.mask, "name", lambda _, longest=longest: "A" * longest)
        answer = ask(NIK, people[0].birth_date, f"10.3.1.{longest % 100}")
        assert answer.status_code == 200
        assert len(answer.content) % status.BYTES == 0


def test_an_answer_that_took_longer_waits_for_the_next_multiple(monkeypatch):
    """On a busy machine more work must not show as more time: everybody waits for the same marks."""
    waited = []
    monkeypatch.setattr(status, "SECONDS", 0.25)
    monkeypatch.setattr(status.time, "sleep", waited.append)
    for spent in (0.1, 0.3, 0.6):
        monkeypatch.setattr(status.time, "monotonic", lambda spent=spent: 100 + spent)
        status._uniform(HttpResponse("jawaban"), 100.0)
    assert [round(seconds, 6) for seconds in waited] == [0.15, 0.2, 0.15]
