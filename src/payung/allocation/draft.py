"""The plan in the making: who is paid by which fund in which month, and what each fund has left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from payung.allocation.instance import Instance, region_groups

NOBODY = -1


class Draft:
    """`payer[person, month]` is a fund index or NOBODY. Every change keeps money and head counts exact.

    `room[fund, month]` is what may still be spent in a month, `places` how many more people the fund may pay then.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.payer = np.full((instance.people, instance.months), NOBODY, dtype=np.int16)
        self.spent = np.zeros((len(instance.funds), instance.months), dtype=np.int64)
        self.places = instance.places()
        self.room = np.where(self.places > 0, instance.cash, 0)

    def recount(self) -> None:
        """Money spent by fund and month, from the payers alone."""
        inst = self.instance
        person, month = np.nonzero(self.payer >= 0)
        fund = self.payer[person, month].astype(np.int64)
        price = inst.price(person, fund, month)
        flat = np.bincount(
            fund * inst.months + month, weights=price.astype(np.float64), minlength=self.spent.size
        )
        self.spent = np.rint(flat).astype(np.int64).reshape(self.spent.shape)
        heads = np.bincount(fund * inst.months + month, minlength=self.spent.size)
        self.places = inst.places() - heads.reshape(self.spent.shape)
        for fund_index in range(len(inst.funds)):
            self._room(fund_index)

    def _room(self, fund: int) -> None:
        left = self.instance.cash[fund] - np.cumsum(self.spent[fund])
        room = np.minimum.accumulate(left[::-1])[::-1]
        self.room[fund] = np.where(self.places[fund] > 0, room, 0)

    def pay(self, person: int, month: int, fund: int) -> None:
        """`fund` pays `person` in `month` instead of whoever did (NOBODY: nobody does any more)."""
        before = int(self.payer[person, month])
        if before >= 0:
            self.spent[before, month] -= int(self.instance.price(person, before, month))
            self.places[before, month] += 1
            self._room(before)
        self.payer[person, month] = fund
        if fund >= 0:
            self.spent[fund, month] += int(self.instance.price(person, fund, month))
            self.places[fund, month] -= 1
            self._room(fund)

    def drop(self, person: int) -> None:
        for month in np.flatnonzero(self.payer[person] >= 0):
            self.pay(person, int(month), NOBODY)

    def span(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and last paid month of every person; first is -1 where there is none."""
        paid = self.payer >= 0
        any_paid = paid.any(axis=1)
        first = np.where(any_paid, paid.argmax(axis=1), -1).astype(np.int64)
        last = np.where(any_paid, paid.shape[1] - 1 - paid[:, ::-1].argmax(axis=1), -2).astype(np.int64)
        return first, last

    def rank(self) -> None:
        """Among people who are alike to every rule, the longest spells go by priority, then by the lottery."""
        inst = self.instance
        active = np.flatnonzero(inst.signature >= 0)
        alike = (
            np.where(inst.covered, inst.current, NOBODY)[active],
            inst.covered[active],
            inst.last[active],
            inst.first[active],
            inst.due[active],
            inst.sector[active],
            inst.signature[active],
            region_groups(inst)[active],
        )
        paid = self.payer[active] >= 0
        best = np.lexsort((inst.lottery[active], -inst.priority[active], *alike))
        payers = tuple(self.payer[active, t] for t in range(inst.months))
        longest = np.lexsort((*payers, paid.argmax(axis=1), -paid.sum(axis=1), *alike))
        self.payer[active[best]] = self.payer[active[longest]]
