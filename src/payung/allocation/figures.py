"""What a plan is worth: the figures of each goal, counted from who is paid when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import Draft
from payung.allocation.instance import PRIORITY_SCALE, Instance
from payung.allocation.report import FigureRow


@dataclass(frozen=True, slots=True)
class Figures:
    """Goal values. Months and priority are weighted by contribution, in rupiah at the full price.

    Only months in unbroken spells of at least `keep_months` count, or that go on from the cover a person has.
    """

    people: int
    person_months: int
    kept: int
    dropped: int
    months_rupiah: int
    priority_rupiah: int  # rupiah x ten-thousandths of priority
    spent: int
    unspent: int
    broad: int  # rupiah x per mille of breadth: free money used
    changes: int

    def key(self, goals: tuple[str, ...]) -> tuple[int, ...]:
        """Bigger is better, goal by goal."""
        value = {
            "kept": self.kept,
            "people": self.people,
            "months": self.months_rupiah,
            "priority": self.priority_rupiah,
            "unspent": -self.unspent,
            "narrow": -self.broad,
            "changes": -self.changes,
        }
        return tuple(value[name] for name in goals)

    def as_dict(self) -> FigureRow:
        return {
            "people": self.people,
            "person_months": self.person_months,
            "kept": self.kept,
            "dropped": self.dropped,
            "months_rupiah": self.months_rupiah,
            "priority_rupiah": self.priority_rupiah // PRIORITY_SCALE,
            "spent": self.spent,
            "unspent": self.unspent,
            "changes": self.changes,
        }


def fund_breadth(instance: Instance) -> NDArray[np.int64]:
    """Per mille of all need that each fund could serve: 1000 is free money, 0 the narrowest earmark."""
    active = instance.signature >= 0
    need = (instance.due * (instance.last - instance.first + 1))[active].astype(np.float64)
    by_signature = np.bincount(
        instance.signature[active], weights=need, minlength=len(instance.signature_funds)
    )
    able = np.zeros(len(instance.funds))
    for members, rupiah in zip(instance.signature_funds, by_signature, strict=True):
        able[members] += rupiah
    return np.rint(1000 * able / max(1.0, float(need.sum()))).astype(np.int64)


def measure(draft: Draft) -> Figures:
    """Measure a draft: people, months, kept, spent and the other figures that goals and reports compare."""
    inst, payer = draft.instance, draft.payer
    paid = payer >= 0
    months = np.arange(inst.months)
    counted = np.zeros(inst.people, dtype=np.int64)
    longest = np.zeros(inst.people, dtype=np.int64)
    run = np.zeros(inst.people, dtype=np.int64)
    for t in range(inst.months + 1):
        live = paid[:, t] if t < inst.months else np.zeros(inst.people, dtype=np.bool_)
        ended = ~live & (run > 0)
        goes_on = inst.covered & (t - run == inst.first)
        counted += np.where(ended & ((run >= inst.keep_months) | goes_on), run, 0)
        longest = np.maximum(longest, run)
        run = np.where(live, run + 1, 0)
    wanted = (inst.first[:, None] <= months) & (months <= inst.last[:, None])
    could_stay = inst.covered & (inst.reasons != "already_covered") & wanted.any(axis=1)
    kept = could_stay & (paid | ~wanted).all(axis=1)
    breadth = fund_breadth(inst)
    totals = draft.spent.sum(axis=1)
    before = np.where(inst.covered, inst.current, -1)
    changes = 0
    for t in range(inst.months):
        now = payer[:, t].astype(np.int64)
        if t:
            changes += int(((payer[:, t - 1] >= 0) & (now >= 0) & (now != payer[:, t - 1])).sum())
        begins = (inst.first == t) & (before >= 0) & (now >= 0)
        changes += int((begins & (now != before)).sum())
    return Figures(
        people=int((counted > 0).sum()),
        person_months=int(counted.sum()),
        kept=int(kept.sum()),
        dropped=int((could_stay & ~kept).sum()),
        months_rupiah=int((counted * inst.due).sum()),
        priority_rupiah=int((counted * inst.due * inst.priority).sum()),
        spent=int(totals.sum()),
        unspent=int(inst.cash[:, -1].sum() - totals.sum()) if len(inst.funds) else 0,
        broad=int((totals * breadth).sum()),
        changes=changes,
    )
