"""The same comparing on Spark, for lists that outgrow one machine. Needs the `spark` extra and Java 17."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
from splink import Linker, SettingsCreator

from payung.matching.blocking import pairs_sql
from payung.matching.columns import InputError
from payung.matching.engine import READ, ruler, rungs_sql, settings


class SparkEngine:
    """Holds one clean table in Spark and compares pairs of it; the same methods as `engine.Engine`."""

    def __init__(self, table: pl.DataFrame, session: Any = None) -> None:
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
        self._api = SparkAPI(spark_session=self.spark, break_lineage_method="persist")
        self._names = itertools.count()
        self._view("records", table.select("uid", *READ))

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own:
            self.spark.stop()

    def _view(self, name: str, table: pl.DataFrame) -> None:
        self.spark.createDataFrame(table.to_arrow()).createOrReplaceTempView(name)

    def block(self, keys: pl.DataFrame, new: int | None) -> int:
        """Makes the view `pairs` from blocking keys; gives its length."""
        self._view("keys", keys)
        pairs = self.spark.sql(pairs_sql(new)).persist()
        pairs.createOrReplaceTempView("pairs")
        return int(pairs.count())

    def put_pairs(self, name: str, pairs: pl.DataFrame) -> None:
        """A view of pairs (join_key_l, join_key_r, rules) to compare."""
        self._view(name, pairs.with_columns(match_key=pl.lit("0")))

    def compare(self, pairs: str = "pairs") -> pl.DataFrame:
        """The rung on which each pair of a view stands, for each comparison, in order of the pairs."""
        number = next(self._names)
        records = self._api.register("records", dataset_display_name=f"records_{number}")
        linker = Linker(
            records, SettingsCreator(**settings(ruler(), "spark", measure=True)), validate_settings=False
        )
        blocked = self._api.register(pairs, dataset_display_name=f"pairs_{number}")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        scored = str(linker.inference.predict(warning_mode="never").physical_name)
        answer = pl.from_arrow(self.spark.sql(rungs_sql(pairs, scored)).toArrow())
        assert isinstance(answer, pl.DataFrame)
        return answer.sort("l", "r")
