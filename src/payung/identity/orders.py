"""Day or month first: what a column of dates shows of it, what the NIKs beside it say, and where it contradicts itself.

Some cells can only be read day first (25/01/1970), some only month first (01/25/1970), the others both ways. A column
that has both kinds tells nothing about the others. So does one in which a spreadsheet of other habits has turned what
it could into dates, day and month exchanged, and left the rest as text.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

_NUMBERS = r"^\s*(?<a>\d{1,2})[\s./\-]+(?<b>\d{1,2})[\s./\-]+(?:\d{4}|\d{2})\s*$"
_WHOLE = r"^\s*(?<y>\d{4})-(?<b>\d\d)-(?<a>\d\d)(?: 00:00:00)?\s*$"
#: Of so many cells that show one order one of the other is a slip, not a second order.
_SLIP = 20


class Order(NamedTuple):
    """How to read each cell (Booleans): month first; a whole date, day and month exchanged; nobody can tell."""

    month_first: pl.Series
    exchanged: pl.Series
    unsure: pl.Series


def of_column(cells: pl.Series, niks: pl.Series | None = None) -> Order:
    """Return the order of the day and the month in each of `cells`; `niks` are the NIKs of the rows as sent, if any."""
    frame = _frame(cells, niks)
    first, second = pl.col("a"), pl.col("b")
    told = frame.with_columns(
        numbers=first.is_not_null(),
        only_day=(first > 12) & (second <= 12),
        only_month=(second > 12) & (first <= 12),
        either=(first <= 12) & (second <= 12) & (first != second),
        by_day=(first != second) & (first == pl.col("day")) & (second == pl.col("month")),
        by_month=(first != second) & (first == pl.col("month")) & (second == pl.col("day")),
        whole_by_day=(pl.col("wa") == pl.col("day")) & (pl.col("wb") == pl.col("month")),
        whole_by_month=(pl.col("wa") == pl.col("month")) & (pl.col("wb") == pl.col("day")),
    ).with_columns(pl.col(pl.Boolean).fill_null(False))
    only_day, only_month = int(told["only_day"].sum()), int(told["only_month"].sum())
    fewer = min(only_day, only_month)
    mixed = fewer > 0 and fewer * _SLIP >= only_day + only_month
    days, months = told.select(
        (pl.col("only_day") | (pl.col("by_day") & (second <= 12))).sum(),
        (pl.col("only_month") | (pl.col("by_month") & (first <= 12))).sum().alias("m"),
    ).row(0)
    whole = told.filter(pl.col("wa").is_not_null())
    turned = only_day > 0 and whole.height > 1 and not (whole["wa"] > 12).any()
    known = pl.col("by_day") | pl.col("by_month")
    each = told.select(
        month_first=pl.when(mixed).then("by_month").otherwise(pl.lit(months > days and not mixed)),
        exchanged=pl.lit(turned) & pl.col("whole_by_month") & (pl.col("wa") != pl.col("wb")),
        unsure=(pl.lit(mixed) & pl.col("either") & ~known)
        | (
            (pl.lit(turned) & (pl.col("wa") != pl.col("wb"))).fill_null(False)
            & ~pl.col("whole_by_day")
            & ~pl.col("whole_by_month")
        ),
    )
    return Order(*(each[name].fill_null(False) for name in ("month_first", "exchanged", "unsure")))


def _frame(cells: pl.Series, niks: pl.Series | None) -> pl.DataFrame:
    parts, whole = cells.str.extract_groups(_NUMBERS), cells.str.extract_groups(_WHOLE)
    digits = pl.Series([None] * len(cells), dtype=pl.String) if niks is None else niks
    digits = digits.str.extract(r"^['’]?\d{6}(\d{4})\d{6}$")
    return pl.DataFrame(
        {
            "a": parts.struct.field("a").cast(pl.Int8),
            "b": parts.struct.field("b").cast(pl.Int8),
            "wa": whole.struct.field("a").cast(pl.Int8),
            "wb": whole.struct.field("b").cast(pl.Int8),
            "day": digits.str.head(2).cast(pl.Int8) % 40,
            "month": digits.str.tail(2).cast(pl.Int8),
        }
    ).with_columns(day=pl.when(pl.col("day") > 0).then("day"))
