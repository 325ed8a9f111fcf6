"""A draft as tables: who is paid by whom from when to when, and why the others are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from payung.allocation.draft import Draft
from payung.allocation.instance import FUNDS_TOO_SHORT, Instance

MONEY_SHORT, LOTTERY = "money_short", "lottery"


def assignments_of(draft: Draft) -> pl.DataFrame:
    """Return the runs of months with one payer, sorted by person and month."""
    inst, payer = draft.instance, draft.payer
    person, month = np.nonzero(payer >= 0)
    fund = payer[person, month].astype(np.int64)
    fresh = np.ones(len(person), dtype=np.bool_)
    if len(person):
        fresh[1:] = (person[1:] != person[:-1]) | (fund[1:] != fund[:-1]) | (month[1:] != month[:-1] + 1)
    at = np.flatnonzero(fresh)
    stop = np.append(at[1:], len(person)) - 1 if len(at) else at
    names = np.array([f.id for f in inst.funds], dtype=object)
    return pl.DataFrame(
        {
            "person": pl.Series(inst.ids[person[at]].tolist(), dtype=pl.String),
            "fund": pl.Series(names[fund[at]].tolist() if len(at) else [], dtype=pl.String),
            "first_month": pl.Series((month[at] + inst.start.number).astype(np.int32), dtype=pl.Int32),
            "last_month": pl.Series((month[stop] + inst.start.number).astype(np.int32), dtype=pl.Int32),
        }
    )


def unfunded_of(draft: Draft) -> pl.DataFrame:
    """Everyone without a month, with the reason code."""
    inst = draft.instance
    reasons = inst.reasons.copy()
    active = np.flatnonzero(inst.signature >= 0)
    alike = {
        "signature": inst.signature,
        "due": inst.due,
        "first": inst.first,
        "last": inst.last,
        "covered": inst.covered,
        "current": np.where(inst.covered, inst.current, -2),
    }
    people = pl.DataFrame({name: fact[active] for name, fact in alike.items()}).with_columns(
        pl.Series("priority", inst.priority[active]),
        pl.Series("paid", (draft.payer[active] >= 0).any(axis=1)),
        pl.Series("person", active),
    )
    lowest = pl.when("paid").then("priority").min().over(list(alike))
    idle = people.with_columns((lowest == pl.col("priority")).fill_null(False).alias("drawn"))
    idle = idle.filter(~pl.col("paid"))
    kinds = idle.select("signature", "first", "last", "covered").unique(maintain_order=True)
    kinds = kinds.with_columns(pl.Series("short", _too_short(inst, kinds), dtype=pl.Boolean))
    idle = idle.join(kinds, on=["signature", "first", "last", "covered"], maintain_order="left")
    why = pl.when("short").then(pl.lit(FUNDS_TOO_SHORT)).when("drawn").then(pl.lit(LOTTERY))
    told = idle.select("person", why.otherwise(pl.lit(MONEY_SHORT)).alias("why"))
    reasons[told["person"].to_numpy()] = told["why"].to_numpy()
    without = np.flatnonzero((draft.payer < 0).all(axis=1))
    return pl.DataFrame(
        {
            "person": pl.Series(inst.ids[without].tolist(), dtype=pl.String),
            "reason": pl.Series(reasons[without].tolist(), dtype=pl.String),
        }
    )


def _too_short(instance: Instance, kinds: pl.DataFrame) -> list[bool]:
    """For each kind of people: whether their funds are open for fewer months in a row than a start must be kept."""
    found = []
    for signature, first, last, covered in kinds.iter_rows():
        members = instance.signature_funds[signature]
        months = np.asarray(instance.open[members, first : last + 1].any(axis=0)).tolist()
        goes_on = covered and any(months[:1])
        found.append(_longest(months) < instance.keep_months and not goes_on)
    return found


def _longest(months: Any) -> int:
    best = run = 0
    for is_open in months:
        run = run + 1 if is_open else 0
        best = max(best, run)
    return best
