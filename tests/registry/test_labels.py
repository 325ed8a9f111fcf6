"""Blind checks: samples of automatic decisions and second opinions; thresholds that a person sets."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.registry import labels, quality, thresholds
from payung.registry.actions import load_file
from payung.registry.clerk import judge_pair, undo_judgement
from payung.registry.clerk_queries import blind
from payung.registry.linking import match, survey_waiting
from payung.registry.models import BlindCheck, Judgement, MatchRun, MatchThresholds, Pair, Person, Record

from .lists import ANDI, MARTHA, SITI, YOHANES, bears, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def take(actor, path, people, **more):
    load_file(actor, path=write_list(path, people), file_name=path.name, today=TODAY, **more)
    return match(actor)


@pytest.fixture
def joined(operator, tmp_path) -> MatchRun:
    """A second list on which three of four are known already."""
    take(operator, tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA])
    again = [[row[0], row[1].upper(), *row[2:]] for row in (ANDI, SITI, YOHANES)]
    return take(operator, tmp_path / "b.xlsx", again)


def test_a_run_puts_automatic_joins_before_clerks_and_counts_what_they_stand_for(operator, joined):
    checks = BlindCheck.objects.filter(run=joined)
    assert {check.kind for check in checks} == {"same"}
    assert checks.count() == joined.same == 3
    assert sum(row["same"] for row in joined.report["strata"]) == 3
    assert joined.report["thresholds"] == 0
    for check in checks:
        assert check.record.person_id == check.person_id
        assert check.probability >= joined.threshold_same


def test_a_check_shows_both_sides_and_not_what_was_decided(operator, joined):
    shown = blind(BlindCheck.objects.get(record__name="ANDI BASO", kind="same"))
    name = next(row for row in shown.rows if str(row.label) in ("Nama", "Name"))
    assert "".join(piece.right for piece in name.pieces) == "Andi Baso"
    assert all(row.same for row in shown.rows if row.known)


def test_the_right_side_is_not_readable_in_the_table(operator, joined):
    assert b"Andi" not in bytes(BlindCheck.objects.filter(record__name="ANDI BASO").get().right_enc)


def test_a_check_is_answered_once_and_changes_nobody(operator, joined, make_actor):
    check = BlindCheck.objects.first()
    people = set(Person.objects.values_list("pk", "merged_into", "sources"))
    labels.judge_blind(operator, check_id=check.pk, answer="different")
    assert set(Person.objects.values_list("pk", "merged_into", "sources")) == people
    other = make_actor("approver", "65")
    with acting_as(other), pytest.raises(Refused):
        labels.judge_blind(other, check_id=check.pk, answer="same")
    with acting_as(operator):
        assert check.pk not in set(quality.checks_for(operator).values_list("pk", flat=True))


def test_a_join_found_wrong_is_separated_by_a_person_and_can_be_taken_back(operator, joined):
    check = BlindCheck.objects.get(record__name="ANDI BASO", kind="same")
    with pytest.raises(Refused):
        labels.separate(operator, check_id=check.pk, reason="bukan dia")
    labels.judge_blind(operator, check_id=check.pk, answer="different")
    assert [found.pk for found, _ in quality.contradicted()] == [check.pk]
    own = labels.separate(operator, check_id=check.pk, reason="bukan dia")
    assert Record.objects.get(pk=check.record_id).person_id == own.pk
    assert own.name == "ANDI BASO"
    assert quality.contradicted() == []
    pair = Pair.objects.get()
    assert (pair.state, pair.person_id) == ("different", check.person_id)
    with pytest.raises(Refused):
        labels.separate(operator, check_id=check.pk, reason="lagi")
    undo_judgement(operator, pair_id=pair.pk, reason="ternyata dia")
    judge_pair(operator, pair_id=pair.pk, decision="same")
    assert Record.objects.get(pk=check.record_id).person_id == check.person_id


def test_two_taken_for_two_but_judged_one_become_a_pair_on_the_desk(operator, joined):
    andi, martha = Person.objects.get(**bears(ANDI)), Person.objects.get(**bears(MARTHA))
    check = BlindCheck.objects.create(
        kind="new",
        run=joined,
        record=martha.records.get(),
        person=andi,
        right_enc=labels.right_side({"name": "Andi Baso"}, same_nik=False),
        probability=0.03,
        weight=-5.0,
        region_code=andi.region_code,
    )
    labels.judge_blind(operator, check_id=check.pk, answer="same")
    pair = Pair.objects.get()
    assert (pair.state, pair.record_id, pair.person_id) == ("open", check.record_id, andi.pk)


@pytest.fixture
def always_twice(settings):
    settings.PAYUNG_SECOND_OPINIONS = 1.0


def test_a_second_clerk_sees_the_pair_as_it_was_and_the_first_never_does(
    operator, joined, always_twice, make_actor
):
    andi, martha = Person.objects.get(**bears(ANDI)), Person.objects.get(**bears(MARTHA))
    pair = Pair.objects.create(
        run=joined, record=martha.records.get(), person=andi, probability=0.6, weight=1, region_code="65.71"
    )
    judge_pair(operator, pair_id=pair.pk, decision="same")
    check = BlindCheck.objects.get(kind="second")
    with pytest.raises(Refused):
        labels.judge_blind(operator, check_id=check.pk, answer="same")
    other = make_actor("approver", "65")
    with acting_as(other):
        assert check.pk in set(quality.checks_for(other).values_list("pk", flat=True))
        right = labels.read_right_side(check)
        assert (right["name"].title(), right["nik_last4"], right["same_nik"]) == ("Andi Baso", "0001", False)
        labels.judge_blind(other, check_id=check.pk, answer="different")
        assert quality.quality(thresholds.current()).agreement.pairs == 1
        assert quality.quality(thresholds.current()).agreement.plain.value == 0
        assert [one.blind_id for one in quality.disagreed()] == [check.pk]


def test_about_a_tenth_of_pairs_is_judged_twice(settings):
    drawn = sum(labels.wants_second(number) for number in range(20_000))
    assert 0.09 < drawn / 20_000 < 0.11


def test_labels_stand_for_the_decisions_they_were_drawn_from(operator, joined):
    checks = list(BlindCheck.objects.order_by("pk"))
    labels.judge_blind(operator, check_id=checks[0].pk, answer="same")
    found = quality.labels()
    assert [(one.same, one.weight, one.source, one.district) for one in found] == [
        (True, 3.0, "b.xlsx", checks[0].record.region_code[:8])
    ]
    labels.judge_blind(operator, check_id=checks[1].pk, answer="unknown")
    assert len(quality.labels()) == 1


def test_a_withdrawn_label_no_longer_counts(operator, joined):
    andi, martha = Person.objects.get(**bears(ANDI)), Person.objects.get(**bears(MARTHA))
    pair = Pair.objects.create(
        run=joined, record=martha.records.get(), person=andi, probability=0.6, weight=1, region_code="65.71"
    )
    judge_pair(operator, pair_id=pair.pk, decision="different")
    assert [one.same for one in quality.labels()] == [False]
    undo_judgement(operator, pair_id=pair.pk, reason="keliru")
    assert quality.labels() == []
    judge_pair(operator, pair_id=pair.pk, decision="same")
    assert [one.same for one in quality.labels()] == [True]
    assert Judgement.objects.filter(pair=pair).count() == 3


def test_thresholds_are_versions_that_a_person_sets_and_the_next_run_uses(operator, tmp_path):
    assert thresholds.current().version == 0
    now = thresholds.set_thresholds(operator, same=0.97, doubtful=0.2, reason="label 140", replaces=0)
    assert (now.same, now.doubtful) == (0.97, 0.2)
    assert (
        thresholds.set_thresholds(operator, same=0.97, doubtful=0.2, reason="lagi", replaces=0).version
        == now.version
    )
    run = take(operator, tmp_path / "a.xlsx", [ANDI, SITI])
    assert (run.threshold_same, run.threshold_new, run.report["thresholds"]) == (0.97, 0.2, now.version)
    with pytest.raises(Refused):
        thresholds.set_thresholds(operator, same=0.98, doubtful=0.2, reason="usang", replaces=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        MatchThresholds.objects.update(same=0.5)


@pytest.mark.parametrize(("same", "doubtful"), [(0.5, 0.6), (1.1, 0.1), (0.9, 0.0), (float("nan"), 0.1)])
def test_thresholds_out_of_order_are_refused(operator, same, doubtful):
    with pytest.raises(Refused):
        thresholds.set_thresholds(operator, same=same, doubtful=doubtful, reason="coba", replaces=0)


def test_a_clerk_of_one_regency_does_not_set_thresholds(make_actor):
    malinau = make_actor("operator", "65.02")
    with acting_as(malinau), pytest.raises(NotAllowed):
        thresholds.set_thresholds(malinau, same=0.98, doubtful=0.1, reason="coba", replaces=0)


def test_what_is_too_common_is_named_before_the_run_and_kept_with_it(operator, tmp_path):
    first, last = (
        ("Andi", "Budi", "Citra", "Dewi", "Eko"),
        ("Santoso", "Lawai", "Ingan", "Usat", "Jalung", "Padan"),
    )
    people = [
        [f"657101010170{n + 1:04d}", f"{first[n % 5]} {last[n % 6]} {last[n // 30 % 6]}", "L", "01-01-1970",
         "Karang Anyar", "Tarakan Barat", "Petani"]
        for n in range(150)
    ]  # fmt: skip
    path = write_list(tmp_path / "satu_januari.xlsx", people)
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    waiting, findings = survey_waiting()
    assert waiting > 100
    assert "birth_date_default" in {finding["code"] for finding in findings}
    assert any("Januari" in finding["message_id"] for finding in findings)
    run = match(operator)
    assert "birth_date_default" in {finding["code"] for finding in run.report["findings"]}
    assert survey_waiting() == (0, [])


def test_the_desk_tells_how_it_moves(operator, joined):
    for check in list(BlindCheck.objects.order_by("pk")):
        labels.judge_blind(operator, check_id=check.pk, answer="same")
    pace = quality.pace(operator)
    assert (pace.left, pace.checks, pace.today) == (0, 0, 3)
