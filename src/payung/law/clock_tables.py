"""The benefit clock over whole lists: Polars in, Polars out, each distinct history judged once, without its reasons.

The rules stand in `cover`; here histories are only made alike where the rules cannot tell them apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from payung.law.cover import NONE, Run, Standing, terms_of
from payung.law.readings import every_reading
from payung.law.store import Law, law_or_default
from payung.law.tables import require

_ANSWERS: dict[str, pl.DataType | type[pl.DataType]] = {
    "jkk": pl.Boolean,
    "jkm": pl.Utf8,
    "jkm_full_from": pl.Date,
    "scholarship_from": pl.Date,
    "lapses_on": pl.Date,
    "arrears_months": pl.Int32,
}


def clock_table(paid: pl.DataFrame, on: date, *, law: Law | None = None) -> pl.DataFrame:
    """Return the benefit clock on `on` of everyone in `paid`: one row per id, in order of first appearance.

    `paid` has id and the half-open periods first, end (Int32, Month.number), several rows per id allowed.
    Gives id, jkk (Boolean), jkm ('none', 'partial', 'full'), jkm_full_from, scholarship_from, lapses_on (Date)
    and arrears_months (Int32).
    """
    law = law_or_default(law)
    runs = _runs(paid)
    restarts = law.choose("reading.gap_restarts_wait", on).name == "any-gap"
    if restarts and law.choose("reading.scholarship_count", on).name == "continuous":
        runs = _tails(runs, on)
    histories = _histories(runs)
    rows = [(told, *_answers(law, history, on)) for told, history in _distinct(histories)]
    answers = pl.DataFrame(rows, schema={"history": pl.Utf8, **_ANSWERS}, orient="row")
    ids = paid.select(pl.col("id").unique(maintain_order=True))
    found = ids.join(histories, on="id", how="left", maintain_order="left")
    found = found.join(answers, on="history", how="left", maintain_order="left").drop("history")
    nothing_paid = {"jkk": False, "jkm": NONE, "arrears_months": 0}
    return found.with_columns(pl.col(name).fill_null(value) for name, value in nothing_paid.items())


def _answers(law: Law, runs: tuple[Run, ...], on: date) -> tuple[object, ...]:
    found = Standing(law, runs, on)
    if found.begun:
        return (
            found.covered,
            found.jkm,
            found.full_from,
            found.scholarship_from,
            found.lapses_on,
            found.unpaid,
        )
    coming = Standing(law, runs, found.starts)
    return False, NONE, coming.full_from, coming.scholarship_from, coming.lapses_on, coming.unpaid


def _runs(paid: pl.DataFrame) -> pl.DataFrame:
    """Return the periods of each id as runs that neither touch nor overlap, oldest first."""
    require(paid, ("id", "first", "end"))
    known = paid.select("id", "first", "end").filter(pl.col("end") > pl.col("first"))
    if known["id"].is_unique().all():
        return known
    ordered = known.lazy()
    reached = pl.col("end").cum_max().shift(1).over("id")
    return (
        ordered.sort("id", "first")
        .with_columns(run=(pl.col("first") > reached).fill_null(False).cast(pl.Int32).cum_sum().over("id"))
        .group_by("id", "run", maintain_order=True)
        .agg(pl.col("first").min(), pl.col("end").max())
        .collect()
    )


def _tails(runs: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return the runs from the last one begun by `on`; where every gap restarts all counting, no other counts."""
    now = on.year * 12 + on.month - 1
    begun = pl.col("first").filter(pl.col("first") <= now).max().over("id")
    return runs.filter(begun.is_null() | (pl.col("first") >= begun))


def _histories(runs: pl.DataFrame) -> pl.DataFrame:
    """One row per id: its runs as text, by which histories are told apart."""
    told = runs.select("id", history=pl.concat_str("first", pl.lit(":"), "end"))
    if told["id"].is_unique().all():
        return told
    return told.group_by("id", maintain_order=True).agg(pl.col("history").str.join(","))


def _distinct(histories: pl.DataFrame) -> Iterator[tuple[str, tuple[Run, ...]]]:
    for told in histories["history"].unique():
        parts = (part.partition(":") for part in told.split(","))
        yield told, tuple((int(first), int(end)) for first, _, end in parts)


@dataclass(slots=True)
class Otherwise:
    """What a whole list would be answered under rules read as in `changed`: how many of it, and from what to what."""

    changed: dict[str, str]
    people: int = 0
    moves: Counter[tuple[tuple[bool, str], tuple[bool, str]]] = field(default_factory=Counter)


def clock_readings(paid: pl.DataFrame, on: date, *, law: Law | None = None) -> list[Otherwise]:
    """Return the readings under which some of `paid` (as `clock_table` takes it) stand otherwise in JKK or JKM on `on`.

    Single changes of a rule first; several together only for those whom fewer do not give that standing.
    """
    law = law_or_default(law)
    found: dict[tuple[tuple[str, str], ...], Otherwise] = {}
    histories = _histories(_may_be_covered(_runs(paid), on, law))
    consulted: list[str] = []
    noting = replace(law, consulted=consulted)
    weights = dict(histories["history"].value_counts().iter_rows())
    for told, history in _distinct(histories):
        consulted.clear()
        _state(noting, history, on)
        if not consulted:
            continue
        answers = every_reading(law, on, lambda other, runs=history: _state(other, runs, on))  # type: ignore[misc]
        _, chosen = next(answers)
        known = {chosen}
        for changed, state in answers:
            if state != chosen and (len(changed) == 1 or state not in known):
                known.add(state)
                one = found.setdefault(tuple(sorted(changed.items())), Otherwise(changed))
                one.people += weights[told]
                one.moves[chosen, state] += weights[told]
    return sorted(found.values(), key=lambda one: (len(one.changed), -one.people))


def _may_be_covered(runs: pl.DataFrame, on: date, law: Law) -> pl.DataFrame:
    """Return the runs of those whom some reading may cover on `on`: begun, unpaid no longer than any rule allows."""
    now = on.year * 12 + on.month - 1
    longest = max(terms.unpaid for terms in terms_of(law))
    reached = pl.col("end").filter(pl.col("first") <= now).max().over("id")
    return runs.filter(reached > now - longest)


def _state(law: Law, runs: tuple[Run, ...], on: date) -> tuple[bool, str]:
    found = Standing(law, runs, on)
    return (found.covered, found.jkm) if found.begun else (False, NONE)
