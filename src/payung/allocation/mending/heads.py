"""Minimum head counts: a fund pays that many people together in its fullest month, or nobody."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY
from payung.allocation.mending.spells import Spells


class HeadCounts:
    """The minimum head counts of a draft's funds, kept by moving people or closing funds."""

    def __init__(self, spells: Spells) -> None:
        self.spells, self.months = spells, spells.months
        self.draft, self.instance = spells.draft, spells.instance

    def keep(self) -> None:
        """Make every fund with a minimum head count pay that many people together in its fullest month, or nobody.

        Closing one fund may move people of another, so all are looked at again until nothing lacks.
        """
        inst, draft, places = self.instance, self.draft, self.instance.places()
        asked = np.flatnonzero(inst.min_people > 0).tolist()
        for turn in range(len(asked) + 2):
            lacking = False
            for f in asked:
                paid = places[f] - draft.places[f]
                heads = paid + inst.committed[f]
                lack = int(inst.min_people[f] - heads.max())
                if lack > 0 and paid.any():
                    lacking = True
                    if turn > 1 or not self._recruit(f, int(heads.argmax()), lack):
                        self._close(f)
            if not lacking:
                return

    def _recruit(self, fund: int, month: int, lack: int) -> bool:
        """Bring people of other funds to `fund` for a month."""
        if self.months.package[fund]:
            return False
        inst, draft = self.instance, self.draft
        may = np.isin(inst.signature, self.months.holders.get(fund, []))
        payer = draft.payer[:, month].astype(np.int64)
        other = np.flatnonzero(may & (payer >= 0) & (payer != fund))
        free = (self.months.package[payer[other]] == 0) & (inst.min_people[payer[other]] == 0)
        other = other[free]
        order = np.lexsort((inst.lottery[other], inst.due[other]))[:lack]
        chosen = other[order]
        if len(chosen) < lack:
            return False
        if int(np.asarray(inst.price(chosen, fund, month)).sum()) > draft.room[fund, month]:
            return False
        for person in chosen.tolist():
            draft.pay(int(person), month, fund)
        return True

    def _close(self, fund: int) -> None:
        draft = self.draft
        self.months.closed[fund] = True
        self.months.index.clear()
        touched = np.flatnonzero((draft.payer == fund).any(axis=1))
        for person in touched.tolist():
            for month in np.flatnonzero(draft.payer[person] == fund):
                draft.pay(person, int(month), NOBODY)
        self.revive(touched)

    def revive(self, people: Iterable[int] | NDArray[np.int64]) -> None:
        """Find payers for months that fell empty inside spells and give up what finds none."""
        draft = self.draft
        for person in sorted(people, key=lambda p: (-self.instance.priority[p], self.instance.lottery[p])):
            paid = draft.payer[person] >= 0
            if not paid.any():
                continue
            wanted = self._wanted(int(person))
            whole = all(draft.payer[person, t] != NOBODY or self.months.cover(int(person), t) for t in wanted)
            if not whole or not self.spells.allowed(int(person), wanted[0], wanted[-1]):
                self.spells.give_up(int(person))

    def _wanted(self, person: int) -> range:
        paid = np.flatnonzero(self.draft.payer[person] >= 0)
        return range(int(paid[0]), int(paid[-1]) + 1)
