"""The law's tariff as a small table that bulk statements join.

The law room prices each distinct case (income, sector, payer kind, month) once; the statement that writes a
million lines only joins.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import polars as pl
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Refused
from payung.database.staging import Staged
from payung.law.errors import LawError
from payung.law.tables import contribution_table
from payung.values import Period

#: Stands for "income not declared" in the staged tariff and in the statements that join it.
NO_INCOME = -1


class TariffCase(NamedTuple):
    """Whom the law prices alike: income in rupiah or None where it is not declared, sector, kind of payer."""

    income: int | None
    sector: str
    payer: str


def law_in_force() -> str:
    """Name the law that prices: the shipped parameters, and the criteria and settings laid over them."""
    return "+".join([metadata.version("payung"), *(Path(one).stem for one in settings.PAYUNG_CRITERIA)])[:64]


def stage_tariff(cases: Iterable[TariffCase], months: Period) -> Staged:
    """Make the temporary table `tariff` of the cases for this transaction.

    Columns: income (NO_INCOME for None), sector, kind, month, jkk, jkm, total in rupiah, and `before`: the sum of
    `total` over the earlier months of `months`, so that a run of months costs before(end) - before(first). The month
    after the last one is there too. Raises Refused where the law knows no such payer or sector.
    """
    distinct = {
        (NO_INCOME if case.income is None else case.income, case.sector, case.payer) for case in cases
    }
    keyed = pl.DataFrame(
        sorted(distinct), schema={"key": pl.Int64, "sector": pl.String, "payer": pl.String}, orient="row"
    )
    numbers = pl.DataFrame(
        {"month": list(range(months.first.number, months.end.number + 1))}, schema={"month": pl.Int32}
    )
    frame = keyed.join(numbers, how="cross").with_columns(
        income=pl.when(pl.col("key") == NO_INCOME).then(None).otherwise(pl.col("key"))
    )
    try:
        priced = contribution_table(frame)
    except LawError as error:
        raise Refused(
            _("Tarif tidak dapat ditentukan: %(error)s"),
            error=error,
        ) from error
    case = ["key", "sector", "payer"]
    priced = priced.sort([*case, "month"]).with_columns(
        before=pl.col("total").cum_sum().over(case) - pl.col("total")
    )
    tariff = database.stage(
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
    tariff.index("income", "sector", "kind", "month")
    return tariff
