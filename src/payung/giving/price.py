"""What a promise costs by the law of each of its months, and what so many months give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from payung.funding.models import Fund
from payung.funding.waiting import Part
from payung.giving.models import Donation
from payung.law import Clock, Contribution, clock, contribution
from payung.values import Month, Period

#: Months a donor may choose, the longest first.
LENGTHS = (12, 6, 3)
#: Below this many months the branch counts a company's group as none.
COUNTED_MONTHS = 6
MOST_PEOPLE = 100_000
#: The payer kind of the tariff for each kind of donor.
FUND_KINDS: Mapping[str, str] = {
    Donation.Donor.COMPANY: Fund.Kind.CSR,
    Donation.Donor.PERSON: Fund.Kind.DONOR,
    Donation.Donor.ANONYMOUS: Fund.Kind.DONOR,
}


@dataclass(frozen=True, slots=True)
class Priced:
    """Workers of one income band and sector, and what the law charges for one of them over all months."""

    people: int
    sector: str
    one: Contribution

    @property
    def runs(self) -> list[tuple[Month, Month, Contribution]]:
        """(first, last, contribution of a month) of each run of months of one price."""
        found: list[tuple[Month, Month, Contribution]] = []
        for one in self.one.months or (self.one,):
            if found and found[-1][2].total == one.total:
                found[-1] = (found[-1][0], one.month, found[-1][2])
            else:
                found.append((one.month, one.month, one))
        return found

    @property
    def contested(self) -> int:
        """The cheapest answer of any reading of the law; the price itself is the dearest."""
        read_otherwise: list[int] = [r.differs.get("total", self.one.total) for r in self.one.readings]
        return min([self.one.total, *read_otherwise])


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of `people` workers for `months` months: the mean over those who wait, of what each would cost."""

    people: int
    first: Month
    months: int
    parts: tuple[Priced, ...]
    cover: Clock

    def _mean(self, sums: Sequence[int]) -> int:
        """Return the mean in whole rupiah, rounded up, where `sums` is the sum over the people of each part."""
        return -(-self.people * sum(sums) // self.counted)

    @property
    def counted(self) -> int:
        """Those whose bands the price is the mean of."""
        return sum(part.people for part in self.parts)

    @property
    def total(self) -> int:
        return self._mean([part.people * part.one.total for part in self.parts])

    @property
    def contested(self) -> int | None:
        """The whole amount under the cheapest reading of the law; None where all readings agree."""
        least = self._mean([part.people * part.contested for part in self.parts])
        return least if least < self.total else None

    @property
    def each(self) -> int:
        """Rupiah for one worker over all months, up to the whole rupiah."""
        return -(-self.total // self.people)

    @property
    def lowest(self) -> Priced:
        return min(self.parts, key=lambda part: part.one.base)

    @property
    def last(self) -> Month:
        return self.first + (self.months - 1)

    @property
    def full_from(self) -> date | None:
        """The day from which a natural death is paid in full, if the months reach it."""
        day = self.cover.jkm_full_from
        return day if day is not None and day <= self.last.last_day else None

    @property
    def full_months(self) -> int:
        """How many of the months pay a natural death in full."""
        return 0 if self.full_from is None else self.last.number - Month.containing(self.full_from).number + 1

    def as_data(self) -> dict[str, Any]:
        """Return the quote as kept with the promise: the law's answer per band, people counted, the sum."""
        return {
            "people": self.people,
            "first_month": str(self.first),
            "months": self.months,
            "parts": [
                {"people": part.people, "sector": part.sector, "one": part.one.as_data("id")}
                for part in self.parts
            ],
            "total": self.total,
            "contested_total": self.contested,
        }


def quote(donor: str, parts: Sequence[Part], people: int, months: int, first: Month) -> Quote:
    """Price the cover of `people` workers for `months` months from `first`, where `parts` are those who wait.

    Raises LawError for an unknown sector.
    """
    priced = tuple(
        Priced(
            part.people,
            part.sector,
            _for_one(part.income, FUND_KINDS[donor], part.sector, first, months),
        )
        for part in parts
    )
    last_day = (first + (months - 1)).last_day
    return Quote(people, first, months, priced, clock([Period(first, first + months)], last_day))


@lru_cache(maxsize=4_096)
def _for_one(income: int | None, payer: str, sector: str, first: Month, months: int) -> Contribution:
    """Return the law's answer for one worker, computed once per case."""
    return contribution(income, payer, sector, first, months=months)


def hash_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of a price as it is kept."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
