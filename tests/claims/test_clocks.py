"""The branch's clock runs while the branch owes an answer or money; what is unpaid is told of every kind of case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from payung.access.actor import acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.claims import queries
from payung.claims.actions import decide_move, move, report_accident, run_desk, tell, tell_accident
from payung.claims.models import Case, Step
from tests.claims.scene import build, die, protected

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


@pytest.fixture
def go(operator, make_actor):
    second = make_actor("approver", "65")

    def walk(case: Case, to: str, **more) -> None:
        step = move(operator, case_id=case.pk, to=to, **more)
        if step.answer == Step.Answer.PROPOSED:
            decide_move(second, case_id=case.pk, approve=True)
        case.refresh_from_db()

    return walk


@pytest.fixture
def accident(operator) -> Case:
    """An accident of two months ago, owed something."""
    today = build(200)
    case = report_accident(
        operator,
        person_id=protected(1, today)[0].pk,
        happened_at=timezone.now() - timedelta(days=60),
        place="Kapal",
        doing="Menarik jaring",
    )
    return tell_accident(operator, case_id=case.pk, facts={"medical_cost": 900_000, "outcome": "recovered"})


def test_the_limits_of_an_accident_count_from_its_hour(accident):
    happened = timezone.localtime(accident.accident.happened_at)
    due = queries.first_report(accident.accident, timezone.now()).due
    assert queries.limits(accident).report_by == timezone.localtime(due).replace(tzinfo=None)
    assert f", {happened:%H:%M}" in queries.limits(accident).because.as_data("id")["inputs_text"]


def test_a_refused_claim_is_not_late_and_one_submitted_again_begins_anew(accident, go):
    today = TODAY()
    for to in ("checked", "gathering"):
        go(accident, to)
    go(accident, "submitted", on=today - timedelta(days=50))
    clock = queries.branch_clock(accident, today)
    assert (clock.running, clock.late) == (True, True)
    assert queries.compensation(accident, today) is not None
    go(accident, "refused", reason="Berkas kurang")
    assert queries.branch_clock(accident, today) is None
    assert queries.compensation(accident, today) is None
    go(accident, "contested", reason="Berkas lengkap")
    assert queries.branch_clock(accident, today) is None
    go(accident, "submitted", on=today - timedelta(days=1))
    clock = queries.branch_clock(accident, today)
    assert (clock.running, clock.late) == (True, False)


def test_a_contested_payment_runs_on_a_clock_of_its_own_and_leaves_the_rest_unpaid(accident, go):
    today = TODAY()
    for to in ("checked", "gathering"):
        go(accident, to)
    go(accident, "submitted", on=today - timedelta(days=50))
    go(accident, "decided", amount=accident.owed)
    go(accident, "paid", amount=300_000, reason="Sebagian", on=today - timedelta(days=48))
    assert not queries.branch_clock(accident, today).running
    assert queries.desk().owed == 0
    go(accident, "contested", reason="Kurang bayar")
    assert queries.desk().owed == accident.owed - 300_000
    go(accident, "submitted", on=today - timedelta(days=30))
    clock = queries.branch_clock(accident, today)
    assert (clock.running, clock.late, clock.end) == (True, True, today)


def test_a_family_of_either_kind_of_case_waits_to_be_told(operator, accident):
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        die(operator, protected(2, TODAY())[1])
    run_desk(operator, today=TODAY())
    death = Case.objects.get(kind="jkm")
    assert (queries.desk().open_cases, queries.desk().not_told) == (2, 2)
    assert queries.desk().owed == accident.owed + death.owed
    tell(operator, case_id=accident.pk, how="visit", whom="Istri")
    assert queries.desk().not_told == 1
