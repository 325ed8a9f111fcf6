"""How common each name is, in five classes, and how often two different rows agree: both by counting."""

from __future__ import annotations

import numpy as np
import polars as pl

from payung.matching.blocking import RULES
from payung.matching.report import Finding

#: frequency below which a name is in class 0, 1, 2, 3; otherwise class 4
CLASSES = (8e-6, 4e-5, 2e-4, 1e-3)
#: rows of an imagined wider list, so that a name seen once in a short list is not taken for common
_WIDER = 60_000
_UNSEEN = 4e-6


def rarity(
    values: pl.Series, regions: pl.Series, among: tuple[pl.Series, pl.Series] | None = None
) -> pl.Series:
    """Class of each value by its frequency where its row lives: 0 very rare ... 4 very common (Int8, null stays null).

    A region's own counts count as much as it has rows, beside those of the whole list: a name that is rare in the
    province may be everybody's in one regency. Rows without a region are judged by the whole list. among: the values
    and regions of the whole list, where those that are judged are some of it.
    """
    judged = pl.DataFrame({"v": values, "r": regions})
    every = judged if among is None else pl.DataFrame({"v": among[0], "r": among[1]})
    every = every.drop_nulls("v")
    there = every.group_by("r").agg(there=pl.len())
    alike = every if among is None else every.filter(pl.col("v").is_in(values.unique().implode()))
    near = alike.group_by("v", "r").agg(near=pl.len())
    total = near.group_by("v").agg(n=pl.col("near").sum())
    frame = (
        judged.join(total, on="v", how="left", maintain_order="left")
        .join(near, on=["v", "r"], how="left", maintain_order="left")
        .join(there, on="r", how="left", maintain_order="left")
    )
    whole = (pl.col("n") - 1 + _WIDER * _UNSEEN) / (every.height + _WIDER)
    local = (pl.col("near") - 1 + _WIDER * whole) / (pl.col("there") + _WIDER)
    share = pl.when(pl.col("r").is_null()).then(whole).otherwise(local)
    rank = sum(((share >= edge).cast(pl.Int8) for edge in CLASSES), start=pl.lit(0, pl.Int8))
    return frame.select(pl.when(pl.col("v").is_not_null()).then(rank).cast(pl.Int8)).to_series()


def _equal(values: pl.Series) -> float:
    """Return the number of pairs of rows with the same value."""
    counts = values.drop_nulls().value_counts()["count"].cast(pl.Float64).to_numpy()
    return float((counts * (counts - 1) / 2).sum())


def closed_form(table: pl.DataFrame, matches: float) -> dict[tuple[str, str], float]:
    """Return the share of all pairs that agree on a whole value, less what `matches` true pairs explain.

    Random pairs are too few to hold two equal NIKs; a count by value gives the share of all pairs exactly.
    """
    out: dict[tuple[str, str], float] = {}

    def add(name: str, key: str, values: pl.DataFrame, column: str, expected: float) -> None:
        present = table[column].len() - table[column].null_count()
        pairs = present * (present - 1) / 2
        if pairs < 1000:
            return
        equal = _equal(values[column])
        seen = (present / max(table.height, 1)) ** 2
        other = max(equal - matches * seen * expected, equal * 0.05, 0.5)
        out[name, key] = float(np.clip(other / pairs, 1e-12, 0.5))

    add("nik", "same", table, "nik", 0.75)
    add("phone", "same", table, "phone", 0.6)
    add("birth_date", "same", table.filter(~pl.col("default_day").fill_null(True)), "dob", 0.8)
    add("birth_date", "same_default", table.filter(pl.col("default_day").fill_null(False)), "dob", 0.06)
    located = table.select("village", "street", "unit", "regency").with_columns(
        door=pl.when(pl.all_horizontal(pl.col("village", "street", "unit").is_not_null())).then(
            pl.struct("village", "street", "unit").hash(5)
        ),
        way=pl.when(pl.all_horizontal(pl.col("village", "street").is_not_null())).then(
            pl.struct("village", "street").hash(6)
        ),
    )
    whole = located["regency"].len() - located["regency"].null_count()
    for key, column in (("door", "door"), ("street", "way")):
        share = _equal(located[column]) / max(whole * (whole - 1) / 2, 1)
        if whole > 1000 and share > 0:
            out["address", key] = share
    for number, (key, expected) in enumerate(
        (("rarest", 0.3), ("rare", 0.15), ("seldom", 0.12), ("common", 0.08), ("frequent", 0.05))
    ):
        add("name", f"same_{key}", table.filter(pl.col("rarity") == number), "full", expected)
    return out


#: a NIK or phone that more distinct names than this carry is nobody's own
_OWNERS = {"nik": 4, "phone": 8}
#: column of the clean table -> (what it is, share of rows from which a value is named as too common)
_COMMON = {
    "full": ("nama", "name", 0.005),
    "dob": ("tanggal lahir", "birth date", 0.005),
    "mother": ("nama ibu", "mother's name", 0.005),
    "village": ("desa", "village", 0.5),
    "phone": ("telepon", "phone", 0.002),
}


def without_shared(
    table: pl.DataFrame, keys: pl.DataFrame, among: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, list[Finding]]:
    """Return a clean table and its keys without NIKs and phones that many names carry, and a finding for each.

    keys: see `blocking.keys_of`; the table may be only the first rows of them. among: the keys in which names are
    counted, where those given are some of many.
    """
    findings: list[Finding] = []
    for column, limit in _OWNERS.items():
        key = f"k{list(RULES).index(column)}"
        every = keys.select(key, "full").drop_nulls(key)
        if among is not None:
            every = among.select(key, "full").filter(pl.col(key).is_in(every[key].unique().implode()))
        often = every.filter(pl.len().over(key) > limit)
        owners = often.group_by(key).agg(pl.col("full").n_unique().alias("names"), pl.len().alias("rows"))
        owners = owners.filter(pl.col("names") > limit)
        if owners.is_empty():
            continue
        values = pl.DataFrame([keys[key].head(table.height), table[column]]).unique(key)
        shown = owners.join(values, on=key).sort(["rows", column], descending=[True, False])
        for value, names, rows in shown.select(column, "names", "rows").head(20).iter_rows():
            findings.append(
                _finding(
                    "value_shared",
                    column,
                    value,
                    rows,
                    f"{column} {_masked(value)} dipakai {names} nama berbeda pada {rows} baris; tidak dihitung",
                    f"{column} {_masked(value)} is used by {names} different names on {rows} rows; it is not counted",
                )
            )
        own = ~keys[key].is_in(owners[key].implode()).fill_null(False)
        held = [column, "own_nik"] if column == "nik" else [column]
        table = table.with_columns(pl.when(own.head(table.height)).then(name).alias(name) for name in held)
        keys = keys.with_columns(pl.when(own).then(key).alias(key))
    return table, keys, findings


def too_common(table: pl.DataFrame) -> list[Finding]:
    """Values that so many rows share that they cannot tell people apart: found before anything is compared."""
    findings: list[Finding] = []
    for column, (indonesian, english, share) in _COMMON.items():
        limit = max(50, int(share * table.height))
        counts = table.drop_nulls(column).group_by(column).len().filter(pl.col("len") > limit)
        for value, rows in counts.sort(["len", column], descending=[True, False]).head(5).iter_rows():
            shown = f"{value % 100:02}-{value // 100 % 100:02}-{value // 10000}" if column == "dob" else value
            findings.append(
                _finding(
                    "value_common",
                    column,
                    str(shown),
                    rows,
                    f"{rows} baris memakai {indonesian} {shown}; nilai ini tidak dapat membedakan orang",
                    f"{rows} rows share the {english} {shown}; it cannot tell people apart",
                )
            )
    written = table.filter(~pl.col("implied")).drop_nulls("dob")
    defaults, dated = int(written["default_day"].sum()), written.height
    if dated >= 100 and defaults > 0.03 * dated:
        findings.append(
            _finding(
                "birth_date_default",
                "dob",
                "01-01, 31-12, 01-07",
                defaults,
                f"{defaults} dari {dated} tanggal lahir adalah 1 Januari, 31 Desember atau 1 Juli (tanggal bawaan)",
                f"{defaults} of {dated} birth dates are 1 January, 31 December or 1 July (defaults)",
            )
        )
    return findings


def _masked(value: str) -> str:
    return value[:6] + "*" * max(len(value) - 6, 0)


def _finding(code: str, column: str, value: str, rows: int, indonesian: str, english: str) -> Finding:
    return {
        "code": code, "column": column, "value": value, "rows": rows,
        "message_id": indonesian, "message_en": english,
    }  # fmt: skip
