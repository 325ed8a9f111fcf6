"""A case moves only along named states; money needs two people; whatever is done, nothing is paid by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.claims import queries
from payung.claims.actions import (
    decide_move,
    letter_pdf,
    move,
    record_report,
    report_accident,
    run_desk,
    set_children,
    tell,
    tell_accident,
)
from payung.claims.cases import MOVES, needs_two
from payung.claims.models import Case, Step
from payung.claims.workdays import add_working_days, is_working_day, working_days_between
from tests.claims.scene import build, die, protected, unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


@pytest.fixture
def approver(make_actor):
    return make_actor("approver", "65")


@pytest.fixture
def case(operator) -> Case:
    today = build(200)
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        die(operator, protected(1, today)[0])
    run_desk(operator, today=today)
    return Case.objects.get()


def go(operator, approver, case, to, **more):
    step = move(operator, case_id=case.pk, to=to, **more)
    if step.answer == Step.Answer.PROPOSED:
        decide_move(approver, case_id=case.pk, approve=True)
    case.refresh_from_db()


def test_from_report_to_payment_by_two_people(operator, approver, case):
    go(operator, approver, case, "checked")
    go(operator, approver, case, "gathering")
    go(operator, approver, case, "submitted", reference="JKM/7")
    step = move(operator, case_id=case.pk, to="decided", amount=42_000_000)
    assert step.answer == Step.Answer.PROPOSED
    case.refresh_from_db()
    assert case.state == "submitted"
    decide_move(approver, case_id=case.pk, approve=True)
    go(operator, approver, case, "paid", amount=42_000_000)
    go(operator, approver, case, "closed", reason="Keluarga menerima")
    assert (case.state, case.paid_amount, case.branch_reference) == ("closed", 42_000_000, "JKM/7")


def test_a_difference_must_be_explained(operator, approver, case):
    for to in ("checked", "gathering", "submitted"):
        go(operator, approver, case, to)
    with pytest.raises(Refused, match="differs from what the law gives"):
        move(operator, case_id=case.pk, to="decided", amount=10_000_000)
    go(operator, approver, case, "decided", amount=10_000_000, reason="Cabang membaca masa tunggu")
    assert case.decided_amount == 10_000_000


def test_nobody_approves_their_own_proposal(operator, case, make_actor):
    for to in ("checked", "gathering", "submitted"):
        move(operator, case_id=case.pk, to=to)
    both = make_actor("approver", "65")
    from payung.access.actor import Actor
    from payung.access.models import Assignment

    Assignment.objects.create(user=both.user, role="operator", region_code="65")
    both = Actor.of(both.user)
    move(both, case_id=case.pk, to="decided", amount=42_000_000)
    with pytest.raises(Refused, match="cannot decide"):
        decide_move(both, case_id=case.pk, approve=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(answer="proposed").update(answer="done", decided_by=both.user)


def test_words_to_the_family_cannot_be_taken_back(operator, case):
    told = tell(operator, case_id=case.pk, how="visit", whom="Istri")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_told WHERE id = %s", [told.pk])
    assert queries.desk().not_told == 0


def test_children_raise_the_amount_only_where_the_law_says_so(operator, case):
    changed = set_children(operator, case_id=case.pk, children=[["sd", 4, None]])
    assert changed.owed == 42_000_000  # 36 paid months open the scholarship; six months do not
    assert changed.snapshot["facts"]["children"] == [["sd", 4, None]]
    with pytest.raises(Refused):
        set_children(operator, case_id=case.pk, children=[["s3", 4, None]])


def test_the_letter_is_a_document(operator, case):
    assert letter_pdf(operator, case_id=case.pk).startswith(b"%PDF-")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(Case.State.values)), st.booleans()), max_size=14))
def test_whatever_is_tried_a_state_follows_its_moves_and_money_had_two_people(
    operator, approver, case, tries
):
    with transaction.atomic():
        for to, approve in tries:
            try:
                step = move(operator, case_id=case.pk, to=to, amount=1_000, reason="coba")
                if step.answer == Step.Answer.PROPOSED:
                    decide_move(approver, case_id=case.pk, approve=approve, reason="coba")
            except Refused:
                pass
        case.refresh_from_db()
        state = "reported"
        for step in case.steps.order_by("id")[1:]:
            assert step.new_state in MOVES[state]
            case.state = state
            assert step.two_people == needs_two(case, step.new_state)
            if step.two_people:
                assert step.decided_by_id not in (None, step.by_id)
            if step.answer == Step.Answer.DONE:
                state = step.new_state
        assert Case.objects.get(pk=case.pk).state == state
        transaction.set_rollback(True)


def test_an_accident_runs_its_clock_and_is_priced(operator, approver):
    today = build(200)
    person = protected(1, today)[0]
    happened = timezone.now() - timedelta(hours=50)
    case = report_accident(
        operator, person_id=person.pk, happened_at=happened, place="Dermaga", doing="Menurunkan ikan"
    )
    same = report_accident(
        operator, person_id=person.pk, happened_at=happened, place="Dermaga", doing="Menurunkan ikan"
    )
    assert same.pk == case.pk
    told = queries.first_report(case.accident, timezone.now())
    assert told.late
    assert told.hours_left == -2
    with pytest.raises(Refused, match="first report"):
        record_report(operator, case_id=case.pk, stage=2, at=timezone.now())
    record_report(operator, case_id=case.pk, stage=1, at=happened + timedelta(hours=40))
    case.accident.refresh_from_db()
    assert not queries.first_report(case.accident, timezone.now()).late
    changed = tell_accident(
        operator,
        case_id=case.pk,
        facts={
            "outcome": "recovered",
            "off_days": 30,
            "medical_cost": 750_000,
            "transport": [["sea", 500_000]],
        },
    )
    assert changed.snapshot["id"]["medical"] == 750_000
    assert changed.snapshot["id"]["transport"] == 500_000
    assert changed.snapshot["id"]["temporary"] > 0
    assert changed.owed == changed.snapshot["id"]["total"]


def test_an_accident_without_cover_is_refused_by_name(operator):
    today = build(200)
    with pytest.raises(Refused, match="not recorded as protected by JKK in this programme"):
        report_accident(
            operator,
            person_id=unprotected(today).pk,
            happened_at=timezone.now(),
            place="Kebun",
            doing="Panen",
        )


def test_working_days_know_weekends_and_holidays():
    assert not is_working_day(date(2026, 8, 17))
    assert not is_working_day(date(2026, 11, 22))
    assert add_working_days(date(2026, 11, 20), 3) == date(2026, 11, 25)
    assert add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)


@given(st.dates(date(2023, 1, 1), date(2027, 11, 1)), st.integers(0, 40))
def test_adding_and_counting_working_days_agree(start, days):
    assert working_days_between(start, add_working_days(start, days)) == days
