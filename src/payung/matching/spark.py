"""The same comparing on Spark, for lists that outgrow one machine. Needs the `spark` extra and Java 17."""

from __future__ import annotations

from typing import Any

import polars as pl
import polars.selectors as cs

from payung.matching.blocking import PAIRED, pairs_sql
from payung.matching.columns import InputError
from payung.matching.engine import READ, compare_sql


class SparkEngine:
    """Finds pairs of rows in Spark and compares them; the same methods as `engine.Engine`."""

    def __init__(self, session: Any = None) -> None:
        try:
            from pyspark.sql import SparkSession
            from splink.backends.spark import SparkAPI, similarity_jar_location
        except ImportError:
            raise InputError(
                "--engine spark needs pyspark; install it with: pip install 'payung[spark]'"
            ) from None
        self._own = session is None
        self.spark = session or (
            SparkSession.builder.appName("payung-match")
            .config("spark.jars", similarity_jar_location())
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.driver.memory", "3g")
            .getOrCreate()
        )
        self.spark.sparkContext.setLogLevel("ERROR")
        # registers jaro_winkler, which Spark has not
        SparkAPI(spark_session=self.spark, break_lineage_method="persist")  # type: ignore[no-untyped-call]  # splink

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own:
            self.spark.stop()

    def _view(self, name: str, table: pl.DataFrame) -> None:
        signed = table.with_columns(cs.unsigned_integer().cast(pl.Int64))  # Spark knows no others
        self.spark.createDataFrame(signed.to_arrow()).createOrReplaceTempView(name)

    def block(self, keys: pl.DataFrame, new: int | None) -> int:
        """Make the view `pairs` from blocking keys and return its length."""
        self._view("keys", keys)
        pairs = self.spark.sql(pairs_sql(new)).persist()
        pairs.createOrReplaceTempView("pairs")
        return int(pairs.count())

    def paired(self) -> pl.Series:
        """Return the numbers of the rows that are in a pair of the view `pairs`, in order."""
        answer = pl.from_arrow(self.spark.sql(PAIRED).toArrow())
        assert isinstance(answer, pl.DataFrame)
        return answer["uid"].sort()

    def put_records(self, table: pl.DataFrame) -> None:
        """Store the clean rows that are compared."""
        self._view("records", table.select("uid", *READ))

    def put_pairs(self, name: str, pairs: pl.DataFrame) -> None:
        """Store a view of pairs (join_key_l, join_key_r, rules) to compare."""
        self._view(name, pairs)

    def compare(self, pairs: str = "pairs") -> pl.DataFrame:
        """Return the rung on which each pair of a view stands, for each comparison, in order of the pairs."""
        answer = pl.from_arrow(self.spark.sql(compare_sql(pairs, "spark")).toArrow())
        assert isinstance(answer, pl.DataFrame)
        return answer.sort("l", "r")
