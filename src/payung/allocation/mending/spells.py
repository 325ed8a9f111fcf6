"""The spell of one person: which spells are allowed, paying one whole, giving up what cannot be paid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY
from payung.allocation.instance import NO_LIMIT
from payung.allocation.mending.months import Months
from payung.allocation.programme.classes import spells as allowed_spells


class Spells:
    """The spells of people in a draft, paid month by month through `months`."""

    def __init__(self, months: Months) -> None:
        self.months = months
        self.draft, self.instance = months.draft, months.instance
        #: the least contribution (rupiah) of a signature's month that nobody could pay, while people are added
        self.hopeless: dict[tuple[int, int], int] = {}
        self.adding = False

    def of(self, person: int) -> tuple[tuple[int, int], ...]:
        """Return the allowed spells of a person."""
        inst = self.instance
        members = [
            f
            for f in self.months.members[int(inst.signature[person])]
            if inst.open[f].any() and not self.months.closed[f]
        ]
        if not members:
            return ()
        mask = inst.open[members]
        ends = sorted({int(np.flatnonzero(row)[-1]) for row in mask})
        return allowed_spells(
            tuple(np.asarray(mask.any(axis=0)).tolist()),
            tuple(ends),
            int(inst.first[person]),
            int(inst.last[person]),
            bool(inst.covered[person]),
            inst.keep_months,
        )

    def allowed(self, person: int, begin: int, end: int) -> bool:
        row = set(self.draft.payer[person, begin : end + 1].tolist())
        bought = (
            len(row) == 1
            and self.months.package[next(iter(row))]
            and end - begin + 1 >= self.instance.keep_months
        )
        return self._packages_whole(person, begin, end) and (bool(bought) or (begin, end) in self.of(person))

    def _packages_whole(self, person: int, begin: int, end: int) -> bool:
        row = self.draft.payer[person, begin : end + 1]
        run = 0
        for t, fund in enumerate(row.tolist()):
            run = run + 1 if t and row[t - 1] == fund else 1
            ends = t + 1 == len(row) or row[t + 1] != fund
            if ends and self.months.package[fund] and run % self.months.package[fund]:
                return False
        return True

    def pay(self, person: int, begin: int, end: int) -> bool:
        """Pay a whole spell from money left over, or change nothing."""
        draft = self.draft
        t = begin
        while t <= end:
            took = self._package_block(person, t, end)
            if not took and not self._find(person, t):
                for month in range(begin, t):
                    draft.pay(person, month, NOBODY)
                return False
            t += took or 1
        return True

    def _find(self, person: int, month: int) -> bool:
        """Find a payer as `cover` does; while people are only added, ask no second time what nobody could pay."""
        at = (int(self.instance.signature[person]), month)
        if self.months.due[person] >= self.hopeless.get(at, NO_LIMIT):
            return False
        found = self.months.cover(person, month)
        if not found and self.adding:
            self.hopeless[at] = self.months.due[person]
        return found

    def _package_block(self, person: int, t: int, end: int) -> int:
        """Begin a package in month t if one fits and its fund can pay it; return its length, or 0."""
        draft, inst = self.draft, self.instance
        for f in self.months.bundles[int(inst.signature[person])]:
            length = int(self.months.package[f])
            if (
                self.months.closed[f]
                or t + length - 1 > end
                or draft.room[f, t] < self.months.price(person, f, t)
            ):
                continue
            need = np.cumsum([self.months.price(person, f, m) for m in range(t, t + length)])
            if not inst.open[f, t : t + length].all():
                continue
            if (draft.room[f, t : t + length] >= need).all() and draft.room[f, t + length - 1] >= need[-1]:
                for m in range(t, t + length):
                    draft.pay(person, m, f)
                return length
        return 0

    def give_up(self, person: int) -> None:
        """Keep the longest allowed unbroken part of a spell that cannot be paid whole."""
        draft = self.draft
        paid = draft.payer[person] >= 0
        inside = [(begin, end) for begin, end in self.of(person) if paid[begin : end + 1].all()]
        for begin, end in sorted(inside, key=lambda spell: spell[0] - spell[1]):
            if self._packages_whole(person, begin, end):
                for month in np.flatnonzero(paid):
                    if not begin <= month <= end:
                        draft.pay(person, int(month), NOBODY)
                return
        draft.drop(person)

    def restore(self, person: int, before: NDArray[np.int16]) -> None:
        """Give people their months back; where the money has gone elsewhere, the best that is left."""
        draft, inst = self.draft, self.instance
        lost = False
        for month in np.flatnonzero(before >= 0).tolist():
            fund = int(before[month])
            if draft.room[fund, month] >= inst.price(person, fund, month):
                draft.pay(person, month, fund)
            elif not self.months.cover(person, month):
                lost = True
        if lost:
            self.give_up(person)
