"""Dates as Indonesians write them: day first, month names of every age, Roman months, Excel serials, two-digit years.

A month is no day, and neither is a range or a guess ('sekitar 12 Januari 2026'): what names no single day is not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from rapidfuzz import fuzz

#: Excel's day 0 in the 1900 system (its false 29 February 1900 counted).
_EXCEL_EPOCH = date(1899, 12, 30)
#: Every month's shortenings and whole names, old and English ones too, in the spelling of today (dj as j, oe as u).
_WRITTEN: tuple[tuple[str, str], ...] = (
    ("jan", "januari january"),
    ("peb feb pebr febr", "februari pebruari february"),
    ("mar mrt", "maret march maart"),
    ("apr apl", "april"),
    ("mei may mey", "mai"),
    ("jun", "juni june juno"),
    ("jul", "juli july"),
    ("agu agt ags agus agust aug", "agustus august augustus"),
    ("sep sept", "september"),
    ("okt oct", "oktober october"),
    ("nov nop", "november nopember"),
    ("des dec dess", "desember december disember"),
)
_SHORT = {short: number for number, (shorts, _) in enumerate(_WRITTEN, start=1) for short in shorts.split()}
_NAMES = {name: number for number, (_, whole) in enumerate(_WRITTEN, start=1) for name in whole.split()}
#: Months as Roman numerals in small letters.
ROMAN = {
    name: number
    for number, name in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), start=1
    )
}
_ALIKE = 80
_SIGNS = r"[\s./,\\_:–—−*\-]"
_WEEKDAY = (
    r"(?:senin|senen|selasa|rabu|rebo|kamis|jum['’` ]?at|jumaat|jum|sabtu|saptu|minggu|ahad"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)"
    r"(?:\s+(?:pon|legi|manis|kliwon|pahing|wage))?"
)
_BEFORE = re.compile(
    rf"^(?:(?:hari\s*[:/]?\s*)?{_WEEKDAY}\b[\s,./\-]*)?(?:(?:tanggal|tgl)\b[\s.:]*)?(?:{_WEEKDAY}\b[\s,./\-]+)?"
)
_AFTER = re.compile(rf"[\s,]*\(?\b{_WEEKDAY}\)?$|\s*\((?!\s*\?)[^)\d]*\)$|\s+m\.?$")
_HOUR = r"\d{1,2}(?:\s*[:.]\s*\d{2}){0,2}(?:[.,]\d+)?"
_ZONE = r"(?:\s*(?:wib|wita|wit|lt|z|utc|gmt|[+-]\d\d:?\d\d))?"
_PART = r"(?:\s*(?:dini hari|pagi|siang|sore|petang|malam|subuh|tengah malam|am|pm|a\.m\.|p\.m\.))?"
_CLOCKS = (
    # Named as a time of day: 'jam 03.00', 'pukul 3 WITA', anywhere beside the date.
    re.compile(rf"[\s,;/(\-]*\b(?:jam|pukul|pkl|pk|jm)\b[\s.:]*{_HOUR}{_PART}{_ZONE}{_PART}[\s,;)\-]*"),
    # Bare, behind the date or before it: 'T03:00:00Z', ' 03.00 WITA', '03:00 '.
    re.compile(rf"(?:t|[\s,;/(]+)\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:[.,]\d+)?{_PART}{_ZONE}{_PART}\)?$"),
    re.compile(rf"^\d{{1,2}}:\d{{2}}(?::\d{{2}})?{_PART}{_ZONE}[\s,;]+"),
    re.compile(r"[\s,]+(?:dini hari|pagi|siang|sore|petang|malam|subuh)$"),
)
_UTC = re.compile(r"^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:z|utc|gmt|\+00:?00)$")
#: Software that writes UTC writes the midnight of eastern Indonesia as the evening before.
_LOCAL = timezone(timedelta(hours=8))
_WORDS = re.compile(r"\b(?:tanggal|tgl|bulan|bln|bl|tahun|thn|th)\b[\s.:]*")
_YEAR_FIRST = re.compile(rf"^(\d{{4}}){_SIGNS}+(\d{{1,2}}){_SIGNS}+(\d{{1,2}})$")
_DAY_FIRST = re.compile(rf"^(\d{{1,2}}){_SIGNS}+(\d{{1,2}}){_SIGNS}+['’`]?(\d{{4}}|\d{{2}})$")
_NAMED = re.compile(rf"^(\d{{1,2}})(?:st|nd|rd|th)?{_SIGNS}*([a-z]{{1,10}}){_SIGNS}*['’`]?(\d{{4}}|\d{{2}})$")
_NAMED_FIRST = re.compile(r"^([a-z]{3,10})[\s.\-]+(\d{1,2})(?:st|nd|rd|th)?[\s,.\-]+(\d{4})$")
_NAMED_YEAR_FIRST = re.compile(rf"^(\d{{4}}){_SIGNS}+([a-z]{{3,10}}){_SIGNS}+(\d{{1,2}})$")
_DIGITS = re.compile(r"^(\d{8})$")
_SERIAL = re.compile(r"^(\d{4,5})(?:[.,]\d+)?$")
_MONTH_ONLY = re.compile(
    rf"^(?:0{{1,2}}{_SIGNS}+)?(?:\d{{1,2}}|[a-z]{{3,10}}|[ivx]{{1,4}}){_SIGNS}+['’`]?(?:\d{{4}}|\d{{2}})$"
    rf"|^\d{{4}}{_SIGNS}+(?:\d{{1,2}}|[a-z]{{3,10}})(?:{_SIGNS}+0{{1,2}})?$|^(?:19|20)\d\d$"
)
_OLDEST = 110
_NOTHING = {"", "-", "--", "0", "n/a", "#n/a", "null", "none", "nan", "tidak ada", "tidak tahu", "00-00-0000"}


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date read from text, and the finding code about it (None where there is nothing to say).

    `date` is None and `finding` None for an empty cell.
    """

    date: date | None
    finding: str | None = None


def read(text: str, *, today: date, month_first: bool = False) -> DateReading:
    """Read a date, as a birth date is read; never raises on any text.

    Day before month unless only the other way is possible ('08/17/1975', which is named), or the column is
    `month_first`. Two-digit years by age sense at `today`: the century that makes the person 12 to 100 years old, else
    the latest that is past. Five digits are an Excel serial, eight digits ddmmyyyy or yyyymmdd. A weekday and a time of
    day beside the date are passed over. Dates after `today` or more than 110 years before it are named and not kept.
    """
    bare = _plain(text)
    if bare in _NOTHING:
        return DateReading(None)
    found, note = _first(bare, today, month_first)
    if found is None:
        return DateReading(None, note or "birth_date_unreadable")
    if found > today or today.year - found.year > _OLDEST:
        return DateReading(None, "birth_date_impossible")
    return DateReading(found, note)


def is_month_only(text: str) -> bool:
    """Return whether a text names a month or a year and no day: '01-2026', 'Januari 2026', '00-01-2026', '2026'."""
    bare = _WORDS.sub("", _plain(text)).strip()
    found = _MONTH_ONLY.match(bare)
    if not found:
        return False
    words = re.findall(r"[a-z]+", bare)
    return all(month_number(word) or word in ROMAN for word in words)


def is_month_first(texts: Iterable[tuple[str, int]]) -> bool:
    """Return whether a column writes the month before the day; `texts` are (cell, rows).

    Some of its dates can only be read so, and none can only be read day first.
    """
    month, day = 0, 0
    for text, rows in texts:
        found = _DAY_FIRST.match(_plain(text))
        if found:
            first, second = int(found[1]), int(found[2])
            month += rows if first <= 12 < second <= 31 else 0
            day += rows if second <= 12 < first <= 31 else 0
    return month > 0 and day == 0


def _plain(text: str) -> str:
    """`text` in small letters without odd white space, quotes at its ends, and whole-number decimals' noise."""
    low = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(low.split()).strip("'’`\"").strip().lower()


def _first(bare: str, today: date, month_first: bool) -> tuple[date | None, str | None]:
    """Read the date of the whole text, else of what is left without weekday, time and the words day, month, year."""
    if bare[:4].isdigit() and _UTC.match(bare):
        moment = re.sub(r"\s*(?:z|utc|gmt)$", "+00:00", bare.replace(" ", "t", 1)).upper()
        try:
            return datetime.fromisoformat(moment).astimezone(_LOCAL).date(), None
        except (ValueError, OverflowError):
            return None, None
    found = _parse(bare, today, month_first)
    if found[0] is not None or bare.isdigit():
        return found
    without = _AFTER.sub("", _BEFORE.sub("", bare)).strip(" ,;")
    shorter = [clock.sub(" ", without, count=1).strip(" ,;") for clock in _CLOCKS]
    tries = [_AFTER.sub("", _BEFORE.sub("", one)).strip(" ,;") for one in shorter if one != without]
    for rest in (*tries, without, _WORDS.sub("", without).strip()):
        if rest != bare:
            again = _parse(rest, today, month_first)
            if again[0] is not None:
                return again
    return found


def _parse(bare: str, today: date, month_first: bool) -> tuple[date | None, str | None]:
    year_first = _YEAR_FIRST.match(bare)
    if year_first:
        return _make(int(year_first[1]), int(year_first[2]), int(year_first[3])), None
    day_first = _DAY_FIRST.match(bare)
    if day_first:
        return _numbers(int(day_first[1]), int(day_first[2]), day_first[3], today, month_first)
    named = _NAMED.match(bare)
    if named:
        month = month_number(named[2]) or ROMAN.get(named[2])
        return (_with_year(int(named[1]), month, named[3], today) if month else None), None
    named_first = _NAMED_FIRST.match(bare)
    if named_first:
        month = month_number(named_first[1])
        return (_make(int(named_first[3]), month, int(named_first[2])) if month else None), None
    named_year = _NAMED_YEAR_FIRST.match(bare)
    if named_year:
        month = month_number(named_year[2])
        return (_make(int(named_year[1]), month, int(named_year[3])) if month else None), None
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


def _numbers(
    first: int, second: int, year: str, today: date, month_first: bool
) -> tuple[date | None, str | None]:
    found = _with_year(first, second, year, today)
    if (month_first and first != second) or (found is None and second > 12 >= first):
        swapped = _with_year(second, first, year, today)
        if swapped is not None:
            return swapped, "birth_date_month_first"
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


@lru_cache(maxsize=4096)
def month_number(name: str) -> int | None:
    """1 to 12 for an Indonesian or English month name, old or shortened or with a slip; None for anything else."""
    low = name.lower().rstrip(".").replace("dj", "j").replace("oe", "u")
    known = _SHORT.get(low) or _NAMES.get(low)
    if known or len(low) < 4:
        return known
    near = {_NAMES[whole] for whole in _NAMES if whole.startswith(low) or fuzz.ratio(low, whole) >= _ALIKE}
    return near.pop() if len(near) == 1 else None


def split_birth(text: str) -> tuple[str, str]:
    """Birth place and birth date from one cell ('Tarakan, 17-08-1975'); either may be empty text."""
    found = re.search(r"\d", text)
    if not found:
        return text.strip(" ,/"), ""
    before, rest = text[: found.start()].strip(" ,/.-"), text[found.start() :].strip()
    if not before:
        # The date first: '17-08-1975, Tarakan'.
        behind = re.fullmatch(r"(.*\d{4})[\s,/]+([^\d]*[a-zA-Z][^\d]*)", rest)
        if behind:
            return behind[2].strip(" ,/.-"), behind[1].strip()
    return before, rest
