"""Working days of government offices: Monday to Friday without public holidays and collective leave.

Up to the last year that a joint decree (SKB) is known for, its days count, collective leave included. Later years
have their public holidays by calculation, feasts by the moon estimated, and no collective leave yet.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path

import holidays
from django.conf import settings


@cache
def _decreed(more: str = "") -> tuple[frozenset[date], int]:
    """Return the days off of the joint decrees, and the last year known; `more` names a further file."""
    text = resources.files("payung.claims").joinpath("data/idn_holidays_2023_2027.csv").read_text("utf-8")
    texts = [text, Path(more).read_text("utf-8")] if more else [text]
    days = frozenset(
        date.fromisoformat(row["date"].strip())
        for each in texts
        for row in csv.DictReader(line for line in each.splitlines() if not line.startswith("#"))
    )
    return days, max(days).year


@cache
def _calculated(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year))


def is_working_day(day: date) -> bool:
    """Tell whether offices are open on a day."""
    decreed, last_year = _decreed(settings.PAYUNG_HOLIDAYS)
    off = decreed if day.year <= last_year else _calculated(day.year)
    return day.weekday() < 5 and day not in off


def add_working_days(start: date, days: int) -> date:
    """Find the day on which `days` working days after `start` have passed (the start itself does not count)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; 0 where `end` is not later."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def calendar_until() -> int:
    """Find the last year whose collective leave is known."""
    return _decreed(settings.PAYUNG_HOLIDAYS)[1]
