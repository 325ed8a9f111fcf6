"""One worker on several lists is one person; what is doubtful waits for a clerk; nothing is lost on the way."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import acting_as
from payung.registry.actions import load_file
from payung.registry.eligibility import judge_everyone
from payung.registry.linking import match
from payung.registry.models import Eligibility, Link, Pair, Person, Record

from .lists import ANDI, MARTHA, SITI, YOHANES, bears, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def take(actor, path, **more):
    return load_file(actor, path=path, file_name=path.name, today=TODAY, **more)


def test_one_worker_on_two_lists_is_one_person_with_two_sources(operator, tmp_path):
    take(operator, write_list(tmp_path / "a.xlsx", [ANDI, SITI]))
    match(operator)
    again = [ANDI[0], "ANDI BASSO", *ANDI[2:]]
    take(operator, write_list(tmp_path / "b.xlsx", [again, YOHANES]))
    run = match(operator)
    assert (run.same, run.new) == (1, 1)
    andi = Person.objects.get(**bears(ANDI))
    assert andi.sources == 2
    assert andi.records.count() == 2
    assert Person.objects.filter(candidate=True).count() == 3


def test_every_accepted_record_has_a_person_and_its_link_says_why(operator, tmp_path):
    take(operator, write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA]))
    run = match(operator)
    assert not Record.objects.filter(accepted=True, person=None).exists()
    assert Link.objects.filter(run=run, by="model").count() == 4
    assert match(operator) is None


def test_two_people_who_claim_one_nik_do_not_both_get_it(operator, tmp_path):
    wrong = [ANDI[0], "Kornelius Padan", "L", "17-08-1959", "Pantai Amal", "Tarakan Timur", "Petani"]
    take(operator, write_list(tmp_path / "a.xlsx", [ANDI]))
    match(operator)
    take(operator, write_list(tmp_path / "b.xlsx", [wrong]))
    match(operator)
    holders = Person.objects.filter(**bears(ANDI), merged_into=None)
    assert holders.count() == 1
    assert holders.get().name == "Andi Baso"


def test_a_person_with_an_open_pair_is_not_verified(operator, tmp_path):
    take(operator, write_list(tmp_path / "a.xlsx", [ANDI, SITI]))
    run = match(operator)
    judge_everyone(operator, on=TODAY)
    assert Eligibility.objects.filter(verified=True).count() == 2
    andi, siti = Person.objects.order_by("name")
    Pair.objects.create(
        run=run,
        record=siti.records.get(),
        person=andi,
        probability=0.6,
        weight=1.0,
        region_code=andi.region_code,
    )
    judge_everyone(operator, on=TODAY)
    assert not Eligibility.objects.filter(verified=True).exists()


def test_eligibility_names_what_stands_in_the_way(operator, tmp_path):
    old = ["6571010101500008", "Tua Sekali", "L", "01-01-1950", "Karang Anyar", "Tarakan Barat", "Petani"]
    young = ["6571010101150009", "Masih Muda", "L", "01-01-2015", "Karang Anyar", "Tarakan Barat", "Petani"]
    take(operator, write_list(tmp_path / "a.xlsx", [ANDI, old, young]))
    match(operator)
    answer = judge_everyone(operator, on=TODAY)
    assert (answer["people"], answer["eligible"], answer["not_eligible"]) == (3, 1, 2)
    reasons = {e.person.name: e.reasons for e in Eligibility.objects.select_related("person")}
    assert "eligible.max_age" in reasons["Tua Sekali"]
    assert "eligible.min_age" in reasons["Masih Muda"]
    assert reasons["Andi Baso"] == []


def test_on_the_day_somebody_turns_65_they_are_too_old(operator, tmp_path):
    worker = ["6571012211610010", "Hampir Tua", "L", "22-11-1961", "Karang Anyar", "Tarakan Barat", "Petani"]
    take(operator, write_list(tmp_path / "a.xlsx", [worker]))
    match(operator)
    assert judge_everyone(operator, on=date(2026, 11, 21))["eligible"] == 1
    assert judge_everyone(operator, on=date(2026, 11, 22))["eligible"] == 0


def test_an_operator_of_one_regency_still_finds_people_known_elsewhere(operator, make_actor, tmp_path):
    take(operator, write_list(tmp_path / "a.xlsx", [ANDI]))
    match(operator)
    malinau = make_actor("operator", "65.02")
    moved = [*ANDI[:4], "Malinau Kota", "Malinau Kota", "Nelayan"]
    with acting_as(malinau):
        take(malinau, write_list(tmp_path / "b.xlsx", [moved]), region_code="65.02")
        run = match(malinau)
        assert (run.same, run.new) == (1, 0)
