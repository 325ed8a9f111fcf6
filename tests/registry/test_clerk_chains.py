"""Merges that rest on one another, decisions taken back and made again, regions, and two people for two covers."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.registry.actions import load_file
from payung.registry.clerk import decide_merge, judge_pair, undo_judgement
from payung.registry.linking import match
from payung.registry.models import Judgement, Link, MatchRun, MergeProposal, Pair, Person, Record

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
COVERED = 2026 * 12 + 11


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


@pytest.fixture
def people(operator, tmp_path) -> dict[str, Person]:
    """Four people who have one record each, by first name."""
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA])
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    match(operator)
    return {person.name.split()[0]: person for person in Person.objects.all()}


def doubt(left: Person, right: Person) -> Pair:
    """A pair: the record of one person against another person."""
    return Pair.objects.create(
        run=MatchRun.objects.get(),
        record=Record.objects.get(name=left.name),
        person=right,
        probability=0.6,
        weight=1.0,
        region_code=left.region_code,
    )


def where() -> dict[int, int]:
    return dict(Person.objects.filter(records__isnull=False).values_list("records__pk", "pk"))


def told() -> set[tuple]:
    return set(Person.objects.values_list("pk", "name", "nik_hash", "sources", "merged_into"))


def test_each_move_says_from_whom_to_whom_and_for_which_pair(operator, people):
    pair = doubt(people["Yohanes"], people["Andi"])
    judge_pair(operator, pair_id=pair.pk, decision="same", reason="pair:99 menurut RT")
    move = Link.objects.get(by=Link.By.CLERK)
    assert move.pair_id == pair.pk
    assert {move.moved_from_id, move.person_id} == {people["Yohanes"].pk, people["Andi"].pk}
    assert move.reason == "pair:99 menurut RT"


def test_undo_of_a_merge_that_a_later_merge_rests_on_is_refused_by_name(operator, people):
    before, facts = where(), told()
    first = doubt(people["Yohanes"], people["Martha"])
    judge_pair(operator, pair_id=first.pk, decision="same")
    second = doubt(people["Martha"], people["Andi"])
    judge_pair(operator, pair_id=second.pk, decision="same")
    assert len(set(where().values())) == 2
    with pytest.raises(Refused) as refused:
        undo_judgement(operator, pair_id=first.pk, reason="keliru")
    assert str(second.pk) in refused.value.sentence
    assert len(set(where().values())) == 2
    undo_judgement(operator, pair_id=second.pk, reason="keliru")
    undo_judgement(operator, pair_id=first.pk, reason="keliru")
    assert where() == before
    assert told() == facts


def test_undo_in_a_chain_joined_at_one_person_loses_no_record(operator, people):
    """Martha becomes Andi, then Yohanes (judged against Martha) becomes Andi too: taking the first back would
    leave Yohanes with Andi although he was never compared with him."""
    before = where()
    first = doubt(people["Martha"], people["Andi"])
    judge_pair(operator, pair_id=first.pk, decision="same")
    second = doubt(people["Yohanes"], people["Martha"])
    judge_pair(operator, pair_id=second.pk, decision="same")
    with pytest.raises(Refused) as refused:
        undo_judgement(operator, pair_id=first.pk, reason="keliru")
    assert str(second.pk) in refused.value.sentence
    undo_judgement(operator, pair_id=second.pk, reason="keliru")
    undo_judgement(operator, pair_id=first.pk, reason="keliru")
    assert where() == before


def test_a_pair_that_was_the_same_only_through_the_merge_waits_again(operator, people):
    first = doubt(people["Yohanes"], people["Andi"])
    other_way = doubt(people["Andi"], people["Yohanes"])
    judge_pair(operator, pair_id=first.pk, decision="same")
    judge_pair(operator, pair_id=other_way.pk, decision="same")
    undo_judgement(operator, pair_id=first.pk, reason="keliru")
    other_way.refresh_from_db()
    assert other_way.state == Pair.State.OPEN


def test_same_undo_same_undo_ends_where_it_began(operator, people):
    before, facts = where(), told()
    pair = doubt(people["Yohanes"], people["Andi"])
    for _ in range(3):
        judge_pair(operator, pair_id=pair.pk, decision="same")
        assert len(set(where().values())) == 3
        undo_judgement(operator, pair_id=pair.pk, reason="keliru")
        assert where() == before
        assert told() == facts


def test_what_was_said_stays_when_a_decision_is_taken_back(operator, people, make_actor):
    pair = doubt(people["Yohanes"], people["Andi"])
    judge_pair(operator, pair_id=pair.pk, decision="same", reason="menurut RT")
    undo_judgement(operator, pair_id=pair.pk, reason="ternyata saudara")
    judge_pair(operator, pair_id=pair.pk, decision="different")
    said = list(Judgement.objects.order_by("pk").values_list("answer", "withdraws__answer", "reason"))
    assert said == [
        ("same", None, "menurut RT"),
        ("withdrawn", "same", "ternyata saudara"),
        ("different", None, ""),
    ]
    label = Judgement.objects.first()
    assert (label.probability, label.threshold_same, label.model_id) == (0.6, 0.99, pair.run.model_id)


def test_labels_cannot_be_changed(operator, people):
    pair = doubt(people["Yohanes"], people["Andi"])
    judge_pair(operator, pair_id=pair.pk, decision="different")
    with pytest.raises(DatabaseError), transaction.atomic():
        Judgement.objects.update(answer="same")


def test_a_clerk_must_hold_both_peoples_regions(operator, people, make_actor):
    pair = doubt(people["Yohanes"], people["Andi"])
    Person.objects.filter(pk=people["Andi"].pk).update(region_code="65.02.01.2001")
    tarakan = make_actor("operator", "65.71")
    for decision in ("same", "different"):
        with acting_as(tarakan), pytest.raises(NotAllowed):
            judge_pair(tarakan, pair_id=pair.pk, decision=decision)
    with acting_as(operator):
        judge_pair(operator, pair_id=pair.pk, decision="same")
        Person.objects.exclude(merged_into=None).update(region_code="65.02.01.2001")
    with acting_as(tarakan), pytest.raises(NotAllowed):
        undo_judgement(tarakan, pair_id=pair.pk, reason="keliru")


@pytest.fixture
def proposal(operator, people) -> MergeProposal:
    """Two covered people said to be one; Yohanes is covered longer."""
    Person.objects.filter(pk=people["Andi"].pk).update(covered_until=COVERED)
    Person.objects.filter(pk=people["Yohanes"].pk).update(covered_until=COVERED + 3)
    pair = doubt(people["Yohanes"], people["Andi"])
    judge_pair(operator, pair_id=pair.pk, decision="same", reason="KK sama")
    return MergeProposal.objects.get()


def test_two_covered_people_become_one_only_by_two_clerks(operator, proposal, people, make_actor):
    pair = proposal.pair
    pair.refresh_from_db()
    assert pair.state == Pair.State.PROPOSED
    assert Person.objects.filter(merged_into=None).count() == 4
    with pytest.raises(Refused):
        decide_merge(operator, proposal_id=proposal.pk, approve=True)
    other = make_actor("approver", "65")
    with acting_as(other):
        decide_merge(other, proposal_id=proposal.pk, approve=True)
        pair.refresh_from_db()
        assert pair.state == Pair.State.SAME
        assert Person.objects.get(pk=people["Andi"].pk).merged_into_id == people["Yohanes"].pk
        with pytest.raises(Refused):
            decide_merge(other, proposal_id=proposal.pk, approve=True)
        undo_judgement(other, pair_id=pair.pk, reason="keliru")
        assert Person.objects.filter(merged_into=None).count() == 4


def test_declined_they_stay_two_and_it_says_why(operator, proposal, make_actor):
    other = make_actor("approver", "65")
    with acting_as(other):
        with pytest.raises(Refused):
            decide_merge(other, proposal_id=proposal.pk, approve=False)
        decide_merge(other, proposal_id=proposal.pk, approve=False, reason="saudara kembar")
        proposal.refresh_from_db()
        assert (proposal.state, proposal.answer) == ("declined", "saudara kembar")
        assert Pair.objects.get().state == Pair.State.DIFFERENT
        assert Person.objects.filter(merged_into=None).count() == 4


def test_the_database_itself_refuses_one_person_for_both_parts(operator, proposal):
    with pytest.raises(IntegrityError), transaction.atomic():
        MergeProposal.objects.update(state="approved", decided_by=operator.user)


def test_a_proposed_pair_keeps_both_unverified(operator, proposal):
    from payung.registry.eligibility import judge_everyone
    from payung.registry.models import Eligibility

    judge_everyone(operator, on=TODAY)
    assert Eligibility.objects.filter(verified=True).count() == 2
