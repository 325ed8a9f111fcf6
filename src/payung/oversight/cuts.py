"""Counting people by place and by every one or two of trade, age, payer and sex, for each month kept.

A million people in two years are some ten thousand rows of arrays: one for each cut, rung, month and region, so that an
answer is read from a few of them. Months are counted one by one, the current one first; each says when it was.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

import numpy as np
import polars as pl
from django.db import connection, transaction
from django.db.models.functions import Now

from payung.access.actor import everyone_visible
from payung.coverage.touched import Touched, months_touched, take_touched
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
_LOCK = 720_066

#: People of an unknown village stand in one of their own, numbered 0000, so that regions add up.
_PLACED = """CASE length({0}) WHEN 13 THEN {0} WHEN 8 THEN {0} || '.0000' WHEN 5 THEN {0} || '.00.0000'
             ELSE left({0}, 2) || '.00.00.0000' END"""

_PEOPLE = f"""
CREATE TEMP TABLE cut_person AS
    SELECT p.id, coalesce(p.occupation_id, '') AS trade, p.birth_date, p.sex FROM registry_person p;
CREATE TEMP TABLE cut_accepted AS {ACCEPTED};
ANALYZE cut_person; ANALYZE cut_accepted
"""
_FORGET = "DROP TABLE IF EXISTS cut_person, cut_accepted"

_COVERS = """
    SELECT c.person_id, c.region_code, f.kind AS payer, 0 AS candidates, 0 AS verified, 0 AS eligible, 0 AS gap,
           1 AS decreed, (a.person_id IS NOT NULL)::int AS registered, 0 AS active
    FROM coverage_covermonth c JOIN funding_fund f ON f.id = c.fund_id
    LEFT JOIN cut_accepted a ON a.person_id = c.person_id AND a.fund_id = c.fund_id AND a.since <= c.month
    WHERE c.month = %(month)s
    UNION ALL
    SELECT l.person_id, l.region_code, f.kind, 0, 0, 0, 0, 0, 0, 1
    FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id JOIN funding_fund f ON f.id = b.fund_id
    JOIN cut_accepted a ON a.person_id = l.person_id AND a.fund_id = b.fund_id AND a.since <= l.month
    WHERE l.month = %(month)s AND b.state IN ('paid', 'reconciled')
"""
_STANDING = """
    UNION ALL
    SELECT p.id, p.region_code, '', 1, coalesce(e.verified, false)::int,
           (coalesce(e.verified, false) AND coalesce(e.eligible, false))::int,
           (coalesce(e.verified, false) AND coalesce(e.eligible, false) AND c.person_id IS NULL)::int, 0, 0, 0
    FROM registry_person p
    LEFT JOIN registry_eligibility e ON e.person_id = p.id
    LEFT JOIN coverage_covermonth c ON c.person_id = p.id AND c.month = %(month)s
    WHERE p.merged_into_id IS NULL AND p.candidate
"""


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
    """The attributes' values as the reference tables have them today."""
    return Axes(
        trade=("", *Occupation.objects.order_by("id").values_list("id", flat=True)),
        age=("", *(f"{low:02d}" for low in AGES)),
        payer=("", *(kind.value for kind in Fund.Kind)),
        sex=("", "female", "male"),
    )


def recount(today: date) -> list[Month]:
    """Counts again every month that changed since, the current one after any act; returns them. Nothing if nothing did.

    Not an audited act: it changes no fact, only how quickly facts are read.
    """
    now = Month.containing(today)
    kept = [Month(now.number - back) for back in range(MONTHS)]
    known = axes()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) FROM access_event WHERE action <> ALL(%s)", [list(CHANGES_NO_FIGURE)]
        )
        newest = cursor.fetchall()[0][0]
    CutMonth.objects.exclude(month__in=kept).delete()
    CutCount.objects.exclude(month__in=kept).delete()
    states = {state.month: state for state in CutMonth.objects.all()}
    touched = months_touched(Touched.Count.CUTS)
    if not touched.intersection(month.number for month in kept) and all(
        month in states and _is_of(states[month], now, known) and states[month].last_event >= newest
        for month in kept
    ):
        return []
    if not _lock():
        return []
    with transaction.atomic(), everyone_visible():
        registered = marks(month.number for month in kept)
    stale = [
        month
        for month in kept
        if month == now
        or month not in states
        or not _is_of(states[month], now, known)
        or states[month].registered != registered[month.number]
        or month.number in touched
    ]
    _recount(stale, now, known, newest, registered)
    CutMonth.objects.update(last_event=newest)
    return stale


def _is_of(state: CutMonth, now: Month, known: Axes) -> bool:
    """Whether a month was counted as what it is, and by the trades there are."""
    return state.current == (state.month == now) and state.trades == list(known.trade)


def _lock() -> bool:
    """Takes the counting upon this connection; False where another does it just now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchall()[0][0])


def _recount(months: list[Month], now: Month, known: Axes, newest: int, registered: dict[int, str]) -> None:
    with connection.cursor() as cursor:
        try:
            with transaction.atomic(), everyone_visible():
                cursor.execute(_FORGET)
                cursor.execute(_PEOPLE)
            for month in months:
                _count_month(month, month == now, known, newest, registered[month.number])
        finally:
            cursor.execute(_FORGET)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _count_month(month: Month, current: bool, known: Axes, newest: int, registered: str) -> None:
    started = time.perf_counter()
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        take_touched(Touched.Count.CUTS, [month.number])
        base = _base(cursor, month, current)
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


def _base(cursor: object, month: Month, current: bool) -> pl.DataFrame:
    """People of the month by village and all four attributes at once, with one column for each rung."""
    bands = " ".join(
        f"WHEN birth_date > %(last)s::date - interval '{high} years' THEN '{low:02d}'"
        for low, high in pairwise(AGES)
    )
    sums = ", ".join(f"sum({step})::int AS {step}" for step in STEPS)
    sql = f"""COPY (
        SELECT {_PLACED.format("m.region_code")} AS region, p.trade,
               CASE WHEN birth_date IS NULL THEN '' {bands} ELSE '{AGES[-1]:02d}' END AS age, m.payer, p.sex, {sums}
        FROM ({_COVERS}{_STANDING if current else ""}) m JOIN cut_person p ON p.id = m.person_id
        GROUP BY 1, 2, 3, 4, 5
    ) TO STDOUT (FORMAT csv, HEADER)"""
    text = io.BytesIO()
    with cursor.copy(sql, {"month": month.number, "last": month.last_day}) as copy:  # type: ignore[attr-defined]
        for chunk in copy:
            text.write(chunk)
    text.seek(0)
    words = dict.fromkeys(("region", *ATTRIBUTES), pl.String)
    frame = pl.read_csv(text, schema_overrides=words | dict.fromkeys(STEPS, pl.Int64))
    return frame.with_columns(pl.col(list(words)).fill_null(""))


def _arrays(
    base: pl.DataFrame, known: Axes, steps: tuple[str, ...]
) -> Iterator[tuple[str, str, str, list[int]]]:
    """Every cut of the month: cut, rung, region, counts in the order of the axes. Regions with nobody are left out."""
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
) -> Iterator[tuple[str, str, str, list[int]]]:
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
                yield cut, step, region, counts.tolist()
