"""Counting people by place and by every one or two of trade, age, payer and sex, for each month kept.

A million people in two years are some ten thousand rows of arrays: one for each cut, rung, month and region, so that an
answer is read from a few of them. Months are counted one by one, the current one first; each says when it was.
"""

from __future__ import annotations

import calendar
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction
from django.db.models.functions import Now

from payung.access.actor import everyone_visible
from payung.coverage.other_payers import SHOWN
from payung.coverage.touched import Touched, months_touched, take_touched
from payung.database.locks import Lock, held_if_free
from payung.database.planner import prefer_sequential_scans
from payung.funding.models import Fund
from payung.oversight.actions import CHANGES_NO_FIGURE
from payung.oversight.models import CutCount, CutMonth
from payung.oversight.registered import ACCEPTED, marks
from payung.registry.models import Occupation
from payung.values import Month

#: Months kept: the current one and those before it.
MONTHS = 24
#: Lower ends of the age bands, on the last day of the month.
AGES = (0, 25, 35, 45, 55, 65)
#: Rungs of a month, kept for all months; and of people as they stand, kept for the current one only.
BY_MONTH = ("decreed", "registered", "active")
AS_THEY_STAND = ("candidates", "verified", "eligible", "gap")
STEPS = (*AS_THEY_STAND, *BY_MONTH)
#: Attributes in the order in which a pair is kept: the one with more values first.
ATTRIBUTES = ("trade", "age", "payer", "sex")
#: Cuts kept for villages too, and those kept down to districts.
SINGLES = ("", *ATTRIBUTES)
PAIRS = tuple(",".join(pair) for pair in combinations(ATTRIBUTES, 2))
_WIDTHS = (2, 5, 8, 13)

#: Everybody, read once for all months: what they are, and how they stand (0 where they are no candidates).
_PEOPLE = f"""
SELECT p.id AS person, coalesce(p.occupation_id, '') AS trade, p.birth_date, p.sex, p.region_code AS region,
       (p.merged_into_id IS NULL AND p.candidate)::int AS candidates,
       (p.merged_into_id IS NULL AND p.candidate AND coalesce(e.verified, false))::int AS verified,
       (p.merged_into_id IS NULL AND p.candidate AND coalesce(e.verified AND e.eligible, false))::int AS eligible,
       coalesce({SHOWN}, false)::int AS elsewhere
  FROM registry_person p LEFT JOIN registry_eligibility e ON e.person_id = p.id
"""
_ACCEPTED = f"SELECT person_id AS person, fund_id AS fund, since FROM ({ACCEPTED}) accepted"
_COVERS = """
SELECT person_id AS person, fund_id AS fund, region_code AS region FROM coverage_covermonth WHERE month = %(month)s
"""
_PAID = """
SELECT l.person_id AS person, b.fund_id AS fund
  FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
 WHERE l.month = %(month)s AND b.state IN ('paid', 'reconciled')
"""
_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "person": pl.Int64,
    "fund": pl.Int64,
    "since": pl.Int32,
    "region": pl.String,
    "trade": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    **dict.fromkeys((*AS_THEY_STAND, "elsewhere"), pl.Int32),
}


@dataclass(frozen=True, slots=True)
class Axes:
    """The values of each attribute in the order of the arrays; '' is not known (or, of a payer, none)."""

    trade: tuple[str, ...]
    age: tuple[str, ...]
    payer: tuple[str, ...]
    sex: tuple[str, ...]

    def of(self, cut: str) -> tuple[tuple[str, ...], ...]:
        return tuple(getattr(self, name) for name in cut.split(",") if name)


def axes() -> Axes:
    """Return the attributes' values as the reference tables have them today."""
    return Axes(
        trade=("", *Occupation.objects.order_by("id").values_list("id", flat=True)),
        age=("", *(f"{low:02d}" for low in AGES)),
        payer=("", *(kind.value for kind in Fund.Kind)),
        sex=("", "female", "male"),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What tells which months must be counted: those kept, how each was counted, and what was done since."""

    now: Month
    kept: list[Month]
    known: Axes
    newest: int
    states: dict[Month, CutMonth]
    touched: set[int]

    @property
    def stale(self) -> bool:
        """Whether any month kept must be counted again, as far as acts and notes tell."""
        return bool(self.touched.intersection(month.number for month in self.kept)) or not all(
            month in self.states
            and _is_of(self.states[month], self.now, self.known)
            and self.states[month].last_event >= self.newest
            for month in self.kept
        )


def _look(today: date) -> _Seen:
    now = Month.containing(today)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) FROM access_event WHERE kind = 'act' AND action <> ALL(%s)",
            [list(CHANGES_NO_FIGURE)],
        )
        newest = cursor.fetchall()[0][0]
    return _Seen(
        now=now,
        kept=[Month(now.number - back) for back in range(MONTHS)],
        known=axes(),
        newest=newest,
        states={state.month: state for state in CutMonth.objects.all()},
        touched=set(months_touched(Touched.Count.CUTS)),
    )


def is_stale(today: date) -> bool:
    """Return whether `recount` would count anything."""
    return _look(today).stale


def recount(today: date) -> list[Month]:
    """Count again every month that changed since, the current one after any act. Returns them; nothing if nothing did.

    Not an audited act: it changes no fact, only how quickly facts are read.
    """
    seen = _look(today)
    if not seen.states.keys() <= set(seen.kept):
        CutMonth.objects.exclude(month__in=seen.kept).delete()
        CutCount.objects.exclude(month__in=seen.kept).delete()
    if not seen.stale:
        return []
    with held_if_free(Lock.CUTS) as mine:
        if not mine:
            return []
        with transaction.atomic(), everyone_visible():
            registered = marks(month.number for month in seen.kept)
        stale = [
            month
            for month in seen.kept
            if month == seen.now
            or month not in seen.states
            or not _is_of(seen.states[month], seen.now, seen.known)
            or seen.states[month].registered != registered[month.number]
            or month.number in seen.touched
        ]
        _recount(stale, seen.now, seen.known, seen.newest, registered)
        CutMonth.objects.update(last_event=seen.newest)
    return stale


def _is_of(state: CutMonth, now: Month, known: Axes) -> bool:
    """Return whether a month was counted as what it is, and by the trades there are."""
    return bool(state.current == (state.month == now) and state.trades == list(known.trade))


def _recount(months: list[Month], now: Month, known: Axes, newest: int, registered: dict[int, str]) -> None:
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        everybody = Everybody(
            _read(cursor, _PEOPLE, {"on": now.first_day}),
            _read(cursor, _ACCEPTED),
            dict(Fund.objects.values_list("pk", "kind")),
        )
    for month in months:
        _count_month(month, month == now, known, newest, registered[month.number], everybody)


def _count_month(
    month: Month, current: bool, known: Axes, newest: int, registered: str, everybody: Everybody
) -> None:
    started = time.perf_counter()
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        take_touched(Touched.Count.CUTS, [month.number])
        about = {"month": month.number}
        with prefer_sequential_scans(range(MONTHS)):
            covers, paid = _read(cursor, _COVERS, about), _read(cursor, _PAID, about)
        base = _base(everybody, covers, paid, month, current)
        CutCount.objects.filter(month=month).delete()
        with cursor.copy(
            "COPY oversight_cutcount (cut, step, month, region_code, counts) FROM STDIN"
        ) as copy:
            for cut, step, region, counts in _arrays(base, known, STEPS if current else BY_MONTH):
                copy.write_row((cut, step, month.number, region, counts))
        CutMonth.objects.update_or_create(
            month=month,
            defaults={
                "as_of": Now(),
                "last_event": newest,
                "current": current,
                "trades": list(known.trade),
                "registered": registered,
                "seconds": time.perf_counter() - started,
            },
        )


@dataclass(frozen=True, slots=True)
class Everybody:
    """What all months are counted with: people, who was accepted for which fund since when, and what each fund is."""

    people: pl.DataFrame
    accepted: pl.DataFrame
    kinds: dict[int, str]


def _read(cursor: Any, sql: str, values: dict[str, Any] | None = None) -> pl.DataFrame:
    """Return the rows of a query, which names them as `_TYPES` does."""
    text = io.BytesIO()
    with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)", values) as copy:
        for chunk in copy:
            text.write(chunk)
    text.seek(0)
    names = text.readline().decode().strip().split(",")
    text.seek(0)
    frame = pl.read_csv(text, schema={name: _TYPES[name] for name in names})
    return frame.with_columns(pl.col(pl.String).fill_null(""))


def _base(
    everybody: Everybody, covers: pl.DataFrame, paid: pl.DataFrame, month: Month, current: bool
) -> pl.DataFrame:
    """People of the month by village and all four attributes at once, with one column for each rung."""
    held = everybody.accepted.filter(pl.col("since") <= month.number).select("person", "fund", registered=1)
    kinds = everybody.kinds
    parts = [
        covers.join(held, on=["person", "fund"], how="left")
        .join(paid.select("person", "fund", paid=1), on=["person", "fund"], how="left")
        .with_columns(decreed=1, active=pl.col("registered") * pl.col("paid"))
        .drop("paid")
    ]
    if current:
        parts.append(_standing(everybody.people, covers))
    # People of an unknown village stand in one of their own, numbered 0000, so that regions add up.
    region = pl.col("region")
    placed = (
        pl.when(region.str.len_chars() == 13)
        .then(region)
        .when(region.str.len_chars() == 8)
        .then(region + ".0000")
        .when(region.str.len_chars() == 5)
        .then(region + ".00.0000")
        .otherwise(region.str.head(2) + ".00.00.0000")
    )
    payer = pl.col("fund").replace_strict(kinds, default="", return_dtype=pl.String)
    rows = pl.concat(parts, how="diagonal").join(
        everybody.people.select("person", "trade", "birth_date", "sex"), on="person"
    )
    missing = [pl.lit(0, pl.Int32).alias(step) for step in STEPS if step not in rows.columns]
    return (
        rows.with_columns(*missing, region=placed, payer=payer.fill_null(""), age=_age(month.last_day))
        .group_by("region", *ATTRIBUTES)
        .agg(pl.col(step).fill_null(0).cast(pl.Int64).sum() for step in STEPS)
    )


def _standing(people: pl.DataFrame, covers: pl.DataFrame) -> pl.DataFrame:
    """People as they stand: whoever is covered on each step, where the cover names; others where they live."""
    covered = covers.select("person", place="region", covered=1)
    steps = [pl.col(name) for name in ("candidates", "verified", "eligible")]
    here = pl.col("covered").fill_null(0)
    free = (1 - here) * (1 - pl.col("elsewhere"))
    return (
        people.join(covered, on="person", how="left")
        .filter((pl.col("candidates") == 1) | (here == 1))
        .select(
            "person",
            pl.coalesce("place", "region").alias("region"),
            *(pl.max_horizontal(step, here) for step in steps[:2]),
            pl.max_horizontal(steps[2] * free, here),
            gap=steps[2] * free,
        )
    )


def _age(day: date) -> pl.Expr:
    """Return the age band of a birth date on a day; '' where it is not known."""
    born, band = pl.col("birth_date"), pl.lit(f"{AGES[-1]:02d}")
    for low, high in reversed(list(pairwise(AGES))):
        band = pl.when(born > _years_before(day, high)).then(pl.lit(f"{low:02d}")).otherwise(band)
    return pl.when(born.is_null()).then(pl.lit("")).otherwise(band)


def _years_before(day: date, years: int) -> date:
    last = calendar.monthrange(day.year - years, day.month)[1]
    return day.replace(year=day.year - years, day=min(day.day, last))


def _arrays(base: pl.DataFrame, known: Axes, steps: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    """Every cut of the month: cut, rung, region, counts in the order of the axes. Regions with nobody are left out.

    The counts are written as the database reads an array: the driver takes ten times as long over each.
    """
    places = {name: {value: at for at, value in enumerate(getattr(known, name))} for name in ATTRIBUTES}
    coded = base.with_columns(
        pl.col(name).replace_strict(places[name], return_dtype=pl.Int64) for name in ATTRIBUTES
    )
    for cut in (*SINGLES, *PAIRS):
        names = [name for name in cut.split(",") if name]
        shape = tuple(len(getattr(known, name)) for name in names)
        # People as they stand have no payer: only the covered of a month do.
        kept = tuple(step for step in steps if "payer" not in names or step in BY_MONTH)
        sums = [pl.col(step).sum() for step in kept]
        finest = (
            coded.with_columns(pl.col("region").str.head(8) if len(names) == 2 else pl.col("region"))
            .group_by("region", *names)
            .agg(sums)
        )
        for width in _WIDTHS[: 3 if len(names) == 2 else 4]:
            level = finest.with_columns(pl.col("region").str.head(width)).group_by("region", *names).agg(sums)
            yield from _level(cut, level, names, shape, kept)


def _level(
    cut: str, level: pl.DataFrame, names: list[str], shape: tuple[int, ...], steps: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    regions = level["region"].unique().sort()
    row = (
        level["region"].cast(pl.Enum(regions)).to_physical().to_numpy() if len(regions) else np.empty(0, int)
    )
    cell = np.ravel_multi_index([level[name].to_numpy() for name in names], shape) if names else 0
    size = int(np.prod(shape)) if shape else 1
    for step in steps:
        table = np.zeros((len(regions), size), np.int64)
        table[row, cell] = level[step].to_numpy()
        for region, counts in zip(regions, table, strict=True):
            if counts.any():
                yield cut, step, region, f"{{{','.join(map(str, counts.tolist()))}}}"
