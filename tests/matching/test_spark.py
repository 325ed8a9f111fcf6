"""Spark compares as DuckDB does, but for names on the border of two rungs: its likeness of names is another's."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from payung.matching import default, link
from tests.matching.lists import made_list

pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")


def test_the_same_pairs_on_the_same_rungs() -> None:
    people = made_list(600, 61).drop("true_id")
    duck, spark = link(people, model=default()), link(people, model=default(), engine="spark")
    assert duck.report["compared"] == spark.report["compared"]
    both = duck.pairs.join(spark.pairs, on=["id_l", "id_r"], how="full", suffix="_spark")
    assert (
        both.null_count().select("id_l", "probability_spark").sum_horizontal().item()
        <= 0.02 * duck.pairs.height
    )
    both = both.drop_nulls(["id_l", "probability_spark"])
    rungs = [column for column in duck.pairs.columns if column.startswith("gamma_")]
    apart = both.select(pl.sum_horizontal((pl.col(c) != pl.col(f"{c}_spark")).sum() for c in rungs)).item()
    assert apart <= 0.01 * both.height
