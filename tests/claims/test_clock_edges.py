"""Clocks at their edges: the last day in time, the first day late, the minute of a report."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from payung.claims import clocks
from payung.claims.models import Accident, Case, Step
from payung.claims.workdays import is_working_day

#: A Thursday; the Friday, Monday and Tuesday after it are working days.
SUBMITTED = date(2026, 10, 8)
HAPPENED = timezone.make_aware(datetime(2026, 9, 1, 10, 30))


def later(day: date, working_days: int) -> date:
    """Count one day after another, as a clerk with a calendar."""
    while working_days:
        day += timedelta(days=1)
        working_days -= 1 if is_working_day(day) else 0
    return day


def a_case(kind: str, state: str = "submitted", **facts) -> Case:
    case = Case(kind=kind, state=state, event_on=date(2026, 9, 1), submitted_on=SUBMITTED, owed=1_000_000)
    for name, value in facts.items():
        setattr(case, name, value)
    if kind == "jkk":
        case.accident = Accident(happened_at=HAPPENED)
    return case


@pytest.mark.parametrize("kind", ["jkm", "jkk"])
def test_the_branch_is_in_time_on_the_last_day_and_late_on_the_next(kind):
    allowed = clocks.limits(a_case(kind)).pay_within_working_days
    due = later(SUBMITTED, allowed)
    for days in range(-3, 4):
        today = due + timedelta(days=days)
        running = clocks.branch_clock(a_case(kind), today)
        assert (running.due, running.end, running.late) == (due, today, days > 0)
        paid = clocks.branch_clock(a_case(kind, "paid", paid_on=today), due + timedelta(days=90))
        assert (paid.due, paid.end, paid.late, paid.running) == (due, today, days > 0, False)
        owed = clocks.compensation(a_case(kind), today)
        if kind == "jkm" or days <= 0:
            assert owed is None
        else:
            assert (owed.value, owed.inputs["days"]) == (days * 10_000, days), "one per cent for each day"
    assert clocks.branch_clock(a_case(kind), due).working_days == allowed


def test_an_accident_is_reported_in_time_to_the_last_minute():
    due = HAPPENED + timedelta(hours=48)
    for minutes, late in ((-1, False), (0, False), (1, True)):
        sent = due + timedelta(minutes=minutes)
        told = clocks.first_report(Accident(happened_at=HAPPENED, first_report_at=sent), due)
        assert (told.due, told.late) == (due, late)
        waiting = clocks.first_report(Accident(happened_at=HAPPENED), sent)
        assert (waiting.sent, waiting.late) == (None, late)
    assert clocks.first_report(Accident(happened_at=HAPPENED), due - timedelta(hours=3)).hours_left == 3


def test_a_stay_counts_from_the_day_a_step_names_and_is_late_after_the_days_allowed():
    case = a_case("jkm")
    allowed = clocks.limits(case).pay_within_working_days
    typed = timezone.make_aware(datetime(2026, 10, 20, 9))
    for days, late in ((allowed, False), (allowed + 1, True)):
        steps = [
            Step(pk=1, answer="done", new_state="submitted", at=typed, details={"on": SUBMITTED.isoformat()}),
            Step(
                pk=2,
                answer="done",
                new_state="paid",
                at=typed,
                details={"on": later(SUBMITTED, days).isoformat()},
            ),
        ]
        first, second = clocks.stays(case, steps, date(2027, 3, 1))
        assert (first.working_days, first.allowed, first.late) == (days, allowed, late)
        assert (second.allowed, second.late) == (None, False)
