"""One month of one person: which fund may pay it, and who may be moved to another fund to make a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY, Draft
from payung.allocation.instance import NO_LIMIT


class Months:
    """The payers of single months of a draft. Funds that are `closed` pay nothing more.

    Without `swaps` nobody is moved to another fund to make a place: much quicker where there are many funds.
    """

    def __init__(self, draft: Draft, breadth: NDArray[np.float64], swaps: bool = True) -> None:
        self.draft = draft
        self.instance = draft.instance
        self.swaps = swaps
        self.package = self.instance.package
        self.closed = np.zeros(len(self.instance.funds), dtype=np.bool_)
        #: for each signature the funds that may pay for it, the narrowest first: all, without and with packages
        self.members: list[list[int]] = [
            members[np.lexsort((members, breadth[members]))].tolist()
            for members in self.instance.signature_funds
        ]
        self.plain = [[f for f in members if not self.package[f]] for members in self.members]
        self.bundles = [[f for f in members if self.package[f]] for members in self.members]
        #: for each fund the signatures that it may pay for
        self.holders: dict[int, list[int]] = {}
        for s, funds in enumerate(self.members):
            for f in funds:
                self.holders.setdefault(f, []).append(s)
        #: people by month, fund and signature
        self.index: dict[int, dict[int, dict[int, list[int]]]] = {}
        self.due: list[int] = self.instance.due.tolist()
        self.sector: list[int] = self.instance.sector.tolist()
        self.percent: list[list[list[int]]] = self.instance.percent.tolist()
        #: less money than this (rupiah) pays nobody's month
        due, percent = self.instance.due, self.instance.percent
        self.cheapest = max(1, int(due.min(initial=NO_LIMIT)) * int(percent.min(initial=100)) // 100)

    def price(self, person: int, fund: int, month: int) -> int:
        return (self.due[person] * self.percent[fund][self.sector[person]][month] + 50) // 100

    def _single(self, person: int, month: int) -> list[int]:
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
        funds = self._single(person, month)
        for f in funds:
            if draft.room[f, month] >= self.price(person, f, month):
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
        price = self.price(person, fund, month)
        lack = price - int(draft.room[fund, month])
        paid = self.paid(month).get(fund)
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
                    gives = self.price(moved, fund, month)
                    if gives >= lack and draft.room[other, month] >= self.price(moved, other, month):
                        draft.pay(moved, month, other)
                        if draft.room[fund, month] >= price:
                            draft.pay(person, month, fund)
                            return True
                        draft.pay(moved, month, fund)
        return False

    def paid(self, month: int) -> dict[int, dict[int, list[int]]]:
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
