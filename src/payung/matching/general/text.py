"""Cells of any list as text that can be compared."""

from __future__ import annotations

import polars as pl

from payung.matching.clean import births, phones
from payung.matching.columns import MAX_CELL, as_text
from payung.matching.readable import EMPTY

#: cells that say nothing; a nought may be a value of its own
NOTHING = tuple(word for word in EMPTY if word != "0")


def filled_text(values: pl.Series) -> pl.Series:
    """Return the cells of a column as text without blanks around them, those that say nothing left out."""
    return cells(values).drop_nulls()


def cells(values: pl.Series) -> pl.Series:
    """Return the cells of a column as text, null where they say nothing."""
    table = values.alias("v").to_frame()
    text = table.select(as_text(table, "v").str.slice(0, MAX_CELL).str.strip_chars()).to_series()
    return pl.select(pl.when(~text.str.to_uppercase().is_in(NOTHING)).then(text)).to_series().alias("v")


def plain(values: pl.Series) -> pl.Series:
    """Small letters without accents, signs as single blanks; null where nothing is left."""
    text = (
        values.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
        .str.replace_all(r"['’`]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    )  # fmt: skip
    return pl.select(pl.when(text != "").then(text)).to_series().alias("v")


def codes(values: pl.Series) -> pl.Series:
    """Letters and digits alone; null where nothing is left."""
    text = values.str.to_lowercase().str.replace(r"^(\d+)\.0$", "$1").str.replace_all(r"[^\p{L}\p{N}]+", "")
    return pl.select(pl.when(text != "").then(text)).to_series().alias("v")


def emails(values: pl.Series) -> pl.Series:
    """Normalise e-mail addresses: small letters, no blanks."""
    return values.str.to_lowercase().str.replace_all(r"\s+", "").alias("v")


def telephones(values: pl.Series) -> pl.Series:
    """Digits as a phone is dialled; any other text as a code."""
    dialled = phones(values).to_series()
    return pl.select(pl.coalesce(dialled, codes(values))).to_series().alias("v")


def dates(values: pl.Series) -> pl.DataFrame:
    """date: text of eight digits, year first (noughts where month or day is not known); year; day: month*100+day.

    Day first, unless more cells can be read with the month first. What is no date but holds six or eight digits keeps
    them in `date`, so that a slip of the pen can still be compared; its year and day are null.
    """
    read = births(values)
    turned = values.str.replace(r"^\s*(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{2,4})", "$3$2$1$4$5")
    other = births(turned)
    if other["dob"].null_count() < read["dob"].null_count():
        read = other
    frame = read.select("dob", "year", "day").with_columns(values.alias("v"))
    alone = pl.col("v").str.extract(r"^\D*(1\d{3}|20\d{2})(?:\D0?0\D0?0|\D0?0|s|\.0)?\D*$")
    month = pl.col("v").str.extract_groups(r"^(1\d{3}|20\d{2})[-/.](\d{1,2})(?:[-/.]0?0)?$")
    only = pl.coalesce(alone, month.struct[0]).cast(pl.Int32, strict=False)
    digits = pl.col("v").str.replace_all(r"\D", "")
    return frame.with_columns(year=pl.coalesce("year", only)).select(
        date=pl.when(pl.col("dob").is_not_null())
        .then(pl.col("dob").cast(pl.String))
        .when(only.is_not_null())
        .then(only.cast(pl.String) + month.struct[1].str.zfill(2).fill_null("00") + "00")
        .when(digits.str.len_chars().is_in([6, 8]))
        .then(digits),
        year="year",
        day="day",
    )
