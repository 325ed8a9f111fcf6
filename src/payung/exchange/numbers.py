"""Which numbers of a sheet were changed by the software that kept them as numbers.

Excel keeps fifteen digits and puts 0 for every further one; a number cell is a double, which holds every whole number
only up to 2^53. Identity numbers (NIK, family card) have sixteen digits, so both destroy them, and what is left looks
like a sound number of somebody else.
"""

from __future__ import annotations

import polars as pl

from payung.identity.digits import EXACT_DOUBLE

#: Fewer numbers than this that end in 0 are chance.
_FEW = 3


def changed(digits: pl.Series, is_number: pl.Series | None) -> pl.Series:
    """Which of a column's sixteen-digit numbers are not what was typed (Boolean, in the order of `digits`).

    `digits` are the numbers read, null where there is none; `is_number` tells which cells were stored as numbers
    (None: no cell was). From 2^53 on every stored number is in doubt (2^53 + 1 becomes 2^53). Those that end in 0 are
    where the column shows rounding: software that writes numbers whole leaves other last digits among them, and then
    none is doubted.
    """
    stored = (
        is_number if is_number is not None else pl.repeat(False, len(digits), dtype=pl.Boolean, eager=True)
    )
    frame = pl.DataFrame({"digits": digits.cast(pl.String), "stored": stored})
    number = pl.col("digits").cast(pl.Int64, strict=False)
    frame = frame.with_columns(
        beyond=pl.col("stored") & (number >= EXACT_DOUBLE), zero=pl.col("digits").str.ends_with("0")
    )
    told = frame.drop_nulls("digits").unique("digits")
    cells = told.filter("stored")
    zeros, size = int(cells["zero"].sum()), cells.height
    in_cells = 0 < zeros == size or (zeros >= _FEW and 2 * zeros > size)
    texts = told.filter(~pl.col("stored"))
    zeros, size = int(texts["zero"].sum()), texts.height
    # Saved as text after the damage was done (CSV, a column turned into text): only nearly all of them tell.
    in_texts = zeros >= _FEW and 5 * zeros >= 4 * size
    rounded = pl.col("zero") & pl.when("stored").then(pl.lit(in_cells)).otherwise(pl.lit(in_texts))
    return frame.select((pl.col("beyond") | rounded).fill_null(False)).to_series()
