"""The outlook of the deployment: its covers, funds and law put before the pure outlook room."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl
from django.conf import settings

from payung.coverage import bulk
from payung.coverage.ahead import Ahead, ahead
from payung.law import age_limit
from payung.law.tables import contribution_table
from payung.outlook import (
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


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a runway is worked out from, kept so that a what-if asks the database nothing again."""

    need: pl.DataFrame
    cash: pl.DataFrame
    usable: dict[int, Month]
    paid_before: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead from `start` (the first month not billed yet) to `goal`.

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
    """The outlook as of today, to `goal`, with what-ifs beside it.

    `goal`, if not given, is the December that lies more than half a year ahead: budgets are made by years.
    Need: the people covered in the start month (where no decree reaches it, in the month before), each month
    priced by the law. A fund pays for no month after its term. Four statements.
    """
    start = start or first_open_month(today)
    goal = goal or Month.of((start + 6).year, 12)
    found = bulk.rows(
        "SELECT id, code, name, first_month, end_month, kind, (SELECT max(month) FROM coverage_bill)"
        " FROM funding_fund WHERE status = 'active'"
    )
    funds = {row[0]: (row[1], row[2]) for row in found}
    valid = {row[0]: (Month(row[3]), Month(row[4] - 1)) for row in found}
    counts = ahead(start, Month.containing(today))
    need = _need(counts, {row[0]: row[5] for row in found}, start, goal)
    # A fund whose term is over has nothing to spend; what a what-if adds to it is new money of a new term.
    usable = {fund: last for fund, (_, last) in valid.items() if last >= start}
    cash = _cash(start, usable)
    before = any(row[6] == start.number - 1 for row in found)
    *each, whole = runway(need, cash, start, goal, usable, paid_before=before)
    ends = pl.DataFrame(counts.ends, schema={"month": pl.Int32, "people": pl.Int64}, orient="row")
    return Outlook(
        start,
        goal,
        funds,
        tuple(each),
        whole,
        lapses(ends, today),
        _ageing(counts, start),
        unused_months(need, cash, valid, start, goal),
        tuple(side_by_side(need, cash, start, goal, changes, usable, paid_before=before)) if changes else (),
        covered_by_month(need, cash, start, goal, usable),
        covered_by_month(*apply_what_if(need, cash, changes[-1]), start, goal, usable) if changes else {},
        _Facts(need, cash, usable, before),
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
    """The outlook (from `since`, else the first month not billed) with one what-if beside it, if any is asked.

    `more` rupiah (or less) go to the funds in the proportion of what each lacks, or of what each has to pay
    where none lacks anything; more than a fund lacks within its term is money of a new term.
    """
    told = outlook(today, goal=goal, start=since)
    if not more and tariff_percent == people_percent == 100 and start is None:
        return told
    facts = told.facts
    cash = facts.cash
    shares = {one.fund: one.missing for one in told.each if one.fund is not None and one.missing}
    if not shares or more < 0:
        held = dict(cash.filter(pl.col("month") == told.start.number).select("fund", "amount").iter_rows())
        shares = {fund: held.get(fund, 0) for fund in told.funds if held.get(fund, 0)}
        more = max(more, -sum(shares.values()))
    change = WhatIf(
        _name(more, tariff_percent, people_percent, start),
        _by_terms(all_extra(more, told.start, shares), told),
        tariff_percent,
        people_percent,
        start,
    )
    beside = side_by_side(
        facts.need, cash, told.start, told.goal, [change], facts.usable, paid_before=facts.paid_before
    )
    changed = apply_what_if(facts.need, cash, change)
    return replace(
        told,
        compared=tuple(beside),
        months_if=covered_by_month(*changed, told.start, told.goal, facts.usable),
    )


def _by_terms(extra: dict[tuple[int, int], int], told: Outlook) -> dict[tuple[int, int], int]:
    """What a fund gets more than it lacks within its term comes the month after it, as a budget of a new year does."""
    facts = told.facts
    lacking = {
        fund: max((row.short for row in rows if row.within), default=0)
        for fund, rows in balances(facts.need, facts.cash, told.start, told.goal, facts.usable).items()
    }
    placed = {}
    for (fund, month), amount in extra.items():
        last = told.facts.usable.get(fund, told.goal)
        now = amount if last >= told.goal else min(amount, lacking.get(fund, 0))
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
    """The month after the latest billed one; this month where nothing is billed."""
    latest = bulk.rows("SELECT max(month) FROM coverage_bill")[0][0]
    return Month.containing(today) if latest is None else Month(latest + 1)


def all_extra(cash_for: int, start: Month, shares: dict[int, int]) -> dict[tuple[int, int], int]:
    """A sum of rupiah spread over funds in proportion to `shares`, in the start month; not a rupiah lost."""
    total = sum(shares.values())
    if not total:
        return {}
    given = {fund: cash_for * share // total for fund, share in shares.items()}
    largest = max(shares, key=lambda fund: shares[fund])
    given[largest] += cash_for - sum(given.values())
    return {(fund, start.number): amount for fund, amount in given.items()}


def _need(counts: Ahead, payers: dict[int, str], start: Month, goal: Month) -> pl.DataFrame:
    """What each of the funds (`payers`: fund id to kind of payer) has to pay for its people, month by month."""
    groups = pl.DataFrame(
        [
            (fund, payers[fund], income, sector, people)
            for fund, income, sector, people in counts.covered
            if fund in payers
        ],
        schema={
            "fund": pl.Int64,
            "payer": pl.String,
            "income": pl.Int64,
            "sector": pl.String,
            "people": pl.Int64,
        },
        orient="row",
    )
    months = pl.DataFrame({"month": range(start.number, goal.number + 1)}, schema={"month": pl.Int32})
    priced = contribution_table(groups.join(months, how="cross"))
    return (
        priced.group_by("fund", "month")
        .agg(pl.col("people").sum(), (pl.col("people") * pl.col("total")).sum().alias("amount"))
        .cast(NEED)  # type: ignore[arg-type]
    )


def _cash(start: Month, usable: dict[int, Month]) -> pl.DataFrame:
    """What the funds still have to spend in each month of their terms (`usable`: the last month of each)."""
    rows = bulk.rows(_MONEY, [start.number])
    later = [row for row in rows if row[1] is not None]
    later_of: dict[int, int] = {}
    for fund, _, amount in later:
        later_of[fund] = later_of.get(fund, 0) + amount
    now = [
        (fund, start.number, max(held - later_of.get(fund, 0), 0))
        for fund, month, held in rows
        if month is None
    ]
    within = [
        (fund, month, amount)
        for fund, month, amount in (*now, *later)
        if fund in usable and month <= usable[fund].number
    ]
    return pl.DataFrame(within, schema=CASH, orient="row")
