"""How long the money lasts, who loses cover when, and what another budget, tariff or number would change.

Money is whole rupiah; months are `Month.number`; a fund pays only from its own money. Tables are Polars frames.

The people are those covered now. What decrees have bound is paid first, whosever it is and however late its month:
only what no decree has bound may keep somebody whose own decree has ended.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

import polars as pl

from payung.values import Month, date_in_words, format_rupiah

#: What each fund would have to pay, month by month, to keep the people it covers beyond their decrees.
NEED = {"fund": pl.Int64, "month": pl.Int32, "people": pl.Int64, "amount": pl.Int64}
#: What decrees bind each fund to pay: for `people` who are covered now, and for `others` who are not (yet).
BOUND = {"fund": pl.Int64, "month": pl.Int32, "people": pl.Int64, "others": pl.Int64, "amount": pl.Int64}
#: What each fund has to spend: at the start (its month, or earlier), and what comes later.
CASH = {"fund": pl.Int64, "month": pl.Int32, "amount": pl.Int64}


@dataclass(frozen=True, slots=True)
class Runway:
    """One fund's (or all funds') money against the need of the people covered now.

    `lasts_until` is the last day of the last month paid in full (None if not even the first, or for nobody);
    `people` the people covered at the start; `missing` the rupiah that the months up to the goal lack; `losing`
    the people who lose cover, on the first day of `short_from`; `left` what remains unbound at the end of the
    goal month; `money` what there is to spend until then, bound or not.
    """

    fund: int | None
    people: int
    lasts_until: date | None
    short_from: Month | None
    losing: int
    missing: int
    left: int
    money: int

    def as_data(self) -> dict[str, Any]:
        return {
            "fund": self.fund,
            "people": self.people,
            "lasts_until": self.lasts_until.isoformat() if self.lasts_until else None,
            "short_from": str(self.short_from) if self.short_from else None,
            "losing": self.losing,
            "missing": self.missing,
            "left": self.left,
            "money": self.money,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Runway:
        """Return the runway that `as_data` wrote, also where an earlier version did not write `money` yet."""
        until, short = data.get("lasts_until"), data.get("short_from")
        counts = {name: int(data.get(name) or 0) for name in ("people", "losing", "missing", "left", "money")}
        return cls(
            data.get("fund"),
            lasts_until=date.fromisoformat(until) if until else None,
            short_from=Month.parse(short) if short else None,
            **counts,
        )


@dataclass(frozen=True, slots=True)
class Balance:
    """One fund in one month: whom it covers, what may pay for those whom no decree binds, and what is missing.

    `people` are covered now, `losing` those of them whom it cannot pay, `others` are bound by a decree of their
    own. `cash` is what no decree binds, `need` what those beyond their decree need so far, `short` what is
    missing so far, for them or for a decree itself (rupiah). `within` says whether the month lies within the
    fund's term.
    """

    month: Month
    people: int
    losing: int
    others: int
    cash: int
    need: int
    short: int
    within: bool


@dataclass(slots=True)
class _Fund:
    """What the tables say of one fund, by month: people and rupiah needed, people and rupiah bound, money coming."""

    people: Counter[int]
    need: Counter[int]
    bound_people: Counter[int]
    others: Counter[int]
    bound: Counter[int]
    coming: Counter[int]

    @classmethod
    def empty(cls) -> _Fund:
        return cls(*(Counter() for _ in range(6)))


def balances(
    need: pl.DataFrame,
    cash: pl.DataFrame,
    start: Month,
    goal: Month,
    usable: Mapping[int, Month] | None = None,
    bound: pl.DataFrame | None = None,
) -> dict[int, list[Balance]]:
    """Every fund of any table (by number), month by month from `start` to `goal`, both included.

    Cash of months before `start` counts from `start`. `usable` is the last month that a fund may pay for: what it
    has left then pays nothing later, and what comes after it is money of a new term.
    Raises ValueError where `goal` lies before `start`, or an amount is negative.
    """
    if goal < start:
        raise ValueError(f"the goal {goal} lies before the start {start}")
    bound = pl.DataFrame(schema=BOUND) if bound is None else bound
    lowest: list[Any] = [frame["amount"].min() for frame in (need, cash, bound)]
    if any(amount is not None and amount < 0 for amount in lowest):
        raise ValueError("amounts are rupiah of zero or more")
    funds: defaultdict[int, _Fund] = defaultdict(_Fund.empty)
    for fund, month, count, amount in need.select("fund", "month", "people", "amount").iter_rows():
        funds[fund].people[month] += count
        funds[fund].need[month] += amount
    for fund, month, count, others, amount in bound.select(*BOUND).iter_rows():
        funds[fund].bound_people[month] += count
        funds[fund].others[month] += others
        funds[fund].bound[month] += amount
    for fund, month, amount in cash.select("fund", "month", "amount").iter_rows():
        funds[fund].coming[max(month, start.number)] += amount
    ends = usable or {}
    return {fund: _months(funds[fund], start, goal, ends.get(fund)) for fund in sorted(funds)}


def _months(fund: _Fund, start: Month, goal: Month, end: Month | None) -> list[Balance]:
    last = max([goal.number, *fund.bound])
    numbers = range(start.number, last + 1)
    final = last if end is None else end.number
    needed = dict(zip(numbers, accumulate(fund.need[number] for number in numbers), strict=True))
    bound = dict(zip(numbers, accumulate(fund.bound[number] for number in numbers), strict=True))
    held = _held(fund, numbers, final, {number: needed[number] + bound[number] for number in numbers})
    free = _free({number: held[number] - bound[number] for number in numbers}, final)
    rows = []
    for number in numbers[: goal.number - start.number + 1]:
        lacking = max(needed[number] - free[number], 0) if needed[number] else 0
        owed = max(bound[number] - held[number], 0) if fund.bound_people[number] else 0
        kept_short = fund.bound_people[number] if owed else 0
        rows.append(
            Balance(
                Month(number),
                fund.people[number] + fund.bound_people[number],
                (fund.people[number] if lacking else 0) + kept_short,
                fund.others[number],
                free[number],
                needed[number],
                max(lacking, owed),
                number <= final,
            )
        )
    return rows


def _held(fund: _Fund, numbers: range, final: int, used: Mapping[int, int]) -> dict[int, int]:
    """Money up to each month; after the last month of the term only what was used until then, and what came since."""
    held: dict[int, int] = {}
    has = 0
    #: What had come and was used when the term ended; before the first month, what there is at the start is left.
    term = fund.coming[numbers.start], 0
    for number in numbers:
        has += fund.coming[number]
        if number <= final:
            term = has, used[number]
        held[number] = has if number <= final else min(term) + has - term[0]
    return held


def _free(unbound: Mapping[int, int], final: int) -> dict[int, int]:
    """Return the money not bound by decrees that each month may spend without taking what a later month is bound to."""
    free: dict[int, int] = {}
    least: int | None = None
    for number in sorted(unbound, reverse=True):
        if number == final:
            least = None
        least = unbound[number] if least is None else min(least, unbound[number])
        free[number] = least
    return free


def runway(
    need: pl.DataFrame,
    cash: pl.DataFrame,
    start: Month,
    goal: Month,
    usable: Mapping[int, Month] | None = None,
    *,
    bound: pl.DataFrame | None = None,
    paid_before: bool = False,
) -> list[Runway]:
    """Return the runway of every fund, and last the one of all together (`fund` None).

    Taken together, money of one fund does not pay another's people: what is missing, and who loses cover, is
    the sum; the date is that of the first fund that comes short. `paid_before` says that the month before
    `start` is paid for, so that cover lasts until its end even where `start` cannot be paid.
    """
    before = Month(start.number - 1).last_day if paid_before else None
    table = balances(need, cash, start, goal, usable, bound)
    within: Counter[int] = Counter()
    for fund, month, amount in cash.select("fund", "month", "amount").iter_rows():
        within[fund] += amount if month <= goal.number else 0
    each = [_of_fund(fund, rows, start, before, within[fund]) for fund, rows in table.items()]
    first = min((one.short_from for one in each if one.short_from is not None), default=None)
    someone = any(one.lasts_until is not None or one.short_from is not None for one in each)
    until = goal.last_day if someone else None
    whole = Runway(
        None,
        sum(one.people for one in each),
        until if first is None else _until(first, start, before),
        first,
        sum(one.losing for one in each if one.short_from == first),
        sum(one.missing for one in each),
        sum(one.left for one in each),
        sum(one.money for one in each),
    )
    return [*each, whole]


def _of_fund(fund: int, rows: list[Balance], start: Month, before: date | None, money: int) -> Runway:
    people = rows[0].people
    # What is left of the term, and of a new one where the goal lies after it.
    terms = [[row for row in rows if row.within is within] for within in (True, False)]
    left = sum(max(term[-1].cash - term[-1].need, 0) for term in terms if term)
    first = next((row for row in rows if row.short), None)
    if first is None:
        someone = any(row.people for row in rows)
        return Runway(fund, people, rows[-1].month.last_day if someone else None, None, 0, 0, left, money)
    missing = max(row.short for row in rows)
    until = _until(first.month, start, before)
    return Runway(fund, people, until, first.month, first.losing, missing, left, money)


def _until(short_from: Month, start: Month, before: date | None) -> date | None:
    return Month(short_from.number - 1).last_day if short_from > start else before


def covered_by_month(
    need: pl.DataFrame,
    cash: pl.DataFrame,
    start: Month,
    goal: Month,
    usable: Mapping[int, Month] | None = None,
    bound: pl.DataFrame | None = None,
) -> dict[Month, int]:
    """How many of the people covered now the money still covers in each month."""
    counted = {Month(number): 0 for number in range(start.number, goal.number + 1)}
    for rows in balances(need, cash, start, goal, usable, bound).values():
        for row in rows:
            counted[row.month] += row.people - row.losing
    return counted


def sentence(whole: Runway, goal: Month, lang: str = "id") -> str:
    """Return the runway in one sentence, as an operator would say it."""
    people, missing, losing = _count(whole.people), format_rupiah(whole.missing), _count(whole.losing)
    if not whole.people and whole.short_from is None:
        return _nobody(whole, lang)
    if whole.short_from is None:
        reached, left = date_in_words(goal.last_day, lang), format_rupiah(whole.left)
        if lang == "en":
            return f"Covers {people} people until {reached}; {left} remains."
        return f"Menanggung {people} orang sampai {reached}; sisa {left}."
    if lang == "en":
        until = (
            f"until {date_in_words(whole.lasts_until, lang)}"
            if whole.lasts_until
            else "not for one full month"
        )
        return (
            f"Covers {people} people {until}; to reach {goal.in_words(lang)} {missing} is missing, "
            f"or {losing} people lose cover on {date_in_words(whole.short_from.first_day, lang)}."
        )
    until = (
        f"sampai {date_in_words(whole.lasts_until)}" if whole.lasts_until else "tidak sampai satu bulan penuh"
    )
    return (
        f"Menanggung {people} orang {until}; untuk mencapai {goal.in_words()} kurang {missing}, "
        f"atau {losing} orang kehilangan perlindungan pada {date_in_words(whole.short_from.first_day)}."
    )


def _nobody(whole: Runway, lang: str) -> str:
    """Say why there is no date where nobody is covered: no cover can end."""
    if not whole.money:
        return "There is no money yet." if lang == "en" else "Belum ada dana."
    money = format_rupiah(whole.money)
    if lang == "en":
        return f"Nobody is covered yet; the money there is: {money}."
    return f"Belum ada yang terlindungi; dana yang ada: {money}."


def lapses(last_months: pl.DataFrame, today: date, within: Iterable[int] = (30, 60, 90)) -> dict[int, int]:
    """How many people's cover ends within so many days of `today`; the later counts hold the earlier.

    `last_months` has `month` (Int32, the last month decreed) and `people`. Cover that ended before `today` does
    not count.
    """
    answer = dict.fromkeys(within, 0)
    for month, people in last_months.select("month", "people").iter_rows():
        end = Month(month).last_day
        if end < today:
            continue
        for days in answer:
            if end <= today + timedelta(days=days):
                answer[days] += people
    return answer


def ageing_out(births: pl.DataFrame, start: Month, months: int, age_limit: int) -> pl.DataFrame:
    """How many reach `age_limit` (years, given by the law) in each month: month Int32, people Int64.

    `births` has `born` (Date) and `people`. The birthday of 29 February counts on 1 March in other years,
    which is the same month count as 28 February's next day.
    """
    reached = births.select(
        (
            (pl.col("born").dt.year() + age_limit) * 12
            + pl.when((pl.col("born").dt.month() == 2) & (pl.col("born").dt.day() == 29)).then(2).otherwise(
                pl.col("born").dt.month() - 1
            )
        ).cast(pl.Int32).alias("month"),
        pl.col("people").cast(pl.Int64),
    )  # fmt: skip
    frame = pl.DataFrame({"month": range(start.number, start.number + months)}, schema={"month": pl.Int32})
    counted = reached.group_by("month").agg(pl.col("people").sum())
    return frame.join(counted, on="month", how="left").with_columns(pl.col("people").fill_null(0))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change to look at: more (or less) money, another tariff, another number of people, a later start.

    `extra` is {(fund, month number): rupiah to add}; `tariff_percent` and `people_percent` scale the need (100
    as today); `start` is the first month paid (earlier months cost nothing then).
    """

    name: str = ""
    extra: Mapping[tuple[int, int], int] | None = None
    tariff_percent: int = 100
    people_percent: int = 100
    start: Month | None = None


def apply_what_if(
    need: pl.DataFrame, cash: pl.DataFrame, change: WhatIf
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`need` and `cash` as they would be. Rupiah are rounded up, people down. Raises ValueError below zero."""
    changed = scaled(need, change)
    if not change.extra:
        return changed, cash
    rows = [(fund, month, amount) for (fund, month), amount in change.extra.items()]
    added = pl.concat([cash.cast(CASH), pl.DataFrame(rows, schema=CASH, orient="row")])  # type: ignore[arg-type]
    total = added.group_by("fund", "month").agg(pl.col("amount").sum())
    if total["amount"].min() < 0:  # type: ignore[operator]
        raise ValueError("a fund cannot lose more than it has in a month")
    return changed, total


def scaled(frame: pl.DataFrame, change: WhatIf) -> pl.DataFrame:
    """Return a table of needs, or of what is bound, under a change. Raises ValueError for a percentage below zero."""
    if change.tariff_percent < 0 or change.people_percent < 0:
        raise ValueError("percentages are zero or more")
    percent = change.tariff_percent * change.people_percent
    counts = [name for name in ("people", "others") if name in frame.columns]
    changed = frame.with_columns(
        (pl.col("amount") * percent + 9_999) // 10_000, pl.col(counts) * change.people_percent // 100
    )
    return changed if change.start is None else changed.filter(pl.col("month") >= change.start.number)


def side_by_side(
    need: pl.DataFrame,
    cash: pl.DataFrame,
    start: Month,
    goal: Month,
    changes: Iterable[WhatIf],
    usable: Mapping[int, Month] | None = None,
    *,
    bound: pl.DataFrame | None = None,
    paid_before: bool = False,
) -> list[tuple[str, Runway]]:
    """Return the whole runway as it is and under each change: (name, runway), today's first."""
    answer = [("", runway(need, cash, start, goal, usable, bound=bound, paid_before=paid_before)[-1])]
    for change in changes:
        tables = apply_what_if(need, cash, change)
        held = None if bound is None else scaled(bound, change)
        whole = runway(*tables, start, goal, usable, bound=held, paid_before=paid_before)[-1]
        answer.append((change.name, whole))
    return answer


def unused_months(
    need: pl.DataFrame,
    cash: pl.DataFrame,
    valid: Mapping[int, tuple[Month, Month]],
    start: Month,
    goal: Month,
    bound: pl.DataFrame | None = None,
) -> dict[int, list[Month]]:
    """For each fund, the months in which it may pay and has money left, but covers nobody.

    `valid` is {fund: (first month, last month included)}.
    """
    answer: dict[int, list[Month]] = {}
    for fund, rows in balances(need, cash, start, goal, bound=bound).items():
        first, last = valid.get(fund, (Month(0), Month(-1)))
        months = [
            row.month
            for row in rows
            if not row.people + row.others and row.cash > row.need and first <= row.month <= last
        ]
        if months:
            answer[fund] = months
    return answer


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
