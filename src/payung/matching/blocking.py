"""Which pairs are worth comparing: twelve keys, none of which may bring more than a limited number of pairs.

A key that too many rows share is made narrower once (with district, year of birth and first name); rows that
still share it are left out of that key, and the report says which key, which value and how many rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from payung.matching.report import Finding

#: what turns NIKs into something that may be stored
Hide = Callable[[pl.Series], pl.Series]


@dataclass(frozen=True)
class Rule:
    """Columns that must be equal, how many rows may share a key before it is made narrower, what else must hold."""

    columns: tuple[str, ...]
    limit: int
    also: str = ""


#: namesakes in one district: not when both birth dates are known and day and year differ
_BORN_FIT = "coalesce(l.year = r.year or l.day = r.day, true)"
#: born the same day in one district: a first letter of the names must fit, also where one name was written as one
#: word, or the mothers' names are the same
_LETTER_FITS = (
    "coalesce(l.i1 = r.i1 or l.il = r.il or l.i1 = r.il or l.il = r.i1 or l.ij = r.i1 or l.i1 = r.ij "
    "or coalesce(l.mother = r.mother, false), true)"
)


#: rules by name; the position is the rule's bit in `rules` of a pair
RULES: dict[str, Rule] = {
    "nik": Rule(("nik",), 100),
    "dob+first name": Rule(("dob", "k1"), 60),
    "dob+last name": Rule(("dob", "kl"), 40),
    "names+district": Rule(("k1", "kl", "district"), 25, _BORN_FIT),
    "nik12": Rule(("nik12",), 15, _LETTER_FITS),
    "dob+district+sex": Rule(("dob", "district", "sex"), 30, _LETTER_FITS),
    "phone": Rule(("phone",), 60),
    "mother+first name": Rule(("mother", "k1"), 8, _BORN_FIT),
    "rare name": Rule(("full",), 10, _BORN_FIT),
    "street+first name": Rule(("street", "k1"), 10, _BORN_FIT),
    "letters+village": Rule(("letters", "village"), 8, _BORN_FIT),
    "letters+birth date": Rule(("letters", "dob"), 8),
}
#: added to a key that is too wide
NARROWER = ("k1", "district", "year")
#: most pairs that a run may compare, for each row that is new; the limits shrink until they fit
PAIRS_PER_ROW = 40
#: rows alike in every column, beyond this number, follow their first two
COPIES = 20


@dataclass(frozen=True)
class Blocks:
    """Keys b0, b1, ... (hashes, null where left out or shared with no row to compare) beside uid.

    findings: what was narrowed or left out; scale: what the limits were lowered by so that the pairs fit.

    copies: uid, first and second row of its kind, for rows that are compared through those two.
    """

    keys: pl.DataFrame
    copies: pl.DataFrame
    scale: float
    findings: list[Finding] = field(default_factory=list)


def keys_of(table: pl.DataFrame, hide: Hide | None = None) -> pl.DataFrame:
    """Return the blocking keys of a clean table's rows.

    They are one for each rule, k0, k1, ... (null where a column is missing), n to narrow them, hashes of the name
    (full) and the mother's name, the regency as a number, and what the rules ask beside: day and year of birth, and the
    first letters of the first and last telling word (i1, il) and of the whole name (ij) as numbers.

    hide: turns NIKs into what may be stored in their place; the same for all rows that are to meet.
    """
    if hide is not None:
        table = table.with_columns(hide(table["nik"]).alias("nik"), hide(table["nik12"]).alias("nik12"))
    present = {
        rule.columns: pl.all_horizontal(pl.col(column).is_not_null() for column in rule.columns)
        for rule in RULES.values()
    }
    return table.select(
        *(
            pl.when(present[rule.columns]).then(pl.struct(rule.columns).hash(1)).alias(f"k{number}")
            for number, rule in enumerate(RULES.values())
        ),
        n=pl.struct(NARROWER).hash(7),
        full=pl.when(pl.col("full").is_not_null()).then(pl.col("full").hash(2)),
        mother=pl.when(pl.col("mother").is_not_null()).then(pl.col("mother").hash(2)),
        regency=pl.col("regency").cast(pl.UInt16),
        year=pl.col("year").cast(pl.UInt16),
        day=pl.col("day").cast(pl.UInt16),
        i1=_letter("k1"),
        il=_letter("kl"),
        ij=_letter("joined"),
    )


#: first letters that are written for each other: Chandra, Candra, Kandra; Zainuddin (folded to j), Sainuddin
_ALIKE = {**dict.fromkeys("EIOU", "A"), **dict.fromkeys("CGH", "K"), "S": "J", "D": "T", "B": "P"}


def _letter(word: str) -> pl.Expr:
    """Return the first letter as the number of its bytes; letters that are written for each other count as one."""
    padded = pl.col(word).str.slice(0, 1).str.replace_many(_ALIKE) + "\0\0\0"
    return padded.cast(pl.Binary).bin.head(4).bin.reinterpret(dtype=pl.UInt32)


def sharing(keys: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Those of the known keys that share one with any of `keys`, and their numbers as column `number`."""
    shared = [
        known[f"k{rule}"].is_in(keys[f"k{rule}"].drop_nulls().unique().implode())
        for rule in range(len(RULES))
    ]
    return known.with_row_index("number").filter(pl.any_horizontal(shared))


def block(table: pl.DataFrame, keys: pl.DataFrame, new: int | None = None) -> Blocks:
    """Return the keys of rows as they may be compared. The first `new` rows are the new ones (all of them when None).

    table: the clean table, of at least the new rows; copies are found in it, and what is told of keys that are too
    wide is of its new rows. The limits are lowered together until the number of pairs fits PAIRS_PER_ROW.
    """
    height = keys.height
    own = height if new is None else min(new, height)
    budget = PAIRS_PER_ROW * max(own, 20_000)
    sized = {name: _sized(keys[f"k{number}"], own) for number, name in enumerate(RULES)}
    copies = _copies(table, sized)
    if copies.height:
        kept = ~pl.int_range(height, eager=True).is_in(copies["uid"].implode())
        sized = {
            name: _sized(pl.select(pl.when(kept).then(s["key"])).to_series(), own)
            for name, s in sized.items()
        }
    scale = _affordable(sized, own, budget)
    columns: list[pl.Series] = []
    findings: list[Finding] = []
    for number, (name, sizes) in enumerate(sized.items()):
        limit = max(2, int(RULES[name].limit * scale))
        wide = (sizes["size"] > limit) & sizes["key"].is_not_null()
        if wide.any():
            narrowed = sizes.select("key", "size", n=keys["n"], wide=wide).with_columns(
                pl.when("wide").then(pl.struct("key", "n").hash(2)).otherwise("key").alias("key")
            )
            narrow = _sized(narrowed["key"], own)
            out = wide & (narrow["size"] > limit)
            findings.append(_report(name, table, sizes["size"], wide.head(own), out.head(own), limit))
            sizes = narrow.with_columns(pl.when(~out).then("key").alias("key"))
        key = sizes.select(pl.when(pl.col("size") > 1).then("key").alias("key"))["key"]
        columns.append(key.reinterpret(signed=True).alias(f"b{number}"))
    uid = pl.int_range(height, dtype=pl.Int32, eager=True).alias("uid")
    return Blocks(pl.DataFrame([uid, *columns]), copies, scale, findings)


def asking(keys: pl.DataFrame, blocks: Blocks) -> pl.DataFrame:
    """Return the keys as they may be compared beside what the rules ask of two rows that share one."""
    return blocks.keys.hstack(keys.select("year", "day", "i1", "il", "ij", "mother"))


def _copies(table: pl.DataFrame, sized: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows alike in every column beyond COPIES of a kind, with the first two rows of their kind."""
    sizes = [found["size"].head(table.height) for found in sized.values()]
    many = pl.all_horizontal((size == 0) | (size > COPIES) for size in sizes) & pl.any_horizontal(
        size > COPIES for size in sizes
    )
    kinds = table.filter(many).select("uid", pl.struct(pl.exclude("uid")).hash(3).alias("kind"))
    return (
        kinds.filter(pl.len().over("kind") > COPIES)
        .with_columns(
            nth=pl.int_range(pl.len()).over("kind"),
            first=pl.col("uid").min().over("kind"),
            second=pl.col("uid").sort().get(1).over("kind"),
        )
        .filter(pl.col("nth") > 1)
        .select("uid", "first", "second")
    )


def _sized(key: pl.Series, own: int) -> pl.DataFrame:
    """Return each row's key by a rule that a new row shares, and how many rows share it (0 where there is none)."""
    if own < len(key):
        asked = key.head(own).drop_nulls().unique().implode()
        key = pl.select(pl.when(key.is_in(asked)).then(key)).to_series()
    return pl.DataFrame([key.alias("key"), _sizes(key)])


def _sizes(key: pl.Series) -> pl.Series:
    """How many rows share the key of each row: by sorting, which takes half the time of grouping."""
    rows = np.flatnonzero(key.is_not_null().to_numpy())
    values = key.drop_nulls().to_numpy()
    order = np.argsort(values)
    ends = np.flatnonzero(np.append(np.diff(values[order]) != 0, True)) if len(values) else rows
    counts = np.diff(np.append(-1, ends))
    sizes = np.zeros(len(key), np.uint32)
    sizes[rows[order]] = np.repeat(counts, counts)
    return pl.Series("size", sizes)


def _affordable(sized: dict[str, pl.DataFrame], own: int, budget: int) -> float:
    counts = [
        (RULES[name].limit, sizes.head(own).drop_nulls("key")["size"].to_numpy())
        for name, sizes in sized.items()
    ]
    scale = 1.0
    while scale > 0.02:
        pairs = sum(float((size[size <= max(2, limit * scale)] - 1).sum()) for limit, size in counts)
        if pairs <= 2 * budget:
            break
        scale *= 0.7
    return scale


def _report(
    name: str, table: pl.DataFrame, size: pl.Series, wide: pl.Series, out: pl.Series, limit: int
) -> Finding:
    """Describe a key that is too wide: the value that most rows share, how many, how many were left out."""
    parts = list(RULES[name].columns)
    worst = (
        table.head(len(wide)).select(parts).with_columns(size=size.head(len(wide))).filter(wide)
        .sort(["size", *parts], descending=[True] + [False] * len(parts), nulls_last=True).row(0)
    )  # fmt: skip
    value = ", ".join(str(part) for part in worst[:-1])
    rows, left = int(wide.sum()), int(out.sum())
    return {
        "code": "block_too_wide",
        "column": name,
        "value": value,
        "shared_by": int(worst[-1]),
        "rows": rows,
        "left_out": left,
        "message_id": f"Kunci {name} terlalu lebar pada {rows} baris (terbanyak: {value}, {worst[-1]} baris; "
        f"batas {limit}); {left} baris tidak dibandingkan lewat kunci ini",
        "message_en": f"Key {name} is too wide on {rows} rows (most: {value}, {worst[-1]} rows; limit {limit}); "
        f"{left} rows are not compared by this key",
    }


#: pairs of two rows of the table `keys` that share a key; DuckDB and Spark both read it
_PAIRS = """
select l as join_key_l, r as join_key_r, cast(bit_or(rule) as integer) as rules
from ({unions}) as found group by l, r
"""
#: rows that are in one of them
PAIRED = "select join_key_l as uid from pairs union select join_key_r from pairs"


def conditions() -> list[str]:
    """For each rule, what two rows `l` and `r` of the keys must fulfil (SQL that DuckDB and Spark both read)."""
    return [
        f"l.b{number} = r.b{number}" + (f" and {rule.also}" if rule.also else "")
        for number, rule in enumerate(RULES.values())
    ]


def pairs_sql(new: int | None) -> str:
    """Return the SQL that selects the pairs (join_key_l < join_key_r, rules as bits) of a table `keys`."""
    only = "" if new is None else f" and l.uid < {new}"
    unions = " union all ".join(
        f"select l.uid as l, r.uid as r, {1 << number} as rule from keys l join keys r "
        f"on {condition} and l.uid < r.uid{only}"
        for number, condition in enumerate(conditions())
    )
    return _PAIRS.format(unions=unions)
