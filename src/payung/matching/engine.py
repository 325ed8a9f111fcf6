"""Comparing on DuckDB: pairs of rows that share a key, and the rung on which each pair stands, in two statements.

`compare_sql` is made from the one definition in `comparisons`; Spark runs the same one. Splink is the check: with
`settings` it gives the same weights (a test says so), at twice the time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from payung.matching.blocking import PAIRED, conditions, pairs_sql
from payung.matching.comparisons import COMPARISONS, SHARED, Comparison, for_dialect
from payung.matching.model import Model


def read_by(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """Return the columns that comparisons read."""
    return tuple(sorted({column for comparison in comparisons for column in comparison.columns}))


#: columns of the clean table that the comparisons read
READ = read_by(COMPARISONS)


def compare_sql(
    pairs: str, dialect: str = "duckdb", comparisons: Sequence[Comparison] = COMPARISONS,
    shared: Mapping[str, str] = SHARED,
) -> str:  # fmt: skip
    """Return the SQL that puts each pair of a table (join_key_l, join_key_r, rules) of `records` rows on its rungs.

    0 says nothing, 1 is 'else', the best rung is the highest. What several ladders ask (`shared`) is worked out once.
    """
    columns = ", ".join(
        f"l.{column} as {column}_l, r.{column} as {column}_r" for column in read_by(comparisons)
    )
    once = "".join(f", {for_dialect(sql, dialect)} as {name}" for name, sql in shared.items())
    ladders = ", ".join(_ladder(comparison, dialect, shared) for comparison in comparisons)
    return (
        f"select l, r, rules, {ladders} from (select *{once} from (select p.join_key_l as l, p.join_key_r as r, "
        f"p.rules, {columns} from {pairs} p join records l on l.uid = p.join_key_l "
        f"join records r on r.uid = p.join_key_r) beside) asked"
    )


def _ladder(comparison: Comparison, dialect: str, shared: Mapping[str, str]) -> str:
    rungs = " ".join(
        f"when {_condition(level.sql, dialect, shared)} then {len(comparison.levels) - place}"
        for place, level in enumerate(comparison.levels)
        if level.sql != "else"
    )
    null = _condition(comparison.null, dialect, shared)
    name = f'"{comparison.name}"' if dialect == "duckdb" else comparison.name
    return f"cast(case when {null} then 0 {rungs} else 1 end as tinyint) as {name}"


def _condition(sql: str, dialect: str, shared: Mapping[str, str]) -> str:
    for name, asked in shared.items():
        sql = sql.replace(asked, name)
    return for_dialect(sql, dialect)


def settings(model: Model, dialect: str = "duckdb") -> dict[str, Any]:
    """Splink settings of a model. The prior is left at even odds: `link` adds it, for each run its own."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "uid",
        "probability_two_random_records_match": 0.5,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_splink(comparison, model, dialect) for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": condition, "sql_dialect": dialect} for condition in conditions()
        ],
    }


def _splink(comparison: Comparison, model: Model, dialect: str) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.null, "label_for_charts": "null", "is_null_level": True}
    ]
    for level in comparison.levels:
        u = model.levels[comparison.name][level.key][1]
        m = u * 2 ** model.weight(comparison, level)
        levels.append(
            {
                "sql_condition": "ELSE" if level.sql == "else" else for_dialect(level.sql, dialect),
                "label_for_charts": level.english,
                "m_probability": m,
                "u_probability": u,
            }
        )
    return {"output_column_name": comparison.name, "comparison_levels": levels}


class Engine:
    """A DuckDB connection that finds pairs of rows by their blocking keys, and compares them."""

    def __init__(self, threads: int | None = None, memory: str = "3GB") -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="payung-match-")
        self.con = duckdb.connect(":memory:")
        self.con.execute(f"set memory_limit = '{memory}'")
        self.con.execute(f"set temp_directory = '{self._scratch.name}'")
        self.con.execute("set enable_progress_bar = false")
        if threads:
            self.con.execute(f"set threads = {int(threads)}")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()
        self._scratch.cleanup()

    def block(self, keys: pl.DataFrame, new: int | None) -> int:
        """Make the table `pairs` from blocking keys and return its length."""
        self.con.register("keys", keys.to_arrow())
        self.con.execute(f"create or replace temp table pairs as {pairs_sql(new)}").fetchall()
        self.con.unregister("keys")
        return int(self.con.execute("select count(*) from pairs").fetchall()[0][0])

    def paired(self) -> pl.Series:
        """Return the numbers of the rows that are in a pair of the table `pairs`, in order."""
        return self.fetch(PAIRED)["uid"].sort()

    def put_records(self, table: pl.DataFrame, comparisons: Sequence[Comparison] = COMPARISONS) -> None:
        """Store the clean rows that are compared."""
        self.con.register("arrow_records", table.select("uid", *read_by(comparisons)).to_arrow())
        self.con.execute("create table records as select * from arrow_records").fetchall()
        self.con.unregister("arrow_records")

    def put_pairs(self, name: str, pairs: pl.DataFrame) -> None:
        """Store a table of pairs (join_key_l, join_key_r, rules) to compare."""
        self.con.register("arrow_pairs", pairs.to_arrow())
        self.con.execute(f"create or replace temp table {name} as select * from arrow_pairs").fetchall()
        self.con.unregister("arrow_pairs")

    def compare(
        self, pairs: str = "pairs", comparisons: Sequence[Comparison] = COMPARISONS,
        shared: Mapping[str, str] = SHARED,
    ) -> pl.DataFrame:  # fmt: skip
        """Return the rung on which each pair of a table stands, for each comparison, in order of the pairs."""
        return self.fetch(compare_sql(pairs, comparisons=comparisons, shared=shared)).sort("l", "r")

    def fetch(self, sql: str) -> pl.DataFrame:
        answer = pl.from_arrow(self.con.sql(sql).to_arrow_table())
        assert isinstance(answer, pl.DataFrame)
        return answer
