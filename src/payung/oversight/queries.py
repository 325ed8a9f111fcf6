"""What the sheet, the map and the public page read: sums over the kept counts, never over people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils.functional import Promise

from payung import law
from payung.funding.models import Account, Fund
from payung.oversight.definitions import LADDER, MONEY, Definition
from payung.oversight.models import CoverCount, Refreshed, Snapshot
from payung.registry.queries import region_names
from payung.values import Month

#: Length of a region code at each level.
WIDTHS = {"province": 2, "regency": 5, "district": 8, "village": 13}
PEOPLE = ("candidates", "verified", "eligible", "covered", "ending", "gap")
COVERS = ("decreed", "registered", "active")


@dataclass(frozen=True, slots=True)
class Rung:
    """One number of the ladder with its definition, its source and what part it is of the rung before."""

    definition: Definition
    value: int
    source: str | Promise
    of_estimated: float
    of_previous: float | None


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

    @property
    def coverage(self) -> float | None:
        """Share of those who are covered or could be today; None where there is nobody."""
        people = self.covered + self.gap
        return self.covered / people if people else None


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
    """What one fund does: people this month, person-months bought, rupiah, last month."""

    fund_id: int
    fund: str
    payer: str
    kind: str
    kind_label: str
    people: int
    person_months: int
    committed: int
    paid: int
    last_month: Month | None


@dataclass(frozen=True, slots=True)
class Trade:
    """The counts of one trade."""

    id: str
    label: str
    candidates: int
    eligible: int
    covered: int
    gap: int


@dataclass
class Sheet:
    """Everything one sheet shows, read in six queries whatever the number of people."""

    refreshed: Refreshed
    ladder: list[Rung]
    months: list[MonthCount]
    regencies: list[Place]
    districts: dict[str, list[Place]]
    trades: list[Trade]
    payers: list[Payer]
    money: dict[str, int]
    gap_price: law.Contribution

    @property
    def month(self) -> Month:
        return self.refreshed.month  # type: ignore[return-value]

    @property
    def as_of(self) -> datetime:
        return self.refreshed.as_of

    @cached_property
    def total(self) -> Place:
        """All regencies together."""
        whole = Place(settings.PAYUNG_PROVINCE, "")
        for place in self.regencies:
            for name in (*PEOPLE, *COVERS):
                setattr(whole, name, getattr(whole, name) + getattr(place, name))
        return whole

    def count_of(self, month: Month) -> MonthCount:
        """The counts of a month; zeros where nobody was covered."""
        return next((m for m in self.months if m.month == month), MonthCount(month, 0, 0, 0, 0, 0))

    @property
    def last_year(self) -> MonthCount:
        return self.count_of(self.month - 12)  # type: ignore[arg-type]

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
    def gap_monthly(self) -> int:
        """Rupiah a month to cover everybody eligible who is not covered, at the price of the lowest band."""
        return self.total.gap * self.gap_price.total


def state() -> Refreshed | None:
    """When the counts were made; None before the first count."""
    return Refreshed.objects.first()


def places(level: str, inside: str = "", *, month: Month, names: dict[str, str]) -> list[Place]:
    """The regions of a level within `inside`, also those with nobody; one query.

    People whose village is unknown stand in a row of the nearest region known, below the others.
    """
    width = WIDTHS[level]
    found = {
        code: Place(code, name)
        for code, name in sorted(names.items())
        if len(code) == width and code.startswith(inside)
    }
    columns = (*PEOPLE, *COVERS)
    sums = ", ".join(f"sum({column})" for column in columns)
    nothing = {"people": ", 0" * len(PEOPLE), "covers": ", 0" * len(COVERS)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT left(region_code, %(width)s), {sums} FROM (
                    SELECT region_code, {", ".join(PEOPLE)}{nothing["covers"]} FROM oversight_peoplecount
                    WHERE region_code ^@ %(inside)s
                    UNION ALL
                    SELECT region_code{nothing["people"]}, {", ".join(COVERS)} FROM oversight_covercount
                    WHERE month = %(month)s AND region_code ^@ %(inside)s
                ) AS counted (region_code, {", ".join(columns)}) GROUP BY 1 ORDER BY 1""",
            {"width": width, "month": month.number, "inside": inside},
        )
        for code, *values in cursor.fetchall():
            place = found.setdefault(code, Place(code, names.get(code, code)))
            for column, value in zip(columns, values, strict=True):
                setattr(place, column, int(value))
    return list(found.values())


def months() -> list[MonthCount]:
    """Every month that is kept, oldest first."""
    rows = (
        CoverCount.objects.values("month")
        .annotate(
            d=Sum("decreed"), r=Sum("registered"), a=Sum("active"), billed_=Sum("billed"), paid_=Sum("paid")
        )
        .order_by("month")
        .values_list("month", "d", "r", "a", "billed_", "paid_")
    )
    return [MonthCount(*row) for row in rows]


def ladder(people: Place, covers: Place) -> list[Rung]:
    """The seven numbers, from the estimate to those who are protected this month; never collapsed."""
    values = {
        "estimated": settings.PAYUNG_ESTIMATED_WORKERS,
        **{name: getattr(people, name) for name in ("candidates", "verified", "eligible")},
        **{name: getattr(covers, name) for name in COVERS},
    }
    rungs = []
    before: int | None = None
    estimated = max(settings.PAYUNG_ESTIMATED_WORKERS, 1)
    for definition in LADDER:
        value = values[definition.id]
        source = settings.PAYUNG_ESTIMATED_SOURCE if definition.id == "estimated" else definition.source
        share = value / before if before else None
        rungs.append(Rung(definition, value, source, value / estimated, share))
        before = value
    return rungs


def trades() -> list[Trade]:
    """Trades by the number left out, largest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.trade, coalesce(o.label, ''), sum(c.candidates), sum(c.eligible), sum(c.covered), sum(c.gap)
               FROM oversight_peoplecount c LEFT JOIN registry_occupation o ON o.id = c.trade
               GROUP BY 1, 2 ORDER BY sum(c.gap) DESC, sum(c.candidates) DESC, 1"""
        )
        return [
            Trade(trade, label, *(int(value) for value in values))
            for trade, label, *values in cursor.fetchall()
        ]


def payers(month: Month) -> list[Payer]:
    """Every fund in force with its people, months and money; the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT f.id, f.name, p.name, f.kind, coalesce(c.people, 0), coalesce(c.person_months, 0),
                      coalesce(a.committed, 0), coalesce(a.paid, 0), c.last_month
               FROM funding_fund f JOIN funding_payer p ON p.id = f.payer_id
               LEFT JOIN (SELECT fund_id, sum(decreed) FILTER (WHERE month = %(now)s) AS people,
                                 sum(decreed) AS person_months, max(month) FILTER (WHERE decreed > 0) AS last_month
                          FROM oversight_covercount GROUP BY 1) c ON c.fund_id = f.id
               LEFT JOIN (SELECT fund_id,
                                 sum(balance) FILTER (WHERE kind IN ('committed', 'billed', 'paid')) AS committed,
                                 sum(balance) FILTER (WHERE kind = 'paid') AS paid
                          FROM funding_account GROUP BY 1) a ON a.fund_id = f.id
               WHERE f.status <> 'proposed'
               ORDER BY coalesce(c.people, 0) DESC, coalesce(c.person_months, 0) DESC, f.name""",
            {"now": month.number},
        )
        rows = cursor.fetchall()
    labels = dict(Fund.Kind.choices)
    return [
        Payer(
            fund_id,
            fund,
            payer,
            kind,
            str(labels.get(kind, kind)),
            int(people),
            int(person_months),
            int(committed),
            int(paid),
            None if last is None else Month(last),
        )
        for fund_id, fund, payer, kind, people, person_months, committed, paid, last in rows
    ]


def money() -> dict[str, int]:
    """Rupiah of all funds in force: budgeted, committed, billed, paid. Each includes what has gone further."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT 'budgeted', coalesce(sum(amount), 0)::bigint FROM funding_fund WHERE status <> 'proposed'
               UNION ALL SELECT kind, sum(balance)::bigint FROM funding_account GROUP BY 1"""
        )
        balance = dict(cursor.fetchall())
    paid = balance.get(Account.Kind.PAID, 0)
    billed = balance.get(Account.Kind.BILLED, 0) + paid
    committed = balance.get(Account.Kind.COMMITTED, 0) + billed
    figures = {"budgeted": balance["budgeted"], "committed": committed, "billed": billed, "paid": paid}
    return {definition.id: figures[definition.id] for definition in MONEY}


def sheet() -> Sheet | None:
    """The sheet of the whole deployment; None before the first count."""
    refreshed = state()
    if refreshed is None:
        return None
    month: Month = refreshed.month  # type: ignore[assignment]
    names = region_names()
    districts = places("district", month=month, names=names)
    regencies = {
        code: Place(code, name) for code, name in sorted(names.items()) if len(code) == WIDTHS["regency"]
    }
    inside: dict[str, list[Place]] = {code: [] for code in regencies}
    for place in districts:
        regency = regencies.setdefault(place.code[:5], Place(place.code[:5], place.name))
        inside.setdefault(regency.code, []).append(place)
        for name in (*PEOPLE, *COVERS):
            setattr(regency, name, getattr(regency, name) + getattr(place, name))
    made = Sheet(
        refreshed=refreshed,
        ladder=[],
        months=months(),
        regencies=list(regencies.values()),
        districts=inside,
        trades=trades(),
        payers=payers(month),
        money=money(),
        gap_price=law.contribution(None, "apbd", "other", month),
    )
    made.ladder = ladder(made.total, made.total)
    return made


def figures(made: Sheet) -> dict[str, Any]:
    """The figures of a sheet as plain data: for a snapshot, an export, a test."""
    return {
        "month": str(made.month),
        "ladder": {rung.definition.id: rung.value for rung in made.ladder},
        "money": made.money,
        "gap": made.total.gap,
        "gap_monthly": made.gap_monthly,
        "money_ends": None if made.money_ends is None else str(made.money_ends),
        "regencies": {
            place.code: {name: getattr(place, name) for name in (*PEOPLE, *COVERS)}
            for place in made.regencies
        },
    }


def published(month: Month) -> list[Snapshot]:
    """What was published for a month, newest first: the first is what holds, the others it corrected."""
    return list(Snapshot.objects.filter(month=month).defer("figures").order_by("-taken_at", "-id")[:10])
