"""The wait of JKM: from which day it holds and for whom, and how its months and days are counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import LawError, clock, jkm, national_law
from payung.values import Month, Period
from tests.law import naive
from tests.law.strategies import as_pairs, children, days, histories

MARCH = national_law().with_readings({"jkm_wait_start": "first-report"})
EXEMPT = national_law().with_readings({"jkm_wait_earlier_members": "exempt"})


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


def day(text):
    return date.fromisoformat(text)


def others(answer):
    return {(one.reading.removeprefix("reading."), one.option): dict(one.differs) for one in answer.readings}


@pytest.mark.parametrize(
    ("history", "died", "total"),
    [
        ("2025-01..2025-02", "2025-02-10", 42_000_000),
        ("2025-01..2025-02", "2025-02-23", 42_000_000),
        ("2025-01..2025-02", "2025-02-24", 10_000_000),
        ("2025-01", "2025-01-01", 42_000_000),
        ("2025-01", "2025-01-31", 42_000_000),
        ("2025-02", "2025-02-01", 42_000_000),
        ("2025-02", "2025-02-28", 10_000_000),
        ("2024-12..2025-02", "2025-02-23", 42_000_000),
        ("2024-12..2025-02", "2025-02-28", 10_000_000),
        ("2024-12..2025-03", "2025-03-01", 42_000_000),
        ("2020-10..2024-09,2024-11..2026-12", "2025-01-01", 42_000_000),
        ("2020-10..2024-09,2025-01..2026-12", "2025-02-20", 42_000_000),
    ],
)
def test_the_wait_holds_from_the_day_of_its_promulgation(history, died, total):
    assert jkm(day(died), paid(history)).total == total


@pytest.mark.parametrize(
    ("history", "died", "exempt"),
    [
        ("2025-01..2025-03", "2025-03-10", True),
        ("2024-12..2025-02", "2025-02-24", True),
        ("2025-02..2025-04", "2025-04-30", True),
        ("2024-06..2024-11,2025-01..2025-03", "2025-03-15", True),
        ("2025-03..2025-05", "2025-05-10", False),
        ("2025-06..2025-07", "2025-07-10", False),
        ("2026-05..2026-06", "2026-06-10", False),
    ],
)
def test_whether_it_binds_earlier_members_is_a_reading_of_its_own(history, died, exempt):
    answer = jkm(day(died), paid(history))
    assert answer.total == 10_000_000
    found = others(answer).get(("jkm_wait_earlier_members", "exempt"))
    assert (found is not None and found["total"] == 42_000_000) == exempt
    assert jkm(day(died), paid(history), law=EXEMPT).total == (42_000_000 if exempt else 10_000_000)


@pytest.mark.parametrize(
    ("died", "lenient"), [("2025-03-10", True), ("2025-05-21", True), ("2025-05-22", False)]
)
def test_the_first_report_is_the_other_reading_of_its_start(died, lenient):
    answer = jkm(day(died), paid("2025-03..2025-05"))
    assert answer.total == 10_000_000
    assert (others(answer).get(("jkm_wait_start", "first-report"), {}).get("total") == 42_000_000) == lenient
    assert (jkm(day(died), paid("2025-03..2025-05"), law=MARCH).total == 42_000_000) == lenient


@pytest.mark.parametrize(
    ("started", "full"),
    [
        ("2025-11-30", "2026-02-28"),
        ("2025-11-29", "2026-02-28"),
        ("2026-11-30", "2027-02-28"),
        ("2028-11-30", "2029-02-28"),
        ("2026-11-29", "2027-02-28"),
        ("2030-11-30", "2031-02-28"),
        ("2025-08-31", "2025-11-30"),
        ("2027-03-31", "2027-06-30"),
        ("2025-11-28", "2026-02-28"),
        ("2025-12-01", "2026-03-01"),
        ("2027-11-30", "2028-02-29"),
        ("2026-08-31", "2026-11-30"),
        ("2026-01-31", "2026-05-01"),  # three months end on 30 April, ninety days on 1 May
        ("2026-03-31", "2026-06-30"),
        ("2026-05-31", "2026-08-31"),
        ("2026-02-28", "2026-05-29"),  # three months end on 28 May, ninety days on 29 May
        ("2026-10-31", "2027-01-31"),
        ("2028-02-29", "2028-05-29"),
        ("2026-07-20", "2026-10-20"),
    ],
)
def test_three_months_end_on_the_same_day_or_the_last_of_the_month(started, full):
    begun = day(started)
    months = [Period(Month.containing(begun), Month.containing(begun) + 8)]
    answer = clock(months, day(full), started=begun)
    assert (answer.jkm, answer.jkm_full_from) == ("full", day(full))
    assert clock(months, day(full) - timedelta(days=1), started=begun).jkm == "partial"


@pytest.mark.parametrize(
    ("history", "died", "total", "reading", "otherwise"),
    [
        ("2026-02..2026-04", "2026-06-30", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2026-02..2026-04", "2026-05-02", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2025-03,2026-02..2026-04", "2026-06-01", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2026-02..2026-04", "2026-05-31", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2026-02..2026-04,2026-08", "2026-06-20", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2030-02..2030-04", "2030-05-02", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2026-02..2026-04", "2026-05-01", 10_000_000, ("jkm_wait_unit", "months"), 42_000_000),
        ("2027-02..2027-04", "2027-06-15", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2029-02..2029-04", "2029-05-31", 42_000_000, ("jkm_wait_days_counted", "paid"), 10_000_000),
        ("2026-03..2026-05", "2026-06-30", 42_000_000, None, None),
        ("2028-02..2028-04", "2028-05-01", 42_000_000, None, None),
        ("2025-07..2025-08", "2025-09-30", 10_000_000, ("jkm_wait_unit", "days"), 42_000_000),
        ("2025-07..2025-08", "2025-09-28", 10_000_000, None, None),
        ("2026-07", "2026-09-29", 10_000_000, ("jkm_wait_unit", "days"), 42_000_000),
        ("2026-07", "2026-09-28", 10_000_000, None, None),
    ],
)
def test_ninety_days_are_days_of_membership(history, died, total, reading, otherwise):
    answer = jkm(day(died), paid(history))
    assert answer.total == total
    found = others(answer)
    if reading:
        assert found[reading]["total"] == otherwise
    else:
        assert not {key for key in found if key[0].startswith("jkm_wait")}


def test_the_first_month_without_a_day_of_payment_is_said_to_be_taken_whole():
    def note(answer):
        return next(step.note for step in answer.because.walk() if step.name == "cover")

    assert "tanggal 1" in note(clock(paid("2026-02"), day("2026-02-01"))).id
    assert note(clock(paid("2026-02"), day("2026-03-01"))) is None
    assert note(clock(paid("2026-02"), day("2026-02-10"), started=day("2026-02-05"))) is None


@st.composite
def started_histories(draw):
    history, on = draw(histories())
    month = min(period.first for period in history)
    return history, on, month.first_day + timedelta(days=draw(st.integers(0, month.last_day.day - 1)))


@given(started_histories(), children)
@settings(max_examples=120, deadline=None)
def test_a_history_with_its_first_day_agrees_with_the_naive_reading(case, kids):
    history, on, started = case
    answer = clock(history, on, started=started)
    assert (answer.jkk, answer.jkm, answer.scholarship) == naive.cover(as_pairs(history), on, started)
    scholars = [(kid.level, kid.years_left) for kid in kids]
    assert jkm(on, history, kids, started=started).total == naive.jkm(
        as_pairs(history), on, scholars, started
    )


@given(started_histories(), st.integers(1, 100))
@settings(max_examples=120, deadline=None)
def test_who_began_earlier_is_never_protected_less(case, earlier):
    history, on, started = case
    before = started - timedelta(days=earlier)
    first = min(period.first for period in history)
    longer = [Period(Month.containing(before), first), *history]
    order = ["none", "partial", "full"]
    late, early = clock(history, on, started=started), clock(longer, on, started=before)
    assert early.jkk >= late.jkk
    assert order.index(early.jkm) >= order.index(late.jkm)
    assert early.scholarship >= late.scholarship
    if late.jkm_full_from and early.jkm_full_from:
        assert early.jkm_full_from <= max(late.jkm_full_from, on)


@given(days, st.integers(1, 30))
@settings(max_examples=80, deadline=None)
def test_the_full_day_rises_with_the_first_day(started, later):
    """Nobody who pays later is in full protection earlier."""
    other = started + timedelta(days=later)
    full = []
    for begun in (started, other):
        months = [Period(Month.containing(begun), Month.containing(begun) + 12)]
        full.append(clock(months, max(other, date(2025, 6, 1)), started=begun).jkm_full_from)
    if full[0] and full[1]:
        assert full[0] <= full[1]


def test_a_first_payment_after_the_first_paid_month_is_refused():
    with pytest.raises(LawError, match="started"):
        jkm(day("2026-09-01"), paid("2026-01..2026-08"), started=day("2026-02-01"))


@pytest.mark.parametrize(
    ("history", "on", "any_gap", "lapse", "never"),
    [
        # one unpaid month is a gap and no lapse; after four the membership has ended
        ("2026-01..2026-02,2026-04", "2026-04-15", "2026-07-01", "2026-05-01", "2026-05-01"),
        ("2026-01..2026-02,2026-07", "2026-07-15", "2026-10-01", "2026-10-01", "2026-08-01"),
    ],
)
def test_what_a_gap_and_a_lapse_do_to_the_wait_by_each_reading(history, on, any_gap, lapse, never):
    told = {
        reading: str(
            clock(
                paid(history), day(on), law=national_law().with_readings({"gap_restarts_wait": reading})
            ).jkm_full_from
        )
        for reading in ("any-gap", "lapse", "never")
    }
    assert told == {"any-gap": any_gap, "lapse": lapse, "never": never}
