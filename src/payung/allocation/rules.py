"""Two ways to plan without a solver: today's way, for comparison, and the best simple rule, as fallback."""

from __future__ import annotations

import time
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from payung.allocation.draft import Draft
from payung.allocation.figures import fund_breadth
from payung.allocation.instance import NO_LIMIT, Instance
from payung.allocation.mending.repair import Repair
from payung.allocation.programme.classes import package_spells, spells
from payung.allocation.programme.fairness import first_served

#: people between two looks at the time
_LOOK_AT_TIME = 5_000
#: a fund, the cumulative rupiah it spends by month, and its first and last month
_Stretch = tuple[int, NDArray[np.int64], int, int]


class _Purses:
    """Money left by fund and month, and the spells each kind of person may be given."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.left = instance.cash.copy()
        self.places = instance.places()
        self.counted = (self.places.max(axis=1, initial=0) < NO_LIMIT).tolist()
        self.package = instance.package
        self._spells: dict[tuple[int, ...], frozenset[tuple[int, int]]] = {}
        self._shapes: dict[int, tuple[tuple[bool, ...], tuple[int, ...]]] = {}
        self._needs: dict[tuple[int, ...], NDArray[np.int64]] = {}
        self._cheapest: dict[tuple[int, ...], int] = {}
        self.lengths = self.package.tolist()
        self.masks = [tuple(mask) for mask in instance.open.tolist()]
        self.opens = [_runs(mask) for mask in self.masks]
        last_open = instance.months - 1 - instance.open[:, ::-1].argmax(axis=1)
        self.last_open = np.where(instance.open.any(axis=1), last_open, -1)
        dues = instance.due[instance.signature >= 0]
        least = int(dues.min(initial=NO_LIMIT)) * int(instance.percent.min(initial=100)) // 100
        self.least = max(1, least)
        self.step = np.maximum(self.package, 1)

    def able(self, funds: NDArray[np.int64], month: int) -> list[int]:
        """Those of the funds with money for anybody's cheapest month, or package, from `month` on."""
        left = self.left[funds, month:]
        ready = (left.min(axis=1) >= self.least) & (left[:, -1] >= self.least * self.step[funds])
        found: list[int] = funds[ready & self.instance.open[funds, month]].tolist()
        return found

    def keys(self, people: NDArray[np.int64]) -> list[tuple[int, int, int, int, int]]:
        """Return what decides which spells each of the people may be given, and at what price."""
        inst = self.instance
        facts = (inst.signature, inst.due, inst.first, inst.last, inst.covered.astype(np.int64))
        return list(zip(*(fact[people].tolist() for fact in facts), strict=True))

    def shape(self, signature: int) -> tuple[tuple[bool, ...], tuple[int, ...]]:
        """Months in which any fund of a signature may pay, and the last months of each."""
        known = self._shapes.get(signature)
        if known is None:
            members = self.instance.signature_funds[signature]
            members = members[self.last_open[members] >= 0]
            ends = set(self.last_open[members].tolist())
            anywhere = np.asarray(self.instance.open[members].any(axis=0)).tolist() if len(members) else []
            known = self._shapes[signature] = (tuple(anywhere), tuple(sorted(ends)))
        return known

    def spells(self, key: tuple[int, ...]) -> frozenset[tuple[int, int]]:
        """Return the allowed spells."""
        known = self._spells.get(key)
        if known is None:
            s, _, first, last, covered = key
            mask, ends = self.shape(s)
            found = spells(mask, ends, first, last, bool(covered), self.instance.keep_months) if mask else ()
            known = self._spells[key] = frozenset(found)
        return known

    def own_spells(self, key: tuple[int, ...], fund: int) -> tuple[tuple[int, int], ...]:
        """Spells that `fund` alone may pay, the longest first."""
        s, _, first, last, covered = key
        keep = self.instance.keep_months
        return _own_spells(
            self.masks[fund], self.lengths[fund], *self.shape(s), first, last, bool(covered), keep
        )

    def fits(self, fund: int, need: NDArray[np.int64], begin: int, end: int) -> bool:
        """Return whether `fund` has the money and a place in every month from begin to end."""
        if self.counted[fund] and not (self.places[fund, begin : end + 1] > 0).all():
            return False
        return bool((self.left[fund] >= need).all())

    def take(self, fund: int, need: NDArray[np.int64], begin: int, end: int, heads: int = 1) -> None:
        self.left[fund] -= heads * need
        if self.counted[fund]:
            self.places[fund, begin : end + 1] -= heads

    def give_back(self, chain: list[_Stretch]) -> None:
        for stretch in chain:
            self.take(*stretch, heads=-1)

    def pay(self, chain: list[_Stretch]) -> bool:
        """Take the money of every stretch from its purse, or of none."""
        for at, stretch in enumerate(chain):
            if not self.fits(*stretch):
                self.give_back(chain[:at])
                return False
            self.take(*stretch)
        return True

    def need(self, person: int, fund: int, begin: int, end: int) -> NDArray[np.int64]:
        """Cumulative rupiah that `fund` would spend on the months begin..end, for every month."""
        inst = self.instance
        monthly = np.zeros(inst.months, dtype=np.int64)
        monthly[begin : end + 1] = inst.price(person, fund, np.arange(begin, end + 1))
        return np.cumsum(monthly)

    def need_of(
        self, person: int, key: tuple[int, ...], fund: int, begin: int, end: int
    ) -> NDArray[np.int64]:
        """As `need`, worked out once for people of one price."""
        at = (key[1], int(self.instance.sector[person]), fund, begin, end)
        found = self._needs.get(at)
        if found is None:
            found = self._needs[at] = self.need(person, fund, begin, end)
        return found

    def cheapest(self, person: int, key: tuple[int, ...], fund: int) -> int:
        """Rupiah of the cheapest month that `fund` could pay for the person."""
        at = (key[1], int(self.instance.sector[person]), fund)
        found = self._cheapest.get(at)
        if found is None:
            prices = self.instance.price(person, fund, np.arange(self.instance.months))
            found = self._cheapest[at] = max(1, int(np.min(prices)))
        return found


@lru_cache(maxsize=100_000)
def _own_spells(
    mask: tuple[bool, ...],
    package: int,
    anywhere: tuple[bool, ...],
    ends: tuple[int, ...],
    first: int,
    last: int,
    covered: bool,
    keep: int,
) -> tuple[tuple[int, int], ...]:
    if package:
        found = package_spells(mask, package, first, last, covered, keep)
    else:
        allowed = spells(anywhere, ends, first, last, covered, keep) if anywhere else ()
        found = tuple((b, e) for b, e in allowed if all(mask[b : e + 1]))
    return tuple(sorted(found, key=lambda spell: (spell[0] - spell[1], spell[0])))


def _runs(mask: tuple[bool, ...]) -> list[int]:
    """For each month the last month of its unbroken run of open months, or -1 where it is closed."""
    ends = [-1] * len(mask)
    for t in range(len(mask) - 1, -1, -1):
        if mask[t]:
            ends[t] = ends[t + 1] if t + 1 < len(mask) and mask[t + 1] else t
    return ends


def todays_way(instance: Instance) -> Draft:
    """First come first served, the widest money (the province) first, one payer for the whole spell.

    Who came first is not known, so the lottery stands for it. Nobody looks ahead and nobody has precedence.
    """
    purses = _Purses(instance)
    breadth = fund_breadth(instance)
    provincial = np.array([fund.kind != "apbd" for fund in instance.funds], dtype=np.bool_)
    options: dict[tuple[int, ...], list[tuple[int, int, int, NDArray[np.int64]]]] = {}
    draft = Draft(instance)
    active = np.flatnonzero(instance.signature >= 0)
    order = active[np.argsort(instance.lottery[active], kind="stable")]
    for person, key in zip(order.tolist(), purses.keys(order), strict=True):
        left = options.get(key)
        if left is None:
            members = sorted(
                instance.signature_funds[key[0]].tolist(), key=lambda f: (provincial[f], -breadth[f], f)
            )
            left = [
                (f, begin, end, purses.need_of(person, key, f, begin, end))
                for f in members
                for begin, end in purses.own_spells(key, f)
            ]
            left.reverse()
            options[key] = left
        while left:
            fund, begin, end, need = left[-1]
            if purses.fits(fund, need, begin, end):
                purses.take(fund, need, begin, end)
                draft.payer[person, begin : end + 1] = fund
                break
            left.pop()
    draft.recount()
    Repair(draft, breadth.astype(float)).head_counts()
    return draft


def best_rule(instance: Instance, until: float | None = None) -> Draft:
    """Most restricted money first, payers chained; the covered first, then regional floors, priority, the lottery.

    `until` is a time.monotonic() moment: whose turn has not come by then is left without a payer, but for the first.
    """
    purses = _Purses(instance)
    breadth = fund_breadth(instance)
    narrow = [members[np.lexsort((members, breadth[members]))] for members in instance.signature_funds]
    sold = [members[instance.package[members] > 0].tolist() for members in narrow]
    draft = Draft(instance)
    active = np.flatnonzero(instance.signature >= 0)
    later = ~first_served(instance)[active]
    order = active[
        np.lexsort((instance.lottery[active], -instance.priority[active], later, ~instance.covered[active]))
    ]
    options: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    shapes: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    latest: dict[tuple[int, ...], list[_Stretch]] = {}
    for turn, (person, key) in enumerate(zip(order.tolist(), purses.keys(order), strict=True)):
        if until is not None and turn % _LOOK_AT_TIME == _LOOK_AT_TIME - 1 and time.monotonic() > until:
            break
        # purses only ever shrink, so what the last person like this one got is the best while it can be paid
        chain = latest.get(key)
        if chain and purses.pay(chain):
            _write(draft, person, chain)
            continue
        left = options.get(key)
        if left is None:
            standing = (key[0], *key[2:])
            found = shapes.get(standing)
            if found is None:
                bought = {spell for f in sold[key[0]] for spell in purses.own_spells(key, f)}
                either = bought | purses.spells(key)
                found = sorted(either, key=lambda spell: (spell[0] - spell[1], spell[0]), reverse=True)
                shapes[standing] = found
            left = options[key] = found.copy()
        while left:
            begin, end = left[-1]
            chain = latest[key] = _chain(purses, person, key, begin, end, narrow[key[0]])
            if chain:
                _write(draft, person, chain)
                break
            left.pop()
    draft.recount()
    Repair(draft, breadth.astype(float)).head_counts()
    draft.rank()
    return draft


def _write(draft: Draft, person: int, chain: list[_Stretch]) -> None:
    for fund, _, begin, end in chain:
        draft.payer[person, begin : end + 1] = fund


def _chain(
    purses: _Purses, person: int, key: tuple[int, ...], begin: int, end: int, funds: NDArray[np.int64]
) -> list[_Stretch]:
    """Pay the months begin..end from the narrowest funds in turn; empty, with nothing changed, where they cannot."""
    whole = (begin, end) in purses.spells(key)
    taken: list[_Stretch] = []
    t = begin
    while t <= end:
        for f in purses.able(funds, t):
            longest = _stretch(purses, person, key, f, t, end)
            if longest and (whole or (t == begin and longest == end - begin + 1 and purses.package[f])):
                last = t + longest - 1
                taken.append((f, purses.need_of(person, key, f, t, last), t, last))
                purses.take(*taken[-1])
                t += longest
                break
        else:
            purses.give_back(taken)
            return []
    return taken


def _stretch(purses: _Purses, person: int, key: tuple[int, ...], fund: int, begin: int, end: int) -> int:
    """How many months in a row from `begin` the fund can pay, in whole packages where it sells packages."""
    last = min(purses.opens[fund][begin], end)
    most = int(purses.left[fund, -1]) // purses.cheapest(person, key, fund)
    step = int(purses.package[fund]) or 1
    length = min(last - begin + 1, most) // step * step
    while length > 0:
        end_of = begin + length - 1
        if purses.fits(fund, purses.need_of(person, key, fund, begin, end_of), begin, end_of):
            return length
        length -= step
    return 0
