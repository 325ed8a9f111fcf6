"""Places paid or funded but empty: somebody left, and nobody came. Each with its cost."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from payung import database
from payung.database.statements import Statement
from payung.law.tables import contribution_table
from payung.values import Month

_BILLED = Statement("coverage", "places_billed")

_UNFILLED = Statement("coverage", "places_unfilled")


@dataclass(frozen=True, slots=True)
class Empty:
    """One fund's empty places from a month on.

    `billed_*`: on a bill already, for somebody taken out since (people, months, rupiah; it lowers a later bill).
    `free_*`: the money is there and nobody takes the place (places, months, rupiah by the law of those months).
    """

    fund_id: int
    fund: str
    billed_people: int = 0
    billed_months: int = 0
    billed_amount: int = 0
    free_places: int = 0
    free_months: int = 0
    free_amount: int = 0


def empty_places(since: Month) -> list[Empty]:
    """Return the empty places of every fund that has any, the costliest first. Three statements."""
    billed: dict[int, tuple[int, int, int]] = {
        fund: (people, months, amount)
        for fund, people, months, amount in _BILLED.rows({"month": since.number})
    }
    free = _free(since)
    names = dict(database.rows("SELECT id, name FROM funding_fund WHERE id = ANY(%s)", [[*billed, *free]]))
    found = [
        Empty(fund, names[fund], *billed.get(fund, (0, 0, 0)), *free.get(fund, (0, 0, 0)))
        for fund in sorted({*billed, *free})
    ]
    return sorted(found, key=lambda one: -(one.billed_amount + one.free_amount))


def _free(since: Month) -> dict[int, tuple[int, int, int]]:
    groups = pl.DataFrame(
        _UNFILLED.rows({"month": since.number}),
        schema={"fund": pl.Int64, "payer": pl.String, "income": pl.Int64, "sector": pl.String, "first": pl.Int32,
                "end": pl.Int32, "places": pl.Int64},
        orient="row",
    )  # fmt: skip
    if groups.is_empty():
        return {}
    months = groups.with_columns(month=pl.int_ranges("first", "end", dtype=pl.Int32)).explode("month")
    costs = (
        contribution_table(months)
        .group_by("fund")
        .agg(
            months=pl.col("places").sum(),
            amount=(pl.col("places") * pl.col("total").cast(pl.Int64)).sum(),
        )
    )
    counted = groups.group_by("fund").agg(pl.col("places").sum()).join(costs, on="fund")
    return {
        fund: (places, count, amount)
        for fund, places, count, amount in counted.select("fund", "places", "months", "amount").iter_rows()
    }
