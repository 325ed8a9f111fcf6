"""A month is a value of its own, never a date whose day is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import overload

_TEXT = re.compile(r"^(\d{4})-(\d{1,2})$")
_PERIOD = re.compile(r"\d{4}-\d\d( *\.\. *\d{4}-\d\d)?")
_NAMES_ID = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


_NAMES_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_in_words(day: date, lang: str = "id") -> str:
    """Return the day as it is written in `lang`, for example '22 November 2026'."""
    return f"{day.day} {(_NAMES_EN if lang == 'en' else _NAMES_ID)[day.month - 1]} {day.year}"


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month, held as `number` = year * 12 + (month of year - 1).

    The number is what tables and the database store, so that arithmetic is plain addition.
    """

    number: int

    @classmethod
    def of(cls, year: int, month: int) -> Month:
        """Return the month `month` (1 to 12) of `year`. Raises ValueError outside 1 to 12 or years 1900 to 2199."""
        if not 1 <= month <= 12:
            raise ValueError(f"month must be 1 to 12, not {month}")
        if not 1900 <= year <= 2199:
            raise ValueError(f"year must be 1900 to 2199, not {year}")
        return cls(year * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written as YYYY-MM. Raises ValueError on anything else."""
        found = _TEXT.match(text.strip())
        if not found:
            raise ValueError(f"a month is written YYYY-MM, for example 2026-11, not {text!r}")
        return cls.of(int(found[1]), int(found[2]))

    @classmethod
    def containing(cls, day: date) -> Month:
        """Return the month that `day` lies in."""
        return cls.of(day.year, day.month)

    @property
    def year(self) -> int:
        return self.number // 12

    @property
    def month(self) -> int:
        return self.number % 12 + 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        following = self + 1
        return date.fromordinal(following.first_day.toordinal() - 1)

    def __add__(self, months: int) -> Month:
        return Month(self.number + months)

    @overload
    def __sub__(self, other: Month) -> int: ...

    @overload
    def __sub__(self, other: int) -> Month: ...

    def __sub__(self, other: Month | int) -> Month | int:
        """Months between two months, or the month that lies `other` months earlier."""
        if isinstance(other, Month):
            return self.number - other.number
        return Month(self.number - other)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def in_words(self, lang: str = "id") -> str:
        """Return the month as Indonesians write it (or as English has it), for example 'November 2026'."""
        return f"{(_NAMES_EN if lang == 'en' else _NAMES_ID)[self.month - 1]} {self.year}"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A half-open run of months: `first` belongs to it, `end` does not."""

    first: Month
    end: Month

    def __post_init__(self) -> None:
        if self.end < self.first:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.first})")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return a period written FIRST..LAST with both months included, or one month alone."""
        first, dots, last = text.partition("..")
        if dots and not last.strip():
            raise ValueError(f"a period is written FIRST..LAST; {text!r} has no last month")
        start = Month.parse(first)
        return cls(start, (Month.parse(last) if last else start) + 1)

    @classmethod
    def parse_several(cls, text: str) -> list[Period]:
        """Periods set apart by commas, such as 2026-01..2026-05,2026-08; none for a text that is empty.

        Raises ValueError where one of them is not YYYY-MM or YYYY-MM..YYYY-MM, or stands empty between commas.
        """
        parts = [part.strip() for part in text.split(",")]
        if parts == [""]:
            return []
        if wrong := [part for part in parts if not _PERIOD.fullmatch(part)]:
            raise ValueError(f"a period is written YYYY-MM or YYYY-MM..YYYY-MM, not {wrong[0]!r}")
        return [cls.parse(part) for part in parts]

    def __len__(self) -> int:
        return self.end.number - self.first.number

    def __iter__(self) -> Iterator[Month]:
        return (Month(number) for number in range(self.first.number, self.end.number))

    def __contains__(self, month: Month) -> bool:
        return self.first <= month < self.end

    def __str__(self) -> str:
        return f"{self.first}..{Month(self.end.number - 1)}" if len(self) else f"{self.first} (empty)"
