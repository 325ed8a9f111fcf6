"""Single people made whole: months without a payer filled or given up, money left over put to use.

Everything here works on one person and one month at a time and moves at most one other person, so it is
quick where little is wrong, which is what a vertex of the linear programme leaves behind.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY, Draft
from payung.allocation.mending.heads import HeadCounts
from payung.allocation.mending.months import Months
from payung.allocation.mending.spells import Spells


class Repair:
    """Mends one draft. `until` is a time.monotonic() moment after which nothing more is tried.

    Without `swaps` nobody is moved to another fund to make a place: much quicker where there are many funds.
    """

    def __init__(
        self, draft: Draft, breadth: NDArray[np.float64], until: float | None = None, swaps: bool = True
    ) -> None:
        self.draft, self.instance, self.until = draft, draft.instance, until
        self.months = Months(draft, breadth, swaps)
        self.spells = Spells(self.months)
        self.heads = HeadCounts(self.spells)

    def over(self) -> bool:
        return self.until is not None and time.monotonic() > self.until

    def close(self, funds: NDArray[np.bool_]) -> None:
        """Let these funds pay nothing more."""
        self.months.closed = funds

    # --- months that the plan promised and nobody pays ------------------------------------------------------

    def mend(self, person: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]) -> int:
        """Fill every promised month without a payer, or give up what costs least. Returns what was given up."""
        inst, draft = self.instance, self.draft
        months = np.arange(inst.months)
        promised = (begin[:, None] <= months) & (months <= end[:, None])
        lacking, month = np.nonzero(promised & (draft.payer[person] == NOBODY))
        rank = np.lexsort(
            (inst.lottery[person[lacking]], -inst.priority[person[lacking]], ~inst.covered[person[lacking]])
        )
        given_up = 0
        shortened: set[int] = set()
        for at in rank.tolist():
            who, t = int(person[lacking[at]]), int(month[at])
            # what is left of a spell that was given up stands as it is: a month more would stand alone
            if who in shortened or draft.payer[who, t] != NOBODY or self.months.cover(who, t):
                continue
            given_up += 1
            victim = self._displace(who, t)
            if victim is None:
                self.spells.give_up(who)
            shortened.add(who if victim is None else victim)
        for who in sorted(shortened):
            self._keep_lawful(who)
        return given_up

    def _keep_lawful(self, person: int) -> None:
        """Give up the months of a person unless they are one allowed spell."""
        paid = np.flatnonzero(self.draft.payer[person] >= 0)
        if not len(paid):
            return
        begin, end = int(paid[0]), int(paid[-1])
        if len(paid) < end - begin + 1 or not self.spells.allowed(person, begin, end):
            self.spells.give_up(person)

    def _displace(self, person: int, month: int) -> int | None:
        """Take the month from the person of lowest rank who begins then, else all of a rival's; return whom."""
        draft, inst = self.draft, self.instance
        s = int(inst.signature[person])
        rivals = [
            other
            for f in self.months.members[s]
            if not self.months.package[f]
            for other in self.months.paid(month).get(f, {}).get(s, ())
            if other != person
            and draft.payer[other, month] == f
            and not inst.covered[other]
            and inst.price(other, f, month) + draft.room[f, month] >= inst.price(person, f, month)
        ]
        begins = [o for o in rivals if (month == 0 or draft.payer[o, month - 1] == NOBODY)]
        begins = [o for o in begins if int((draft.payer[o] >= 0).sum()) > inst.keep_months]

        def order(other: int) -> tuple[int, int]:
            return int(inst.priority[other]), -int(inst.lottery[other])

        if begins:
            victim = min(begins, key=order)
            fund = int(draft.payer[victim, month])
            draft.pay(victim, month, NOBODY)
        elif rivals:
            victim = min(rivals, key=order)
            fund = int(draft.payer[victim, month])
            draft.drop(victim)
        else:
            return None
        draft.pay(person, month, fund)
        return victim

    def rescue(self) -> int:
        """Keep covered people who would be dropped, at the cost of the lowest newcomers; return how many."""
        inst, draft = self.instance, self.draft
        months = np.arange(inst.months)
        wanted = (inst.first[:, None] <= months) & (months <= inst.last[:, None])
        lost = inst.covered & (inst.signature >= 0) & (wanted & (draft.payer == NOBODY)).any(axis=1)
        people = np.flatnonzero(lost)
        kept = 0
        for person in people[np.lexsort((inst.lottery[people], -inst.priority[people]))].tolist():
            begin, end = int(inst.first[person]), int(inst.last[person])
            if self.over() or (begin, end) not in self.spells.of(person):
                continue
            before = draft.payer[person].copy()
            draft.drop(person)
            if self.spells.pay(person, begin, end) or self._make_place(person, begin, end):
                kept += 1
            else:
                self.spells.restore(person, before)
        return kept

    def _make_place(self, person: int, begin: int, end: int, tries: int = 3) -> bool:
        """Take the spells of newcomers who share a fund until the whole spell can be paid, or change nothing."""
        inst, draft = self.instance, self.draft
        undo: list[tuple[int, NDArray[np.int16]]] = []
        funds = [
            f
            for f in self.months.members[int(inst.signature[person])]
            if not self.months.package[f] and not self.months.closed[f]
        ]
        for _ in range(tries):
            shared = np.flatnonzero(~inst.covered & np.isin(draft.payer, funds).any(axis=1))
            if not len(shared):
                break
            best = np.lexsort((~inst.lottery[shared], inst.priority[shared], -inst.due[shared]))
            overlap = (draft.payer[shared[best], begin : end + 1] >= 0).sum(axis=1)
            victim = int(shared[best][int(overlap.argmax())])
            undo.append((victim, draft.payer[victim].copy()))
            draft.drop(victim)
            if self.spells.pay(person, begin, end):
                return True
        for victim, months in undo:
            self.spells.restore(victim, months)
        return False

    # --- money left over ------------------------------------------------------------------------------------

    def refill(self, most: int | None = None) -> int:
        """Give unfunded people a spell from money left over, best first, and return how many got one.

        `most`: of how many people at most.
        """
        inst, draft = self.instance, self.draft
        self.spells.adding = True
        waiting = np.flatnonzero((inst.signature >= 0) & (draft.payer == NOBODY).all(axis=1))
        rank = np.lexsort((inst.lottery[waiting], -inst.priority[waiting], ~inst.covered[waiting]))
        failed: set[tuple[int, int, int, int, bool]] = set()
        added = 0
        for person in waiting[rank][:most].tolist():
            key = (
                int(inst.signature[person]),
                int(inst.due[person]),
                int(inst.first[person]),
                int(inst.last[person]),
                bool(inst.covered[person]),
            )
            if key in failed:
                continue
            if self.over():
                break
            if any(
                self.spells.pay(person, begin, end)
                for begin, end in sorted(
                    self.spells.of(person), key=lambda spell: (spell[0] - spell[1], spell)
                )
            ):
                added += 1
            else:
                failed.add(key)
        self.spells.adding = False
        self.spells.hopeless.clear()
        return added

    def extend(self) -> int:
        """Begin spells earlier where money is left in the months before them and return months won."""
        inst, draft = self.instance, self.draft
        won = 0
        begin, end = draft.span()
        for t in range(inst.months - 2, -1, -1):
            rich = draft.room[:, t] >= 1
            if not (rich & inst.open[:, t]).any():
                continue
            if self.over():
                break
            late = np.flatnonzero((begin == t + 1) & (inst.first <= t))
            rank = np.lexsort((inst.lottery[late], -inst.priority[late]))
            failed: set[tuple[int, int]] = set()
            for person in late[rank].tolist():
                key = (int(inst.signature[person]), int(inst.due[person]))
                if key in failed:
                    continue
                # packages alone may end early, with a month before them they no longer may
                if end[person] < inst.last[person] and (t, int(end[person])) not in self.spells.of(person):
                    continue
                if self.months.cover(person, t):
                    begin[person] = t
                    won += 1
                else:
                    failed.add(key)
        return won

    def head_counts(self) -> None:
        """Make every fund with a minimum head count pay that many people together in its fullest month, or nobody."""
        self.heads.keep()
