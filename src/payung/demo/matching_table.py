"""Rows about workers as five kinds of lists hold them, with the person behind each: for the matcher."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from payung.demo import noise
from payung.demo.draw import pick, stream

if TYPE_CHECKING:
    from collections.abc import Callable

#: rows beyond the first about the same person, as a share of all rows
REPEATED = 0.10
#: how the rows come in: the order of noise.SOURCES
SOURCE_SHARE = (0.34, 0.20, 0.08, 0.24, 0.11, 0.03)


def build(
    people: Callable[[int, int, date], pl.DataFrame], n: int, seed: int, drop_nik: bool, today: date
) -> pl.DataFrame:
    """See `workers.matching_table`; `people` draws the population."""
    rng = stream(seed, "rows to match")
    extra = int(n * REPEATED)
    truth = people(n - extra, seed, today)
    again = rng.integers(0, truth.height, extra)
    row = np.concatenate([np.arange(truth.height), again])
    row = row[rng.permutation(n)]
    source = pick(rng, SOURCE_SHARE, n)
    rows = truth[row]
    messy = noise.dirty(rows, source, rng)
    if drop_nik:
        messy = messy.drop("nik")
    return pl.DataFrame({"id": np.arange(1, n + 1)}).hstack(messy).with_columns(true_id=rows["person_id"])
