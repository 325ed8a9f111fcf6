"""The sheet as one value: everything it shows, as plain data that can be kept and shown again as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from payung.disclosure.rounding import Rounding
from payung.identity.regions import contains
from payung.oversight import release
from payung.oversight.definitions import DEFINITIONS, LADDER, MONEY, VERSION, Definition
from payung.oversight.kept import (
    COUNTS,
    COVERS,
    KINDS,
    PARTS,
    PEOPLE,
    WIDTHS,
    MonthCount,
    Payer,
    Place,
    Trade,
    kind_of,
)
from payung.oversight.money_end import loss_words, until_words
from payung.oversight.outside import Published
from payung.oversight.parts import Part, parts_below, parts_within
from payung.oversight.release import Released
from payung.oversight.shown import Shown
from payung.values import Month


@dataclass(frozen=True, slots=True)
class Rung:
    """One number of the ladder with its definition, its source and what part it is of the rung before.

    `of_previous` is None on the first rung, and where the rung before is smaller: candidates may be more than
    somebody estimated. `parts` name who stands on the rung before and not on this one; they add up to the
    difference. `within` names who stands on this rung though the definition of the one before excludes them.
    """

    definition: Definition
    value: int
    source: str | Promise
    of_estimated: float
    of_previous: float | None
    parts: tuple[Part, ...] = ()
    within: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year, or its months up to the sheet's."""

    year: int
    months: int
    person_months: int
    billed: int
    paid: int

    @property
    def mean(self) -> int | None:
        """People covered in the mean of its months."""
        return round(self.person_months / self.months) if self.months else None


@dataclass
class Sheet:
    """Everything one sheet shows, of one moment. `as_data` and `from_data` are each other's way back.

    As it is kept, its counts are true and it shows no region, trade or payer; `release` makes what may be shown.
    `before` holds the counts of each regency (in the order of COUNTS) in months that were shown before.
    """

    month: Month
    as_of: datetime
    version: str
    estimated: int
    estimated_source: str
    villages: list[Place]
    names: dict[str, str]
    months: list[MonthCount]
    trades: list[Trade]
    payers: list[Payer]
    money: dict[str, int]
    gap_price: int
    claims: dict[str, Any]
    runway: dict[str, Any]
    branch: dict[str, Any]
    outside: list[Published]
    words: Mapping[str, Definition] = field(default_factory=lambda: DEFINITIONS)
    before: list[dict[str, list[int | None]]] = field(default_factory=list)
    released: Released | None = None

    def release(self, rounding: Rounding) -> Sheet:
        """Return this sheet in the form every page, paper and file may show."""
        by_level = {level: self._at(level) for level in ("regency", "district", "village")}
        total, regencies, districts, villages = release.regions(self.total, by_level, rounding, self.before)
        months = {one.month: release.month(one, self.total.code, rounding) for one in self.months}
        now = months.get(self.month)
        if now is not None:
            # This month's people are those of the ladder.
            counts = {name: getattr(total, name) for name in COVERS}
            months[self.month] = replace(now, **counts)
        return replace(
            self,
            months=list(months.values()),
            claims=release.claims(self.claims, rounding),
            branch=release.branch(self.branch, total, self.total),
            runway=release.runway(self.runway, total, rounding),
            released=Released(
                total,
                regencies,
                districts,
                villages,
                release.trades(self.trades, self.total, rounding),
                release.payers(self.payers, KINDS, rounding),
                0 if now is None else now.decreed,
                self.money_ends,
            ),
        )

    @property
    def _shown(self) -> Released:
        if self.released is None:
            raise ValueError("a sheet is shown only after it was released")
        return self.released

    @cached_property
    def total(self) -> Place:
        """All regions together."""
        if self.released is not None:
            return self.released.total
        whole = Place(settings.PAYUNG_PROVINCE, self.names.get(settings.PAYUNG_PROVINCE, ""))
        for place in self.villages:
            whole.add(place)
        return whole

    def _at(self, level: str) -> dict[str, Place]:
        """Return the regions of a level, empty ones too; people of no known region stand under the nearest."""
        width = WIDTHS[level]
        found = {code: Place(code, name) for code, name in self.names.items() if len(code) == width}
        for place in self.villages:
            code = place.code[:width]
            found.setdefault(code, Place(code, self.names.get(code, code))).add(place)
        return dict(sorted(found.items()))

    @property
    def shown(self) -> tuple[list[Shown], dict[str, list[Shown]], dict[str, list[Shown]]]:
        """Regencies, districts by regency, villages by district."""
        shown = self._shown
        return shown.regencies, shown.districts, shown.villages

    def shown_at(self, level: str, inside: str) -> list[Shown]:
        """Return the regions of a level within a region for pages and files."""
        regencies, districts, villages = self.shown
        groups = {"regency": {"": regencies}, "district": districts, "village": villages}[level]
        return [row for rows in groups.values() for row in rows if contains(inside, row.code)]

    @property
    def shown_trades(self) -> list[Shown]:
        """Trades, those with most people left out first."""
        return self._shown.trades

    @property
    def shown_payers(self) -> list[tuple[Payer, list[Payer]]]:
        """Each kind of payer with its funds; rupiah that would tell few people's is None."""
        return self._shown.payers

    @cached_property
    def ladder(self) -> list[Rung]:
        """The seven numbers, from the estimate to those who are protected this month; never collapsed."""
        rungs = []
        before: int | None = None
        for one in LADDER:
            definition = self.words[one.id]
            value = self.estimated if one.id == "estimated" else getattr(self.total, one.id)
            source = self.estimated_source if one.id == "estimated" else definition.source
            share = value / before if before and value <= before else None
            rungs.append(
                Rung(
                    definition,
                    value,
                    source,
                    value / max(self.estimated, 1),
                    share,
                    parts_below(one.id, self.total, self.branch),
                    parts_within(one.id, self.total),
                )
            )
            before = value
        return rungs

    def count_of(self, month: Month) -> MonthCount:
        """Return the counts of a month; zeros where nobody was covered."""
        return next((m for m in self.months if m.month == month), MonthCount(month, 0, 0, 0, 0, 0))

    @property
    def known_deaths(self) -> int:
        """Deaths this year of people under cover."""
        return self._deaths("known", ("full", "partial", "accident"))

    @property
    def uncovered_deaths(self) -> int:
        """Deaths this year of those on the lists whom no cover reached: the cost of the gap."""
        return self._deaths("uncovered", ("lapsed", "waiting", "never"))

    def _deaths(self, sum_of: str, parts: tuple[str, ...]) -> int:
        if sum_of in self.claims:
            return int(self.claims[sum_of])
        return sum(self.claims["deaths"].get(name, 0) for name in parts)

    @property
    def last_year(self) -> MonthCount:
        return self.count_of(self.month - 12)

    @cached_property
    def years(self) -> tuple[Year, Year]:
        """This year up to the sheet's month, and the same months of the year before."""
        return self._year(self.month.year), self._year(self.month.year - 1)

    def _year(self, year: int) -> Year:
        counts = [self.count_of(Month.of(year, month)) for month in range(1, self.month.month + 1)]
        return Year(
            year,
            len(counts),
            sum(one.decreed for one in counts),
            sum(one.billed for one in counts),
            sum(one.paid for one in counts),
        )

    @property
    def person_months(self) -> int:
        """Person-months that decrees buy in the year of the sheet, past and coming."""
        return sum(one.decreed for one in self.months if one.month.year == self.month.year)

    @property
    def coming(self) -> list[MonthCount]:
        """This month and the eleven after it."""
        return [self.count_of(self.month + ahead) for ahead in range(12)]

    @property
    def shrinks_in(self) -> Month | None:
        """The first coming month in which fewer people are covered than now; None when none are now."""
        now = self.count_of(self.month).decreed if self.released is None else self.released.now
        later = self.coming[1:]
        return next((m.month for m in later if m.decreed < now), None) if now else None

    @property
    def money_ends(self) -> Month | None:
        """The last month for which anybody's cover is decreed."""
        if self.released is not None:
            return self.released.last
        covered = [m.month for m in self.months if m.decreed]
        return max(covered) if covered else None

    @property
    def lasts_until(self) -> date | None:
        """The last day that the money pays in full for all who are covered now."""
        day = self.runway.get("lasts_until")
        return date.fromisoformat(day) if day else None

    @property
    def lasts_words(self) -> str:
        """That day in words, or why there is none."""
        return until_words(self.runway)

    @property
    def loss_words(self) -> str:
        """The first day on which somebody loses cover, how many do and what is missing; '' where nobody does."""
        return loss_words(self.runway)

    @property
    def own(self) -> list[Published]:
        """What these figures answer to questions that others answer too."""
        year = str(self.month.year)
        active, candidates = self.words["active"], self.words["candidates"]
        return [
            Published(
                "programme",
                self.total.active,
                str(self.month),
                year,
                "A",
                f"Payung: {active.label}",
                str(active.meaning),
                str(active.meaning),
            ),
            Published(
                "vulnerable",
                self.total.candidates,
                str(self.month),
                "",
                "A",
                f"Payung: {candidates.label}",
                str(candidates.meaning),
                str(candidates.meaning),
            ),
        ]

    @property
    def gap_monthly(self) -> int:
        """Rupiah a month to cover everybody eligible who is not covered, at the price of the lowest band."""
        return self.total.gap * self.gap_price

    def as_data(self) -> dict[str, Any]:
        """All of it but the moment and the words, as JSON."""
        return {
            "month": str(self.month),
            "version": self.version,
            "estimated": self.estimated,
            "estimated_source": self.estimated_source,
            "places": [
                [place.code, *(getattr(place, name) for name in COUNTS)]
                for place in sorted(self.villages, key=lambda one: one.code)
                if any(getattr(place, name) for name in COUNTS)
            ],
            "names": self.names,
            "months": [[str(one.month), *_values(one)[1:]] for one in self.months],
            "trades": [_values(one) for one in self.trades],
            "payers": [[*_values(one)[:-1], _text(one.last_month)] for one in self.payers],
            "money": self.money,
            "gap_price": self.gap_price,
            "claims": self.claims,
            "runway": self.runway,
            "branch": self.branch,
            "outside": [one.as_data() for one in self.outside],
            "before": self.before,
        }

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], as_of: datetime, words: Mapping[str, Definition] = DEFINITIONS
    ) -> Sheet:
        """Return the sheet that `as_data` wrote."""
        names = dict(data["names"])
        return cls(
            month=Month.parse(data["month"]),
            as_of=as_of,
            version=data["version"],
            estimated=data["estimated"],
            estimated_source=data["estimated_source"],
            villages=[
                Place(code, names.get(code, code), **dict(zip(COUNTS, counts, strict=False)))
                for code, *counts in data["places"]
            ],
            names=names,
            months=[MonthCount(Month.parse(month), *counts) for month, *counts in data["months"]],
            trades=[Trade(*row) for row in data["trades"]],
            payers=[_payer(row) for row in data["payers"]],
            money={one.id: data["money"][one.id] for one in MONEY},
            gap_price=data["gap_price"],
            claims=dict(data["claims"]),
            runway=dict(data["runway"]),
            branch=dict(data["branch"]),
            outside=[Published(**row) for row in data["outside"]],
            words=words,
            before=list(data.get("before", [])),
        )


def _values(row: Any) -> list[Any]:
    return [getattr(row, one.name) for one in fields(row)]


def _payer(row: list[Any]) -> Payer:
    *known, last = row
    values: list[Any] = [*known, Month.parse(last) if last else None]
    return Payer(**dict(zip((one.name for one in fields(Payer)), values, strict=True)))


def _text(month: Month | None) -> str | None:
    return None if month is None else str(month)


__all__ = [
    "COUNTS",
    "COVERS",
    "PARTS",
    "PEOPLE",
    "VERSION",
    "WIDTHS",
    "Month",
    "MonthCount",
    "Payer",
    "Place",
    "Rung",
    "Sheet",
    "Trade",
    "Year",
    "kind_of",
]
