"""Birth dates as Indonesians write them: day first, month names, Excel serials, two-digit years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

#: Excel's day 0 in the 1900 system (its false 29 February 1900 counted).
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS = {
    "jan": 1,
    "peb": 2,
    "feb": 2,
    "pebr": 2,
    "mar": 3,
    "mrt": 3,
    "apr": 4,
    "mei": 5,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "agu": 8,
    "agt": 8,
    "ags": 8,
    "agus": 8,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "okt": 10,
    "oct": 10,
    "nov": 11,
    "nop": 11,
    "des": 12,
    "dec": 12,
}
_WEEKDAY = re.compile(r"^(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu)\s*,?\s+")
_CLOCK = re.compile(r"[t\s]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[\s./\-](\d{1,2})[\s./\-](\d{1,2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[\s./\-]+(\d{1,2})[\s./\-]+(\d{4}|\d{2})$")
_NAMED = re.compile(r"^(\d{1,2})[\s./\-]*([a-z]{3,9})[\s.,/\-]*(\d{4}|\d{2})$")
_NAMED_FIRST = re.compile(r"^([a-z]{3,9})[\s.]+(\d{1,2})[\s,]+(\d{4})$")
_DIGITS = re.compile(r"^(\d{8})$")
_SERIAL = re.compile(r"^(\d{4,5})(?:\.\d+)?$")
_OLDEST = 110
_NOTHING = {"", "-", "--", "0", "n/a", "#n/a", "null", "none", "nan", "tidak ada", "tidak tahu", "00-00-0000"}


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date read from text, and the finding code about it (None where there is nothing to say).

    `date` is None and `finding` None for an empty cell.
    """

    date: date | None
    finding: str | None = None


def read(text: str, *, today: date) -> DateReading:
    """Reads a birth date; never raises on any text.

    Day before month unless only the other way is possible ('08/17/1975', which is named). Two-digit
    years by age sense at `today`: the century that makes the person 12 to 100 years old, else the
    latest that is past. Five digits are an Excel serial, eight digits ddmmyyyy or yyyymmdd.
    Dates after `today` or more than 110 years before it are named and not kept.
    """
    bare = text.replace("\u00a0", " ").strip().strip("'’").strip().lower()
    if bare in _NOTHING:
        return DateReading(None)
    bare = _CLOCK.sub("", _WEEKDAY.sub("", bare)).strip()
    found, note = _parse(bare, today)
    if found is None:
        return DateReading(None, note or "birth_date_unreadable")
    if found > today or today.year - found.year > _OLDEST:
        return DateReading(None, "birth_date_impossible")
    return DateReading(found, note)


def _parse(bare: str, today: date) -> tuple[date | None, str | None]:
    year_first = _YEAR_FIRST.match(bare)
    if year_first:
        return _make(int(year_first[1]), int(year_first[2]), int(year_first[3])), None
    day_first = _DAY_FIRST.match(bare)
    if day_first:
        return _day_first(int(day_first[1]), int(day_first[2]), day_first[3], today)
    named = _NAMED.match(bare)
    if named:
        month = month_number(named[2])
        return (_with_year(int(named[1]), month, named[3], today) if month else None), None
    named_first = _NAMED_FIRST.match(bare)
    if named_first:
        month = month_number(named_first[1])
        return (_make(int(named_first[3]), month, int(named_first[2])) if month else None), None
    if _DIGITS.match(bare):
        ddmmyyyy = _make(int(bare[4:]), int(bare[2:4]), int(bare[:2]))
        yyyymmdd = _make(int(bare[:4]), int(bare[4:6]), int(bare[6:]))
        sensible = [d for d in (ddmmyyyy, yyyymmdd) if d and today.year - _OLDEST <= d.year <= today.year]
        return (sensible[0] if sensible else None), None
    serial = _SERIAL.match(bare)
    if serial:
        days = int(serial[1])
        # Four digits may be a bare year; no worker is born before 1911 (serial 4000).
        if days > 4000:
            return _EXCEL_EPOCH + timedelta(days=days), None
    return None, None


def _day_first(first: int, second: int, year: str, today: date) -> tuple[date | None, str | None]:
    found = _with_year(first, second, year, today)
    if found is None and second > 12 >= first:
        swapped = _with_year(second, first, year, today)
        return swapped, "birth_date_month_first" if swapped else None
    return found, None


def _with_year(day: int, month: int, year: str, today: date) -> date | None:
    if len(year) == 4:
        return _make(int(year), month, day)
    two = int(year)
    choices = [d for d in (_make(2000 + two, month, day), _make(1900 + two, month, day)) if d and d <= today]
    for choice in choices:
        if 12 <= today.year - choice.year <= 100:
            return choice
    return choices[0] if choices else None


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_number(name: str) -> int | None:
    """1 to 12 for an Indonesian or English month name or its usual shortening; None for anything else."""
    low = name.lower().rstrip(".")
    return _MONTHS.get(low) or (_MONTHS.get(low[:3]) if len(low) > 3 else None)


def split_birth(text: str) -> tuple[str, str]:
    """Birth place and birth date from one cell ('Tarakan, 17-08-1975'); either may be empty text."""
    found = re.search(r"\d", text)
    if not found:
        return text.strip(" ,/"), ""
    return text[: found.start()].strip(" ,/.-"), text[found.start() :].strip()
