"""A death that becomes known, is corrected or withdrawn goes through the desk by itself."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from payung.access.actor import acting_as, action, everyone_visible
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import encrypt_json
from payung.claims import queries
from payung.claims.actions import decide_move, move, report_accident, run_desk, set_children, tell_accident
from payung.claims.models import Case, Death
from payung.coverage.models import MonthlyChange
from payung.registry.clerk import judge_pair, undo_judgement
from payung.registry.loading import RAW
from payung.registry.merging import hold_people, refresh
from payung.registry.models import Intake, MatchRun, Pair, Person, Record
from tests.claims.scene import build, die, protected

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


def doubtful_death(actor, person, died_on) -> Pair:
    """A row of a death list that the matcher was not sure is `person`."""
    stranger = Person.objects.create(
        name="ANDI SANTOSA", name_norm="andi santosa", region_code="65", sources=1
    )
    intake = Intake.objects.create(
        kind="deaths", file_name="kematian.xlsx", sha256="x", region_code="65", rows=1, accepted=1,
        loaded_by=actor.user,
    )  # fmt: skip
    record = Record.objects.create(
        intake=intake, row_no=1, person=stranger, accepted=True, raw_enc=encrypt_json({}, RAW),
        name="ANDI SANTOSA", name_norm="andi santosa", event_date=died_on, region_code=person.region_code,
    )  # fmt: skip
    run = MatchRun.objects.create(
        threshold_same=0.9, threshold_new=0.1, rows=1, same=0, doubtful=1, new=0, report={}, run_by=actor.user
    )
    return Pair.objects.create(
        run=run, record=record, person=person, probability=0.5, weight=1.0, region_code=person.region_code
    )


def test_a_clerks_word_opens_the_case_and_taking_it_back_proposes_to_close_it(operator):
    today = build(200)
    person = protected(1, today)[0]
    pair = doubtful_death(operator, person, today - timedelta(days=2))
    judge_pair(operator, pair_id=pair.pk, decision="same")
    case = Case.objects.get()
    assert (case.person_id, case.state, case.owed) == (person.pk, "reported", 42_000_000)
    assert Death.objects.get().standing == Death.Standing.FULL
    assert MonthlyChange.objects.filter(person=person, kind="died", state="proposed").exists()
    undo_judgement(operator, pair_id=pair.pk, reason="ternyata orang lain")
    assert not Death.objects.exists()
    assert case.steps.filter(answer="proposed", new_state="closed").count() == 1


def test_a_corrected_day_of_death_is_computed_anew_until_the_claim_is_submitted(operator):
    today = build(200)
    person = protected(1, today)[0]
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        died = die(operator, person, days_ago=3)
    case = Case.objects.get()
    move(operator, case_id=case.pk, to="checked")
    set_children(operator, case_id=case.pk, children=[["sd", 4, "2018-05-01"]])

    def correct(day):
        with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS), everyone_visible():
            hold_people()
            Record.objects.filter(person=person, event_date__isnull=False).update(event_date=day)
            refresh(operator, [person.pk])
        case.refresh_from_db()

    earlier = died - timedelta(days=7)
    correct(earlier)
    assert (case.event_on, case.state, case.expires_on.year) == (earlier, "checked", earlier.year + 5)
    assert case.snapshot["facts"] == {"event_on": earlier.isoformat(), "children": [["sd", 4, "2018-05-01"]]}
    told = case.steps.order_by("-id")[0]
    assert f"dikoreksi dari {died:%d-%m-%Y} ke {earlier:%d-%m-%Y}" in told.reason
    again = case.snapshot_hash
    correct(earlier)
    assert (case.snapshot_hash, case.steps.order_by("-id")[0].pk) == (again, told.pk)
    # A child born after the new day of death: the law knows no such child, and the case waits for a clerk.
    set_children(operator, case_id=case.pk, children=[["sd", 4, (earlier - timedelta(days=1)).isoformat()]])
    correct(earlier - timedelta(days=9))
    assert (case.event_on, case.state) == (earlier, "checked")
    correct(earlier)
    for to in ("gathering", "submitted"):
        move(operator, case_id=case.pk, to=to)
    correct(died)
    assert (case.event_on, case.state) == (earlier, "submitted")


def test_jkk_pays_prosthesis_aids_and_home_care_many_losses_and_what_the_branch_pays_late(
    operator, make_actor
):
    today = build(200)
    person = protected(1, today)[0]
    case = report_accident(
        operator,
        person_id=person.pk,
        happened_at=timezone.now() - timedelta(days=60),
        place="Kapal",
        doing="Jaring",
    )
    losses = [["arm-left", 40], ["eye-one", None], ["earlobe-one", None]]
    case = tell_accident(
        operator,
        case_id=case.pk,
        facts={
            "outcome": "partial", "losses": losses, "prosthesis_cost": 1_000_000, "homecare_cost": 25_000_000,
            "aids": [["glasses", 1_500_000], ["hearing_aid", 500_000]],
        },
    )  # fmt: skip
    priced = case.snapshot["id"]
    assert (priced["homecare"], priced["aids"]) == (20_000_000, 1_500_000)
    assert priced["rehabilitation"] > 1_000_000
    assert priced["disability"] > 0
    for to in ("checked", "gathering"):
        move(operator, case_id=case.pk, to=to)
    move(operator, case_id=case.pk, to="submitted", on=today - timedelta(days=40))
    case.refresh_from_db()
    due = queries.branch_clock(case, today).due
    late = queries.compensation(case, today)
    assert late.inputs["days"] == (today - due).days > 20
    assert abs(100 * late.value - case.owed * late.inputs["days"]) <= 50
    assert queries.compensation(case, due) is None
    move(operator, case_id=case.pk, to="decided", amount=10_000_000, reason="cabang")
    decide_move(make_actor("approver", "65"), case_id=case.pk, approve=True)
    case.refresh_from_db()
    assert queries.compensation(case, today).inputs["benefit"] == 10_000_000


def test_a_regional_clerks_news_touches_nobody_outside_the_region(operator, make_actor):
    today = build(400)
    found = protected(80, today)
    regency = Counter(one.region_code[:5] for one in found).most_common(1)[0][0]
    here = [one for one in found if one.region_code.startswith(regency)][:2]
    elsewhere = [one for one in found if not one.region_code.startswith(regency)][:2]
    # Known to the registry, not yet to the desk: what the next run of whoever answers there will find.
    died = today - timedelta(days=5)
    Person.objects.filter(pk__in=[one.pk for one in elsewhere]).update(died_on=died)
    clerk = make_actor("operator", regency)
    with acting_as(clerk):
        with action(clerk, Act.DEATHS_RUN, region_code=OWN_REGIONS):
            die(clerk, here[0])
        assert [case.person_id for case in Case.objects.all()] == [here[0].pk]
    with acting_as(operator):
        assert {case.person_id for case in Case.objects.all()} == {here[0].pk}
        assert {death.person_id for death in Death.objects.all()} == {here[0].pk}
        assert {change.person_id for change in MonthlyChange.objects.filter(kind="died")} == {here[0].pk}
        run = run_desk(operator, today=today)
        assert (run.new_cases, Case.objects.count()) == (2, 3)
        # One moved away after the case was opened, one moved in: nothing is lost, and nothing is refused.
        Person.objects.filter(pk=here[0].pk).update(region_code=elsewhere[0].region_code)
        Person.objects.filter(pk=elsewhere[1].pk).update(region_code=here[1].region_code)
    with acting_as(clerk):
        with action(clerk, Act.DEATHS_RUN, region_code=OWN_REGIONS):
            die(clerk, here[1])
        run = run_desk(clerk, today=today)
        assert run.deaths == 2
    with acting_as(operator):
        assert Death.objects.count() == Case.objects.count() == 4
        assert not Case.objects.filter(steps__new_state="closed").exists()
        assert Death.objects.get(person=elsewhere[1]).region_code == here[1].region_code
