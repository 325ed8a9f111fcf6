"""What a plan is computed from: the people who may be paid for, the money that is free, the law's prices."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.database.statements import Statement
from payung.funding.models import Fund, FundPerson
from payung.funding.queries import balances, releases_of
from payung.funding.terms import described
from payung.law import month_prices
from payung.planning import covers
from payung.planning.covers import COVERED, DUE
from payung.values import Month, Period

#: How much each fact counts for a worker's place in the queue. A deployment may choose other weights; every
#: plan keeps and publishes those it used. Each fact scores 0 to 1; what is not known scores one half, so that
#: silence neither helps nor harms.
WEIGHTS: dict[str, float] = {
    "poverty": 0.40,
    "hazard": 0.25,
    "sole_earner": 0.15,
    "age": 0.10,
    "disability": 0.10,
}
#: ages between which the age score rises from 0 to 1
_YOUNG, _OLD = 18, 64


@dataclass(frozen=True, slots=True)
class PlanInput:
    """Tables as the allocation takes them, with a hash of all of it.

    `people`: id (text of the person's number), region, trade, priority, monthly_due, eligible_until,
    covered_until, current_fund (fund code), sector, sex, age, hold. `funds`: mappings as in funds.json, their
    cash being what is not committed yet. `prices`: kind, sector, month, percent of monthly_due.
    """

    people: pl.DataFrame
    funds: list[dict[str, Any]]
    prices: pl.DataFrame

    def digest(self, options: Mapping[str, Any]) -> str:
        """SHA-256 of everything the plan depends on, the options included."""
        buffer = io.BytesIO()
        self.people.sort("id").write_csv(buffer)
        self.prices.sort(self.prices.columns).write_csv(buffer)
        buffer.write(json.dumps([self.funds, options], sort_keys=True, default=str).encode())
        return hashlib.sha256(buffer.getvalue()).hexdigest()


def read_input(
    *,
    period: Period,
    today: date,
    weights: Mapping[str, float] | None = None,
    extra: Mapping[str, int] | None = None,
) -> PlanInput:
    """People and funds visible to the session, for the months of `period`.

    Plans that are approved and no decree yet stand: their people count as covered, their money as committed.
    `extra`: fund code -> rupiah more (or less) from the first month, to ask what if. Raises Refused for weights that
    are unknown or negative.
    """
    funds = list(Fund.objects.filter(status=Fund.Status.ACTIVE).order_by("code"))
    codes = {fund.pk: fund.code for fund in funds}
    people = eligible_people(today, weights)
    promised, promised_due = approved_plans()
    due = pl.concat([promised_due, covers.due()])
    held = pl.concat([promised, covers.covered()]).select(
        pl.col("person_id").cast(pl.String).alias("id"),
        pl.col("last_month").cast(pl.Int32).alias("covered_until"),
        pl.col("fund_id").replace_strict(codes, default=None, return_dtype=pl.String).alias("current_fund"),
    )
    held = held.sort("covered_until").unique("id", keep="last")
    # Somebody whom another payer covers at the branch would be refused there before that cover ends.
    people = people.join(held, on="id", how="left", maintain_order="left").with_columns(
        covered_until=pl.max_horizontal("covered_until", "elsewhere_until")
    )
    kinds = sorted({str(fund.kind) for fund in funds})
    people, prices = month_prices(people, kinds, period)
    return PlanInput(people, _funds(funds, due, extra or {}, period), prices)


_PROMISED = """
SELECT l.person_id, l.fund_id, l.first_month, l.end_month
  FROM funding_planline l JOIN funding_plan p ON p.id = l.plan_id
 WHERE p.status = 'approved' AND l.fund_id IS NOT NULL
"""
_HELD = """
SELECT fund_id, sum(CASE credit WHEN 'committed' THEN amount ELSE -amount END)::bigint
  FROM funding_entry WHERE cause = 'plan' GROUP BY fund_id
"""


def approved_plans() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the covers (COVERED) and money by month (DUE) of approved plans that no decree has taken over.

    A fund's committed money is spread over the plan's months by the people paid in each.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROMISED)
        lines = pl.DataFrame(
            cursor.fetchall(),
            schema={
                "person_id": pl.Int64,
                "fund_id": pl.Int64,
                "first_month": pl.Int32,
                "end_month": pl.Int32,
            },
            orient="row",
        )
        cursor.execute(_HELD)
        money = pl.DataFrame(
            cursor.fetchall(), schema={"fund_id": pl.Int64, "held": pl.Int64}, orient="row"
        ).filter(pl.col("held") > 0)
    covers = (
        lines.with_columns(last_month=pl.col("end_month") - 1)
        .sort("person_id", "last_month")
        .unique("person_id", keep="last", maintain_order=True)
        .select(*COVERED)
    )
    months = (
        lines.with_columns(month=pl.int_ranges("first_month", "end_month"))
        .explode("month")
        .group_by("fund_id", "month")
        .agg(pl.len().alias("people"))
    )
    due = months.join(money, on="fund_id").with_columns(
        amount=pl.col("held") * pl.col("people") // pl.col("people").sum().over("fund_id")
    )
    return covers, due.select([pl.col(name).cast(kind) for name, kind in DUE.items()]).sort(
        "fund_id", "month"
    )


def check_weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    """Return the weights, scaled to sum to 1. Raises Refused for an unknown name, a negative weight, or all zero."""
    chosen = {**WEIGHTS, **(weights or {})}
    unknown = set(chosen) - set(WEIGHTS)
    if unknown:
        name = sorted(unknown)[0]
        raise Refused(
            gettext_lazy("Bobot %(name)s tidak dikenal; pilih %(listed)s."),
            name=name,
            listed=", ".join(WEIGHTS),
        )
    total = sum(chosen.values())
    if min(chosen.values()) < 0 or total <= 0:
        raise Refused(gettext_lazy("Bobot prioritas harus nol atau lebih, dan tidak semuanya nol."))
    return {name: value / total for name, value in chosen.items()}


_PEOPLE = Statement("planning", "eligible_people")
_PEOPLE_SCHEMA: dict[str, Any] = {
    "person": pl.Int64,
    "region": pl.String,
    "trade": pl.String,
    "sector": pl.String,
    "hazard_level": pl.Int16,
    "sex": pl.String,
    "birth_date": pl.Date,
    "income": pl.Int64,
    "decile": pl.Int16,
    "sole": pl.Boolean,
    "disabled": pl.Boolean,
    "eligible_until": pl.Int32,
    "hold": pl.Boolean,
    "elsewhere_until": pl.Int32,
}


def eligible_people(
    today: date, weights: Mapping[str, float] | None, person_id: int | None = None
) -> pl.DataFrame:
    """Eligible people whom the session may see (or one of them), with age, each score and the priority."""
    rows = _PEOPLE.rows({"person": person_id})
    table = pl.DataFrame(rows, schema=_PEOPLE_SCHEMA, orient="row")
    birthday_ahead = (pl.col("birth_date").dt.month() * 100 + pl.col("birth_date").dt.day()) > (
        today.month * 100 + today.day
    )
    table = table.with_columns(
        age=(today.year - pl.col("birth_date").dt.year() - birthday_ahead.cast(pl.Int32)).cast(pl.Int32)
    )
    return table.with_columns(id=pl.col("person").cast(pl.String), **scores()).with_columns(
        priority=sum((pl.col(name) * w for name, w in check_weights(weights).items()), pl.lit(0.0)).round(4)
    )


def scores() -> dict[str, pl.Expr]:
    """Each fact as a score 0 to 1 (see WEIGHTS), over the columns of the people query."""
    return {
        "poverty": ((10 - pl.col("decile").cast(pl.Float64)) / 9).clip(0, 1).fill_null(0.5),
        "hazard": ((pl.col("hazard_level").cast(pl.Float64) - 1) / 4).clip(0, 1).fill_null(0.5),
        "sole_earner": pl.col("sole").cast(pl.Float64).fill_null(0.5),
        "age": ((pl.col("age").cast(pl.Float64) - _YOUNG) / (_OLD - _YOUNG)).clip(0, 1).fill_null(0.5),
        "disability": pl.col("disabled").cast(pl.Float64).fill_null(0.5),
    }


def _funds(
    funds: list[Fund], due: pl.DataFrame, extra: Mapping[str, int], period: Period
) -> list[dict[str, Any]]:
    unknown = set(extra) - {fund.code for fund in funds}
    if unknown:
        name = sorted(unknown)[0]
        raise Refused(
            gettext_lazy("Dana %(name)s tidak ada atau tidak berlaku."),
            name=name,
        )
    ids = [fund.pk for fund in funds]
    free = balances(ids)
    releases = releases_of(ids)
    owed: dict[int, list[tuple[int, int]]] = {}
    for fund_id, month, amount in due.select(list(DUE)).iter_rows():
        owed.setdefault(fund_id, []).append((month, amount))
    named: dict[int, list[int]] = {}
    for fund_id, person in FundPerson.objects.filter(fund_id__in=ids).values_list("fund_id", "person_id"):
        named.setdefault(fund_id, []).append(person)
    described = []
    for fund in funds:
        money = cash_left(releases.get(fund.pk, []), free[fund.pk]["available"], owed.get(fund.pk, []))
        if extra.get(fund.code):
            money = _with_extra(money, extra[fund.code], period.first)
        described.append(describe(fund, money, named.get(fund.pk, [])))
    return described


def describe(fund: Fund, money: Mapping[Month, int], named: Iterable[int]) -> dict[str, Any]:
    """Describe a fund in the form the allocation takes, with `money` by month as its cash."""
    return {
        "id": fund.code,
        "name": fund.name,
        "kind": fund.kind,
        "cash": [[str(month), amount] for month, amount in sorted(money.items())],
        "valid": [str(fund.first_month), str(Month(fund.end_month.number - 1))],
        **described(fund, named),
        "min_people": fund.min_people,
        "exact_people": fund.exact_people,
        "package_months": fund.package_months,
        "group_code": fund.group_code,
    }


def cash_left(
    releases: list[tuple[Month, int]], available: int, due: list[tuple[int, int]]
) -> dict[Month, int]:
    """Money by month that a plan may still use, `available` rupiah in all.

    What is bound is taken from the releases: what `due` says in the month it is due, the rest from the
    earliest money. Where a month is bound beyond what was released by then, later releases make up for it.
    """
    if not releases or available <= 0:
        return {}
    total = sum(amount for _, amount in releases)
    bound = max(total - available, 0)
    spent: dict[int, int] = {}
    known = 0
    for month, amount in sorted(due):
        take = min(amount, bound - known)
        spent[month] = spent.get(month, 0) + take
        known += take
    months = sorted({month.number for month, _ in releases} | set(spent))
    come = {month.number: amount for month, amount in releases}
    running, cumulative = known - bound, []
    for number in months:
        running += come.get(number, 0) - spent.get(number, 0)
        cumulative.append(running)
    floor = cumulative[-1]
    usable: list[int] = []
    for value in reversed(cumulative):
        floor = min(floor, value)
        usable.append(max(floor, 0))
    usable.reverse()
    left, before = {}, 0
    for number, value in zip(months, usable, strict=True):
        if value > before:
            left[Month(number)] = value - before
            before = value
    return left


def _with_extra(money: dict[Month, int], extra: int, first: Month) -> dict[Month, int]:
    if extra > 0:
        return {**money, first: money.get(first, 0) + extra}
    taken, left = -extra, {}
    for month in sorted(money, reverse=True):
        cut = min(taken, money[month])
        taken -= cut
        left[month] = money[month] - cut
    return {month: amount for month, amount in left.items() if amount}
