"""Two covered people who are one: after two clerks agree, the second cover is found as the change 'double'."""

from __future__ import annotations

import pytest

from payung.access.actor import acting_as
from payung.coverage.changes import find_changes
from payung.coverage.models import MonthlyChange
from payung.registry.clerk import decide_merge, judge_pair
from payung.registry.models import Intake, MatchRun, MergeProposal, Pair, Person, Record
from payung.registry.reports import record_death
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db


def covered_with_records(actor) -> list[Person]:
    """Two people of one fund who are covered now, each with the record of a list."""
    people = list(Person.objects.filter(covered_until__gte=NOW.number).order_by("pk")[:2])
    intake = Intake.objects.create(
        file_name="daftar.xlsx", sha256="0" * 64, region_code="65", loaded_by=actor.user, rows=2, accepted=2
    )
    for number, person in enumerate(people, start=1):
        Record.objects.create(
            intake=intake,
            row_no=number,
            person=person,
            accepted=True,
            raw_enc=b"",
            name=person.name,
            name_norm=person.name_norm,
            birth_date=person.birth_date,
            region_code=person.region_code,
        )
    return people


def test_the_second_cover_is_proposed_to_end_once_two_clerks_agree(make_actor):
    populate(40, past_months=2, today=TODAY)
    operator, approver = make_actor("operator", "65"), make_actor("approver", "65")
    with acting_as(operator):
        one, other = covered_with_records(operator)
        run = MatchRun.objects.create(
            model_id="1-test", threshold_same=0.99, threshold_new=0.1, rows=2, same=0, doubtful=1, new=2,
            run_by=operator.user,
        )  # fmt: skip
        pair = Pair.objects.create(
            run=run,
            record=one.records.get(),
            person=other,
            probability=0.6,
            weight=1,
            region_code=one.region_code,
        )
        judge_pair(operator, pair_id=pair.pk, decision="same", reason="KK sama")
        find_changes(operator, month=NOW)
        assert not MonthlyChange.objects.filter(kind="double").exists()
    with acting_as(approver):
        proposal = decide_merge(approver, proposal_id=MergeProposal.objects.get().pk, approve=True)
    with acting_as(operator):
        find_changes(operator, month=NOW)
        found = MonthlyChange.objects.get(kind="double")
        assert found.person_id == proposal.merged_id
        assert str(proposal.kept_id) in found.evidence


def test_a_reported_death_is_told_of_the_person_as_known_today(make_actor):
    from django.db import transaction

    populate(40, past_months=2, today=TODAY)
    operator = make_actor("operator", "65")
    with acting_as(operator):
        one, other = covered_with_records(operator)
        Person.objects.filter(pk=one.pk).update(merged_into=other)
        with transaction.atomic():
            intake = record_death(operator, person=one, died_on=TODAY, evidence="surat desa")
        with transaction.atomic():
            assert record_death(operator, person=one, died_on=TODAY, evidence="lagi").pk == intake.pk
        assert Person.objects.get(pk=other.pk).died_on == TODAY
