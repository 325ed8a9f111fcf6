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
        """Remove and return the first of a queue."""
        queue = self.queue[kind]
        person = heapq.heappop(queue)[2]
        self.top[kind] = -queue[0][0] if queue else -1
        return person

    def add(self, person: int) -> None:
        kind = int(self.kind[person])
        heapq.heappush(self.queue[kind], self.entry(person))
        self.top[kind] = -self.queue[kind][0][0]


def press(draft: Draft, until: float | None = None) -> None:
    """Hand spells of newcomers to more pressing people who wait, the longest first.

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


def stay(draft: Draft) -> None:
    """Exchange the payers of months to come between people who are alike, so that more stay with theirs.

    Whoever is paid until the same month, at the same contribution and by the same funds, can have the other's payers
    from any month on. Who is paid when and what each fund pays do not move.
    """
    instance, payer = draft.instance, draft.payer
    people = np.flatnonzero((payer >= 0).any(axis=1))
    if not len(people):
        return
    last = instance.months - 1 - (payer[people, ::-1] >= 0).argmax(axis=1)
    facts = np.stack([instance.signature[people], instance.due[people], last])
    alike = np.unique(facts, axis=1, return_inverse=True)[1].ravel()
    for t in range(instance.months):
        _stay_in(payer, people, alike, _payer_before(draft, people, t), t)


def _payer_before(draft: Draft, people: NDArray[np.int64], t: int) -> NDArray[np.int64]:
    """Who paid the month before; for those whose cover ends then, the fund that pays today; or NOBODY."""
    instance = draft.instance
    before = draft.payer[people, t - 1].astype(np.int64) if t else np.full(len(people), NOBODY)
    comes = instance.covered[people] & (instance.first[people] == t)
    return np.where(comes, instance.current[people], before)


def _stay_in(
    payer: NDArray[np.int16],
    people: NDArray[np.int64],
    alike: NDArray[np.int64],
    before: NDArray[np.int64],
    t: int,
) -> None:
    """One month: the rest of the rows of `payer` changes hands among people who are alike and change payer anyway."""
    now = payer[people, t].astype(np.int64)
    moves = np.flatnonzero((now >= 0) & (before != now))
    funds = int(max(now.max(initial=0), before.max(initial=0))) + 1
    want = np.flatnonzero(before[moves] >= 0)
    wish = alike[moves[want]] * funds + before[moves[want]]
    offer = alike[moves] * funds + now[moves]
    wish, want = _numbered(wish, want, len(moves) + 1)
    offer, given = _numbered(offer, np.arange(len(moves)), len(moves) + 1)
    _, which, whose = np.intersect1d(wish, offer, assume_unique=True, return_indices=True)
    if not len(which):
        return
    takes, gives = want[which], given[whose]
    rest = np.arange(len(moves))
    without, left = np.setdiff1d(rest, takes), np.setdiff1d(rest, gives)
    without = without[np.argsort(alike[moves[without]], kind="stable")]
    left = left[np.argsort(alike[moves[left]], kind="stable")]
    receiver = people[moves[np.concatenate([takes, without])]]
    giver = people[moves[np.concatenate([gives, left])]]
    payer[receiver, t:] = payer[giver, t:]


def _numbered(
    key: NDArray[np.int64], of: NDArray[np.int64], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys made different by counting those that are equal (fewer than `most`), and `of` in the same order."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    count = np.arange(len(ordered)) - np.repeat(begins, np.diff(begins, append=len(ordered)))
    return ordered * most + count, of[order]
