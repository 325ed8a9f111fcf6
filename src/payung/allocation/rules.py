"""Two ways to plan without a solver: today's way, for comparison, and the best simple rule, as fallback."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from payung.allocation.classes import package_spells, spells
from payung.allocation.draft import Draft
from payung.allocation.figures import fund_breadth
from payung.allocation.instance import Instance
from payung.allocation.repair import Repair


class _Purses:
    """Money left by fund and month, and the spells each kind of person may be given."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.left = instance.cash.copy()
        self.places = instance.places()
        self.package = instance.package
        self._spells: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        self._own: dict[tuple[int, ...], list[tuple[int, int]]] = {}

    def key(self, person: int) -> tuple[int, int, int, int, int]:
        inst = self.instance
        return (
            int(inst.signature[person]),
            int(inst.due[person]),
            int(inst.first[person]),
            int(inst.last[person]),
            int(inst.covered[person]),
        )

    def spells(self, key: tuple[int, ...]) -> list[tuple[int, int]]:
        """Allowed spells, the longest first, early before late."""
        inst = self.instance
        s, _, first, last, covered = key
        members = [f for f in inst.signature_funds[s] if inst.open[f].any()]
        if not members:
            return []
        mask = inst.open[members]
        ends = tuple(sorted({int(np.flatnonzero(row)[-1]) for row in mask}))
        found = spells(
            tuple(np.asarray(mask.any(axis=0)).tolist()), ends, first, last, bool(covered), inst.keep_months
        )
        return sorted(found, key=lambda spell: (spell[0] - spell[1], spell[0]))

    def own_spells(self, key: tuple[int, ...], fund: int) -> list[tuple[int, int]]:
        """Spells that `fund` alone may pay, the longest first."""
        inst = self.instance
        _, _, first, last, covered = key
        length = int(self.package[fund])
        mask = tuple(bool(v) for v in inst.open[fund])
        if length:
            found = list(package_spells(mask, length, first, last, bool(covered), inst.keep_months))
        else:
            found = [(b, e) for b, e in self.spells(key) if all(mask[b : e + 1])]
        return sorted(found, key=lambda spell: (spell[0] - spell[1], spell[0]))

    def fits(self, fund: int, need: NDArray[np.int64], begin: int, end: int) -> bool:
        """Whether `fund` has the money and a place in every month from begin to end."""
        return bool((self.left[fund] >= need).all() and (self.places[fund, begin : end + 1] > 0).all())

    def take(self, fund: int, need: NDArray[np.int64], begin: int, end: int, heads: int = 1) -> None:
        self.left[fund] -= heads * need
        self.places[fund, begin : end + 1] -= heads

    def need(self, person: int, fund: int, begin: int, end: int) -> NDArray[np.int64]:
        """Cumulative rupiah that `fund` would spend on the months begin..end, for every month."""
        inst = self.instance
        monthly = np.zeros(inst.months, dtype=np.int64)
        monthly[begin : end + 1] = inst.price(person, fund, np.arange(begin, end + 1))
        return np.cumsum(monthly)


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
    for person in active[np.argsort(instance.lottery[active], kind="stable")].tolist():
        key = purses.key(person)
        left = options.get(key)
        if left is None:
            members = sorted(
                instance.signature_funds[key[0]].tolist(), key=lambda f: (provincial[f], -breadth[f], f)
            )
            left = [
                (f, begin, end, purses.need(person, f, begin, end))
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


def best_rule(instance: Instance) -> Draft:
    """Most restricted money first; the covered first, then priority, then the lottery; payers may be chained."""
    purses = _Purses(instance)
    breadth = fund_breadth(instance)
    narrow = [sorted(members.tolist(), key=lambda f: (breadth[f], f)) for members in instance.signature_funds]
    draft = Draft(instance)
    active = np.flatnonzero(instance.signature >= 0)
    order = active[
        np.lexsort((instance.lottery[active], -instance.priority[active], ~instance.covered[active]))
    ]
    options: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    needs: dict[tuple[int, ...], NDArray[np.int64]] = {}
    for person in order.tolist():
        key = purses.key(person)
        left = options.get(key)
        if left is None:
            found = {spell for f in narrow[key[0]] for spell in purses.own_spells(key, f)} | set(
                purses.spells(key)
            )
            left = sorted(found, key=lambda spell: (spell[0] - spell[1], spell[0]), reverse=True)
            options[key] = left
        while left:
            begin, end = left[-1]
            if _chain(purses, draft, needs, person, key, begin, end, narrow[key[0]]):
                break
            left.pop()
    draft.recount()
    Repair(draft, breadth.astype(float)).head_counts()
    draft.rank()
    return draft


def _chain(
    purses: _Purses,
    draft: Draft,
    needs: dict[tuple[int, ...], NDArray[np.int64]],
    person: int,
    key: tuple[int, ...],
    begin: int,
    end: int,
    funds: list[int],
) -> bool:
    """Pays the months begin..end from the narrowest funds in turn, or changes nothing."""
    whole = (begin, end) in spells_set(purses, key)
    taken: list[tuple[int, NDArray[np.int64], int, int]] = []
    t = begin
    while t <= end:
        for f in funds:
            longest = _stretch(purses, needs, person, key, f, t, end)
            if longest and (whole or (t == begin and longest == end - begin + 1 and purses.package[f])):
                need = _need(purses, needs, person, key, f, t, t + longest - 1)
                purses.take(f, need, t, t + longest - 1)
                taken.append((f, need, t, longest))
                t += longest
                break
        else:
            for f, need, first, longest in taken:
                purses.take(f, need, first, first + longest - 1, heads=-1)
            return False
    for f, _, first, longest in taken:
        draft.payer[person, first : first + longest] = f
    return True


def spells_set(purses: _Purses, key: tuple[int, ...]) -> set[tuple[int, int]]:
    known = purses._spells.get(key)
    if known is None:
        known = purses._spells[key] = purses.spells(key)
    return set(known)


def _need(
    purses: _Purses,
    needs: dict[tuple[int, ...], NDArray[np.int64]],
    person: int,
    key: tuple[int, ...],
    fund: int,
    begin: int,
    end: int,
) -> NDArray[np.int64]:
    sector = int(purses.instance.sector[person])
    at = (key[1], sector, fund, begin, end)
    found = needs.get(at)
    if found is None:
        found = needs[at] = purses.need(person, fund, begin, end)
    return found


def _stretch(
    purses: _Purses,
    needs: dict[tuple[int, ...], NDArray[np.int64]],
    person: int,
    key: tuple[int, ...],
    fund: int,
    begin: int,
    end: int,
) -> int:
    """How many months in a row from `begin` the fund can pay, in whole packages where it sells packages."""
    mask = purses.instance.open[fund]
    if not mask[begin]:
        return 0
    last = begin
    while last < end and mask[last + 1]:
        last += 1
    step = int(purses.package[fund]) or 1
    length = (last - begin + 1) // step * step
    while length:
        end_of = begin + length - 1
        if purses.fits(fund, _need(purses, needs, person, key, fund, begin, end_of), begin, end_of):
            return length
        length -= step
    return 0
