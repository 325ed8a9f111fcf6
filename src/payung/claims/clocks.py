"""How long a case has stood where it stands, against what the law allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from payung.claims.models import Accident, Case, Step
from payung.claims.workdays import add_working_days, calendar_until, working_days_between
from payung.law import Deadlines, deadlines, late_payment
from payung.law.steps import Step as LawStep


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a case was with the branch against the law's working days, until `end`: its payment or today."""

    working_days: int
    allowed: int
    due: date
    end: date
    running: bool
    calendar_known: bool

    @property
    def late(self) -> bool:
        return self.end > self.due


def limits(one: Case) -> Deadlines:
    """Return the law's time limits of a case: those of an accident count from its hour."""
    event = datetime.combine(one.event_on, datetime.min.time())
    if one.kind == Case.Kind.JKK:
        event = timezone.localtime(one.accident.happened_at).replace(tzinfo=None)
    return deadlines(one.law_kind, event)


def branch_clock(one: Case, today: date) -> Clock | None:
    """Return the clock of payment since a complete claim was last submitted.

    None before that, and where the branch owes no payment now: what it refused, or what is contested.
    """
    running = one.state in (Case.State.SUBMITTED, Case.State.DECIDED)
    if one.submitted_on is None or not (running or one.state in (Case.State.PAID, Case.State.CLOSED)):
        return None
    end = today if running else one.paid_on
    if end is None:
        return None
    allowed = limits(one).pay_within_working_days
    due = add_working_days(one.submitted_on, allowed)
    days = working_days_between(one.submitted_on, end)
    return Clock(days, allowed, due, end, running, due.year <= calendar_until())


def compensation(one: Case, today: date) -> LawStep | None:
    """Return the compensation owed on a late JKK benefit until it is paid; None where it is not late."""
    told = branch_clock(one, today)
    if one.kind != Case.Kind.JKK or told is None or not told.late:
        return None
    benefit = one.owed if one.decided_amount is None else one.decided_amount
    return late_payment(one.event_on, benefit, (told.end - told.due).days)


@dataclass(frozen=True, slots=True)
class FirstReport:
    """The 2 x 24 hours in which an accident must be reported. `hours_left` is below zero once they have passed."""

    due: datetime
    sent: datetime | None
    hours_left: int
    late: bool


def first_report(accident: Accident, now: datetime) -> FirstReport:
    """How the first report of an accident stands at `now`."""
    due = deadlines("jkk", accident.happened_at).report_by
    if due is None:  # every law of JKK so far has one
        raise ValueError("the law in force names no first report")
    end = accident.first_report_at or now
    return FirstReport(due, accident.first_report_at, int((due - now) / timedelta(hours=1)), end > due)


@dataclass(frozen=True, slots=True)
class Stay:
    """One step of a case and how long what it led to lasted: days, working days, and those the law allows."""

    step: Step
    days: int | None
    working_days: int | None
    allowed: int | None

    @property
    def late(self) -> bool:
        return self.allowed is not None and self.working_days is not None and self.working_days > self.allowed


def stays(one: Case, steps: list[Step], today: date) -> list[Stay]:
    """Every step with its stay; steps that never held, and the last of a closed case, have none.

    The stay with the branch counts from the day the claim was submitted to the day it was paid, as recorded.
    """
    held = [step for step in steps if step.answer == Step.Answer.DONE]
    ends = {step.pk: following for step, following in pairwise(held)}
    allowed = limits(one).pay_within_working_days
    found = []
    for step in steps:
        if step.answer != Step.Answer.DONE or (step.pk not in ends and step.new_state == Case.State.CLOSED):
            found.append(Stay(step, None, None, None))
            continue
        begun = _day(step)
        ended = _day(ends[step.pk]) if step.pk in ends else today
        days = max(0, (ended - begun).days)
        legal = allowed if step.new_state == Case.State.SUBMITTED else None
        found.append(Stay(step, days, working_days_between(begun, ended), legal))
    return found


def _day(step: Step) -> date:
    """Return the day a step took hold: the day it names, else that of its decision or making."""
    if "on" in step.details:
        return date.fromisoformat(step.details["on"])
    return timezone.localtime(step.decided_at or step.at).date()
