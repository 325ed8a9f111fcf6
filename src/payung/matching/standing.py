"""Standing NIKs: valid, with nothing in their own row against them.

Two of them that differ are two people until a clerk says otherwise, whatever else the rows share.

A birth date or sex that is missing speaks against nothing: the NIK holds both. One that differs shows a NIK that is
mistyped or somebody else's, and such a NIK keeps nobody apart.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from payung.identity.nik_places import prefixes

#: bits by which one of two people must be likelier before a row without a NIK of its own is given to them
CLEARLY = 3.0
_WHOLE = 16
#: two digits of a year: up to the first workers of the 2000s, who are at least about ten years old, and from the
#: second those of the 1900s. In between it is nobody's birth but the day of a family card, written for a NIK
_LAST_OF_2000S, _FIRST_OF_1900S = 15, 30


def own_nik() -> pl.Expr:
    """Return the NIK of each row where it stands, else null.

    Reads nik (digits), said (sex as the row says it: 1 male, 2 female), dob (yyyymmdd), year and day (month*100+day).
    """
    number = pl.when(pl.col("nik").str.len_chars() == _WHOLE).then(pl.col("nik").cast(pl.Int64, strict=False))
    dated = number // 10_000 % 1_000_000
    day, month = dated // 10_000, dated // 100 % 100
    valid = (
        (number // 10_000_000_000).is_in(_numbers().implode())
        & _of_calendar(day, month, dated % 100)
        & (number % 10_000 != 0)
    )
    born = day % 40 * 10_000 + dated % 10_000
    said_born = pl.col("day") % 100 * 10_000 + pl.col("day") // 100 * 100 + pl.col("year") % 100
    fits = (born == said_born).fill_null(True) & (
        pl.when(day > 40).then(2).otherwise(1) == pl.col("said")
    ).fill_null(True)
    return pl.when(valid & fits).then("nik")


@cache
def _numbers() -> pl.Series:
    """Return the prefixes as numbers."""
    return pl.Series([int(prefix) for prefix in prefixes()], dtype=pl.Int64)


def born() -> pl.Expr:
    """Return the birth date (yyyymmdd) that the first twelve digits of a valid NIK hold (nik12), else null.

    Also of somebody who would be a hundred years old.
    """
    day, month, year = (_number("nik12", start, 2) for start in (6, 8, 10))
    valid = pl.col("nik12").str.slice(0, 6).is_in(list(prefixes())) & _of_calendar(day, month, year)
    valid &= ~year.is_between(_LAST_OF_2000S + 1, _FIRST_OF_1900S - 1)
    century = pl.when(year > _LAST_OF_2000S).then(1900).otherwise(2000)
    return pl.when(valid).then((century + year) * 10_000 + month * 100 + day % 40)


def _of_calendar(day: pl.Expr, month: pl.Expr, year: pl.Expr) -> pl.Expr:
    """Return whether a day is in the calendar; 00 is 2000, which has its 29 February as 1900 had not."""
    february = pl.when(year % 4 == 0).then(29).otherwise(28)
    longest = pl.when(month == 2).then(february).when(month.is_in((4, 6, 9, 11))).then(30).otherwise(31)
    return month.is_between(1, 12) & (day <= 71) & (day % 40).is_between(1, longest)


def born_of(nik: str) -> int | None:
    """`born` for one NIK of sixteen digits."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if (
        nik[:6] not in prefixes()
        or not _in_calendar(day, month, year)
        or _LAST_OF_2000S < year < _FIRST_OF_1900S
    ):
        return None
    return ((1900 if year > _LAST_OF_2000S else 2000) + year) * 10_000 + month * 100 + day % 40


def _in_calendar(day: int, month: int, year: int) -> bool:
    return 1 <= month <= 12 and day <= 71 and 1 <= day % 40 <= monthrange(2000 + year, month)[1]


def stands(nik: str, born: date | None, said: int | None = None) -> bool:
    """`own_nik` for one NIK of sixteen digits: a look-up has no time to set up a column for it."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if not _in_calendar(day, month, year):
        return False
    valid = nik[:6] in prefixes() and nik[12:] != "0000"
    fits = born is None or (day % 40, month, year) == (born.day, born.month, born.year % 100)
    return valid and fits and said in (None, 2 if day > 40 else 1)


def _number(column: str, start: int, digits: int) -> pl.Expr:
    return pl.col(column).str.slice(start, digits).cast(pl.Int32, strict=False)


def exclusive(own: pl.Series, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return whether the two rows of each pair have standing NIKs that keep them apart.

    own: for each row its standing NIK, or several with blanks between where a clerk found that one person has them;
    null where there is none.
    """
    kind, _ = _kinds(own)
    one, other = kind[left], kind[right]
    apart: np.ndarray = (one != -1) & (other != -1) & (one != other)
    if (own.str.len_chars() > _WHOLE).any():
        values = own.to_list()
        for place in np.flatnonzero(apart).tolist():
            apart[place] = keep_apart(niks_of(values[left[place]]), niks_of(values[right[place]]))
    return apart


def niks_of(own: str | None) -> frozenset[str]:
    """Return the standing NIKs of one row."""
    return frozenset((own or "").split())


def keep_apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two groups of rows have standing NIKs that nobody has yet found on one person."""
    return not (one <= other or other <= one)


def torn(own: pl.Series, edges: pl.DataFrame) -> pl.Series:
    """Return the edges that would give a row to one of two people about as likely, who are two by their NIKs.

    The row itself has no standing NIK; a clerk decides. Columns l, r, weight, join.
    """
    kind, bare = _kinds(own)
    left, right = edges["l"].to_numpy(), edges["r"].to_numpy()
    half = bare[left] != bare[right]
    place = np.flatnonzero(half & edges["join"].to_numpy())
    row = np.where(bare[left[place]], left[place], right[place])
    other = kind[np.where(bare[left[place]], right[place], left[place])]
    found = pl.DataFrame({"place": place, "row": row, "other": other, "w": edges["weight"].to_numpy()[place]})
    best = found.group_by("row", "other").agg(pl.col("w").max()).filter(pl.len().over("row") > 1)
    close = best.group_by("row").agg(
        pl.col("w").top_k(2).min().alias("second"), pl.col("w").max().alias("first")
    )
    doubtful = close.filter(pl.col("first") - pl.col("second") < CLEARLY)
    out = np.zeros(edges.height, bool)
    out[found.join(doubtful, on="row", how="semi")["place"].to_numpy()] = True
    return pl.Series(out)


def _kinds(own: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each distinct value, -1 where there is none, and the mask of where there is none."""
    bare = own.is_null()
    several = (own.hash(1) // 4).cast(pl.Int64) * -1 - 2
    kind = pl.select(pl.when(bare).then(-1).otherwise(pl.coalesce(own.cast(pl.Int64, strict=False), several)))
    return kind.to_series().to_numpy(), bare.to_numpy()
