"""Spells handed as they are to people in greater need: nothing changes but who has them.

The programme knows priorities only in bands, and parts share money before they know who is in need where. Here a
newcomer's whole spell, payers and all, goes to somebody waiting with the same contribution and a higher priority who
may have it too. Money, head counts, months and payers stay, so no other goal is touched.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY, Draft
from payung.allocation.instance import Instance

#: an entry of a queue: (negative priority, lottery, person); the smallest is served first
_Entry = tuple[int, int, int]


class _Waiting:
    """People without a spell, in queues of those alike: signature, contribution, sector, first and last month."""

    def __init__(self, instance: Instance, newcomers: NDArray[np.bool_], idle: NDArray[np.bool_]) -> None:
        self.instance = instance
        facts = (instance.signature, instance.due, instance.sector, instance.first, instance.last)
        people = np.flatnonzero(newcomers)
        kinds, kind = np.unique(np.stack(facts)[:, people], axis=1, return_inverse=True)
        self.signature, self.due, self.sector, self.first, self.last = kinds
        self.kind = np.full(instance.people, -1, dtype=np.int64)
        self.kind[people] = kind.ravel()
        self.queue: list[list[_Entry]] = [[] for _ in range(kinds.shape[1])]
        for person in np.flatnonzero(newcomers & idle).tolist():
            self.queue[int(self.kind[person])].append(self.entry(person))
        for queue in self.queue:
            heapq.heapify(queue)
        self.top = np.array([-queue[0][0] if queue else -1 for queue in self.queue], dtype=np.int64)
        self.may = np.zeros((len(instance.signature_funds), len(instance.funds)), dtype=np.bool_)
        self.ends = np.zeros((len(instance.signature_funds), instance.months), dtype=np.bool_)
        last_open = instance.months - 1 - np.argmax(instance.open[:, ::-1], axis=1)
        for s, members in enumerate(instance.signature_funds):
            self.may[s, members] = True
            self.ends[s, last_open[members[instance.open[members].any(axis=1)]]] = True

    def entry(self, person: int) -> _Entry:
        return -int(self.instance.priority[person]), int(self.instance.lottery[person]), person

    def able(
        self, funds: NDArray[np.int64], due: int, sector: int, begin: int, end: int
    ) -> NDArray[np.int64]:
        """Kinds of people who may have a spell of these payers and months."""
        allowed = np.asarray(self.may[:, funds].all(axis=1))
        ends = self.ends[:, end]
        if len(funds) == 1 and self.instance.package[funds[0]]:
            ends = np.ones_like(ends)  # whole packages of one fund may end before anything else does
        fits = (self.due == due) & (self.sector == sector) & (self.first <= begin) & (self.last >= end)
        return np.flatnonzero(fits & allowed[self.signature] & (ends[self.signature] | (self.last == end)))

    def take(self, kind: int) -> int:
        """The first of a queue, who waits no longer."""
        queue = self.queue[kind]
        person = heapq.heappop(queue)[2]
        self.top[kind] = -queue[0][0] if queue else -1
        return person

    def add(self, person: int) -> None:
        kind = int(self.kind[person])
        heapq.heappush(self.queue[kind], self.entry(person))
        self.top[kind] = -self.queue[kind][0][0]


def press(draft: Draft, until: float | None = None) -> None:
    """Hands spells of newcomers to more pressing people who wait, the longest first.

    Regional floors allow no such exchange.
    """
    instance, payer = draft.instance, draft.payer
    newcomers = (instance.signature >= 0) & ~instance.covered
    idle = (payer == NOBODY).all(axis=1)
    if instance.floors or not (newcomers & idle).any():
        return
    waiting = _Waiting(instance, newcomers, idle)
    holders = np.flatnonzero(newcomers & ~idle)
    months = (payer[holders] >= 0).sum(axis=1)
    order = np.lexsort((~instance.lottery[holders], instance.priority[holders], -months))
    alike: dict[tuple[bytes, int, int], list[int]] = defaultdict(list)
    for person in holders[order].tolist():
        key = (payer[person].tobytes(), int(instance.due[person]), int(instance.sector[person]))
        alike[key].append(person)
    for (row, due, sector), people in alike.items():
        if until is not None and time.monotonic() > until:
            return
        payers = np.frombuffer(row, dtype=payer.dtype)
        paid = np.flatnonzero(payers >= 0)
        funds = np.unique(payers[paid]).astype(np.int64)
        kinds = waiting.able(funds, due, sector, int(paid[0]), int(paid[-1]))
        for person in people:
            best = int(waiting.top[kinds].argmax()) if len(kinds) else 0
            if not len(kinds) or waiting.top[kinds[best]] <= instance.priority[person]:
                break
            other = waiting.take(int(kinds[best]))
            payer[other], payer[person] = payers, NOBODY
            waiting.add(person)
