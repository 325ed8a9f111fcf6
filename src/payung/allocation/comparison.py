"""Plans side by side, what the next money would buy, and who is next in line."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from payung.allocation.draft import Draft
from payung.allocation.figures import fund_breadth, measure
from payung.allocation.mending.repair import Repair
from payung.allocation.planning import Plan
from payung.allocation.programme.highs import Unsolved
from payung.allocation.words import sentence, whole_year

_REGENCY = 5  # characters of a regency's dotted code
#: people next in line who are looked at for new money, in plans made in parts
_NEXT_IN_LINE = 5_000


def compare(plan_a: Plan, plan_b: Plan) -> dict[str, Any]:
    """Compare plan B with plan A for the same people.

    Returns {sentence_id, sentence_en, figures: {name: {a, b, difference}}, whole_year: {a, b, difference},
    by_region and by_trade: tables (key, people_a, people_b, months_a, months_b)}. 'Whole year' counts people
    protected without a gap to the end of their eligibility or the horizon.
    """
    figures = {
        name: {
            "a": plan_a.report[name],
            "b": plan_b.report[name],
            "difference": plan_b.report[name] - plan_a.report[name],
        }
        for name in ("people", "person_months", "kept", "dropped", "spent", "unspent", "changes")
    }
    year_a, year_b = whole_year(plan_a.draft), whole_year(plan_b.draft)
    sentence_id, sentence_en = sentence(
        _available(plan_a), _available(plan_b), year_b - year_a, figures["person_months"]["difference"]
    )
    return {
        "sentence_id": sentence_id,
        "sentence_en": sentence_en,
        "figures": figures,
        "whole_year": {"a": year_a, "b": year_b, "difference": year_b - year_a},
        "by_region": _table(plan_a, plan_b, "region"),
        "by_trade": _table(plan_a, plan_b, "trade"),
    }


def _available(plan: Plan) -> int:
    inst = plan.instance
    return int(inst.cash[:, -1].sum()) if len(inst.funds) else 0


def _table(plan_a: Plan, plan_b: Plan, by: str) -> pl.DataFrame:
    parts = []
    for letter, plan in (("a", plan_a), ("b", plan_b)):
        inst = plan.instance
        key = inst.regions if by == "region" else inst.trades
        months = (plan.draft.payer >= 0).sum(axis=1)
        table = pl.DataFrame(
            {"key": pl.Series(key.tolist(), dtype=pl.String), "months": months.astype(np.int64)}
        )
        if by == "region":
            table = table.with_columns(pl.col("key").str.slice(0, _REGENCY))
        parts.append(
            table.group_by("key").agg(
                (pl.col("months") > 0).sum().cast(pl.Int64).alias(f"people_{letter}"),
                pl.col("months").sum().alias(f"months_{letter}"),
            )
        )
    return parts[0].join(parts[1], on="key", how="full", coalesce=True).fill_null(0).sort("key")


_NEXT_MONEY = {
    "fund": pl.String,
    "kind": pl.String,
    "amount": pl.Int64,
    "more_months": pl.Float64,
    "more_kept": pl.Float64,
    "more_people": pl.Float64,
    "usable": pl.Int64,
}


def next_money(
    plan: Plan, amount: int = 100_000_000, funds: Iterable[str] | None = None, until: float | None = None
) -> pl.DataFrame:
    """Return what `amount` rupiah more in each fund would buy, re-solved fund by fund, most useful first.

    Columns: fund, kind, amount, more_months (person-months of the basic contribution), more_kept, more_people,
    usable (rupiah of the amount that found use). A plan made without one programme is filled up with the money
    instead, for those next in line and with others moved to the fund where that makes place: at least so much.
    """
    wanted = [fund.id for fund in plan.instance.funds] if funds is None else list(funds)
    solve = _refilled if plan.programme is None or plan.settled is None else _resolved
    table = pl.DataFrame(solve(plan, amount, wanted, until), schema=_NEXT_MONEY, orient="row")
    return table.sort(["more_kept", "more_months", "fund"], descending=[True, True, False])


def _resolved(plan: Plan, amount: int, wanted: list[str], until: float | None) -> list[tuple[Any, ...]]:
    programme, base = plan.programme, plan.settled
    assert programme is not None and base is not None
    rows = []
    for k, pool in enumerate(programme.classes.pools):
        names = [j for j in pool.funds.tolist() if plan.instance.funds[j].id in wanted]
        if not names:
            continue
        try:
            more = programme.with_more(k, amount, until)
        except Unsolved:
            continue
        for j in names:
            fund = plan.instance.funds[j]
            useful = more.months - base.months > 1e-6 or more.kept - base.kept > 1e-6
            rows.append(
                (
                    fund.id,
                    fund.kind,
                    amount,
                    round(more.months - base.months, 3) + 0.0,
                    round(more.kept - base.kept, 3) + 0.0,
                    round(more.people - base.people, 3) + 0.0 if useful else 0.0,
                    max(0, round((more.spent - base.spent) * programme.base)),
                )
            )
    return rows


def _refilled(plan: Plan, amount: int, wanted: list[str], until: float | None) -> list[tuple[Any, ...]]:
    inst = plan.instance
    index = {fund.id: j for j, fund in enumerate(inst.funds) if inst.open[j].any()}
    asked = [index[name] for name in dict.fromkeys(wanted) if name in index]
    fundable = inst.signature >= 0
    if not asked or not fundable.any():
        return []
    breadth, before = fund_breadth(inst).astype(float), measure(plan.draft)
    base = int(inst.due[fundable].min())
    rows = []
    for j in asked:
        if until is not None and time.monotonic() > until:
            break
        cash = inst.cash.copy()
        cash[j, int(inst.open[j].argmax()) :] += amount
        draft = Draft(replace(inst, cash=cash))
        draft.payer = plan.draft.payer.copy()
        draft.recount()
        repair = Repair(draft, breadth, until)
        repair.close((inst.min_people > 0) & ~draft.spent.any(axis=1))
        repair.refill(_NEXT_IN_LINE)
        after = measure(draft)
        rows.append(
            (
                inst.funds[j].id,
                inst.funds[j].kind,
                amount,
                (after.months_rupiah - before.months_rupiah) / base,
                float(after.kept - before.kept),
                float(after.people - before.people),
                min(amount, after.spent - before.spent),
            )
        )
    return rows


def queue(plan: Plan, fund: str | None = None, limit: int = 1_000) -> pl.DataFrame:
    """Who is next when places or money come free: fund, place (1 first), person; at most `limit` per fund.

    The order is the plan's: the covered first, then priority, then the published lottery.
    """
    inst = plan.instance
    idle = (inst.signature >= 0) & (plan.draft.payer < 0).all(axis=1)
    people = np.flatnonzero(idle)
    people = people[np.lexsort((inst.lottery[people], -inst.priority[people], ~inst.covered[people]))]
    by_signature: dict[int, list[int]] = {}
    for place, person in enumerate(people.tolist()):
        by_signature.setdefault(int(inst.signature[person]), []).append(place)
    parts = []
    for j, own in enumerate(inst.funds):
        if fund is not None and own.id != fund:
            continue
        places = sorted(
            place
            for s, members in enumerate(inst.signature_funds)
            if j in members
            for place in by_signature.get(s, ())[:limit]
        )[:limit]
        parts.append(
            pl.DataFrame(
                {
                    "fund": pl.Series([own.id] * len(places), dtype=pl.String),
                    "place": pl.Series(range(1, len(places) + 1), dtype=pl.Int32),
                    "person": pl.Series([str(inst.ids[people[place]]) for place in places], dtype=pl.String),
                }
            )
        )
    if not parts:
        return pl.DataFrame(schema={"fund": pl.String, "place": pl.Int32, "person": pl.String})
    return pl.concat(parts)
