"""Working days of government offices: Monday to Friday without public holidays and collective leave."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from importlib import resources


@cache
def _holidays() -> tuple[frozenset[date], int]:
    """The days off, and the last year the calendar knows."""
    text = resources.files("payung.claims").joinpath("data/idn_holidays_2023_2027.csv").read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    days = frozenset(date.fromisoformat(row["date"]) for row in rows)
    return days, max(days).year


def is_working_day(day: date) -> bool:
    """Whether offices are open; years beyond the calendar know weekends only."""
    return day.weekday() < 5 and day not in _holidays()[0]


def add_working_days(start: date, days: int) -> date:
    """The day on which `days` working days after `start` have passed (the start itself does not count)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 where `end` is not later."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def calendar_until() -> int:
    """The last year whose holidays are known."""
    return _holidays()[1]
