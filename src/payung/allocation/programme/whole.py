"""From the linear programme to named people: whole starts, then a payer for every month.

A vertex of the programme is nearly whole, so rounding down loses little; what is lost is won back by
`repair`, which works on single people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY, Draft
from payung.allocation.programme.lp import Programme, Solution

_WHOLE = 1e-6


def choose(programme: Programme, solution: Solution) -> tuple[NDArray[np.int64], ...]:
    """(person, begin, end, package pool) of everyone who starts; inside a class priority, then the lottery."""
    starts, classes = programme.starts, programme.classes
    count = np.floor(solution.starts + _WHOLE).astype(np.int64)
    order = np.lexsort((-starts.end, starts.begin, ~starts.keeps, starts.cls))
    order = order[count[order] > 0]
    cls = np.repeat(starts.cls[order], count[order])
    column = np.repeat(order, count[order])
    _, begins, sizes = np.unique(cls, return_index=True, return_counts=True)
    rank = np.arange(len(cls)) - np.repeat(begins, sizes)
    person = classes.order[classes.offset[cls] + rank]
    return person, starts.begin[column], starts.end[column], starts.pool[column]


class Payers:
    """Deals the months of the chosen people to pools along the flows of the programme, then to funds."""

    def __init__(self, programme: Programme, flow: NDArray[np.float64]) -> None:
        self.programme = programme
        self.instance = programme.instance
        self.pools = programme.classes.pools
        months = self.instance.months
        self.left = np.array([pool.cash for pool in self.pools], dtype=np.int64).reshape(-1, months)
        self.spent = np.zeros(len(self.pools), dtype=np.int64)
        self.reserved = np.zeros((len(self.pools), months), dtype=np.int64)
        self.places = np.array([pool.places for pool in self.pools], dtype=np.int64).reshape(-1, months)
        self.by_pool = np.full((self.instance.people, months), NOBODY, dtype=np.int32)
        self.flow = flow * programme.base
        self.pool_of_fund = np.full(len(self.instance.funds), -1, dtype=np.int64)
        for k, pool in enumerate(self.pools):
            self.pool_of_fund[pool.funds] = k

    def deal(self, chosen: tuple[NDArray[np.int64], ...]) -> Draft:
        person, begin, end, own = chosen
        order = np.lexsort((person, self.instance.signature[person]))
        person, begin, end, own = person[order], begin[order], end[order], own[order]
        signature = self.instance.signature[person]
        groups, at = np.unique(signature, return_index=True)
        bounds = np.append(at, len(person))
        self._own_packages(person, begin, end, own)
        flows = self._flows_by_signature()
        months = self.instance.months
        slices = {}
        for g, s in enumerate(groups.tolist()):
            cut = slice(int(bounds[g]), int(bounds[g + 1]))
            self._packages(s, person[cut], begin[cut], end[cut], own[cut], flows)
            slices[s] = cut
        for t in range(months):
            rest = {
                s: self._planned(s, t, person[cut], begin[cut], end[cut], flows) for s, cut in slices.items()
            }
            for s, people in rest.items():
                self._unplanned(s, t, people, flows)
        return self._funds()

    def _flows_by_signature(self) -> dict[tuple[int, int], NDArray[np.float64]]:
        """Cumulative planned money (rupiah) by (signature, pool) and month; packages by their first month."""
        flow = self.programme.flow
        months = self.instance.months
        live = np.flatnonzero(self.flow > 0)
        pairs = flow.signature[live] * len(self.pools) + flow.pool[live]
        unique, inverse = np.unique(pairs, return_inverse=True)
        table = np.zeros((len(unique), months))
        np.add.at(table, (inverse, flow.month[live]), self.flow[live])
        keys = [(int(p) // len(self.pools), int(p) % len(self.pools)) for p in unique]
        return dict(zip(keys, table, strict=True))

    def _price(self, person: NDArray[np.int64], pool: int, t: int) -> NDArray[np.int64]:
        return np.asarray(self.instance.price(person, int(self.pools[pool].funds[0]), t))

    def _block(self, people: NDArray[np.int64], pool: int, begin: int, length: int) -> NDArray[np.int64]:
        """Give a run of months to as many of the people as the purse pays for and return those served."""
        if not len(people):
            return people
        price = np.stack([self._price(people, pool, t) for t in range(begin, begin + length)])
        total = np.cumsum(price, axis=1)
        ok = np.ones(len(people), dtype=np.bool_)
        add = np.zeros(len(people), dtype=np.int64)
        booked = np.cumsum(self.reserved[pool])
        for t in range(self.instance.months):
            if begin <= t < begin + length:
                add = add + total[t - begin]
            ok &= add <= self.left[pool, t] - booked[t]
        fits = int(ok.argmin()) if not ok.all() else len(people)
        served = people[: min(fits, int(self.places[pool, begin : begin + length].min()))]
        self.by_pool[served, begin : begin + length] = pool
        self.places[pool, begin : begin + length] -= len(served)
        self.reserved[pool, begin : begin + length] += price[:, : len(served)].sum(axis=1)
        return served

    def _own_packages(
        self,
        person: NDArray[np.int64],
        begin: NDArray[np.int64],
        end: NDArray[np.int64],
        own: NDArray[np.int64],
    ) -> None:
        for pool, b, e in sorted({*zip(own.tolist(), begin.tolist(), end.tolist(), strict=True)}):
            if pool >= 0:
                who = person[(own == pool) & (begin == b) & (end == e)]
                self._block(who, pool, b, e - b + 1)

    def _packages(
        self,
        s: int,
        person: NDArray[np.int64],
        begin: NDArray[np.int64],
        end: NDArray[np.int64],
        own: NDArray[np.int64],
        flows: dict[tuple[int, int], NDArray[np.float64]],
    ) -> None:
        """Pay packages inside longer spells: whole blocks, the longest first, to people who start then first."""
        months = self.instance.months
        for pool in sorted(
            self.programme.classes.signature_pools[s].tolist(), key=lambda k: (-self.pools[k].package, k)
        ):
            length = self.pools[pool].package
            plan = flows.get((s, pool))
            if not length or plan is None:
                continue
            carried = 0.0
            for t in range(months - length + 1):
                carried += plan[t]
                if carried <= 0 or not self.pools[pool].open[t : t + length].all():
                    continue
                free = (
                    (own < 0) & (begin <= t) & (end >= t + length - 1) & (self.by_pool[person, t] == NOBODY)
                )
                free &= (self.by_pool[person, t : t + length] == NOBODY).all(axis=1)
                who = person[free]
                follows = (self.by_pool[who, t - 1] == pool) if t else np.zeros(len(who), dtype=np.bool_)
                who = who[np.lexsort((begin[free] != t, ~follows))]
                due = np.cumsum(self.instance.due[who])
                served = self._block(who[due <= carried + self.programme.base / 2], pool, t, length)
                carried -= float(self.instance.due[served].sum())

    def _planned(
        self,
        s: int,
        t: int,
        person: NDArray[np.int64],
        begin: NDArray[np.int64],
        end: NDArray[np.int64],
        flows: dict[tuple[int, int], NDArray[np.float64]],
    ) -> NDArray[np.int64]:
        """One month of a signature: who was with a pool stays while its planned money lasts. Returns who is left."""
        live: NDArray[np.int64] = person[(begin <= t) & (t <= end) & (self.by_pool[person, t] == NOBODY)]
        targets = {k: float(flows[s, k][: t + 1].sum()) for k in self._plain(s, t) if (s, k) in flows}
        if not len(live) or not targets:
            return live
        waiting = []
        before = self._before(live, t)
        for k in targets:
            mine = live[before == k]
            served = self._pay(mine, k, t, targets, flows, (s, k))
            if served < len(mine):
                waiting.append(mine[served:])
        rest = np.concatenate([live[~np.isin(before, list(targets))], *waiting])
        for k in sorted(targets, key=lambda k: (-targets[k], k)):
            rest = rest[self._pay(rest, k, t, targets, flows, (s, k)) :]
        return rest

    def _unplanned(
        self,
        s: int,
        t: int,
        people: NDArray[np.int64],
        flows: dict[tuple[int, int], NDArray[np.float64]],
    ) -> None:
        """Who is left by rounding is paid from what pools have, the narrowest first, after all that is planned."""
        for k in sorted(self._plain(s, t), key=lambda k: (self.pools[k].breadth, k)):
            if (s, k) in flows and len(people):
                people = people[self._pay(people, k, t, None, flows, (s, k)) :]

    def _plain(self, s: int, t: int) -> list[int]:
        """Pools that may pay a single month of a signature."""
        pools = self.programme.classes.signature_pools[s].tolist()
        return [k for k in pools if not self.pools[k].package and self.pools[k].open[t]]

    def _before(self, live: NDArray[np.int64], t: int) -> NDArray[np.int64]:
        """Who paid the month before; for those covered until now, the fund that pays today."""
        before = (
            self.by_pool[live, t - 1].astype(np.int64) if t else np.full(len(live), NOBODY, dtype=np.int64)
        )
        inst = self.instance
        cover = inst.covered[live] & (inst.first[live] == t) & (inst.current[live] >= 0)
        before[cover] = self.pool_of_fund[inst.current[live[cover]]]
        return before

    def _pay(
        self,
        people: NDArray[np.int64],
        pool: int,
        t: int,
        targets: dict[int, float] | None,
        flows: dict[tuple[int, int], NDArray[np.float64]],
        key: tuple[int, int],
    ) -> int:
        """Pay the first of the people from a pool, as far as plan (nearest whole) and purse allow; return how many."""
        if not len(people):
            return 0
        total = np.cumsum(self._price(people, pool, t))
        due = self.instance.due[people]
        planned = np.cumsum(due)
        allowed = total <= int(self.left[pool, t]) - int(self.spent[pool])
        if targets is not None:
            allowed &= planned <= targets[pool] + due / 2
        served = int(allowed.argmin()) if not allowed.all() else len(people)
        served = min(served, int(self.places[pool, t]))
        if served:
            self.by_pool[people[:served], t] = pool
            self.places[pool, t] -= served
            self.spent[pool] += int(total[served - 1])
            flows[key][t] -= int(planned[served - 1])
            if targets is not None:
                targets[pool] -= int(planned[served - 1])
        return served

    def _funds(self) -> Draft:
        draft = Draft(self.instance)
        single = np.array([pool.funds[0] for pool in self.pools], dtype=np.int16)
        if not len(single):
            return draft
        paid = self.by_pool >= 0
        draft.payer[paid] = single[self.by_pool[paid]]
        for k, pool in enumerate(self.pools):
            if len(pool.funds) > 1:
                self._split(draft, k)
        draft.recount()
        return draft

    def _split(self, draft: Draft, k: int) -> None:
        """One purse of several funds: whole runs of months go to single funds, the longest first; then months do."""
        inst, pool = self.instance, self.pools[k]
        mine = self.by_pool == k
        draft.payer[mine] = NOBODY
        purse = {int(f): inst.cash[f].astype(np.int64).copy() for f in pool.funds}
        who = np.flatnonzero(mine.any(axis=1))
        self._whole_runs(draft, who, mine[who], purse)
        for t in range(inst.months):
            now = who[mine[who, t] & (draft.payer[who, t] == NOBODY)]
            before = draft.payer[now, t - 1].astype(np.int64) if t else np.full(len(now), NOBODY)
            cover = inst.covered[now] & (inst.first[now] == t)
            before[cover] = inst.current[now[cover]]
            rest = []
            for f in pool.funds.tolist():
                stay = now[before == f]
                served = self._take(draft, stay, f, t, purse)
                rest.append(stay[served:])
            waiting = np.concatenate([*rest, now[~np.isin(before, pool.funds)]])
            for f in sorted(pool.funds.tolist(), key=lambda f: (-int(purse[f][t]), f)):
                waiting = waiting[self._take(draft, waiting, f, t, purse) :]

    def _whole_runs(
        self,
        draft: Draft,
        people: NDArray[np.int64],
        paid: NDArray[np.bool_],
        purse: dict[int, NDArray[np.int64]],
    ) -> None:
        """Pay runs of months that one fund can pay from beginning to end; today's payer is asked first.

        Not more of them than leave the other months payable when they come: money that is there early and kept for
        somebody's later months is missing then.
        """
        inst = self.instance
        edge = np.diff(paid.astype(np.int8), axis=1, prepend=0, append=0)
        at, begin = np.nonzero(edge == 1)
        end = np.nonzero(edge == -1)[1] - 1
        person = people[at]
        comes = inst.covered[person] & (inst.first[person] == begin)
        today = np.where(comes, inst.current[person], NOBODY)
        months = np.arange(inst.months)
        inside = (begin[:, None] <= months) & (months <= end[:, None])
        one = next(iter(purse))
        cost = np.where(inside, inst.price(person[:, None], one, months[None, :]), 0).cumsum(axis=1)
        waits = np.ones(len(person), dtype=np.bool_)
        lacking = cost.sum(axis=0)
        largest = sorted(purse, key=lambda f: (-int(purse[f][-1]), f))
        spans = np.unique(np.stack([begin - end, begin, end]), axis=1)[1:].T.tolist()
        free = {f: _free(money) for f, money in purse.items()}
        together = np.sum(list(free.values()), axis=0)
        for stays in (True, False):
            for first, last in spans:
                run = (begin == first) & (end == last)
                for f in largest:
                    own = np.flatnonzero(run & waits & ((today == f) | (not stays)))
                    total = cost[own].cumsum(axis=0)
                    served = _payable(total, purse[f], together - free[f], lacking) if len(own) else 0
                    if served:
                        draft.payer[person[own[:served], None], months[first : last + 1]] = f
                        waits[own[:served]] = False
                        purse[f] -= total[served - 1]
                        lacking = lacking - total[served - 1]
                        together = together - free[f]
                        free[f] = _free(purse[f])
                        together = together + free[f]

    def _take(
        self, draft: Draft, people: NDArray[np.int64], f: int, t: int, purse: dict[int, NDArray[np.int64]]
    ) -> int:
        if not len(people):
            return 0
        total = np.cumsum(np.asarray(self.instance.price(people, f, t)))
        served = int(np.searchsorted(total, int(purse[f][t:].min()), side="right"))
        if served:
            draft.payer[people[:served], t] = f
            purse[f][t:] -= int(total[served - 1])
        return served


def _free(money: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the money that each month may spend so that no later month lacks it."""
    return np.minimum.accumulate(money[::-1])[::-1]


def _payable(
    total: NDArray[np.int64], money: NDArray[np.int64], others: NDArray[np.int64], lacking: NDArray[np.int64]
) -> int:
    """How many runs (`total`: their cost together, cumulative by month) a fund with so much `money` can take on.

    It and all `others` must afterwards still have, month by month, what the runs that are `lacking` cost.
    """
    # what rounding lacks from the beginning is no reason
    tight = np.minimum(others + _free(money), lacking)
    within = (total <= money).all(axis=1)
    low, high = 0, int(within.argmin()) if not within.all() else len(total)
    while low < high:
        middle = (low + high + 1) // 2
        cost = total[middle - 1]
        if (others + _free(money - cost) >= np.minimum(tight, lacking - cost)).all():
            low = middle
        else:
            high = middle - 1
    return low
