"""Single people made whole: months without a payer filled or given up, money left over put to use.

Everything here works on one person and one month at a time and moves at most one other person, so it is
quick where little is wrong, which is what a vertex of the linear programme leaves behind.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from payung.allocation.classes import spells
from payung.allocation.draft import NOBODY, Draft
from payung.allocation.instance import NO_LIMIT


class Repair:
    """Mends one draft. `until` is a time.monotonic() moment after which nothing more is tried.

    Without `swaps` nobody is moved to another fund to make a place: much quicker where there are many funds.
    """

    def __init__(
        self, draft: Draft, breadth: NDArray[np.float64], until: float | None = None, swaps: bool = True
    ) -> None:
        self.draft = draft
        self.instance = draft.instance
        self.until = until
        self.swaps = swaps
        self.breadth = breadth
        self.package = self.instance.package
        self.closed = np.zeros(len(self.instance.funds), dtype=np.bool_)
        self.members = [
            members[np.lexsort((members, breadth[members]))].tolist()
            for members in self.instance.signature_funds
        ]
        self.plain = [[f for f in members if not self.package[f]] for members in self.members]
        self.bundles = [[f for f in members if self.package[f]] for members in self.members]
        self.holders: dict[int, list[int]] = {}
        for s, funds in enumerate(self.members):
            for f in funds:
                self.holders.setdefault(f, []).append(s)
        self.index: dict[int, dict[int, dict[int, list[int]]]] = {}
        self.due: list[int] = self.instance.due.tolist()
        self.sector: list[int] = self.instance.sector.tolist()
        self.percent: list[list[list[int]]] = self.instance.percent.tolist()
        #: the least price at which nobody could be found to pay a month of a signature, while people are added
        self.hopeless: dict[tuple[int, int], int] = {}
        self.adding = False
        #: less money than this pays nobody's month
        due, percent = self.instance.due, self.instance.percent
        self.cheapest = max(1, int(due.min(initial=NO_LIMIT)) * int(percent.min(initial=100)) // 100)

    def over(self) -> bool:
        return self.until is not None and time.monotonic() > self.until

    def _price(self, person: int, fund: int, month: int) -> int:
        return (self.due[person] * self.percent[fund][self.sector[person]][month] + 50) // 100

    # --- one month of one person -------------------------------------------------------------------------

    def _plain(self, person: int, month: int) -> list[int]:
        """Funds that may pay this single month, the one that paid the month before first."""
        inst = self.instance
        funds = [
            f for f in self.plain[int(inst.signature[person])] if inst.open[f, month] and not self.closed[f]
        ]
        before = int(self.draft.payer[person, month - 1]) if month else NOBODY
        after = int(self.draft.payer[person, month + 1]) if month + 1 < inst.months else NOBODY
        return sorted(funds, key=lambda f: f not in (before, after))

    def cover(self, person: int, month: int) -> bool:
        """Find a payer for one month: money left in a fund, or one other person moved to another fund."""
        draft = self.draft
        funds = self._plain(person, month)
        for f in funds:
            if draft.room[f, month] >= self._price(person, f, month):
                draft.pay(person, month, f)
                return True
        rich = self._rich(month) if self.swaps else []
        return bool(rich) and any(self._swap(person, month, f, rich) for f in funds)

    def _rich(self, month: int) -> list[int]:
        """Funds that could take over somebody's month."""
        draft, inst = self.draft, self.instance
        able = (draft.room[:, month] >= self.cheapest) & inst.open[:, month] & (self.package == 0)
        return np.flatnonzero(able & ~self.closed).tolist()

    def _swap(self, person: int, month: int, fund: int, rich: list[int]) -> bool:
        """Move somebody off `fund` in `month` to a rich fund, so that `person` can have the place."""
        draft = self.draft
        price = self._price(person, fund, month)
        lack = price - int(draft.room[fund, month])
        paid = self._paid(month).get(fund)
        if not paid:
            return False
        for other in rich:
            for s in self.holders.get(other, ()):
                candidates = paid.get(s)
                if not candidates or other == fund:
                    continue
                for moved in candidates[:40]:
                    if draft.payer[moved, month] != fund or moved == person:
                        continue
                    gives = self._price(moved, fund, month)
                    if gives >= lack and draft.room[other, month] >= self._price(moved, other, month):
                        draft.pay(moved, month, other)
                        if draft.room[fund, month] >= price:
                            draft.pay(person, month, fund)
                            return True
                        draft.pay(moved, month, fund)
        return False

    def _paid(self, month: int) -> dict[int, dict[int, list[int]]]:
        """People by fund and signature in a month; may be a little stale, so users look again."""
        known = self.index.get(month)
        if known is None:
            known = self.index[month] = {}
            column = self.draft.payer[:, month]
            people = np.flatnonzero(column >= 0)
            if not len(people):
                return known
            keys = column[people].astype(np.int64) * len(self.members) + self.instance.signature[people]
            order = np.argsort(keys, kind="stable")
            people, keys = people[order], keys[order]
            unique, begins = np.unique(keys, return_index=True)
            for key, chunk in zip(unique.tolist(), np.split(people, begins[1:]), strict=True):
                fund, s = divmod(key, len(self.members))
                known.setdefault(fund, {})[s] = chunk[:200].tolist()
        return known

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
            if who in shortened or draft.payer[who, t] != NOBODY or self.cover(who, t):
                continue
            given_up += 1
            victim = self._displace(who, t)
            if victim is None:
                self._give_up(who)
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
        if len(paid) < end - begin + 1 or not self._allowed(person, begin, end):
            self._give_up(person)

    def _displace(self, person: int, month: int) -> int | None:
        """Take the month from the person of lowest rank who begins then, else all of a rival's; return whom."""
        draft, inst = self.draft, self.instance
        s = int(inst.signature[person])
        rivals = [
            other
            for f in self.members[s]
            if not self.package[f]
            for other in self._paid(month).get(f, {}).get(s, ())
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
            if self.over() or (begin, end) not in self.spells(person):
                continue
            before = draft.payer[person].copy()
            draft.drop(person)
            if self.pay_spell(person, begin, end) or self._make_place(person, begin, end):
                kept += 1
            else:
                self._restore(person, before)
        return kept

    def _restore(self, person: int, before: NDArray[np.int16]) -> None:
        """Give people their months back; where the money has gone elsewhere, the best that is left."""
        draft, inst = self.draft, self.instance
        lost = False
        for month in np.flatnonzero(before >= 0).tolist():
            fund = int(before[month])
            if draft.room[fund, month] >= inst.price(person, fund, month):
                draft.pay(person, month, fund)
            elif not self.cover(person, month):
                lost = True
        if lost:
            self._give_up(person)

    def _make_place(self, person: int, begin: int, end: int, tries: int = 3) -> bool:
        """Take the spells of newcomers who share a fund until the whole spell can be paid, or change nothing."""
        inst, draft = self.instance, self.draft
        undo: list[tuple[int, NDArray[np.int16]]] = []
        funds = [
            f for f in self.members[int(inst.signature[person])] if not self.package[f] and not self.closed[f]
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
            if self.pay_spell(person, begin, end):
                return True
        for victim, months in undo:
            self._restore(victim, months)
        return False

    def _give_up(self, person: int) -> None:
        """Keep the longest allowed unbroken part of a spell that cannot be paid whole."""
        draft = self.draft
        paid = draft.payer[person] >= 0
        inside = [(begin, end) for begin, end in self.spells(person) if paid[begin : end + 1].all()]
        for begin, end in sorted(inside, key=lambda spell: spell[0] - spell[1]):
            if self._packages_whole(person, begin, end):
                for month in np.flatnonzero(paid):
                    if not begin <= month <= end:
                        draft.pay(person, int(month), NOBODY)
                return
        draft.drop(person)

    def _allowed(self, person: int, begin: int, end: int) -> bool:
        row = set(self.draft.payer[person, begin : end + 1].tolist())
        bought = (
            len(row) == 1 and self.package[next(iter(row))] and end - begin + 1 >= self.instance.keep_months
        )
        return self._packages_whole(person, begin, end) and (
            bool(bought) or (begin, end) in self.spells(person)
        )

    def _packages_whole(self, person: int, begin: int, end: int) -> bool:
        row = self.draft.payer[person, begin : end + 1]
        run = 0
        for t, fund in enumerate(row.tolist()):
            run = run + 1 if t and row[t - 1] == fund else 1
            ends = t + 1 == len(row) or row[t + 1] != fund
            if ends and self.package[fund] and run % self.package[fund]:
                return False
        return True

    def spells(self, person: int) -> tuple[tuple[int, int], ...]:
        """Return the allowed spells of a person."""
        inst = self.instance
        members = [
            f for f in self.members[int(inst.signature[person])] if inst.open[f].any() and not self.closed[f]
        ]
        if not members:
            return ()
        mask = inst.open[members]
        ends = sorted({int(np.flatnonzero(row)[-1]) for row in mask})
        return spells(
            tuple(np.asarray(mask.any(axis=0)).tolist()),
            tuple(ends),
            int(inst.first[person]),
            int(inst.last[person]),
            bool(inst.covered[person]),
            inst.keep_months,
        )

    # --- money left over ------------------------------------------------------------------------------------

    def refill(self, most: int | None = None) -> int:
        """Give unfunded people a spell from money left over, best first, and return how many got one.

        `most`: of how many people at most.
        """
        inst, draft = self.instance, self.draft
        self.adding = True
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
                self.pay_spell(person, begin, end)
                for begin, end in sorted(self.spells(person), key=lambda spell: (spell[0] - spell[1], spell))
            ):
                added += 1
            else:
                failed.add(key)
        self.adding = False
        self.hopeless.clear()
        return added

    def pay_spell(self, person: int, begin: int, end: int) -> bool:
        """Pays a whole spell from money left over, or changes nothing."""
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
        if self.due[person] >= self.hopeless.get(at, NO_LIMIT):
            return False
        found = self.cover(person, month)
        if not found and self.adding:
            self.hopeless[at] = self.due[person]
        return found

    def _package_block(self, person: int, t: int, end: int) -> int:
        """Begins a package in month t if one fits and its fund can pay it; its length, or 0."""
        draft, inst = self.draft, self.instance
        for f in self.bundles[int(inst.signature[person])]:
            length = int(self.package[f])
            if self.closed[f] or t + length - 1 > end or draft.room[f, t] < self._price(person, f, t):
                continue
            need = np.cumsum([self._price(person, f, m) for m in range(t, t + length)])
            if not inst.open[f, t : t + length].all():
                continue
            if (draft.room[f, t : t + length] >= need).all() and draft.room[f, t + length - 1] >= need[-1]:
                for m in range(t, t + length):
                    draft.pay(person, m, f)
                return length
        return 0

    def extend(self) -> int:
        """Begins spells earlier where money is left in the months before them; returns months won."""
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
                if end[person] < inst.last[person] and (t, int(end[person])) not in self.spells(person):
                    continue
                if self.cover(person, t):
                    begin[person] = t
                    won += 1
                else:
                    failed.add(key)
        return won

    # --- head counts --------------------------------------------------------------------------------------

    def head_counts(self) -> None:
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
        """Brings people of other funds to `fund` for a month."""
        if self.package[fund]:
            return False
        inst, draft = self.instance, self.draft
        may = np.isin(inst.signature, self.holders.get(fund, []))
        payer = draft.payer[:, month].astype(np.int64)
        other = np.flatnonzero(may & (payer >= 0) & (payer != fund))
        free = (self.package[payer[other]] == 0) & (inst.min_people[payer[other]] == 0)
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
        self.closed[fund] = True
        self.index.clear()
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
            whole = all(draft.payer[person, t] != NOBODY or self.cover(int(person), t) for t in wanted)
            if not whole or not self._allowed(int(person), wanted[0], wanted[-1]):
                self._give_up(int(person))

    def _wanted(self, person: int) -> range:
        paid = np.flatnonzero(self.draft.payer[person] >= 0)
        return range(int(paid[0]), int(paid[-1]) + 1)
