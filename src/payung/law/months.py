"""What a month of protection costs over a period, as a plan needs it: one price per person and relief in percent."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from payung.law.tables import contribution_table
from payung.values import Period


def month_prices(
    people: pl.DataFrame, kinds: Iterable[str], period: Period
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People with monthly_due (the dearest month of any payer), and each month's price in percent of it.

    Percentages are rounded up, so that a plan never promises more months than the law's tariff lets the money
    buy. Relief of a payer kind, sector or month is thus part of the plan.
    """
    cases = people.select("income", "sector").unique()
    payers = pl.DataFrame({"payer": list(kinds) or ["self"]}, schema={"payer": pl.String})
    months = pl.DataFrame({"month": [month.number for month in period]}, schema={"month": pl.Int32})
    table = contribution_table(cases.join(payers, how="cross").join(months, how="cross"))
    full = table.group_by("income", "sector").agg(pl.col("total").max().alias("monthly_due"))
    people = people.join(full, on=["income", "sector"], how="left", nulls_equal=True, maintain_order="left")
    prices = (
        table.join(full, on=["income", "sector"], nulls_equal=True)
        .with_columns(percent=-((-pl.col("total") * 100) // pl.col("monthly_due")))
        .group_by(pl.col("payer").alias("kind"), "sector", "month")
        .agg(pl.col("percent").max().cast(pl.Int64))
        .sort("kind", "sector", "month")
    )
    return people, prices
