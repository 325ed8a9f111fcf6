"""The sheet as one value: everything it shows, as plain data that can be kept and shown again as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.identity.regions import contains
from payung.oversight.definitions import DEFINITIONS, LADDER, MONEY, VERSION, Definition
from payung.oversight.money_end import loss_words, until_words
from payung.oversight.outside import Published
from payung.oversight.parts import Part, parts_below, parts_within
from payung.oversight.suppress import Shown, show, show_levels, withheld
from payung.values import Month

PEOPLE = ("candidates", "verified", "eligible", "covered", "ending", "gap")
COVERS = ("decreed", "registered", "active")
#: Named parts of the people; last, since sheets kept earlier do not have them.
PARTS = ("other_payer", "ineligible")
COUNTS = (*PEOPLE, *COVERS, *PARTS)
#: Length of a region code at each level.
WIDTHS = {"province": 2, "regency": 5, "district": 8, "village": 13}

#: Who pays, as parliament asks it.
KINDS: dict[str, str | Promise] = {
    "province": _("Pemerintah provinsi"),
    "regency": _("Pemerintah kabupaten/kota"),
    "village": _("Pemerintah desa"),
    "palm": _("Bagi hasil sawit"),
    "state": _("APBN"),
    "baznas": _("Baznas"),
    "csr": _("CSR/TJSL"),
    "donors": _("Donatur"),
    "self": _("Pekerja sendiri"),
}
_BY_FUND = {
    "dbh": "palm",
    "csr": "csr",
    "donor": "donors",
    "self": "self",
    "apbdes": "village",
    "apbn": "state",
}
_BY_PAYER = {"company": "csr"}


def kind_of(payer_kind: str, fund_kind: str) -> str:
    """The word under which a fund is counted: by where its money is from, else by whose it is."""
    return _BY_FUND.get(fund_kind) or _BY_PAYER.get(payer_kind, payer_kind)


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


@dataclass(slots=True)
class Place:
    """The counts of one region: people as they stand, and this month's cover."""

    code: str
    name: str
    candidates: int = 0
    verified: int = 0
    eligible: int = 0
    covered: int = 0
    ending: int = 0
    gap: int = 0
    decreed: int = 0
    registered: int = 0
    active: int = 0
    other_payer: int = 0
    ineligible: int = 0

    @property
    def waiting(self) -> int:
        """Decreed for this month and not active (yet): not registered, refused, or not paid."""
        return max(0, self.decreed - self.active)

    @property
    def coverage(self) -> float | None:
        """Share of those who are covered or could be today; None where there is nobody."""
        people = self.covered + self.gap
        return self.covered / people if people else None

    def add(self, other: Place) -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Covered people of one month and the money of its bills."""

    month: Month
    decreed: int
    registered: int
    active: int
    billed: int
    paid: int


@dataclass(frozen=True, slots=True)
class Payer:
    """What one fund does: people this month, person-months bought, rupiah, last month.

    Counts are None where `Sheet.shown_payers` withholds them.
    """

    fund_id: int
    code: str
    fund: str
    payer: str
    kind: str
    people: int | None
    person_months: int | None
    committed: int | None
    paid: int | None
    last_month: Month | None

    @property
    def kind_label(self) -> str | Promise:
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Trade:
    """The counts of one trade."""

    code: str
    name: str
    candidates: int
    eligible: int
    covered: int
    gap: int


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
    """Everything one sheet shows, of one moment. `as_data` and `from_data` are each other's way back."""

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

    @cached_property
    def total(self) -> Place:
        """All regions together."""
        whole = Place(settings.PAYUNG_PROVINCE, self.names.get(settings.PAYUNG_PROVINCE, ""))
        for place in self.villages:
            whole.add(place)
        return whole

    def _at(self, level: str) -> dict[str, Place]:
        """The regions of a level, also those with nobody; people of no known region stand under the nearest."""
        width = WIDTHS[level]
        found = {code: Place(code, name) for code, name in self.names.items() if len(code) == width}
        for place in self.villages:
            code = place.code[:width]
            found.setdefault(code, Place(code, self.names.get(code, code))).add(place)
        return dict(sorted(found.items()))

    @cached_property
    def regencies(self) -> list[Place]:
        return list(self._at("regency").values())

    @cached_property
    def districts(self) -> dict[str, list[Place]]:
        """The districts of each regency."""
        inside: dict[str, list[Place]] = {place.code: [] for place in self.regencies}
        for place in self._at("district").values():
            inside[place.code[:5]].append(place)
        return inside

    @cached_property
    def shown(self) -> tuple[list[Shown], dict[str, list[Shown]], dict[str, list[Shown]]]:
        """Regencies, districts by regency, villages by district, with small counts withheld."""
        inside: dict[str, list[Place]] = {}
        for rows in self.districts.values():
            inside.update((row.code, []) for row in rows)
        for place in self._at("village").values():
            inside[place.code[:8]].append(place)
        return show_levels(self.regencies, self.districts, inside)

    def shown_at(self, level: str, inside: str) -> list[Shown]:
        """The regions of a level within a region, as every page and file may show them."""
        regencies, districts, villages = self.shown
        groups = {"regency": {"": regencies}, "district": districts, "village": villages}[level]
        return [row for rows in groups.values() for row in rows if contains(inside, row.code)]

    @cached_property
    def shown_trades(self) -> list[Shown]:
        """Trades by the number left out. Those withheld stand last: their place would tell their number."""
        return sorted(show(self.trades), key=lambda row: (row.gap is None, -(row.gap or 0), row.name))

    @cached_property
    def shown_payers(self) -> list[tuple[Payer, list[Payer]]]:
        """Each kind of payer with its funds; small counts withheld, with the rupiah that would give them away."""
        kinds: dict[str, list[Payer]] = {}
        for payer in self.payers:
            kinds.setdefault(payer.kind, []).append(payer)
        sums = [_together(kind, kinds[kind]) for kind in KINDS if kind in kinds]
        hidden = withheld(sums, ("people", "person_months"))
        found = []
        for one in sums:
            within = kinds[one.kind]
            shut = (
                {payer.code for payer in within}
                if one.code in hidden
                else withheld(within, ("people", "person_months"))
            )
            found.append(
                (_closed(one, one.code in hidden), [_closed(payer, payer.code in shut) for payer in within])
            )
        return found

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
        """The counts of a month; zeros where nobody was covered."""
        return next((m for m in self.months if m.month == month), MonthCount(month, 0, 0, 0, 0, 0))

    @property
    def known_deaths(self) -> int:
        """Deaths this year of people under cover."""
        return sum(self.claims["deaths"].get(name, 0) for name in ("full", "partial", "accident"))

    @property
    def uncovered_deaths(self) -> int:
        """Deaths this year of those on the lists whom no cover reached: the cost of the gap."""
        return sum(self.claims["deaths"].get(name, 0) for name in ("lapsed", "waiting", "never"))

    @property
    def last_year(self) -> MonthCount:
        return self.count_of(self.month - 12)  # type: ignore[arg-type]

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
        now = self.count_of(self.month).decreed
        return next((m.month for m in self.coming if m.decreed < now), None) if now else None

    @property
    def money_ends(self) -> Month | None:
        """The last month for which anybody's cover is decreed."""
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
        }

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], as_of: datetime, words: Mapping[str, Definition] = DEFINITIONS
    ) -> Sheet:
        """The sheet that `as_data` wrote."""
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
        )


def _values(row: Any) -> list[Any]:
    return [getattr(row, one.name) for one in fields(row)]


def _payer(row: list[Any]) -> Payer:
    *known, last = row
    values: list[Any] = [*known, Month.parse(last) if last else None]
    return Payer(**dict(zip((one.name for one in fields(Payer)), values, strict=True)))


def _text(month: Month | None) -> str | None:
    return None if month is None else str(month)


def _together(kind: str, payers: list[Payer]) -> Payer:
    def total(name: str) -> int:
        return sum(getattr(one, name) or 0 for one in payers)

    last = [one.last_month for one in payers if one.last_month is not None]
    label = str(KINDS[kind])
    return Payer(
        0,
        kind,
        label,
        label,
        kind,
        total("people"),
        total("person_months"),
        total("committed"),
        total("paid"),
        max(last, default=None),
    )


def _closed(payer: Payer, shut: bool) -> Payer:
    if not shut:
        return payer
    return replace(payer, people=None, person_months=None, committed=None, paid=None)


__all__ = ["VERSION", "Month", "MonthCount", "Payer", "Place", "Rung", "Sheet", "Trade", "Year", "kind_of"]
