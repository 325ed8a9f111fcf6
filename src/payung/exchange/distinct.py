"""Read each different text of a column once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl


def tidy(column: pl.Series) -> pl.Series:
    """White space made single, ends trimmed, empty text null."""
    tidy = column.str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars()
    return tidy.set(tidy == "", None)


def over_values(
    column: pl.Series,
    read: Callable[[str], Sequence[Any]],
    names_out: tuple[str, ...],
    schema: dict[str, Any] | Any = None,
) -> pl.DataFrame:
    """`read` over each different text of `column`, joined back to its rows in order.

    `schema` gives the type of the first output column, or of columns by name; the rest are text.
    """
    types = dict.fromkeys(names_out, pl.String)
    if isinstance(schema, dict):
        types |= schema
    elif schema is not None:
        types[names_out[0]] = schema
    different = column.unique().to_list()
    read_rows = [read(text) for text in different]
    answers = pl.DataFrame(
        {
            "_text": pl.Series(different, dtype=pl.String),
            **{
                name: pl.Series([row[at] for row in read_rows], dtype=types[name])
                for at, name in enumerate(names_out)
            },
        }
    )
    return (
        column.alias("_text")
        .to_frame()
        .join(answers, on="_text", how="left", maintain_order="left")
        .drop("_text")
    )
