"""A clerk's decision joins or keeps apart; any decision can be taken back; two clerks never decide one pair twice."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.access.models import Event
from payung.registry.actions import load_file
from payung.registry.clerk import judge_pair, undo_judgement
from payung.registry.clerk_queries import desk, progress
from payung.registry.linking import match
from payung.registry.models import Link, Pair, Person

from .lists import ANDI, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


@pytest.fixture
def pair(operator, tmp_path) -> Pair:
    """Andi's record in doubt against Yohanes, who has a record of his own."""
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES])
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    run = match(operator)
    andi, yohanes = Person.objects.get(name="Andi Baso"), Person.objects.get(name="Yohanes Laing")
    return Pair.objects.create(
        run=run,
        record=yohanes.records.get(),
        person=andi,
        probability=0.6,
        weight=1.0,
        region_code=andi.region_code,
    )


def alive() -> list[str]:
    return sorted(Person.objects.filter(merged_into=None, sources__gt=0).values_list("name", flat=True))


def test_same_joins_two_people_and_keeps_every_record(operator, pair):
    judge_pair(operator, pair_id=pair.pk, decision="same", reason="orang yang sama menurut RT")
    assert len(alive()) == 2
    kept = Person.objects.get(pk=pair.person_id)
    assert kept.merged_into is None
    assert kept.records.count() == 2
    assert Event.objects.filter(action="judge_same", subject_id=pair.pk).exists()


def test_undo_gives_every_record_back_to_where_it_came_from(operator, pair):
    before = {(p.pk, p.name, p.nik_last4, p.sources) for p in Person.objects.all()}
    where = dict(Person.objects.values_list("records__pk", "pk"))
    judge_pair(operator, pair_id=pair.pk, decision="same")
    undo_judgement(operator, pair_id=pair.pk, reason="ternyata saudara")
    assert {(p.pk, p.name, p.nik_last4, p.sources) for p in Person.objects.all()} == before
    assert dict(Person.objects.values_list("records__pk", "pk")) == where
    assert Pair.objects.get().state == Pair.State.OPEN
    assert Link.objects.filter(by=Link.By.SPLIT).count() == 1


def test_different_leaves_both_as_they_are(operator, pair):
    judge_pair(operator, pair_id=pair.pk, decision="different")
    assert len(alive()) == 3
    assert progress()["different"] == 1
    assert desk(None) is None


def test_a_pair_is_decided_once(operator, pair, make_actor):
    judge_pair(operator, pair_id=pair.pk, decision="different")
    other = make_actor("approver", "65")
    with acting_as(other), pytest.raises(Refused):
        judge_pair(other, pair_id=pair.pk, decision="same")
    with acting_as(operator):
        assert len(alive()) == 3


def test_two_covered_people_are_not_merged_by_one_click(operator, pair):
    Person.objects.update(covered_until=2026 * 12 + 11)
    assert judge_pair(operator, pair_id=pair.pk, decision="same").state == Pair.State.PROPOSED
    assert len(alive()) == 3


def test_the_covered_one_survives(operator, pair):
    Person.objects.filter(name="Yohanes Laing").update(covered_until=2026 * 12 + 11)
    judge_pair(operator, pair_id=pair.pk, decision="same")
    assert Person.objects.get(name="Andi Baso").merged_into.name == "Yohanes Laing"


def test_a_clerk_of_another_region_decides_nothing(operator, pair, make_actor):
    malinau = make_actor("operator", "65.02")
    with acting_as(malinau), pytest.raises((NotAllowed, Refused)):
        judge_pair(malinau, pair_id=pair.pk, decision="different")


def test_the_desk_shows_differences_letter_by_letter(operator, pair):
    shown = desk(pair.pk)
    name = next(row for row in shown.rows if str(row.label) in ("Nama", "Name"))
    assert "".join(piece.left for piece in name.pieces) == "Yohanes Laing"
    assert "".join(piece.right for piece in name.pieces) == "Andi Baso"
    trade = next(row for row in shown.rows if str(row.label) in ("Pekerjaan", "Occupation"))
    assert [piece.kind for piece in trade.pieces] == ["changed"]
    assert not shown.held_back
    Pair.objects.filter(pk=pair.pk).update(probability=0.999)
    assert desk(pair.pk).held_back
    assert not name.same
    assert next(row for row in shown.rows if str(row.label) in ("Wilayah", "Region")).same
