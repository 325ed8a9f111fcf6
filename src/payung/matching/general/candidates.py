"""Which pairs of any list are worth comparing: all of them in a short list, else those that share a key.

Keys are made of the columns that there are, alone and two by two; those that bring the fewest pairs are taken first,
until as many pairs are found as may be compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import polars as pl

from payung.matching.general.fields import Field

#: a list of which all pairs are no more than this is compared whole
EVERY_PAIR = 2_000_000
#: pairs that are compared, for each row, beyond EVERY_PAIR
PAIRS_PER_ROW = 20
#: rows that may share a key; what more rows share tells too little
_WIDEST = 60
#: keys that are used at most
_MOST_KEYS = 60


def every_pair(rows: int) -> bool:
    """Return whether a list is short enough to compare all its rows with each other."""
    return rows * (rows - 1) // 2 <= EVERY_PAIR


def keys_of(table: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    """Columns b0, b1, ... (hashes; null where no other row shares them or too many do) beside uid.

    First what is selective alone; then parts of two columns, the widest that may be afforded first, for these find
    pairs that little else finds; no two columns more than twice.
    """
    budget = max(EVERY_PAIR, PAIRS_PER_ROW * table.height)
    parts = _parts(table, fields)
    single: list[tuple[int, pl.Series]] = []
    whole: set[str] = set()
    for name, (_, values) in parts.items():
        key, pairs, wide = _narrow(_hash([values]))
        if 0 < pairs <= budget // 8:
            single.append((pairs, key))
            if not wide:
                whole.add(name)
    double: list[tuple[int, tuple[int, int], pl.Series]] = []
    for one, two in itertools.combinations(parts, 2):
        (a, first), (b, second) = parts[one], parts[two]
        if a == b or {one, two} & whole:
            continue
        key, pairs, _ = _narrow(_hash([first, second]))
        if 0 < pairs <= budget // 8:
            double.append((pairs, (a, b), key))
    taken: list[pl.Series] = []
    used: dict[tuple[int, int], int] = {}
    ordered = [(pairs, None, key) for pairs, key in sorted(single, key=lambda item: item[0])]
    for pairs, columns, key in [*ordered, *sorted(double, key=lambda item: -item[0])]:
        if pairs > budget or (columns and used.get(columns, 0) >= 2):
            continue
        if columns:
            used[columns] = used.get(columns, 0) + 1
        budget -= pairs
        taken.append(key.reinterpret(signed=True).alias(f"b{len(taken)}"))
        if len(taken) == _MOST_KEYS:
            break
    return pl.DataFrame([table["uid"], *taken])


def pairs_sql(keys: pl.DataFrame) -> str:
    """Return the SQL that selects the pairs (join_key_l < join_key_r) that share a key of a table `keys`."""
    shared = " union all ".join(
        f"select l.uid as l, r.uid as r from keys l join keys r on l.b{n} = r.b{n} and l.uid < r.uid"
        for n in range(keys.width - 1)
    )
    return f"select l as join_key_l, r as join_key_r, 0 as rules from ({shared}) as found group by l, r"


#: SQL that selects every pair of the rows of a table `keys`
EVERY = "select l.uid as join_key_l, r.uid as join_key_r, 0 as rules from keys l join keys r on l.uid < r.uid"


def _parts(table: pl.DataFrame, fields: Sequence[Field]) -> dict[str, tuple[int, pl.Series]]:
    """Return the parts that keys are made of: name -> number of the field, values."""
    parts: dict[str, tuple[int, pl.Expr]] = {}
    at = {field.kind: number for number, field in enumerate(fields)}
    for number, field in enumerate(fields):
        c = pl.col(f"c{number}")
        if field.kind == "category":
            continue
        parts[f"c{number}"] = (number, c)
        if field.kind in ("given", "surname", "text", "full", "code"):
            parts[f"begin{number}"] = (number, pl.when(c.str.len_chars() > 4).then(c.str.slice(0, 4)))
        if field.kind in ("surname", "text", "code", "phone"):
            parts[f"end{number}"] = (number, pl.when(c.str.len_chars() > 5).then(c.str.slice(-4)))
        if field.kind in ("full", "text", "email"):
            parts[f"s{number}"] = (number, pl.col(f"s{number}"))
        if field.kind == "full":
            parts[f"first{number}"] = (number, c.str.extract(r"^(\S+)"))
            parts[f"last{number}"] = (number, c.str.extract(r" (\S+)$"))
        if field.kind == "date":
            parts[f"y{number}"] = (number, pl.col(f"y{number}"))
            parts[f"d{number}"] = (number, pl.col(f"d{number}"))
    if "given" in at and "surname" in at:
        both = pl.col(f"c{at['given']}"), pl.col(f"c{at['surname']}")
        parts["names"] = (at["given"], pl.min_horizontal(*both) + " " + pl.max_horizontal(*both))
    return {
        name: (number, table.select(value.alias("v")).to_series()) for name, (number, value) in parts.items()
    }


def _hash(columns: Sequence[pl.Series]) -> pl.Series:
    frame = pl.DataFrame([values.alias(f"v{place}") for place, values in enumerate(columns)])
    present = pl.all_horizontal(pl.all().is_not_null())
    return frame.select(key=pl.when(present).then(pl.struct(pl.all()).hash(3))).to_series()


def _narrow(key: pl.Series) -> tuple[pl.Series, int, bool]:
    """Return the key where a few rows share it, the pairs that it brings, and whether some value was too wide."""
    sizes = pl.DataFrame({"key": key}).select("key", n=pl.len().over("key"))
    usable = pl.col("key").is_not_null() & pl.col("n").is_between(2, _WIDEST)
    kept = sizes.select(key=pl.when(usable).then("key"), n=pl.when(usable).then("n").otherwise(1))
    pairs = int((kept["n"].cast(pl.Float64) - 1).sum() / 2)
    wide = bool(((sizes["n"] > _WIDEST) & key.is_not_null()).any())
    return kept["key"], pairs, wide
