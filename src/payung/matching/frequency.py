"""How common each name is, in five classes, and how often two different rows agree: both by counting."""

from __future__ import annotations

import numpy as np
import polars as pl

#: frequency below which a name is in class 0, 1, 2, 3; otherwise class 4
CLASSES = (8e-6, 4e-5, 2e-4, 1e-3)
#: rows of an imagined wider list, so that a name seen once in a short list is not taken for common
_WIDER = 60_000
_UNSEEN = 4e-6


def rarity(values: pl.Series) -> pl.Series:
    """Class of each value by its frequency: 0 very rare ... 4 very common (Int8, null stays null)."""
    rows = values.len() - values.null_count()
    frame = values.alias("v").to_frame().with_columns(n=pl.len().over("v"))
    share = (pl.col("n") - 1 + _WIDER * _UNSEEN) / (rows + _WIDER)
    rank = sum(((share >= edge).cast(pl.Int8) for edge in CLASSES), start=pl.lit(0, pl.Int8))
    return frame.select(pl.when(pl.col("v").is_not_null()).then(rank).cast(pl.Int8)).to_series()


def closed_form(table: pl.DataFrame, matches: float) -> dict[tuple[str, str], float]:
    """Shares of all pairs that agree on a whole value, counted, less what `matches` true pairs explain.

    Random pairs are too few to hold two equal NIKs; a count by value gives the share of all pairs exactly.
    """
    out: dict[tuple[str, str], float] = {}

    def add(name: str, key: str, values: pl.DataFrame, column: str, expected: float) -> None:
        present = table[column].len() - table[column].null_count()
        pairs = present * (present - 1) / 2
        if pairs < 1000:
            return
        counts = values.drop_nulls(column).group_by(column).len()["len"].cast(pl.Float64).to_numpy()
        equal = float((counts * (counts - 1) / 2).sum())
        seen = (present / max(table.height, 1)) ** 2
        other = max(equal - matches * seen * expected, equal * 0.05, 0.5)
        out[name, key] = float(np.clip(other / pairs, 1e-12, 0.5))

    add("nik", "same", table, "nik", 0.75)
    add("phone", "same", table, "phone", 0.6)
    add("birth_date", "same", table.filter(~pl.col("default_day").fill_null(True)), "dob", 0.8)
    add("birth_date", "same_default", table.filter(pl.col("default_day").fill_null(False)), "dob", 0.06)
    for number, (key, expected) in enumerate(
        (("rarest", 0.3), ("rare", 0.15), ("seldom", 0.12), ("common", 0.08), ("frequent", 0.05))
    ):
        add("name", f"same_{key}", table.filter(pl.col("rarity") == number), "full", expected)
    return out
