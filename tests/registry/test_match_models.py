"""What the matcher learns is stored, and used again by runs and look-ups until a person asks for another."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from payung.access.actor import NotAllowed, acting_as
from payung.matching import default, link
from payung.registry import linking, match_models
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.lookup import lookup, read
from payung.registry.models import MatchModel

from .lists import ANDI, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def load(actor, path, rows, title="CALON"):
    load_file(actor, path=write_list(path, rows, title=title), file_name=path.name, today=TODAY)


@pytest.fixture
def learned(monkeypatch):
    """A matcher that learns from the fewest rows, and what models it was given."""
    given = []

    def small(*tables, **options):
        given.append(options["model"])
        found = link(*tables, **options)
        levels = {name: dict(rungs) for name, rungs in found.model.levels.items()}
        levels["sex"]["same"] = (0.97, 0.5 + len(given) / 1000)
        return (
            found
            if options["model"]
            else replace(found, model=type(found.model)(levels, found.model.calibration))
        )

    from dataclasses import replace

    monkeypatch.setattr(linking, "link", small)
    return given


def test_a_model_is_learned_once_and_used_again(operator, tmp_path, learned):
    load(operator, tmp_path / "a.xlsx", [ANDI, SITI])
    match(operator)
    stored = MatchModel.objects.get()
    assert stored.rows == 2 and stored.learned_by == operator.user
    assert match_models.current().id == stored.model_id
    load(operator, tmp_path / "b.xlsx", [YOHANES], "LAGI")
    match(operator)
    assert [None if model is None else model.id for model in learned] == [None, stored.model_id]
    assert MatchModel.objects.count() == 1


def test_another_is_learned_only_when_asked(operator, tmp_path, learned):
    load(operator, tmp_path / "a.xlsx", [ANDI])
    match(operator)
    load(operator, tmp_path / "b.xlsx", [SITI], "LAGI")
    match(operator, learn=True)
    assert MatchModel.objects.count() == 2
    assert match_models.current().id == MatchModel.objects.order_by("-pk").first().model_id


def test_learning_needs_the_whole_deployment(make_actor, operator, tmp_path):
    load(operator, tmp_path / "a.xlsx", [ANDI])
    with acting_as(make_actor("operator", "65.71", username="kota")) as actor, pytest.raises(NotAllowed):
        match(actor or make_actor("operator", "65.71"), learn=True)


def test_the_packaged_model_is_not_stored(operator, tmp_path):
    load(operator, tmp_path / "a.xlsx", [ANDI])
    match(operator)
    assert not MatchModel.objects.exists() and match_models.current() is None


def test_look_ups_score_by_the_stored_model(operator, tmp_path):
    load(operator, tmp_path / "a.xlsx", [ANDI])
    match(operator)
    asked = read(name="Andi Baso", birth_date="05-08-1968", today=TODAY)
    before = lookup(operator, asked).found[0].weight
    levels = {name: dict(rungs) for name, rungs in default().levels.items()}
    levels["birth_date"]["same"] = (0.5, 0.01)
    match_models.keep(type(default())(levels, default().calibration), rows=9, by=operator.user)
    assert lookup(operator, asked).found[0].weight < before


def test_a_model_of_an_older_kind_is_passed_over(operator, tmp_path):
    MatchModel.objects.create(model_id="0-old", body={"format": 0}, rows=1, learned_by=operator.user)
    assert match_models.current() is None
    load(operator, tmp_path / "a.xlsx", [ANDI])
    assert match(operator).model_id == default().id


def test_stored_models_stay(operator):
    row = MatchModel.objects.create(model_id="1-x", body={}, rows=1, learned_by=operator.user)
    with pytest.raises(Exception, match=r"append|permission denied"), transaction.atomic():
        row.delete()
