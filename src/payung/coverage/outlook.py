"""The outlook of the deployment: its covers, funds and law put before the pure outlook room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import polars as pl
from django.conf import settings

from payung import database
from payung.coverage.ahead import Ahead, ahead
from payung.law import age_limit
from payung.law.tables import contribution_table
from payung.outlook import (
    BOUND,
    CASH,
    NEED,
    Runway,
    WhatIf,
    ageing_out,
    apply_what_if,
    balances,
    covered_by_month,
    lapses,
    runway,
    scaled,
    sentence,
    side_by_side,
    unused_months,
)
from payung.values import Month, format_rupiah

#: Money not yet billed (no month), and what a release brings in a later month, which counts from that month on.
_MONEY = """
SELECT fund_id, NULL::integer AS month, sum(balance)::bigint FROM funding_account
 WHERE kind IN ('available', 'committed') GROUP BY fund_id
UNION ALL
SELECT fund_id, month, amount FROM funding_release WHERE month > %s
"""


#: Every fund, with the months that it has a bill for and the latest month billed at all. Months count from now, or
#: from the start where that is earlier; without a start it is the month after the latest billed.
_FUNDS = """
SELECT f.id, f.code, f.name, f.first_month, f.end_month, f.kind, f.status = 'active',
       ARRAY(SELECT b.month FROM coverage_bill b
              WHERE b.fund_id = f.id AND b.month >= least(%(now)s, coalesce(%(start)s, latest.month + 1))),
       latest.month
  FROM funding_fund f, (SELECT max(month) AS month FROM coverage_bill) latest WHERE f.status IN ('active', 'closed')
"""


class _Fund(NamedTuple):
    """A row of `_FUNDS`: months are numbers."""

    id: int
    code: str
    name: str
    first: int
    end: int
    kind: str
    active: bool
    billed: list[int]
    billed_to: int | None

    def open(self, now: Month) -> Month:
        """Return the first month from `now` on that this fund has no bill for."""
        month = now
        while month.number in self.billed:
            month += 1
        return month


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a runway is worked out from, from the month `now` on; a what-if asks the database nothing again."""

    now: Month
    goal: Month
    need: pl.DataFrame
    bound: pl.DataFrame
    cash: pl.DataFrame
    usable: dict[int, Month]
    paid_before: bool

    def runway(self) -> list[Runway]:
        return runway(
            self.need,
            self.cash,
            self.now,
            self.goal,
            self.usable,
            bound=self.bound,
            paid_before=self.paid_before,
        )

    def months(self) -> dict[Month, int]:
        return covered_by_month(self.need, self.cash, self.now, self.goal, self.usable, self.bound)

    def under(self, change: WhatIf) -> _Facts:
        need, cash = apply_what_if(self.need, self.cash, change)
        return replace(self, need=need, cash=cash, bound=scaled(self.bound, change))

    def side_by_side(self, changes: Iterable[WhatIf]) -> tuple[tuple[str, Runway], ...]:
        return tuple(
            side_by_side(
                self.need,
                self.cash,
                self.now,
                self.goal,
                changes,
                self.usable,
                bound=self.bound,
                paid_before=self.paid_before,
            )
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead, to `goal`, of the people covered in the month of the day; `start` is the first not billed yet.

    `funds` are (fund id, code, name); `each` the runway of every fund, `whole` of all; `ending` {days: people
    whose cover ends}; `ageing` {month: people who pass the law's age}; `unused` months with money and nobody;
    `months` the people whom the money still covers month by month, as it is and, in `months_if`, with the last
    what-if.
    """

    start: Month
    goal: Month
    funds: dict[int, tuple[str, str]]
    each: tuple[Runway, ...]
    whole: Runway
    ending: dict[int, int]
    ageing: dict[Month, int]
    unused: dict[int, list[Month]]
    compared: tuple[tuple[str, Runway], ...]
    months: dict[Month, int]
    months_if: dict[Month, int]
    facts: _Facts = field(repr=False, compare=False)

    def words(self, lang: str = "id") -> str:
        return sentence(self.whole, self.goal, lang)

    def as_data(self) -> dict[str, Any]:
        return {
            "start": str(self.start),
            "goal": str(self.goal),
            "sentence": self.words(),
            "whole": self.whole.as_data(),
            "funds": [
                {**one.as_data(), "code": self.funds[one.fund][0], "name": self.funds[one.fund][1]}
                for one in self.each
                if one.fund is not None
            ],
            "ending": {str(days): people for days, people in self.ending.items()},
            "ageing_out": {str(month): people for month, people in self.ageing.items() if people},
            "unused_months": {
                self.funds[fund][0]: [str(month) for month in months] for fund, months in self.unused.items()
            },
            "months": {str(month): people for month, people in self.months.items()},
            "months_what_if": {str(month): people for month, people in self.months_if.items()},
            "what_if": [{"name": name, **one.as_data()} for name, one in self.compared],
        }


def outlook(
    today: date,
    *,
    goal: Month | None = None,
    changes: tuple[WhatIf, ...] = (),
    start: Month | None = None,
) -> Outlook:
    """Return the outlook as of today, to `goal`, with what-ifs beside it.

    `goal`, if not given, is the December that lies more than half a year ahead of `start`: budgets are made by
    years. The people are those covered in the month of `today` (where nobody is, those whose decree ran out with
    the month before); what others are decreed in months to come is bound money and says nothing of them.
    Need: each month of theirs that is not billed, priced by the law; where no decree covers it, the fund that
    covered them last has to pay it from what it is not bound to. A fund pays for no month after its term.
    Three statements. Raises ValueError where `goal` lies before the month of `today`.
    """
    now = Month.containing(today)
    asked = {"now": now.number, "start": None if start is None else start.number}
    found = [_Fund(*row) for row in database.rows(_FUNDS, asked)]
    start = start or _open_after(found[0].billed_to if found else None, today)
    goal = goal or Month.of((max(start, now) + 6).year, 12)
    terms = {one.id: (Month(one.first), Month(one.end - 1)) for one in found if one.active}
    # A fund whose term is over has nothing to spend; what a what-if adds to it is new money of a new term.
    usable = {one.id: terms[one.id][1] for one in found if one.active and terms[one.id][1] >= one.open(now)}
    counts = ahead(now, min(start, now))
    facts = _Facts(
        now,
        goal,
        _need(counts, found, goal),
        _bound(counts, found, now),
        _cash(now, usable),
        usable,
        any(one.billed_to is not None and one.billed_to >= now.number - 1 for one in found),
    )
    *each, whole = facts.runway()
    ends = pl.DataFrame(counts.ends, schema={"month": pl.Int32, "people": pl.Int64}, orient="row")
    valid = {fund: (max(first, start), last) for fund, (first, last) in terms.items()}
    return Outlook(
        start,
        goal,
        {one.id: (one.code, one.name) for one in found},
        tuple(each),
        whole,
        lapses(ends, today),
        _ageing(counts, start),
        unused_months(facts.need, facts.cash, valid, now, goal, facts.bound),
        facts.side_by_side(changes) if changes else (),
        facts.months(),
        facts.under(changes[-1]).months() if changes else {},
        facts,
    )


def _ageing(counts: Ahead, start: Month) -> dict[Month, int]:
    """Count how many of those covered in `start` reach the law's age in each of the twelve months from then."""
    births = pl.DataFrame(counts.births, schema={"born": pl.Date, "people": pl.Int64}, orient="row")
    limit = age_limit(start.first_day, settings.PAYUNG_CRITERIA)
    if limit is None:
        return {}
    return {Month(month): people for month, people in ageing_out(births, start, 12, limit).iter_rows()}


def look_with(
    today: date,
    *,
    goal: Month | None = None,
    more: int = 0,
    tariff_percent: int = 100,
    people_percent: int = 100,
    start: Month | None = None,
    since: Month | None = None,
) -> Outlook:
    """Return the outlook (from `since`, else the first month not billed), with one what-if beside it if any.

    `more` rupiah (or less) go to the funds in the proportion of what each lacks, or of what each has to pay
    where none lacks anything; more than a fund lacks within its term is money of a new term.
    """
    told = outlook(today, goal=goal, start=since)
    if not more and tariff_percent == people_percent == 100 and start is None:
        return told
    facts = told.facts
    shares = {one.fund: one.missing for one in told.each if one.fund is not None and one.missing}
    if not shares or more < 0:
        held = dict(
            facts.cash.filter(pl.col("month") == facts.now.number).select("fund", "amount").iter_rows()
        )
        shares = {fund: held.get(fund, 0) for fund in told.funds if held.get(fund, 0)}
        more = max(more, -sum(shares.values()))
    change = WhatIf(
        _name(more, tariff_percent, people_percent, start),
        _by_terms(all_extra(more, facts.now, shares), facts),
        tariff_percent,
        people_percent,
        start,
    )
    return replace(told, compared=facts.side_by_side([change]), months_if=facts.under(change).months())


def _by_terms(extra: dict[tuple[int, int], int], facts: _Facts) -> dict[tuple[int, int], int]:
    """Move what a fund gets beyond its need within its term to the month after it, like a new year's budget."""
    table = balances(facts.need, facts.cash, facts.now, facts.goal, facts.usable, facts.bound)
    lacking = {
        fund: max((row.short for row in rows if row.within), default=0) for fund, rows in table.items()
    }
    placed = {}
    for (fund, month), amount in extra.items():
        last = facts.usable.get(fund, facts.goal)
        now = amount if last >= facts.goal else min(amount, lacking.get(fund, 0))
        placed[fund, month] = now
        if amount > now:
            placed[fund, last.number + 1] = amount - now
    return placed


def _name(more: int, tariff: int, people: int, start: Month | None) -> str:
    parts = [f"anggaran {'+' if more > 0 else ''}{format_rupiah(more)}"] if more else []
    parts += [f"tarif {tariff}%"] if tariff != 100 else []
    parts += [f"orang {people}%"] if people != 100 else []
    parts += [f"mulai {start.in_words()}"] if start else []
    return ", ".join(parts)


def first_open_month(today: date) -> Month:
    """Return the month after the latest billed one; this month where nothing is billed."""
    ((latest,),) = database.rows("SELECT max(month) FROM coverage_bill")
    return _open_after(latest, today)


def _open_after(latest: int | None, today: date) -> Month:
    return Month.containing(today) if latest is None else Month(latest + 1)


def all_extra(cash_for: int, start: Month, shares: dict[int, int]) -> dict[tuple[int, int], int]:
    """Spread a sum of rupiah over funds in proportion to `shares`, in the start month; not a rupiah lost."""
    total = sum(shares.values())
    if not total:
        return {}
    given = {fund: cash_for * share // total for fund, share in shares.items()}
    largest = max(shares, key=lambda fund: shares[fund])
    given[largest] += cash_for - sum(given.values())
    return {(fund, start.number): amount for fund, amount in given.items()}


def _need(counts: Ahead, funds: list[_Fund], goal: Month) -> pl.DataFrame:
    """Return what the funds would have to pay beyond decrees, by month to `goal`, to keep who is covered now."""
    kinds = {one.id: one.kind for one in funds}
    rows = [
        (fund, kinds[fund], month, income, sector, people, 0)
        for fund, income, sector, first, following, people in counts.beyond
        for month in range(first, min(goal.number + 1, following or goal.number + 1))
    ]
    return _priced(rows).select(*NEED).cast(NEED)  # type: ignore[arg-type]


def _bound(counts: Ahead, funds: list[_Fund], now: Month) -> pl.DataFrame:
    """Return what decrees bind the funds to pay: nothing for a billed month; an earlier unbilled one is due now."""
    known = {one.id: one for one in funds}
    priced = _priced(
        [
            (fund, known[fund].kind, month, income, sector, people, others)
            for month, fund, income, sector, people, others in counts.bound
        ]
    )
    billed = pl.DataFrame(
        [(one.id, month) for one in funds for month in one.billed],
        schema={"fund": pl.Int64, "month": pl.Int32},
        orient="row",
    ).with_columns(billed=True)
    past = pl.col("month") < now.number
    return (
        priced.join(billed, on=["fund", "month"], how="left")
        .with_columns(
            amount=pl.when("billed").then(0).otherwise("amount"),
            people=pl.when(past).then(0).otherwise("people"),
            others=pl.when(past).then(0).otherwise("others"),
            month=pl.max_horizontal("month", pl.lit(now.number, pl.Int32)),
        )
        .group_by("fund", "month")
        .agg(pl.col("people", "others", "amount").sum())
        .select(*BOUND)
        .cast(BOUND)  # type: ignore[arg-type]
    )


def _priced(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of (fund, payer, month, income, sector, people, others), priced by each month's law, by fund and month."""
    table = pl.DataFrame(
        rows,
        schema={
            "fund": pl.Int64,
            "payer": pl.String,
            "month": pl.Int32,
            "income": pl.Int64,
            "sector": pl.String,
            "people": pl.Int64,
            "others": pl.Int64,
        },
        orient="row",
    )
    each = (pl.col("people") + pl.col("others")) * pl.col("total")
    return (
        contribution_table(table)
        .group_by("fund", "month")
        .agg(pl.col("people", "others").sum(), each.sum().alias("amount"))
    )


def _cash(now: Month, usable: dict[int, Month]) -> pl.DataFrame:
    """Return the money that funds can still spend in each month of their terms (`usable`: last month of each)."""
    rows = database.rows(_MONEY, [now.number])
    later = [(fund, month, amount) for fund, month, amount in rows if month is not None]
    later_of: dict[int, int] = {}
    for fund, _, amount in later:
        later_of[fund] = later_of.get(fund, 0) + amount
    at_once = [
        (fund, now.number, max(held - later_of.get(fund, 0), 0))
        for fund, month, held in rows
        if month is None
    ]
    within = [
        (fund, month, amount)
        for fund, month, amount in (*at_once, *later)
        if fund in usable and month <= usable[fund].number
    ]
    return pl.DataFrame(within, schema=CASH, orient="row")
