"""Splink does the comparing, on DuckDB or on Spark, from the one definition in `comparisons`."""

from __future__ import annotations

import itertools
import logging
import tempfile
from typing import Any

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator

from payung.matching.blocking import conditions, pairs_sql
from payung.matching.comparisons import COMPARISONS, Comparison, for_dialect
from payung.matching.model import Model

for _name in ("splink", "splink.internals"):
    logging.getLogger(_name).setLevel(logging.ERROR)

#: columns of the clean table that the comparisons read
READ = tuple(sorted({column for comparison in COMPARISONS for column in comparison.columns}))


def settings(model: Model, dialect: str = "duckdb", measure: bool = False) -> dict[str, Any]:
    """Splink settings of a model. The prior is left at even odds: `link` adds it, for each run its own."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "uid",
        "probability_two_random_records_match": 0.5,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_comparison(comparison, model, dialect, measure) for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": condition, "sql_dialect": dialect} for condition in conditions()
        ],
    }


def _comparison(comparison: Comparison, model: Model, dialect: str, measure: bool) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.null, "label_for_charts": "null", "is_null_level": True}
    ]
    for level in comparison.levels:
        m, u = model.levels[comparison.name][level.key]
        if level.fixed is not None and not measure:
            m = u * 2**level.fixed
        levels.append(
            {
                "sql_condition": "ELSE" if level.sql == "else" else for_dialect(level.sql, dialect),
                "label_for_charts": level.english,
                "m_probability": m,
                "u_probability": u,
            }
        )
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def ruler() -> Model:
    """A model whose weights are the numbers of the rungs: 0 says nothing, 1 is 'else', the best rung the highest.

    Splink compares once with it; training and scoring then need only look the rungs up.
    """
    return Model(
        {
            c.name: {
                level.key: (2.0 ** (len(c.levels) - place - 40), 2.0**-40)
                for place, level in enumerate(c.levels)
            }
            for c in COMPARISONS
        }
    )


def rungs_sql(pairs: str, scored: str) -> str:
    """SQL that reads the rungs off a table that Splink scored with the ruler."""
    rungs = ", ".join(f"cast(round(s.mw_{c.name}) as tinyint) as {c.name}" for c in COMPARISONS)
    return (
        f"select p.join_key_l as l, p.join_key_r as r, p.rules, {rungs} from {pairs} p "
        f"join {scored} s on s.uid_l = p.join_key_l and s.uid_r = p.join_key_r"
    )


class Engine:
    """A DuckDB connection that holds one clean table with its blocking keys, and compares pairs of it."""

    def __init__(self, table: pl.DataFrame, threads: int | None = None, memory: str = "3GB") -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="payung-match-")
        self.con = duckdb.connect(":memory:")
        self.con.execute(f"set memory_limit = '{memory}'")
        self.con.execute(f"set temp_directory = '{self._scratch.name}'")
        self.con.execute("set enable_progress_bar = false")
        if threads:
            self.con.execute(f"set threads = {int(threads)}")
        self._api = DuckDBAPI(connection=self.con)
        self._names = itertools.count()
        self.con.register("arrow_records", table.select("uid", *READ).to_arrow())
        self.con.execute("create table records as select * from arrow_records").fetchall()
        self.con.unregister("arrow_records")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()
        self._scratch.cleanup()

    def block(self, keys: pl.DataFrame, new: int | None) -> int:
        """Makes the table `pairs` from blocking keys; gives its length."""
        self.con.register("keys", keys.to_arrow())
        self.con.execute(f"create or replace temp table pairs as {pairs_sql(new)}").fetchall()
        self.con.unregister("keys")
        return int(self.con.execute("select count(*) from pairs").fetchall()[0][0])

    def put_pairs(self, name: str, pairs: pl.DataFrame) -> None:
        """A table of pairs (join_key_l, join_key_r, rules) to compare."""
        self.con.register("arrow_pairs", pairs.with_columns(match_key=pl.lit("0")).to_arrow())
        self.con.execute(f"create or replace temp table {name} as select * from arrow_pairs").fetchall()
        self.con.unregister("arrow_pairs")

    def compare(self, pairs: str = "pairs") -> pl.DataFrame:
        """The rung on which each pair of a table stands, for each comparison (see `ruler`), in order of the pairs."""
        number = next(self._names)
        records = self._api.register("records", dataset_display_name=f"records_{number}")
        linker = Linker(records, SettingsCreator(**settings(ruler(), measure=True)), validate_settings=False)
        blocked = self._api.register(pairs, dataset_display_name=f"pairs_{number}")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        scored = str(linker.inference.predict(warning_mode="never").physical_name)
        answer = self.fetch(rungs_sql(pairs, scored))
        self.drop(scored)
        return answer.sort("l", "r")

    def fetch(self, sql: str) -> pl.DataFrame:
        answer = pl.from_arrow(self.con.sql(sql).to_arrow_table())
        assert isinstance(answer, pl.DataFrame)
        return answer

    def drop(self, table: str) -> None:
        self.con.execute(f"drop table if exists {table}").fetchall()
