"""The law's tariff as a small table that bulk statements join.

The law room prices each distinct case (income, sector, payer kind, month) once; the statement that writes a
million lines only joins.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from payung import database
from payung.access.actor import Refused
from payung.law.errors import LawError
from payung.law.tables import contribution_table
from payung.values import Period

#: Stands for "income not declared" in the join.
NO_INCOME = -1


def run_cost(income: str, sector: str, kind: str, first: str, end: str) -> str:
    """SQL for the rupiah of a run of months, from the table `tariff`; its arguments are SQL expressions.

    Looked up row by row on the table's key, not joined: the planner takes the four expressions for far rarer
    than they are and may merge on the first two alone, thousands of months for each worker. A case the tariff
    lacks gives null, which no amount may be.
    """
    before = (
        f"(SELECT t.before FROM tariff t WHERE t.income = coalesce({income}, {NO_INCOME})"
        f" AND t.sector = {sector} AND t.kind = {kind} AND t.month = {{}})"
    )
    return f"{before.format(end)} - {before.format(first)}"


def law_in_force() -> str:
    """What names the law that prices: its parameters ship with the package, criteria and settings lie over it."""
    return "+".join([metadata.version("payung"), *(Path(one).stem for one in settings.PAYUNG_CRITERIA)])[:64]


def stage_tariff(cases_sql: str, params: Sequence[Any], months: Period) -> None:
    """Makes the temporary table `tariff` for this transaction.

    `cases_sql` selects (income or null, sector, kind). Columns: income (NO_INCOME for null), sector, kind, month,
    jkk, jkm, total in rupiah, and `before`: the sum of `total` over the earlier months of `months`, so that
    a run of months costs before(end) - before(first). The month after the last one is there too.
    Raises Refused where the law knows no such payer or sector.
    """
    found = {(NO_INCOME if income is None else income, sector, kind) for income, sector, kind in
             database.rows(cases_sql, params)}  # fmt: skip
    cases = pl.DataFrame(
        sorted(found), schema={"key": pl.Int64, "sector": pl.String, "payer": pl.String}, orient="row"
    )
    numbers = pl.DataFrame(
        {"month": list(range(months.first.number, months.end.number + 1))}, schema={"month": pl.Int32}
    )
    frame = cases.join(numbers, how="cross").with_columns(
        income=pl.when(pl.col("key") == NO_INCOME).then(None).otherwise(pl.col("key"))
    )
    try:
        priced = contribution_table(frame)
    except LawError as error:
        raise Refused(
            f"Tarif tidak dapat ditentukan: {error}", f"The tariff cannot be told: {error}"
        ) from error
    case = ["key", "sector", "payer"]
    priced = priced.sort([*case, "month"]).with_columns(
        before=pl.col("total").cum_sum().over(case) - pl.col("total")
    )
    database.stage(
        "tariff",
        {
            "income": "bigint",
            "sector": "text",
            "kind": "text",
            "month": "integer",
            "jkk": "integer",
            "jkm": "integer",
            "total": "integer",
            "before": "bigint",
        },
        priced.select("key", "sector", "payer", "month", "jkk", "jkm", "total", "before").iter_rows(),
    )
    database.run("CREATE UNIQUE INDEX ON tariff (income, sector, kind, month)")
