"""Months add up like numbers; rupiah read and write as Indonesians do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.values import Month, Period, format_rupiah, parse_rupiah

months = st.integers(1900 * 12, 2199 * 12 + 11).map(Month)


@given(months)
def test_a_month_reads_back_from_its_text(month):
    assert Month.parse(str(month)) == month


@given(months.filter(lambda m: m < Month.of(2190, 1)), st.integers(0, 100))
def test_adding_months_matches_the_calendar(month, count):
    later = month + count
    assert later - month == count
    assert later - count == month
    assert (month + 1).first_day == month.last_day + timedelta(days=1)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_lies_in_its_month(day):
    month = Month.containing(day)
    assert month.first_day <= day <= month.last_day


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-01", "2026/01", ""])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError):
        Month.parse(text)


def test_a_period_is_half_open_and_written_with_both_ends():
    period = Period.parse("2026-01..2026-05")
    assert len(period) == 5
    assert Month.parse("2026-05") in period
    assert Month.parse("2026-06") not in period
    assert str(period) == "2026-01..2026-05"
    assert Month.of(2026, 11).in_words() == "November 2026"
    with pytest.raises(ValueError):
        Period.parse("2026-05..2026-01")


@given(st.integers(-(10**15), 10**15))
def test_rupiah_reads_back(amount):
    written = format_rupiah(amount)
    assert parse_rupiah(written.removeprefix("-")) == abs(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Rp16.800", 16_800),
        ("Rp 3.000.000,00", 3_000_000),
        ("3,000,000", 3_000_000),
        ("3000000.00", 3_000_000),
        ("1.500", 1_500),
        ("IDR 750000", 750_000),
        ("2.000.000,-", 2_000_000),
    ],
)
def test_amounts_as_people_write_them(text, amount):
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize("text", ["", "3 juta", "1.2.3", "Rp", "12a"])
def test_what_is_not_an_amount_is_refused(text):
    with pytest.raises(ValueError):
        parse_rupiah(text)
