"""The death desk: who is owed what, cases opened once, stops proposed, reports that need two people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from payung.access.actor import NotAllowed, Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.claims import queries
from payung.claims.actions import decide_report, report_death, run_desk
from payung.claims.models import Case, Death, Report
from payung.coverage.models import MonthlyChange
from tests.claims.scene import build, die, protected, unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


@pytest.fixture
def today(operator) -> date:
    return build()


def kill(actor, person, days_ago=3):
    with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        return die(actor, person, days_ago)


def test_a_covered_death_gives_a_case_its_amount_and_a_stop(operator, today):
    person = protected(1, today)[0]
    died = kill(operator, person)
    run = run_desk(operator, today=today)
    assert (run.deaths, run.covered) == (1, 1)
    case = Case.objects.get(person=person)
    assert case.owed == run.owed == 42_000_000
    assert case.expires_on == date(died.year + 5, died.month, died.day)
    assert case.snapshot["id"]["funeral"] == 10_000_000
    assert len(case.snapshot_hash) == 64
    assert Death.objects.get(person=person).standing == Death.Standing.FULL
    assert MonthlyChange.objects.filter(person=person, kind="died", state="proposed").exists()
    assert case.steps.get().new_state == Case.State.REPORTED


def test_who_never_was_covered_is_kept_as_the_cost_of_the_gap(operator, today):
    kill(operator, unprotected(today))
    run = run_desk(operator, today=today)
    assert (run.deaths, run.covered, run.never, run.owed) == (1, 0, 1, 0)
    assert not Case.objects.exists()


def test_the_desk_twice_changes_nothing(operator, today):
    for person in protected(3, today):
        kill(operator, person)
    first = run_desk(operator, today=today)
    before = list(Case.objects.order_by("pk").values())
    second = run_desk(operator, today=today)
    assert list(Case.objects.order_by("pk").values()) == before
    assert (second.owed, second.new_cases, second.stops_proposed) == (first.owed, 0, 0)


def test_the_number_of_statements_does_not_depend_on_the_deaths(operator, today):
    people = protected(12, today)
    kill(operator, people[0])
    run_desk(operator, today=today)
    counts = []
    for more in (people[1:2], people[2:]):
        for person in more:
            kill(operator, person)
        with CaptureQueriesContext(connection) as made:
            run_desk(operator, today=today)
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_a_reported_death_needs_a_second_person(operator, today, make_actor):
    person = protected(1, today)[0]
    report = report_death(
        operator, person_id=person.pk, died_on=today - timedelta(days=1), evidence="Surat 1", today=today
    )
    again = report_death(
        operator, person_id=person.pk, died_on=today - timedelta(days=1), evidence="Surat 1", today=today
    )
    assert again.pk == report.pk
    with pytest.raises(NotAllowed):
        decide_report(operator, report_id=report.pk, confirm=True)
    decide_report(make_actor("approver", "65"), report_id=report.pk, confirm=True)
    assert run_desk(operator, today=today).covered == 1


def test_the_database_refuses_that_the_reporter_confirms(operator, today):
    person = protected(1, today)[0]
    report = report_death(operator, person_id=person.pk, died_on=today, evidence="Surat", today=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(decided_by=operator.user, state="confirmed")


@pytest.mark.parametrize(("days", "evidence"), [(-1, "Surat"), (1, "  "), (60_000, "Surat")])
def test_a_wrong_report_is_a_sentence(operator, today, days, evidence):
    person = protected(1, today)[0]
    with pytest.raises(Refused):
        report_death(
            operator,
            person_id=person.pk,
            died_on=today - timedelta(days=days),
            evidence=evidence,
            today=today,
        )


def test_another_region_sees_neither_deaths_nor_cases(operator, today, make_actor):
    person = protected(1, today)[0]
    kill(operator, person)
    run_desk(operator, today=today)
    elsewhere = next(code for code in ("65.01", "65.71") if not person.region_code.startswith(code))
    with acting_as(make_actor("operator", elsewhere)):
        assert not Death.objects.exists()
        assert not Case.objects.exists()
        assert queries.desk().owed == 0


def test_looking_back_names_what_nobody_claimed(operator, today):
    people = protected(2, today)
    for person in people:
        kill(operator, person, days_ago=5)
    run_desk(operator, today=today)
    back = queries.lookback(date(2023, 1, 1), today)
    assert len(back.unclaimed) == 2
    assert back.owed == 84_000_000
    assert sum(one.known for one in back.districts) == 2
    lived = sum(one.person_years for one in back.districts)
    assert 0 < back.expected.deaths < lived * 0.05
    assert queries.lookback(date(2023, 1, 1), today, scale=2.0).expected.deaths == pytest.approx(
        2 * back.expected.deaths
    )
    figures = queries.figures(date(2023, 1, 1), today)
    assert (figures["unclaimed"], figures["unclaimed_rupiah"]) == (2, 84_000_000)
