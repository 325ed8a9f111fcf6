"""Attacks on the status page: who knows NIKs, birth dates and what leaks beside them learns nothing, and is seen."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from payung.access import limits
from payung.access.actor import acting_as, public_action
from payung.access.acts import Act
from payung.access.crypto import nik_hash
from payung.access.models import Event
from payung.claims import guessing
from payung.claims.guessing import FEW_ALL, FEW_NIK, WRONG_ALL, WRONG_HERE, WRONG_HERE_NIK, WRONG_NIK
from payung.claims.personal_codes import codes_for
from payung.identity.personal_code import COUNT, SIGNS, code_of, written
from payung.registry.models import Person
from payung.web.claims import status
from tests.claims.kinds import NOBODY, of_every_kind
from tests.claims.scene import build, protected
from tests.claims.test_status import NEUTRAL, NIK, bare

pytestmark = pytest.mark.django_db
ALARM = Act.STATUS_GUESSED.value


def post(address="10.0.0.1", lang="id", **fields):
    client = Client(REMOTE_ADDR=address, headers={"accept-language": lang})
    return client.post("/cek-perlindungan/", fields)


def born_of(nik: str) -> str:
    """The birth date that stands in a NIK."""
    return f"19{nik[10:12]}-{nik[8:10]}-{nik[6:8]}"


def guess(times: int, *, nik: str | None = None, places: int = 250, net: int = 1) -> list[bool]:
    """As many wrong codes as `times`, each from the next of some addresses; which of them were looked up at all."""
    return [
        guessing.allowed(f"10.{net}.{n % places}.{n // 250}", nik or f"65710145{n:08d}") for n in range(times)
    ]


#: What somebody who holds leaked lists may try in place of the code, by what is known of a person and their NIK.
WAYS = {
    "the birth date of the NIK": lambda nik, one: {"nik": nik, "born": born_of(nik)},
    "the birth date and no code": lambda nik, one: {"nik": nik, "born": born_of(nik), "code": ""},
    "the birth date as code": lambda nik, one: {"nik": nik, "code": born_of(nik)},
    "the NIK as code": lambda nik, one: {"nik": nik, "code": nik},
    "the end of the NIK as code": lambda nik, one: {"nik": nik, "code": nik[-8:]},
    "the membership number": lambda nik, one: {"nik": nik, "code": "K1", "member_no": "K1", "kpj": "K1"},
    "the mother's name": lambda nik, one: {
        "nik": nik,
        "code": one.mother_name or "Siti",
        "mother": one.mother_name or "Siti",
    },
    "the name": lambda nik, one: {"nik": nik, "code": one.name[:40], "name": one.name},
    "names of fields that other versions had": lambda nik, one: {"nik": nik, "kode": "", "tanggal_lahir": ""},
    "two codes": lambda nik, one: {"nik": nik, "code": ["", code_of(5)]},
    "a wild card": lambda nik, one: {"nik": nik, "code": "%"},
    "words of SQL": lambda nik, one: {"nik": nik, "code": "' OR 1=1 --"},
    "a well made guess": lambda nik, one: {"nik": nik, "code": code_of(11)},
    "the lowest code": lambda nik, one: {"nik": nik, "code": code_of(0)},
    "the highest code": lambda nik, one: {"nik": nik, "code": code_of(COUNT - 1)},
}


def test_whatever_leaks_beside_a_nik_tells_nobody_of_any_kind_from_nobody(make_actor):
    """The answer about each kind of person is that about a NIK which nobody bears, but for what is drawn by lot."""
    asked = of_every_kind(make_actor)
    operator = make_actor("operator", "65")
    with acting_as(operator):
        codes_for(operator, [one.person.pk for one in asked.values()])
    for number, (way, fields) in enumerate(WAYS.items()):
        for lang in ("id", "en") if number < 3 else ("id",):
            pages = set()
            for turn, (nik, one) in enumerate(
                [(one.nik, one.person) for one in asked.values()] + [(NOBODY, asked["covered"].person)]
            ):
                answer = post(f"10.{number}.{turn}.{int(lang == 'en')}", lang, **fields(nik, one))
                text = bare(answer)
                assert "Rp4" not in text, way
                # A box that is shown again holds what was typed, and the end of the NIK is among it.
                typed = re.sub(r' value="[^"]*"', "", text)
                pages.add(
                    (answer.status_code, len(answer.content) if answer.status_code == 200 else 0, typed)
                )
            assert len(pages) == 1, (way, lang)


def test_all_niks_of_a_village_with_birth_dates_open_nothing_and_raise_the_alarm(make_actor, caplog):
    operator = make_actor("operator", "65")
    with acting_as(operator):
        build(120)
        people = list(Person.objects.filter(candidate=True).order_by("pk")[:100])
        for number, one in enumerate(people):
            nik = f"65710145{number:08d}"
            Person.objects.filter(pk=one.pk).update(nik_hash=nik_hash(nik))
        codes_for(operator, [one.pk for one in people])
    states, pages = [], set()
    with caplog.at_level(logging.WARNING, "payung.status"):
        for number in range(len(people)):
            answer = post(nik=f"65710145{number:08d}", born="1968-08-05", code=code_of(number))
            states.append(answer.status_code)
            if answer.status_code == 200:
                pages.add(bare(answer))
    assert states == [200] * WRONG_HERE.times + [429] * (100 - WRONG_HERE.times)
    assert len(pages) == 1
    assert NEUTRAL in pages.pop()
    events = Event.objects.filter(action=ALARM)
    assert [(one.data["kind"], one.data["address"], one.actor) for one in events] == [
        ("address", "10.0.0.1", None)
    ]
    assert "the status page is being guessed at" in caplog.text
    assert "6571014" not in caplog.text


def test_a_crowd_of_addresses_is_seen_and_given_few_tries_each(db):
    assert all(guess(WRONG_ALL.times))
    assert not Event.objects.filter(action=ALARM).exists()
    for place in range(3):
        tries = [guessing.allowed(f"10.2.0.{place}", f"65710245{n:08d}") for n in range(FEW_ALL.times + 3)]
        assert tries == [True] * FEW_ALL.times + [False] * 3
    assert [one.data["kind"] for one in Event.objects.filter(action=ALARM)] == ["all"]


@pytest.fixture
def family(make_actor):
    """The code of a covered worker whose NIK is NIK."""
    operator = make_actor("operator", "65")
    with acting_as(operator):
        one = protected(1, build(60))[0]
        Person.objects.filter(pk=one.pk).update(nik_hash=nik_hash(NIK))
        return codes_for(operator, [one.pk])[one.pk]


def told(answer) -> bool:
    return answer.status_code == 200 and "Rp42.000.000" in answer.content.decode()


def test_a_stranger_cannot_shut_a_family_out(family):
    """However many guess about their NIK from however many places: the family's own address is answered."""
    guess(WRONG_NIK.times * 5, nik=NIK)
    assert [one.data["kind"] for one in Event.objects.filter(action=ALARM)] == ["nik"]
    assert all(told(post("10.4.0.1", nik=NIK, code=written(family))) for _ in range(10))


def test_a_stranger_cannot_shut_the_province_out(family):
    guess(WRONG_ALL.times + 100)
    assert [one.data["kind"] for one in Event.objects.filter(action=ALARM)] == ["all"]
    assert all(told(post("10.4.0.1", nik=NIK, code=family)) for _ in range(10))


def test_who_guesses_about_one_nik_from_one_address_is_refused_there_alone(family):
    states = [post(nik=NIK, code=code_of(n)).status_code for n in range(WRONG_HERE_NIK.times + 3)]
    assert states == [200] * WRONG_HERE_NIK.times + [429] * 3
    assert post(nik=NIK, code=family).status_code == 429
    assert told(post("10.4.0.1", nik=NIK, code=family))
    assert post(nik="6571014508680002", code=code_of(1)).status_code == 200


def test_where_many_guess_about_one_nik_each_address_has_few_tries(family):
    guess(WRONG_NIK.times, nik=NIK)
    states = [post("10.7.0.1", nik=NIK, code=code_of(n)).status_code for n in range(FEW_NIK.times + 2)]
    assert states == [200] * FEW_NIK.times + [429] * 2


def test_right_codes_are_no_guesses(family):
    """A village office asks for many; and one who mistook a code once is not held to it."""
    post(nik=NIK, code=code_of(1))
    for _ in range(WRONG_HERE.times + 10):
        assert guessing.allowed("10.0.0.1", NIK)
        guessing.was_right("10.0.0.1", NIK)
    assert told(post(nik=NIK, code=family))


def test_many_right_answers_to_one_address_are_told_of(db):
    """Somebody may hold a stack of slips that are not theirs: answered, since a village office does the same."""
    for number in range(guessing.ANSWERED.times + 2):
        assert guessing.allowed("10.0.0.1", f"65710145{number:08d}")
        guessing.was_right("10.0.0.1", f"65710145{number:08d}")
    assert [one.data["kind"] for one in Event.objects.filter(action=ALARM)] == ["papers"]


def test_more_questions_than_an_office_asks_are_refused_right_or_wrong(db):
    tries = []
    for number in range(guessing.ASKED.times + 5):
        tries.append(guessing.allowed("10.0.0.1", f"65710145{number:08d}"))
        guessing.was_right("10.0.0.1", f"65710145{number:08d}")
    assert tries == [True] * guessing.ASKED.times + [False] * 5


def test_alarms_do_not_fill_the_audit_trail(db, monkeypatch):
    alarms = Event.objects.filter(action=ALARM, data__kind="address")
    for place in range(4):
        guess(WRONG_HERE.times + 40, places=1, net=10 + place)
    assert alarms.count() == 4
    monkeypatch.setattr(guessing, "_ALARMS", guessing.Limit("status-alarms-few", 1, 3600))
    for place in range(3):
        guess(WRONG_HERE.times + 2, places=1, net=20 + place)
    assert alarms.count() == 5


def test_a_guess_is_counted_before_it_is_looked_up(family, monkeypatch):
    """Of many at once none slips past the limit while the others are still being answered."""
    seen = []
    real = status.public_status.ask
    monkeypatch.setattr(
        status.public_status,
        "ask",
        lambda *given: seen.append(guessing.allowed("10.0.0.1", NIK)) or real(*given),
    )
    for number in range(WRONG_HERE_NIK.times):
        post(nik=NIK, code=code_of(number))
    assert seen == [True, True, True]


def test_a_guess_succeeds_less_than_once_in_a_hundred_even_from_ten_thousand_addresses_for_a_year():
    """All of them at their limit, day and night, after the alarm: the expected number of codes met."""
    guesses = 10_000 * FEW_ALL.times * 6 * 24 * 365
    before_the_alarm = WRONG_ALL.times + 10_000 * FEW_ALL.times
    assert before_the_alarm / COUNT < 0.00001
    assert guesses / COUNT < 0.16
    a_hundred_addresses = 100 * FEW_ALL.times * 6 * 24 * 365
    assert a_hundred_addresses / COUNT < 0.01
    about_one_family = 10_000 * FEW_NIK.times * 6 * 24
    assert about_one_family / COUNT < 0.001
    assert len(SIGNS) ** 7 == COUNT


def test_counting_a_question_does_not_walk_through_all_that_are_counted(db):
    """With thousands of addresses guessing, each question would else cost more than the last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_attempt (key, since, times, forget_at) SELECT decode(md5(n::text), 'hex'), now(), 1,"
            " now() + interval '1 hour' FROM generate_series(1, 20000) n"
        )
        cursor.execute(f"EXPLAIN {limits._OLD}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize(
    ("role", "region", "sees"),
    [
        ("operator", "65", True),
        ("branch", "65", True),
        ("operator", "65.71", False),
        ("village", "65.71", False),
    ],
)
def test_alarms_stand_on_the_page_of_codes_for_the_province(make_actor, client, role, region, sees):
    with public_action(Act.STATUS_GUESSED) as deed:
        deed.data = {"kind": "address", "address": "203.0.113.9"}
    client.force_login(make_actor(role, region).user)
    text = client.get("/kode/").content.decode()
    assert ("203.0.113.9" in text) is sees


def test_alarms_are_a_line_of_the_page_of_the_month(make_actor, client):
    client.force_login(make_actor("operator").user)
    line = "Tanda orang menebak di halaman cek perlindungan"
    before = client.get("/bulan-ini/").content.decode()
    assert line in before
    with public_action(Act.STATUS_GUESSED) as deed:
        deed.data = {"kind": "nik", "address": ""}
    after = client.get("/bulan-ini/").content.decode()
    assert f'<a href="/kode/">{line}' in after
    assert f'<a href="/kode/">{line}' not in before
    assert len(guessing.alarms(timezone.now() + timedelta(days=1))) == 0
