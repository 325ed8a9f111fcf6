"""The same rules over tables: Polars in, Polars out.

No formula stands here. Each function numbers the distinct cases of a table, asks the scalar rule once for each
case that occurs, and hands the answers back to the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from payung.law.enrolment import ANSWERS, PRESUMED, UNKNOWN, conclude, judge, reason
from payung.law.errors import LawError
from payung.law.pricing import PAYERS, SECTORS, price
from payung.law.store import Law, Parameter, law_or_default, layered
from payung.values import Month

_PRICES = ("jkk", "jkm", "jht", "total")


@dataclass(frozen=True, slots=True)
class _Span:
    """A run of months in which no rule of contribution changes."""

    first: Month
    starts: list[int]
    newcomer_months: int
    relief: Month


def contribution_table(frame: pl.DataFrame, *, law: Law | None = None) -> pl.DataFrame:
    """`frame` with the columns jkk, jkm, jht, total (Int64, whole rupiah) of each row's contribution.

    `frame` has income (Int64 or null, rupiah a month), payer, sector (text) and month (Int32, Month.number);
    it may have with_jht (Boolean, absent means no) and registered (Int32, Month.number). The rows keep their order.
    Raises LawError for a missing column, an unknown payer or sector, a negative income, or a month before
    registration or before the law.
    """
    law = law_or_default(law)
    require(frame, ("income", "payer", "sector", "month"))
    if frame.is_empty():
        return frame.with_columns(pl.lit(None, pl.Int64).alias(name) for name in _PRICES)
    if frame["month"].null_count():
        raise LawError("month is null in some rows; give every row a month number (year * 12 + month - 1)")
    lowest = frame["income"].min()
    if isinstance(lowest, int) and lowest < 0:
        raise LawError(f"income {lowest} is below zero; give rupiah a month, or leave it null")
    if "registered" in frame.columns and (frame["registered"] > frame["month"]).any():
        raise LawError("registered lies after month in some rows; nothing is charged before registration")
    first, last = Month(frame["month"].min()), Month(frame["month"].max())  # type: ignore[arg-type]
    spans = _spans(law, first, last)
    case = _cases(frame, spans)
    occurring = np.flatnonzero(np.bincount(case.to_numpy())).tolist()
    prices = _price_cases(law, occurring, spans)
    row = pl.lit(case)
    return frame.with_columns(
        pl.lit(pl.Series(values, dtype=pl.Int64)).gather(row).alias(name) for name, values in prices.items()
    )


def _spans(law: Law, first: Month, last: Month) -> list[_Span]:
    """Return the spans that cover `first` to `last`, oldest first."""
    starts = {first.number}
    for parameter in law.parameters.values():
        if parameter.name.startswith(("contribution.", "reading.")):
            for value in parameter.values:
                for day in (value.since, value.until):
                    if day is not None and day != date.max:
                        month = Month.containing(day)
                        starts.add(month.number + (1 if day.day > 1 else 0))
    months = [Month(number) for number in sorted(starts) if first.number <= number <= last.number]
    return [
        _Span(
            month,
            [band["from"] for band in law.value("contribution.bands", month)],
            law.value("contribution.relief_full_months_for_new", month),
            Month.containing(law.at("contribution.relief_full_months_for_new", month).since),
        )
        for month in months
    ]


def _cases(frame: pl.DataFrame, spans: list[_Span]) -> pl.Series:
    """For every row the number of its case: span, band, payer, sector, jht and newness in one integer."""
    parts = {
        "span": _span_part(spans),
        "band": _band_part(spans),
        "payer": pl.col("payer").cast(pl.Enum(PAYERS)).to_physical(),
        "sector": pl.col("sector").cast(pl.Enum(SECTORS)).to_physical(),
    }
    if "with_jht" in frame.columns:
        parts["jht"] = pl.col("with_jht").fill_null(False)
    newness = _newness(spans)
    if "registered" in frame.columns and newness > 2:
        parts["new"] = _new_part(spans).fill_null(-1).clip(-1, newness - 2) + 1
    wanted = [part.cast(pl.Int32).alias(name) for name, part in parts.items()]
    try:
        codes = frame.lazy().select(wanted).collect()
    except pl.exceptions.PolarsError:
        _check_known(frame, "payer", PAYERS)
        _check_known(frame, "sector", SECTORS)
        raise
    case = codes["span"].to_numpy().copy()
    for name, size in _sizes(spans):
        case *= size
        if name in parts:
            if codes[name].null_count():
                raise LawError(f"{name} is null in some rows; give every row a value")
            case += codes[name].to_numpy()
    return pl.Series("case", case)


def _span_part(spans: list[_Span]) -> pl.Expr:
    """Which span a row's month lies in: the number of spans begun by then, but for the first."""
    part: pl.Expr = pl.lit(0, pl.Int32)
    for span in spans[1:]:
        part = part + (pl.col("month") >= span.first.number).cast(pl.Int32)
    return part if len(spans) > 1 else pl.col("month") * 0


def _band_part(spans: list[_Span]) -> pl.Expr:
    """Return the band row of a row's income, by the band table of its span; a null income takes row 0."""
    known = pl.col("income").cast(pl.Int64).fill_null(0)

    def band(span: _Span) -> pl.Expr:
        return (
            pl.lit(pl.Series(span.starts, dtype=pl.Int64)).search_sorted(known, side="right").cast(pl.Int32)
            - 1
        )

    part = band(spans[0])
    for earlier, later in pairwise(spans):
        if earlier.starts != later.starts:
            part = pl.when(pl.col("month") >= later.first.number).then(band(later)).otherwise(part)
    return part


def _new_part(spans: list[_Span]) -> pl.Expr:
    """Months since registration, as `pricing.months_since` counts them: null for a member from before the relief."""
    relief: pl.Expr = pl.lit(spans[0].relief.number)
    for span in spans[1:]:
        relief = (
            pl.when(pl.col("month") >= span.first.number).then(pl.lit(span.relief.number)).otherwise(relief)
        )
    since = pl.col("month") - pl.col("registered")
    return pl.when(pl.col("registered") >= relief).then(since)


def _sizes(spans: list[_Span]) -> list[tuple[str, int]]:
    """How many values each part of a case number can take, after the span itself."""
    bands = max(len(span.starts) for span in spans)
    return [
        ("band", bands),
        ("payer", len(PAYERS)),
        ("sector", len(SECTORS)),
        ("jht", 2),
        ("new", _newness(spans)),
    ]


def _newness(spans: list[_Span]) -> int:
    """States of 'months since registration': 0 is unknown, then 0, 1, ... up to past the relief's full months."""
    return max(span.newcomer_months for span in spans) + 2


def _check_known(frame: pl.DataFrame, name: str, known: Sequence[str]) -> None:
    """Raise LawError for the first value of the column `name` that is not among `known`."""
    given = frame[name].cast(pl.Utf8).drop_nulls()
    strange = given.filter(~given.is_in(known))
    if len(strange):
        raise LawError(f"{name} {strange.first()!r} is not known; use one of {', '.join(known)}")


def _price_cases(law: Law, cases: Sequence[int], spans: list[_Span]) -> dict[str, list[int | None]]:
    """Return the scalar price of every case that occurs, at the place of its number."""
    size = max(cases) + 1
    prices: dict[str, list[int | None]] = {name: [None] * size for name in _PRICES}
    for case in cases:
        rest, digits = case, {}
        for name, base in reversed(_sizes(spans)):
            rest, digits[name] = divmod(rest, base)
        span = spans[rest]
        since = digits["new"] - 1 if digits["new"] else None
        found = price(
            law,
            span.starts[digits["band"]],
            PAYERS[digits["payer"]],
            SECTORS[digits["sector"]],
            span.first,
            bool(digits["jht"]),
            since,
        )
        for name in _PRICES:
            prices[name][case] = getattr(found, name)
    return prices


def eligible_table(
    frame: pl.DataFrame,
    on: date,
    criteria: Sequence[str | Path] = (),
    *,
    presume: Sequence[str] = (),
    law: Law | None = None,
) -> pl.DataFrame:
    """`frame` with eligible (Boolean, null where a fact is missing) and reasons (list of codes) for `on`.

    The columns that count are those named like the facts of `eligible`: birth_date, wage_worker, resident and so
    on; a missing column is an unknown fact. `presume` names facts that are taken as given where they are unknown. A
    reason is the name of a criterion that says no, or 'needs:FACT'.
    """
    base = law_or_default(law)
    law = layered(base, tuple(criteria)) if criteria else base
    asked = [(one, one.criterion.fact) for one in law.criteria(on) if one.criterion]
    case = pl.repeat(0, len(frame), dtype=pl.Int64, eager=True)
    for parameter, fact in asked:
        judged = _judged(frame, law, parameter, fact, on, fact in presume)
        case = case * len(ANSWERS) + judged
    occurring = case.unique().sort()
    results, reasons = [], []
    for number in occurring.to_list():
        answers: list[str] = []
        for _ in asked:
            number, answer = divmod(number, len(ANSWERS))
            answers.insert(0, ANSWERS[answer])
        codes = (reason(said, one.name, fact) for said, (one, fact) in zip(answers, asked, strict=True))
        results.append(conclude(answers))
        reasons.append(list(dict.fromkeys(code for code in codes if code)))
    row = occurring.search_sorted(case)
    return frame.with_columns(
        pl.Series("eligible", results, dtype=pl.Boolean).gather(row),
        pl.Series("reasons", reasons, dtype=pl.List(pl.Utf8)).gather(row),
    )


def _judged(
    frame: pl.DataFrame, law: Law, parameter: Parameter, fact: str, on: date, presumed: bool
) -> pl.Series | int:
    """Judge a criterion for every row, as a place in ANSWERS; each distinct fact is judged once."""

    def judged(value: Any) -> int:
        answer = judge(law, parameter, value, on)
        taken = presumed and value is None and answer == UNKNOWN
        return ANSWERS.index(PRESUMED if taken else answer)

    if fact not in frame.columns:
        return judged(None)
    distinct = frame[fact].unique()
    answers = [judged(value) for value in distinct.to_list()]
    lookup = pl.DataFrame({fact: distinct, "answer": pl.Series(answers, dtype=pl.Int64)})
    joined = frame.select(fact).join(lookup, on=fact, how="left", nulls_equal=True, maintain_order="left")
    return joined["answer"]


def require(frame: pl.DataFrame, names: Sequence[str]) -> None:
    """Raise LawError where `frame` lacks one of the columns `names`."""
    for name in names:
        if name not in frame.columns:
            raise LawError(f"the table has no column {name!r}; it needs {', '.join(names)}")
