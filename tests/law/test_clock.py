"""The benefit clock of a contribution history."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import LawError, clock, clock_table, national_law
from payung.law.clock_tables import clock_readings
from payung.law.cover import Standing, runs_of
from payung.values import Month, Period
from tests.law import naive
from tests.law.strategies import as_pairs, histories


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


def others(answer, reading):
    return {
        other.option: dict(other.differs)
        for other in answer.readings
        if other.reading == f"reading.{reading}"
    }


def test_an_unbroken_year():
    answer = clock(paid("2026-01..2026-11"), date(2026, 11, 22))
    assert (answer.jkk, answer.jkm, answer.arrears_months) == (True, "full", 0)
    assert answer.jkm_full_from == date(2026, 4, 1)
    assert answer.scholarship_from == date(2029, 1, 1)
    assert answer.lapses_on == date(2027, 2, 1)


def test_a_gap_of_two_months_starts_the_wait_anew_in_the_cautious_reading():
    answer = clock(paid("2026-01..2026-05,2026-08..2026-11"), date(2026, 10, 31))
    assert (answer.jkm, answer.jkm_full_from) == ("partial", date(2026, 11, 1))
    assert others(answer, "gap_restarts_wait")["lapse"] == {"jkm": "full", "jkm_full_from": date(2026, 4, 1)}
    assert others(answer, "jkm_wait_unit")["days"] == {"jkm": "full", "jkm_full_from": date(2026, 10, 30)}
    assert clock(paid("2026-01..2026-05,2026-08..2026-11"), date(2026, 11, 1)).jkm == "full"


def test_three_months_from_february_are_only_89_days():
    months = paid("2026-02..2026-06")
    assert clock(months, date(2026, 5, 1)).jkm == "partial"
    assert clock(months, date(2026, 5, 2)).jkm == "full"
    assert (
        clock(months, date(2026, 5, 1), law=national_law().with_readings({"jkm_wait_unit": "months"})).jkm
        == "full"
    )


@pytest.mark.parametrize(
    ("on", "jkk", "arrears", "owed"),
    [
        ("2026-09-30", True, 0, 0),
        ("2026-10-01", True, 1, 1),
        ("2026-11-30", True, 2, 2),
        ("2026-12-01", False, 3, 0),
    ],
)
def test_arrears_and_lapse(on, jkk, arrears, owed):
    answer = clock(paid("2026-01..2026-09"), date.fromisoformat(on))
    assert (answer.jkk, answer.arrears_months, answer.owed_months) == (jkk, arrears, owed)
    assert answer.lapses_on == date(2026, 12, 1)
    assert answer.settle_first == (owed > 0)


def test_the_third_unpaid_month_is_shown_both_ways():
    answer = clock(paid("2026-01..2026-09"), date(2026, 12, 5))
    assert (answer.jkk, answer.jkm) == (False, "none")
    assert others(answer, "third_unpaid_month")["covered"]["jkm"] == "full"
    lenient = national_law().with_readings({"third_unpaid_month": "covered"})
    assert clock(paid("2026-01..2026-09"), date(2027, 1, 1), law=lenient).jkk is False


def test_after_a_lapse_a_new_payment_starts_again():
    answer = clock(paid("2026-01..2026-03"), date(2026, 11, 22))
    assert (answer.jkk, answer.jkm_full_from, answer.lapses_on) == (False, None, date(2026, 6, 1))
    assert answer.renewal.month == Month.of(2026, 11)
    assert answer.renewal.jkk_from == date(2026, 11, 1)
    assert answer.renewal.jkm_full_from == date(2027, 2, 1)
    never = national_law().with_readings({"gap_restarts_wait": "never", "jkm_wait_unit": "months"})
    assert clock(paid("2026-01..2026-03"), date(2026, 11, 22), law=never).renewal.jkm_full_from == date(
        2026, 11, 1
    )


def test_a_gap_that_was_not_a_lapse_counts_on_only_in_the_lenient_reading():
    history = paid("2026-01,2026-04..2026-06")
    on = date(2026, 6, 15)
    lapse = national_law().with_readings({"gap_restarts_wait": "lapse"})
    assert clock(history, on).jkm == "partial"
    assert clock(history, on, law=lapse).jkm == "full"
    assert clock(paid("2026-01,2026-05..2026-06"), on, law=lapse).jkm == "partial"


def test_full_from_the_first_day_before_the_regulation_of_2025():
    assert clock(paid("2024-11"), date(2024, 11, 1)).jkm == "full"
    doubtful = clock(paid("2025-03"), date(2025, 3, 15))
    assert doubtful.jkm == "partial"
    assert others(doubtful, "jkm_wait_start")["first-report"]["jkm"] == "full"
    assert others(clock(paid("2025-05"), date(2025, 5, 22)), "jkm_wait_start") == {}


def test_the_scholarship_needs_three_years_and_five_before_december_2019():
    assert clock(paid("2016-01..2019-12"), date(2019, 12, 1)).scholarship is False
    assert clock(paid("2016-01..2019-12"), date(2019, 12, 2)).scholarship is True
    assert clock(paid("2023-01..2026-01"), date(2025, 12, 31)).scholarship is False
    assert clock(paid("2023-01..2026-01"), date(2026, 1, 1)).scholarship is True
    gap = clock(paid("2022-01..2023-12,2024-03..2026-01"), date(2026, 1, 15))
    assert gap.scholarship is False
    assert others(gap, "scholarship_count")["cumulative"]["scholarship"] is True


def test_nothing_paid_and_not_yet_begun():
    answer = clock([], date(2026, 1, 1))
    assert (answer.jkk, answer.jkm, answer.covered_from, answer.lapses_on) == (False, "none", None, None)
    coming = clock(paid("2026-05..2026-12"), date(2026, 4, 30))
    assert (coming.jkk, coming.jkm, coming.paid_months, coming.arrears_months) == (False, "none", 0, 0)
    assert (coming.covered_from, coming.jkm_full_from) == (date(2026, 5, 1), date(2026, 8, 1))
    assert coming.lapses_on == date(2027, 3, 1)
    assert others(coming, "third_unpaid_month")["covered"]["lapses_on"] == date(2027, 4, 1)


def test_the_first_day_of_the_cover_is_that_of_the_present_one():
    assert clock(paid("2026-01..2026-05,2026-08..2026-11"), date(2026, 11, 22)).covered_from == date(
        2026, 1, 1
    )
    assert clock(paid("2026-01..2026-05,2026-09..2026-11"), date(2026, 11, 22)).covered_from == date(
        2026, 9, 1
    )
    assert clock(paid("2026-01..2026-02"), date(2026, 11, 22)).covered_from == date(2026, 1, 1)
    early = clock(paid("2026-12..2027-02"), date(2026, 11, 28), started=date(2026, 11, 25))
    assert (early.jkk, early.covered_from) == (False, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("on", "begun", "overdue"),
    [
        ("2026-10-31", 1, 0),
        ("2026-11-15", 2, 0),
        ("2026-11-16", 2, 1),
        ("2026-12-16", 3, 2),
        ("2020-09-30", 0, 0),
    ],
)
def test_a_month_is_overdue_after_the_fifteenth_of_the_next(on, begun, overdue):
    answer = clock(paid("2020-01..2026-09"), date.fromisoformat(on))
    assert (answer.arrears_months, answer.overdue_months) == (begun, overdue)


def test_what_a_new_payment_means_is_told_and_read_otherwise():
    answer = clock(paid("2026-01..2026-03"), date(2026, 11, 22))
    told = [step for step in answer.because.walk() if step.name == "renewal"]
    assert told[0].inputs["jkm_full_from"] == date(2027, 2, 1)
    assert others(answer, "gap_restarts_wait")["never"] == {"renewal_jkm_full_from": date(2026, 11, 1)}


def test_no_cover_before_the_first_payment_was_made():
    history, started = paid("2026-08..2026-12"), date(2026, 8, 20)
    assert clock(history, date(2026, 8, 19), started=started).jkk is False
    answer = clock(history, date(2026, 8, 20), started=started)
    assert (answer.jkk, answer.covered_from) == (True, started)
    assert answer.jkm_full_from == date(2026, 11, 20)
    with pytest.raises(LawError, match="started"):
        clock(history, date(2026, 12, 1), started=date(2026, 9, 1))


@given(histories())
@settings(max_examples=150, deadline=None)
def test_agrees_with_the_naive_reading(case):
    history, on = case
    answer = clock(history, on)
    assert (answer.jkk, answer.jkm, answer.scholarship) == naive.cover(as_pairs(history), on)


@given(histories(), st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_a_longer_unbroken_history_never_protects_less(case, more):
    history, on = case
    order = ["none", "partial", "full"]
    first = min(period.first for period in history)
    longer = [Period(Month(first.number - more), first), *history]
    before, after = clock(history, on), clock(longer, on)
    assert after.jkk >= before.jkk
    assert order.index(after.jkm) >= order.index(before.jkm)
    assert after.scholarship >= before.scholarship


@given(histories())
@settings(max_examples=150, deadline=None)
def test_the_dates_it_names_are_the_days_on_which_it_changes(case):
    history, on = case
    answer = clock(history, on)
    if answer.lapses_on is None or answer.lapses_on < date(2016, 1, 1):
        return
    if answer.jkk:
        assert on < answer.lapses_on
        assert clock(history, answer.lapses_on - timedelta(days=1)).jkk
    assert not clock([p for p in history if p.first.first_day < answer.lapses_on], answer.lapses_on).jkk
    if answer.jkm_full_from and answer.jkm_full_from <= on:
        assert answer.jkm == "full"
    going_on = [*history, Period(Month.containing(on), Month.containing(on) + 80)]
    if answer.jkk and answer.arrears_months == 0 and answer.jkm_full_from > on >= date(2025, 1, 1):
        assert clock(going_on, answer.jkm_full_from).jkm == "full"
        assert clock(going_on, answer.jkm_full_from - timedelta(days=1)).jkm == "partial"


READ_OTHERWISE = [
    {},
    {"gap_restarts_wait": "lapse"},
    {"gap_restarts_wait": "never", "scholarship_count": "cumulative"},
    {"scholarship_count": "cumulative", "third_unpaid_month": "covered"},
    {"jkm_wait_unit": "days", "jkm_wait_days_counted": "paid"},
    {"jkm_wait_start": "first-report", "jkm_wait_earlier_members": "exempt"},
]


@given(
    st.sampled_from([date(2026, 11, 22), date(2025, 3, 10), date(2019, 11, 30)]).flatmap(
        lambda on: st.tuples(st.just(on), st.lists(histories(on), max_size=12))
    ),
    st.sampled_from(READ_OTHERWISE),
)
@settings(max_examples=60, deadline=None)
def test_a_table_of_clocks_answers_as_each_history(asked, readings):
    on, cases = asked
    law = national_law().with_readings(readings)
    rows = [(n, p.first.number, p.end.number) for n, (history, _) in enumerate(cases) for p in history]
    frame = pl.DataFrame(rows, schema={"id": pl.Int64, "first": pl.Int32, "end": pl.Int32}, orient="row")
    table = clock_table(frame, on, law=law)
    assert table["id"].to_list() == list(range(len(cases)))
    for row, (history, _) in zip(table.iter_rows(named=True), cases, strict=True):
        single = clock(history, on, law=law)
        for name in ("jkk", "jkm", "jkm_full_from", "scholarship_from", "lapses_on", "arrears_months"):
            assert row[name] == getattr(single, name)


@given(st.lists(histories(date(2026, 11, 22)), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_the_readings_of_a_table_move_those_whom_they_move_one_by_one(cases):
    on = date(2026, 11, 22)
    rows = [(n, p.first.number, p.end.number) for n, (history, _) in enumerate(cases) for p in history]
    frame = pl.DataFrame(rows, schema={"id": pl.Int64, "first": pl.Int32, "end": pl.Int32}, orient="row")
    moved = {tuple(one.changed.items()): one.people for one in clock_readings(frame, on)}
    for rule in national_law().contested():
        for option in rule.options:
            law = national_law().with_readings({rule.name: option})
            pairs = [
                [Standing(each, runs_of(history), on) for each in (national_law(), law)]
                for history, _ in cases
            ]
            alone = sum(
                one.begun and (one.covered, one.jkm) != (other.covered, other.jkm) for one, other in pairs
            )
            assert moved.get(((rule.name, option),), 0) == alone


def test_periods_that_overlap_touch_or_come_in_any_order_are_one_history():
    at = Month.of(2026, 1).number
    rows = [(7, at + 4, at + 11), (7, at, at + 2), (7, at + 1, at + 4), (7, at + 4, at + 4), (9, at, at)]
    frame = pl.DataFrame(rows, schema={"id": pl.Int64, "first": pl.Int32, "end": pl.Int32}, orient="row")
    table = clock_table(frame, date(2026, 11, 22))
    assert table["id"].to_list() == [7, 9]
    assert table["jkm_full_from"].to_list() == [date(2026, 4, 1), None]
    assert table["jkk"].to_list() == [True, False]
