"""A draft as tables: who is paid by whom from when to when, and why the others are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from payung.allocation.draft import Draft
from payung.allocation.instance import FUNDS_TOO_SHORT, PRIORITY_SCALE

MONEY_SHORT, LOTTERY = "money_short", "lottery"


def assignments_of(draft: Draft) -> pl.DataFrame:
    """Runs of months with one payer, sorted by person and month."""
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
    idle = (inst.signature >= 0) & (draft.payer < 0).all(axis=1)
    open_by_signature = [
        np.asarray(inst.open[members].any(axis=0)) if len(members) else np.zeros(inst.months, dtype=np.bool_)
        for members in inst.signature_funds
    ]
    funded = (inst.signature >= 0) & ~idle
    worst: dict[tuple[int, ...], int] = {}

    def key(i: int) -> tuple[int, ...]:
        return (
            int(inst.signature[i]),
            int(inst.due[i]),
            int(inst.first[i]),
            int(inst.last[i]),
            int(inst.current[i]) if inst.covered[i] else -2,
        )

    for i in np.flatnonzero(funded).tolist():
        k = key(i)
        worst[k] = min(worst.get(k, PRIORITY_SCALE), int(inst.priority[i]))
    for i in np.flatnonzero(idle).tolist():
        months = open_by_signature[int(inst.signature[i])][inst.first[i] : inst.last[i] + 1]
        if _longest(months) < inst.keep_months and not (inst.covered[i] and len(months) and months[0]):
            reasons[i] = FUNDS_TOO_SHORT
        elif worst.get(key(i)) == int(inst.priority[i]):
            reasons[i] = LOTTERY
        else:
            reasons[i] = MONEY_SHORT
    without = np.flatnonzero((draft.payer < 0).all(axis=1))
    return pl.DataFrame(
        {
            "person": pl.Series(inst.ids[without].tolist(), dtype=pl.String),
            "reason": pl.Series(reasons[without].tolist(), dtype=pl.String),
        }
    )


def _longest(months: Any) -> int:
    best = run = 0
    for is_open in months:
        run = run + 1 if is_open else 0
        best = max(best, run)
    return best
