"""Places paid or funded but empty: somebody left, and nobody came. Each with its cost."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from payung import database
from payung.law.tables import contribution_table
from payung.values import Month

#: Months on a bill whose person an amendment has taken out since: paid (or to be paid) for nobody.
_BILLED = """
SELECT b.fund_id, count(DISTINCT n.person_id), count(*), sum(n.jkk + n.jkm)::bigint
  FROM coverage_annexline r
  JOIN coverage_amendment a ON a.id = r.amendment_id AND a.status = 'approved'
  JOIN coverage_billline n ON n.person_id = r.person_id AND n.month >= r.first_month AND n.month < r.end_month
                          AND n.month >= %(month)s
  JOIN coverage_bill b ON b.id = n.bill_id AND b.fund_id = r.fund_id
 WHERE r.act = 'remove' AND NOT EXISTS (
       SELECT 1 FROM coverage_covermonth c WHERE c.person_id = n.person_id AND c.month = n.month)
 GROUP BY b.fund_id
"""

#: Months of places that nobody in the queue took, from the first that is not billed.
_UNFILLED = """
SELECT r.fund_id, f.kind, r.income, r.sector, greatest(r.first_month, %(month)s, billed.next) AS first, r.end_month,
       count(*)
  FROM coverage_annexline r
  JOIN coverage_amendment a ON a.id = r.amendment_id AND a.status = 'approved'
  JOIN coverage_monthlychange k ON k.amendment_id = a.id AND k.person_id = r.person_id AND k.replacement_id IS NULL
                               AND k.kind <> 'changed'
  JOIN funding_fund f ON f.id = r.fund_id
 CROSS JOIN LATERAL (
       SELECT coalesce(max(b.month), 0) + 1 AS next FROM coverage_bill b WHERE b.fund_id = r.fund_id) billed
 WHERE r.act = 'remove' AND r.end_month > greatest(r.first_month, %(month)s, billed.next)
 GROUP BY 1, 2, 3, 4, 5, 6
"""


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
    """The empty places of every fund that has any, the costliest first. Three statements."""
    billed: dict[int, tuple[int, int, int]] = {
        row[0]: (row[1], row[2], row[3]) for row in database.rows(_BILLED, {"month": since.number})
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
        database.rows(_UNFILLED, {"month": since.number}),
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
