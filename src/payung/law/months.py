"""What a month of protection costs over a period, as a plan needs it: one price per person and relief in percent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import polars as pl

from payung.law.pricing import PAYERS, SECTORS, contribution
from payung.law.steps import Taken, Text
from payung.law.store import Law, law_or_default
from payung.law.tables import contribution_table
from payung.law.words import code_in_words
from payung.values import Month, Period


def month_prices(
    people: pl.DataFrame, kinds: Iterable[str], period: Period
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People with monthly_due (the dearest month of any payer), and each month's price in percent of it.

    Percentages are rounded up, so that a plan never promises more months than the law's tariff lets the money
    buy. Relief of a payer kind, sector or month is thus part of the plan; where it is contested, the full rate is
    (`price_readings` names the other).
    """
    cases = people.select("income", "sector").unique()
    payers = pl.DataFrame({"payer": list(kinds) or ["self"]}, schema={"payer": pl.String})
    months = pl.DataFrame({"month": [month.number for month in period]}, schema={"month": pl.Int32})
    table = contribution_table(cases.join(payers, how="cross").join(months, how="cross"))
    full = table.group_by("income", "sector").agg(pl.col("total").max().alias("monthly_due"))
    people = people.join(full, on=["income", "sector"], how="left", nulls_equal=True, maintain_order="left")
    prices = (
        table.join(full, on=["income", "sector"], nulls_equal=True)
        .with_columns(percent=in_percent())
        .group_by(pl.col("payer").alias("kind"), "sector", "month")
        .agg(pl.col("percent").max().cast(pl.Int64))
        .sort("kind", "sector", "month")
    )
    return people, prices


def in_percent() -> pl.Expr:
    """Return `total` in percent of `monthly_due`, rounded up to the whole percent."""
    return -((-pl.col("total") * 100) // pl.col("monthly_due"))


def price_readings(kinds: Iterable[str], period: Period, *, law: Law | None = None) -> list[dict[str, Any]]:
    """Return the payer kinds whose months another reading of the law prices otherwise than the plan does.

    One row for each kind, sector and rule: payer, sector, reading, option, first_month and last_month (YYYY-MM) of
    the months that differ, percent (of the price in the plan, the lowest of them), text_id and text_en.
    """
    law = law_or_default(law)
    found = []
    for kind, sector in product(sorted(set(kinds) & set(PAYERS)), SECTORS):
        rows: dict[Taken, list[tuple[Month, int]]] = {}
        for month in period:
            charged = contribution(None, kind, sector, month, law=law)
            for other in charged.readings:
                percent = 100 * other.differs["total"] // charged.total
                rows.setdefault(other.taken[0], []).append((month, percent))
        found += [_told(kind, sector, taken, months) for taken, months in rows.items()]
    return found


def _told(kind: str, sector: str, taken: Taken, months: Sequence[tuple[Month, int]]) -> dict[str, Any]:
    first, last, percent = months[0][0], months[-1][0], min(percent for _, percent in months)
    payer = Text(code_in_words(kind, "id"), code_in_words(kind, "en"))
    work = Text(code_in_words(sector, "id"), code_in_words(sector, "en"))
    return {
        "payer": kind,
        "sector": sector,
        "reading": taken.reading,
        "option": taken.option,
        "first_month": str(first),
        "last_month": str(last),
        "percent": percent,
        "text_id": (
            f"Dihitung dengan tafsir yang hati-hati: pembayar {payer.id}, {work.id}, {first.in_words()} sampai "
            f"{last.in_words()} penuh. Tafsir lain ({taken.title.id}: {taken.option_title.id}): {percent}% dari itu."
        ),
        "text_en": (
            f"Counted by the cautious reading: payer {payer.en}, {work.en}, {first.in_words('en')} to "
            f"{last.in_words('en')} in full. Another reading ({taken.title.en}: {taken.option_title.en}): {percent}% "
            "of that."
        ),
    }
