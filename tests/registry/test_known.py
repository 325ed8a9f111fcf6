"""A run reads only the people whom a new row may be, by keys that follow what holds about them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from payung.access.actor import acting_as, everyone_visible
from payung.config.keys import INDEX, Ring
from payung.matching import blocking, default
from payung.registry import known, linking, match_models
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import MatchKey, MatchModel, Person

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor, tmp_path):
    """A deployment with a stored model that knows four people."""
    actor = make_actor("operator", "65")
    with acting_as(actor):
        MatchModel.objects.create(
            model_id=default().id, body=default().as_dict(), rows=4, learned_by=actor.user
        )
        match_models._read.cache_clear()
        load(actor, tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA], "CALON")
        match(actor)
        yield actor


def load(actor, path, rows, title):
    load_file(actor, path=write_list(path, rows, title=title), file_name=path.name, today=TODAY)


def everybody():
    with transaction.atomic(), everyone_visible():
        return known.everybody(linking._people, linking._compared)


def test_only_whom_a_new_row_may_be_is_read(operator, tmp_path, monkeypatch):
    read = []
    people = linking._people

    def watched(some):
        read.append([] if some is None else sorted(some))
        return people(some)

    monkeypatch.setattr(linking, "_people", watched)
    load(operator, tmp_path / "b.xlsx", [ANDI], "LAGI")
    run = match(operator)
    andi = Person.objects.get(name="Andi Baso")
    assert (run.same, run.new) == (1, 0) and andi.sources == 2
    assert set().union(*read) == {andi.pk} and None not in read


def test_keys_follow_what_holds_and_who_is_somebody(operator, tmp_path):
    before = everybody()
    assert before.ids.to_list() == [
        f"p{pk}" for pk in Person.objects.order_by("pk").values_list("pk", flat=True)
    ]
    andi = Person.objects.get(name="Andi Baso")
    with transaction.atomic():
        Person.objects.filter(pk=andi.pk).update(
            name="Rahman Hakim", updated_at=datetime(2027, 1, 1, tzinfo=UTC)
        )
        Person.objects.filter(name="Martha Lawai").update(merged_into=andi)
    after = everybody()
    names = dict(zip(after.ids, after.keys["full"], strict=True))
    assert len(after.ids) == 3 and names[f"p{andi.pk}"] != before.keys["full"][0]
    assert known.version() in set(MatchKey.objects.values_list("version", flat=True))
    MatchKey.objects.update(version="older")
    assert everybody().keys.equals(after.keys)


def test_keys_hold_niks_only_under_their_secret(operator, settings, monkeypatch):
    import polars as pl

    plain = pl.Series([ANDI[0]])
    bare = pl.select(pl.struct(nik=plain).hash(1)).to_series()
    number = list(blocking.RULES).index("nik")
    one = everybody().keys[f"k{number}"]
    assert one.null_count() == 0 and bare[0] not in set(one)
    MatchKey.objects.update(version="")
    ring, other = type(settings.KEYS).ring, Ring(INDEX, {1: "00" * 32}, "")
    monkeypatch.setattr(
        type(settings.KEYS), "ring", lambda keys, kind: other if kind is INDEX else ring(keys, kind)
    )
    assert not set(everybody().keys[f"k{number}"]) & set(one)


def test_keys_are_seen_only_by_region(operator, make_actor):
    with acting_as(make_actor("operator", "65.01", username="other")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_matchkey")
        assert cursor.fetchone() == (0,)


def test_keys_of_who_changes_while_they_are_made_stay_out_of_date(operator, monkeypatch):
    andi = Person.objects.get(name="Andi Baso")
    later = datetime(2027, 1, 1, tzinfo=UTC)

    def changed_meanwhile(some):
        people = linking._people(some)
        Person.objects.filter(pk=andi.pk).update(name="Rahman Hakim", updated_at=later)
        return people

    with transaction.atomic(), everyone_visible():
        known.keep(changed_meanwhile, [andi.pk])
    assert MatchKey.objects.get(pk=andi.pk).version == ""
    everybody()
    assert MatchKey.objects.get(pk=andi.pk).version == known.version()


def test_who_is_nobody_any_more_has_no_keys(operator):
    andi, siti = Person.objects.order_by("pk")[:2]
    Person.objects.filter(pk=andi.pk).update(sources=0)
    Person.objects.filter(pk=siti.pk).update(merged_into=andi)
    assert not MatchKey.objects.filter(pk__in=[andi.pk, siti.pk]).exists()
    Person.objects.filter(pk=siti.pk).update(merged_into=None)
    assert MatchKey.objects.get(pk=siti.pk).version == ""
    assert everybody().ids.to_list() == [f"p{pk}" for pk in range(siti.pk, siti.pk + 3)]
