"""Working days follow the joint decrees as far as they are known, and the calendar of feasts after that."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.claims.workdays import add_working_days, calendar_until, is_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 8, 17), False),
        (date(2026, 12, 24), False),  # collective leave
        (date(2027, 3, 9), False),  # collective leave at Idul Fitri
        (date(2027, 12, 23), True),
        (date(2026, 11, 28), False),  # a Saturday
        (date(2028, 8, 17), False),
        (date(2028, 5, 1), False),
        (date(2029, 6, 1), False),
        (date(2030, 12, 25), False),
        (date(2031, 1, 1), False),
        (date(2032, 3, 26), False),  # Good Friday
        (date(2033, 8, 17), False),
        (date(2034, 5, 1), False),
        (date(2035, 12, 25), False),
        (date(2040, 5, 1), False),
        (date(2030, 2, 4), False),  # Idul Fitri, estimated
        (date(2028, 8, 18), True),
        (date(2035, 12, 24), True),
    ],
)
def test_offices_are_closed_on_holidays_of_any_year(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2027, 12, 31), 1, date(2028, 1, 3)),  # 1 January 2028 is a Saturday
        (date(2028, 8, 16), 1, date(2028, 8, 18)),
        (date(2030, 12, 24), 1, date(2030, 12, 26)),
        (date(2029, 4, 30), 1, date(2029, 5, 2)),
        (date(2031, 12, 31), 1, date(2032, 1, 2)),
        (date(2034, 8, 16), 2, date(2034, 8, 21)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
    ],
)
def test_a_clock_of_later_years_does_not_run_on_holidays(start, days, end):
    assert add_working_days(start, days) == end


@given(st.dates(date(2023, 1, 1), date(2039, 12, 1)), st.integers(1, 40))
def test_counting_back_gives_the_days_that_were_added(start, days):
    end = add_working_days(start, days)
    assert is_working_day(end)
    assert working_days_between(start, end) == days
    assert working_days_between(start, end - timedelta(days=1)) == days - 1


def test_a_younger_decree_extends_the_calendar(settings, tmp_path):
    assert is_working_day(date(2028, 2, 25))
    more = tmp_path / "libur.csv"
    more.write_text("# SKB\ndate,name\n2028-02-25,Cuti bersama\n2028-08-17,Hari Kemerdekaan\n", "utf-8")
    settings.PAYUNG_HOLIDAYS = str(more)
    assert calendar_until() == 2028
    assert not is_working_day(date(2028, 2, 25))
    assert not is_working_day(date(2027, 3, 9)), "the days known before still count"
    assert not is_working_day(date(2029, 5, 1))
