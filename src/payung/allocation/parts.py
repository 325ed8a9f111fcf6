"""Large problems in parts: neighbouring districts planned by themselves, with their share of wider money.

A programme takes far more than twice the time for twice the people. So the money that several parts may spend is
shared out first, the narrowest first, to the covered and then the most pressing wherever they live; each part is
planned exactly with its share, and what the parts leave over is put to use for everybody at the end.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from loky import BrokenProcessPool, ProcessPoolExecutor
from numpy.typing import NDArray

from payung.allocation.draft import NOBODY, Draft
from payung.allocation.exchange import press, stay
from payung.allocation.figures import fund_breadth
from payung.allocation.funds import Problem
from payung.allocation.instance import PRIORITY_SCALE, Holders, Instance
from payung.allocation.mending.repair import Repair
from payung.allocation.programme.highs import Unsolved

#: more people than this are planned in parts
WHOLE = 60_000
#: neighbouring districts are joined up to this many people
_TOGETHER = 20_000
#: or up to this many signatures, of which a programme takes more than its share of the time
_SIGNATURES = 200
#: a district of this many times as many is divided by villages
_LARGE = 1.5
_DISTRICT = 8  # characters of a district's dotted code
_BANDS = 10
#: a head count is sought where there are this many times as many people who qualify
_EASE = 1.5
#: up to so many people who qualify for a fund are brought together
_FEW = 3_000
#: and up to so many whom funds with head counts want for at least this share of all they need
_WANTED, _SHARE_WANTED = 6_000, 0.4
#: processes that plan parts at the same time; the plan does not depend on it
WORKERS = 2


_ENDED = Problem(
    "parts_not_solved",
    "",
    "proses yang menghitung bagian rencana dihentikan dari luar, biasanya karena memori komputer habis; rencana ini "
    "dibuat dengan aturan sederhana. Tutup program lain atau pakai komputer bermemori lebih besar, lalu hitung lagi",
    "a process that plans parts was ended from outside, mostly because the machine ran out of memory; this plan was "
    "made by the simple rule. Close other programs or use a machine with more memory, and compute it again",
    left_out=False,
)


@dataclass(slots=True)
class Part:
    """Some of the people with the funds that have money for them."""

    instance: Instance
    people: NDArray[np.int64]
    funds: NDArray[np.int64]


def in_parts(
    instance: Instance, solve: Callable[[Instance], NDArray[np.int16]], until: float | None
) -> Draft:
    """One draft from the payers that `solve` finds for the people of each part, in the order of the parts.

    Raises Unsolved, and names it among the problems, where a process that plans parts was ended from outside.
    """
    draft = Draft(instance)
    parts = parts_of(instance)
    try:
        with ProcessPoolExecutor(
            max_workers=min(WORKERS, max(1, len(parts))), initializer=_end_with, initargs=(os.getpid(),)
        ) as pool:
            for part, own in zip(parts, pool.map(solve, [part.instance for part in parts]), strict=True):
                payer = np.full(own.shape, NOBODY, dtype=draft.payer.dtype)
                payer[own >= 0] = part.funds[own[own >= 0]]
                draft.payer[part.people] = payer
    except BrokenProcessPool as ended:
        instance.problems.append(_ENDED)
        raise Unsolved("a process that plans parts was ended") from ended
    draft.recount()
    repair = Repair(draft, fund_breadth(instance).astype(float), until, swaps=False)
    # a fund whose head count its part could not reach stays out
    pays = np.isin(np.arange(len(instance.funds)), draft.payer)
    repair.close((instance.min_people > instance.committed.max(axis=1)) & ~pays)
    repair.refill()
    repair.extend()
    stay(draft)
    press(draft, until)
    draft.rank()
    return draft


def _end_with(parent: int) -> None:
    """Let this process not outlive the one it works for, however that ends."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def parts_of(instance: Instance) -> list[Part]:
    """Divide the places into runs of neighbours in one regency, and each fund's money into shares for them.

    The largest come first, so that none is waited for alone at the end.
    """
    active = np.flatnonzero(instance.signature >= 0)
    place = _places(instance.regions[active].astype(str))
    codes, at = np.unique(place, return_inverse=True)
    kinds = np.unique(at * len(instance.signature_funds) + instance.signature[active])
    signatures = np.bincount(kinds // len(instance.signature_funds))
    room = np.maximum(np.bincount(at) / _TOGETHER, signatures / _SIGNATURES)
    part = np.array(_join(codes.tolist(), room.tolist()), dtype=np.int64)[at]
    part, home = _homes(instance, active, part)
    cash = _shares(instance, active, part, home)
    sizes = np.bincount(part, minlength=len(cash))
    largest = np.argsort(-sizes, kind="stable")
    return [_part(instance, active[part == p], cash[p]) for p in largest.tolist() if sizes[p]]


def _places(regions: NDArray[np.str_]) -> NDArray[np.str_]:
    """Each person's district, or village where the district has too many people for one part."""
    district = regions.astype(f"<U{_DISTRICT}")
    _, at, size = np.unique(district, return_inverse=True, return_counts=True)
    return np.where(size[at] > _LARGE * _TOGETHER, regions, district)


def _join(codes: list[str], sizes: list[float]) -> list[int]:
    """Return the part of each place: neighbours in one regency together, as long as their sizes make up one part."""
    joined: list[int] = []
    held = 0.0
    for at, (code, size) in enumerate(zip(codes, sizes, strict=True)):
        apart = at == 0 or code[:5] != codes[at - 1][:5] or held + size > 1
        held = size if apart else held + size
        joined.append((joined[-1] if joined else -1) + apart)
    return joined


def _part(instance: Instance, people: NDArray[np.int64], cash: NDArray[np.int64]) -> Part:
    own = np.flatnonzero(cash[:, -1] > 0)
    place = np.full(len(instance.funds) + 1, -1, dtype=np.int64)
    place[own] = np.arange(len(own))
    used, signature = np.unique(instance.signature[people], return_inverse=True)
    sets = [place[instance.signature_funds[s]] for s in used.tolist()]
    part = replace(
        instance,
        funds=[instance.funds[f] for f in own.tolist()],
        ids=instance.ids[people],
        regions=instance.regions[people],
        trades=instance.trades[people],
        due=instance.due[people],
        priority=instance.priority[people],
        first=instance.first[people],
        last=instance.last[people],
        covered=instance.covered[people],
        ever=instance.ever[people],
        sexes=instance.sexes[people],
        ages=instance.ages[people],
        current=place[instance.current[people]],
        sector=instance.sector[people],
        lottery=instance.lottery[people],
        reasons=instance.reasons[people],
        signature=signature.astype(np.int64),
        signature_funds=[members[members >= 0] for members in sets],
        signature_sector=instance.signature_sector[used],
        cash=cash[own],
        open=instance.open[own] & (cash[own] > 0),
        percent=instance.percent[own],
        committed=instance.committed[own],
        fixed=instance.fixed.clear(),
    )
    return Part(part, people, own)


class _Need:
    """Rupiah still needed by part and signature: the covered first, then the priorities in bands."""

    def __init__(self, instance: Instance, active: NDArray[np.int64], part: NDArray[np.int64]) -> None:
        signatures = len(instance.signature_funds)
        key = part * signatures + instance.signature[active]
        cells, cell = np.unique(key, return_inverse=True)
        self.part, self.signature = cells // signatures, cells % signatures
        band = (PRIORITY_SCALE - instance.priority[active]) * _BANDS // (PRIORITY_SCALE + 1) + 1
        band[instance.covered[active]] = 0
        rupiah = instance.due[active] * (instance.last[active] - instance.first[active] + 1)
        flat = np.bincount(
            cell * (_BANDS + 1) + band, weights=rupiah.astype(float), minlength=len(cells) * (_BANDS + 1)
        )
        self.whole = flat.reshape(len(cells), _BANDS + 1)
        self.left = self.whole.copy()
        self.cells_of: dict[int, list[int]] = {}
        for c, s in enumerate(self.signature.tolist()):
            for f in instance.signature_funds[s].tolist():
                self.cells_of.setdefault(f, []).append(c)

    def take(self, cells: NDArray[np.int64], rupiah: float) -> NDArray[np.float64]:
        """Spend on the first bands of the cells together and return what each cell got."""
        got = np.zeros(len(cells))
        for band in range(_BANDS + 1):
            lacking = self.left[cells, band]
            total = float(lacking.sum())
            part = min(1.0, rupiah / total) if total else 0.0
            got += part * lacking
            self.left[cells, band] -= part * lacking
            rupiah -= part * total
            if rupiah <= 0:
                break
        return got


def _shares(
    instance: Instance, active: NDArray[np.int64], part: NDArray[np.int64], home: dict[int, int]
) -> NDArray[np.int64]:
    """Cumulative cash by part, fund and month. `home`: the one part where a fund with a head count pays."""
    count = int(part.max()) + 1
    cash = np.zeros((count, *instance.cash.shape), dtype=np.int64)
    need = _Need(instance, active, part)
    breadth = fund_breadth(instance)
    usable = [f for f in np.flatnonzero(instance.open.any(axis=1)).tolist() if f in need.cells_of]
    for f in sorted(usable, key=lambda f: (breadth[f], f)):
        cells = np.array(need.cells_of[f], dtype=np.int64)
        money = float(instance.cash[f, -1])
        if f in home:
            need.take(cells[need.part[cells] == home[f]], money)
            cash[home[f], f] = instance.cash[f]
            continue
        got = need.take(cells, money)
        got = got if got.any() else need.whole[cells].sum(axis=1)
        share = np.bincount(need.part[cells], weights=got, minlength=count) / got.sum()
        for p in np.flatnonzero(share).tolist():
            cash[p, f] = np.floor(instance.cash[f] * share[p]).astype(np.int64)
    return cash


def _homes(
    instance: Instance, active: NDArray[np.int64], part: NDArray[np.int64]
) -> tuple[NDArray[np.int64], dict[int, int]]:
    """Return people's parts, and the part where each fund that counts heads stays: where its money is lacking most.

    Where no part has people enough for a head count, those who qualify come together in one: all of them where they
    are few, or else from as few parts as will do.
    """
    count = int(part.max()) + 1
    breadth = fund_breadth(instance)
    need = (instance.due * (instance.last - instance.first + 1)).astype(float)
    at = np.full(instance.people, -1, dtype=np.int64)
    at[active] = np.arange(len(active))
    asked = np.flatnonzero((instance.min_people > 0) & instance.open.any(axis=1)).tolist()
    asked.sort(key=lambda f: (breadth[f], f))
    holders = Holders(instance)
    people = {f: holders.people(f) for f in asked}
    part = _wanted_together(instance, people, need, part, at)
    home: dict[int, int] = {}
    taken = np.zeros(count)
    asked_of = _EASE * instance.min_people
    for f in asked:
        own = np.flatnonzero(instance.open[f])
        may = people[f]
        where = part[at[may]]
        free = np.minimum(instance.last[may], own[-1]) - np.maximum(instance.first[may], own[0]) + 1
        able = np.bincount(where[free >= max(1, int(instance.package[f]))], minlength=count)
        if not able.any():
            continue
        lacking = np.bincount(where, weights=need[may], minlength=count) - taken
        enough = able >= asked_of[f]
        if enough.any():
            home[f] = int(np.where(enough, lacking, -np.inf).argmax())
        else:
            home[f] = int(able.argmax())
            moved = np.isin(where, _fewest(able, len(may), asked_of[f]))
            part[at[may[moved]]] = home[f]
        taken[home[f]] += float(instance.cash[f, -1])
    return part, home


def _wanted_together(
    instance: Instance,
    people: dict[int, NDArray[np.int64]],
    need: NDArray[np.float64],
    part: NDArray[np.int64],
    at: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the parts, those joined whose people head counts want for much of their need, the widest fund's first.

    Apart, each fund would look for its people only where it pays, and take those whom others need.
    """
    part = part.copy()
    wanted = np.zeros(instance.people)
    for f, may in people.items():
        wanted[may] += float(instance.cash[f, -1]) / max(1.0, float(need[may].sum()))
    for f in reversed(people):
        may = people[f]
        if 0 < len(may) <= _WANTED and np.average(wanted[may], weights=need[may]) >= _SHARE_WANTED:
            part[at[may]] = np.bincount(part[at[may]]).argmax()
    return part


def _fewest(able: NDArray[np.int64], people: int, asked: float) -> NDArray[np.int64]:
    """Parts whose people come together: all where they are few, or else the fewest that have as many as `asked`."""
    order = np.argsort(-able, kind="stable")
    return order if people <= _FEW else order[: int(np.searchsorted(np.cumsum(able[order]), asked)) + 1]
