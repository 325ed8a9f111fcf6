"""The public status page: NIK and personal code, one answer in one size, for whoever should know and nobody else."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import replace
from datetime import timedelta
from statistics import mean

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import acting_as, everyone_visible
from payung.access.crypto import encrypt, nik_hash
from payung.claims import guessing, public_status
from payung.claims.code_models import CODE, PersonalCode
from payung.claims.personal_codes import codes_for
from payung.coverage.models import Registration
from payung.funding.models import Payer
from payung.identity.personal_code import code_of, written
from payung.registry.models import Person
from payung.values import Month
from payung.web.claims import status
from tests.claims.kinds import KINDS, NOBODY, of_every_kind
from tests.claims.scene import build, protected, unprotected
from tests.coverage.extract import say

pytestmark = pytest.mark.django_db
NIK, OTHER = "6571014508680001", "6571014508680002"
WRONG = code_of(0)
NEUTRAL = "Tanpa NIK dan kode pribadi yang cocok, tidak ada jawaban"


@pytest.fixture
def operator(make_actor):
    return make_actor("operator", "65")


@pytest.fixture
def people(operator):
    with acting_as(operator):
        today = build(120)
        covered, never = protected(1, today)[0], unprotected(today)
        Person.objects.filter(pk=covered.pk).update(nik_hash=nik_hash(NIK))
        Person.objects.filter(pk=never.pk).update(nik_hash=nik_hash(OTHER))
    return covered, never


@pytest.fixture
def codes(operator, people):
    """The codes of the two."""
    with acting_as(operator):
        made = codes_for(operator, [one.pk for one in people])
    return [made[one.pk] for one in people]


def ask(nik, code="", address="10.0.0.1", lang="id"):
    client = Client(REMOTE_ADDR=address, headers={"accept-language": lang})
    return client.post("/cek-perlindungan/", {"nik": nik, "code": code})


def bare(answer) -> str:
    """A page without what is drawn by lot: the token of its forms and the filling."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"<!--[A-Za-z0-9+/= ]*-->$", "", text)


def headers_of(answer) -> tuple:
    """The headers but for the number of the request."""
    return tuple(sorted(one for one in answer.headers.items() if one[0] != "X-Request-ID"))


def test_who_brings_the_code_is_told_by_whom_and_how_much_without_the_name(people, codes):
    text = ask(NIK, written(codes[0])).content.decode()
    assert "Terlindungi" in text
    assert "Rp42.000.000" in text
    assert people[0].name not in text


def test_without_the_right_code_nothing_is_told_of_anybody(people, codes):
    answers = [
        ask(NIK),
        ask(NOBODY),
        ask(NIK, WRONG),
        ask(NOBODY, WRONG),
        ask(NIK, codes[1]),
        ask(OTHER, WRONG),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {len(answer.content) for answer in answers} == {status.BYTES}
    assert len({bare(answer) for answer in answers}) == 1
    assert NEUTRAL in answers[0].content.decode()
    for answer in answers:
        assert answer["Cache-Control"] == "private, no-store, no-transform"


def test_an_heir_with_the_paper_of_the_dead_but_no_code_is_told_where_to_ask(people, codes):
    """Helpful, and for everybody the same: also where nobody of this NIK was ever known."""
    for nik in (NIK, NOBODY):
        text = ask(nik).content.decode()
        assert "kartu keluarga" in text
        assert "surat kematian" in text
        assert "Kantor desa" in text
    page = Client().get("/cek-perlindungan/tanpa-kode/")
    assert "surat kematian" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store, no-transform"


def test_without_a_code_nobody_is_looked_up(people, codes):
    with CaptureQueriesContext(connection) as made:
        ask(NIK)
    assert not [query["sql"] for query in made if "registry_person" in query["sql"]]


def test_the_same_statements_run_for_everybody_who_guesses(people, codes):
    shapes = []
    for number, (nik, code) in enumerate(((NIK, WRONG), (NOBODY, WRONG), (OTHER, codes[0]), (NIK, codes[1]))):
        with CaptureQueriesContext(connection) as made:
            ask(nik, code, f"10.9.{number}.1")
        shapes.append([re.sub(r"\d+|'.*", "", query["sql"], flags=re.DOTALL) for query in made])
    assert all(shape == shapes[0] for shape in shapes)


def test_the_law_is_asked_as_much_about_somebody_without_payments(people, codes, monkeypatch):
    """Its sum is most of the work: left out for the unknown, they would be told from others on a busy machine."""
    asked = []
    real = public_status.death_benefit
    monkeypatch.setattr(public_status, "death_benefit", lambda on, paid: asked.append(paid) or real(on, paid))
    for nik, code in ((NIK, codes[0]), (NOBODY, WRONG), (OTHER, codes[1]), (NIK, WRONG)):
        ask(nik, code)
    assert all(sum(len(list(period)) for period in paid) >= 6 for paid in asked)
    assert len(asked) == 4


@pytest.mark.parametrize(
    "nik", ["", "12", "657101450868000", "65710145086800012", "abcdefghijklmnop", "9" * 61]
)
def test_a_wrong_nik_is_a_sentence(nik):
    answer = ask(nik, WRONG)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


@pytest.mark.parametrize(
    "code", ["1", "K7M2-QX9", "OOOO-OOOO", "1985-08-17", NIK, "ABCDEFGH", "K" * 61, "٣" * 8]
)
def test_a_slip_of_the_hand_is_a_sentence_and_counts_against_nobody(people, codes, code):
    for _ in range(guessing.WRONG_HERE_NIK.times * 3):
        answer = ask(NIK, code)
        assert answer.status_code == 422
        assert "Kode pribadi terdiri atas 8 huruf dan angka" in answer.content.decode()
    assert "Rp42.000.000" in ask(NIK, codes[0]).content.decode()


@pytest.mark.parametrize(
    "nik",
    [
        *("6571 0145 0868 0001", "65.71.01.450868.0001", "6571-0145-0868-0001", " 6571014508680001 "),
        *("\t6571014508680001\n", "'6571014508680001", '"6571014508680001"'),
        *("6571\u00a00145\u00a00868\u00a00001", "NIK: 6571014508680001", "6 5 7 1 0 1 4 5 0 8 6 8 0 0 0 1"),
    ],
)
def test_a_nik_is_taken_however_it_was_pasted(nik):
    form = status.StatusForm({"nik": nik, "code": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["nik"] == "6571014508680001"


def test_the_boxes_do_not_cut_what_is_pasted(people, codes):
    page = Client().get("/cek-perlindungan/").content.decode()
    for name in ("nik", "code"):
        assert int(re.search(rf'name="{name}"[^>]*maxlength="(\d+)"', page)[1]) >= 40
    code = written(codes[0]).lower().replace("-", " - ")
    assert "Rp42.000.000" in ask("NIK: 6571 0145.0868-0001", code).content.decode()


def test_what_was_typed_does_not_stand_in_the_answer(people, codes):
    """The next at a village's computer must not find the NIK and the code of the one before."""
    for nik, code in ((NIK, codes[0]), (NIK, WRONG)):
        text = ask(nik, code).content.decode()
        assert nik not in text
        assert code not in text
        assert written(code) not in text


def test_nobody_is_told_a_membership_number(people, codes):
    covered, _ = people
    with transaction.atomic(), everyone_visible():
        Registration.objects.filter(person_id=covered.pk).update(member_no="30000079191")
    assert "9191" not in ask(NIK, codes[0]).content.decode()
    with transaction.atomic(), everyone_visible():
        Person.objects.filter(pk=covered.pk).update(died_on=timezone.localdate() - timedelta(days=3))
    assert "9191" not in ask(NIK, codes[0]).content.decode()


def other(operator, person, days=200, *, died=None):
    say(operator, person, timezone.localdate() + timedelta(days=days))
    Person.objects.filter(pk=person.pk).update(died_on=died)


def test_cover_by_another_payer_is_said_with_its_date_and_what_to_do(people, codes, operator):
    _, never = people
    with acting_as(operator):
        other(operator, never)
    text = ask(OTHER, codes[1]).content.decode()
    until = Month.containing(timezone.localdate() + timedelta(days=200))
    assert "dibayar pihak lain" in text
    assert f"peserta sampai {until.in_words()}" in text
    assert f"per {timezone.localdate().day} " in text
    assert "JMO" in text
    assert "Tidak ada perlindungan" not in text
    with acting_as(operator):
        other(operator, never, died=timezone.localdate() - timedelta(days=2))
    text = ask(OTHER, codes[1]).content.decode()
    assert "Mungkin ada hak keluarga" in text
    assert "Ajukan santunan kematian (JKM)" in text
    assert "diusulkan" not in text[text.index("jawaban") : text.index("</section>")]


def test_cover_by_another_that_ended_is_not_told_as_cover(people, codes, operator):
    _, never = people
    with acting_as(operator):
        other(operator, never, -40)
    text = ask(OTHER, codes[1]).content.decode()
    assert "tercatat terlindungi di program ini" in text
    assert "peserta sampai" not in text


#: What each kind of person, or their family, is told: words of the answer's heading.
TOLD = {
    "covered": "Terlindungi: ",
    "covered_too": "Terlindungi: ",
    "refused": "Sudah ditetapkan, belum terlindungi: ",
    "waiting": "Sudah ditetapkan, belum terlindungi: ",
    "never": "Belum tercatat terlindungi di program ini: ",
    "lapsed": "Tidak lagi tercatat di program ini: ",
    "other_payer": "Peserta BPJS Ketenagakerjaan, dibayar pihak lain: ",
    "other_payer_dead": "Mungkin ada hak keluarga ",
    "dead_with_case": "Hak keluarga ",
    "dead_without_cover": "Tentang ",
    "long_names": "Terlindungi: ",
    "merged": "Terlindungi: ",
}


def test_every_kind_of_answer_has_one_size_and_packs_alike(make_actor, operator):
    """In both languages; what a compressing proxy makes of an answer does not tell its kind either."""
    asked = of_every_kind(make_actor)
    assert set(asked) == set(KINDS) == set(TOLD)
    with acting_as(operator):
        codes = codes_for(operator, [one.person.pk for one in asked.values()])
    for lang in ("id", "en"):
        packed: dict[str, list[float]] = {}
        shapes = set()
        for number, (kind, one) in enumerate([*asked.items(), ("wrong", None), ("none", None)]):
            nik = one.nik if one else NOBODY
            code = codes[one.person.pk] if one else WRONG if kind == "wrong" else ""
            for turn in range(6):
                answer = ask(nik, code, f"10.{number}.{turn}.{len(lang)}", lang)
                assert (answer.status_code, len(answer.content)) == (200, status.BYTES), kind
                shapes.add(headers_of(answer))
                packed.setdefault(kind, []).append(len(gzip.compress(answer.content, 6)))
                if lang == "id":
                    assert TOLD.get(kind, NEUTRAL) in answer.content.decode(), kind
        assert len(shapes) == 1
        means = {kind: mean(sizes) for kind, sizes in packed.items()}
        # What is drawn by lot spreads each kind over some 100 bytes; no kind may stand aside from the others.
        assert max(means.values()) - min(means.values()) < 90, means
        assert min(map(min, packed.values())) > 13_500


def test_no_answer_says_that_there_is_no_cover(people, codes):
    covered, _ = people
    with transaction.atomic(), everyone_visible():
        Registration.objects.filter(person_id=covered.pk).update(state="refused")
    for nik, code in ((NIK, codes[0]), (OTHER, codes[1]), (NOBODY, WRONG), (NIK, "")):
        text = ask(nik, code, f"10.2.{nik[-1]}.1").content.decode().lower()
        assert "tidak ada perlindungan" not in text
        assert "tidak terlindungi" not in text


def test_whoever_was_found_to_be_the_same_is_opened_by_the_paper_of_either(people, codes, operator):
    covered, never = people
    with transaction.atomic(), everyone_visible():
        Person.objects.filter(pk=never.pk).update(merged_into=covered, nik_hash=None)
    for code in codes:
        assert "Rp42.000.000" in ask(NIK, code).content.decode()
    assert NEUTRAL in ask(NIK, WRONG).content.decode()


def test_a_ciphertext_moved_to_another_person_opens_only_what_its_code_is(people, codes, operator):
    """A code is drawn anew for each person: nothing about somebody gives somebody else's."""
    assert codes[0] != codes[1]
    with acting_as(operator):
        again = codes_for(operator, [one.pk for one in people])
    assert [again[one.pk] for one in people] == codes


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
    people, codes, monkeypatch, name, payer, number, own, accepted, others, died, lang
):
    """Names of payers and people of any length and signs, every kind of answer: the size is that of no answer."""
    for limit in ("ASKED", "WRONG_HERE", "WRONG_HERE_NIK", "WRONG_NIK", "WRONG_ALL"):
        monkeypatch.setattr(guessing, limit, replace(getattr(guessing, limit), times=10**6))
    person, nik, code = (people[0], NIK, codes[0]) if own else (people[1], OTHER, codes[1])
    today = timezone.localdate()
    with transaction.atomic(), everyone_visible():
        until = None if others is None else today + timedelta(days=others)
        Person.objects.filter(pk=person.pk).update(
            name=name, died_on=None if died is None else today - timedelta(days=died), branch_until=until
        )
        mine = Registration.objects.filter(person_id=person.pk)
        Payer.objects.filter(pk__in=mine.values("fund__payer")).update(name=payer)
        mine.update(member_no=number, state="accepted" if accepted else "refused")
    sizes, shapes = set(), set()
    for one, key in ((nik, code), (nik, WRONG), (NOBODY, WRONG), (nik, "")):
        answer = ask(one, key, lang=lang)
        assert answer.status_code == 200
        sizes.add(len(answer.content))
        shapes.add(headers_of(answer))
    assert sizes == {status.BYTES}
    assert len(shapes) == 1


def test_an_answer_longer_than_any_size_foreseen_is_no_error(people, codes, monkeypatch):
    monkeypatch.setattr(public_status, "_LONGEST", 10**6)
    for longest in (100, 1_000, 4_000, 20_000, 60_000):
        monkeypatch.setattr(public_status.mask, "name", lambda _, longest=longest: "A" * longest)
        answer = ask(NIK, codes[0])
        assert answer.status_code == 200
        assert len(answer.content) % status.BYTES == 0


def test_the_filling_is_a_comment_that_nothing_in_it_can_end():
    for length in (1, 100, 20_000, status.BYTES - 8, status.BYTES - 7, status.BYTES - 6, status.BYTES + 1):
        page = b"x" * length
        filling = status._filling(page)
        assert (len(page) + len(filling)) % status.BYTES == 0
        assert re.fullmatch(rb"<!--[A-Za-z0-9+/=]* *-->", filling)


def test_the_filling_is_drawn_anew_each_time():
    page = b"jawaban " * 2_000
    drawn = {status._filling(page) for _ in range(10)}
    assert len(drawn) == 10
    assert all(len(zlib.compress(page + one)) > 13_500 for one in drawn)


def test_who_never_had_a_code_is_as_one_who_has_another(people, codes, operator):
    """A person without a code is as one with another."""
    with acting_as(operator):
        PersonalCode.objects.filter(person=people[0]).update(code_enc=encrypt(code_of(7), CODE))
    changed = ask(NIK, codes[0])
    with acting_as(operator):
        PersonalCode.objects.filter(person=people[0]).delete()
    assert bare(changed) == bare(ask(NIK, codes[0])) == bare(ask(NOBODY, codes[0]))
