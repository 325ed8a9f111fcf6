"""Which pairs are worth comparing: nine keys, none of which may bring more than a limited number of pairs.

A key that too many rows share is made narrower once (with district, year of birth and first name); rows that
still share it are left out of that key, and the report says which key, which value and how many rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

#: rule name -> columns that must be equal; the position is the rule's bit in `rules` of a pair
RULES: dict[str, tuple[str, ...]] = {
    "nik": ("nik",),
    "dob+first name": ("dob", "k1"),
    "dob+last name": ("dob", "kl"),
    "names+district": ("k1", "kl", "district"),
    "nik12": ("nik12",),
    "dob+district+sex": ("dob", "district", "sex"),
    "phone": ("phone",),
    "first name+village+year": ("k1", "village", "year"),
    "mother+first name": ("mother_k", "k1"),
    "name+year": ("full", "year"),
}
#: added to a key that is too wide
NARROWER = ("k1", "district", "year")
#: most rows that may share a key
BLOCK_LIMIT = 120
#: most pairs that a run may compare, for each row that is new
PAIRS_PER_ROW = 60


@dataclass(frozen=True)
class Blocks:
    """Keys b0, b1, ... (hashes, null where left out) beside uid, and what was narrowed or left out."""

    keys: pl.DataFrame
    limit: int
    findings: list[dict[str, object]] = field(default_factory=list)


def block(table: pl.DataFrame, new: int | None = None, limit: int = BLOCK_LIMIT) -> Blocks:
    """The keys of a clean table. The first `new` rows are the new ones (all of them when None).

    The limit is lowered until the number of pairs fits PAIRS_PER_ROW.
    """
    height = table.height
    budget = PAIRS_PER_ROW * max(min(new or height, height), 20_000)
    columns: list[pl.Series] = []
    findings: list[dict[str, object]] = []
    narrow = table.select(pl.struct(NARROWER).hash(7).alias("n"))["n"]
    keyed: list[tuple[str, pl.DataFrame]] = []
    for rule, parts in RULES.items():
        present = pl.all_horizontal(pl.col(part).is_not_null() for part in parts)
        key = table.select(pl.when(present).then(pl.struct(parts).hash(1)).alias("key"))
        sizes = key.with_columns(pl.len().over("key").alias("size"))
        keyed.append((rule, sizes))
    limit = _affordable([sizes for _, sizes in keyed], limit, budget)
    for number, (rule, sizes) in enumerate(keyed):
        wide = (sizes["size"] > limit) & sizes["key"].is_not_null()
        key = sizes["key"]
        if wide.any():
            narrowed = pl.DataFrame({"key": key, "n": narrow, "wide": wide}).with_columns(
                pl.when("wide").then(pl.struct("key", "n").hash(2)).otherwise("key").alias("key")
            )
            narrowed = narrowed.with_columns(pl.len().over("key").alias("size"))
            out = narrowed["wide"] & (narrowed["size"] > limit)
            findings.append(_report(rule, table, wide, out, limit))
            key = narrowed.select(pl.when(~out).then("key").alias("key"))["key"]
        columns.append(key.alias(f"b{number}"))
    return Blocks(pl.DataFrame([table["uid"], *columns]), limit, findings)


def _affordable(keys: list[pl.DataFrame], limit: int, budget: int) -> int:
    sizes = np.concatenate(
        [frame.filter(pl.col("key").is_not_null())["size"].to_numpy() for frame in keys] or [[]]
    )
    while limit > 10 and float((np.where(sizes <= limit, sizes, 1) - 1).sum()) / 2 > budget:
        limit = limit * 2 // 3
    return limit


def _report(rule: str, table: pl.DataFrame, wide: pl.Series, out: pl.Series, limit: int) -> dict[str, object]:
    parts = RULES[rule]
    worst = (
        table.filter(wide)
        .group_by(parts)
        .len()
        .sort(["len", *parts], descending=[True] + [False] * len(parts))
        .row(0)
    )
    value = ", ".join(str(part) for part in worst[:-1])
    rows, left = int(wide.sum()), int(out.sum())
    return {
        "code": "block_too_wide",
        "rule": rule,
        "value": value,
        "shared_by": int(worst[-1]),
        "rows": rows,
        "left_out": left,
        "message_id": f"Kunci {rule} terlalu lebar pada {rows} baris (terbanyak: {value}, {worst[-1]} baris; "
        f"batas {limit}); {left} baris tidak dibandingkan lewat kunci ini",
        "message_en": f"Key {rule} is too wide on {rows} rows (most: {value}, {worst[-1]} rows; limit {limit}); "
        f"{left} rows are not compared by this key",
    }


#: pairs of two keys tables `l` and `r` on one rule; DuckDB
_PAIRS = """
create or replace temp table pairs as
select l as join_key_l, r as join_key_r, bit_or(rule)::integer as rules, '0' as match_key
from ({unions}) group by all order by all
"""


def pairs_sql(rules: int, new: int | None) -> str:
    """SQL that makes the table `pairs` (join_key_l < join_key_r, rules as bits) from a table `keys`."""
    only = "" if new is None else f" and l.uid < {new}"
    unions = " union all ".join(
        f"select l.uid as l, r.uid as r, {1 << n} as rule from keys l join keys r "
        f"on l.b{n} = r.b{n} and l.uid < r.uid{only}"
        for n in range(rules)
    )
    return _PAIRS.format(unions=unions)


def rule_names(bits: int) -> list[str]:
    """Names of the rules that a pair's bits stand for."""
    return [rule for number, rule in enumerate(RULES) if bits >> number & 1]
