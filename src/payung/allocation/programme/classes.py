"""People who are alike become classes, funds that are alike become pools; nothing is lost by it.

With equal signature, price, months and standing, giving months to any n of a class satisfies every rule
that holds for one person, so the problem over classes has the same optimum as the one over people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payung.allocation.instance import PRIORITY_SCALE, Instance, region_groups


@dataclass(slots=True)
class Pool:
    """Funds with one predicate, validity and price: one purse to the solver."""

    funds: NDArray[np.int64]
    cash: NDArray[np.int64]
    open: NDArray[np.bool_]
    package: int
    min_people: int
    places: NDArray[np.int64]
    breadth: float = 0.0


@dataclass(slots=True)
class Classes:
    """Classes of people, pools of funds. `order` lists the people, class by class, best first."""

    order: NDArray[np.int64]
    offset: NDArray[np.int64]  # where each class begins in `order`; one more at the end
    signature: NDArray[np.int64]
    due: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    covered: NDArray[np.bool_]
    weight: NDArray[np.float64]  # mean priority, 0..1
    tie: NDArray[np.float64]  # the published lottery, 0..1
    region: NDArray[np.int64]
    pools: list[Pool]
    signature_pools: list[NDArray[np.int64]]

    @property
    def size(self) -> NDArray[np.int64]:
        return np.diff(self.offset)


def pools_of(instance: Instance) -> tuple[list[Pool], list[NDArray[np.int64]]]:
    """Group funds of equal terms into pools; return them with the pools that each signature may use."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for j, fund in enumerate(instance.funds):
        if not instance.open[j].any():
            continue
        alone = j if fund.min_people or fund.max_people or fund.package else -1
        key = (fund.terms, instance.open[j].tobytes(), instance.percent[j].tobytes(), fund.package, alone)
        groups.setdefault(key, []).append(j)
    places = instance.places()
    pools = [
        Pool(
            funds=np.array(members, dtype=np.int64),
            cash=instance.cash[members].sum(axis=0),
            open=instance.open[members[0]],
            package=instance.funds[members[0]].package,
            min_people=instance.funds[members[0]].min_people,
            places=places[members[0]],
        )
        for members in groups.values()
    ]
    of_fund = np.full(len(instance.funds), -1, dtype=np.int64)
    for k, pool in enumerate(pools):
        of_fund[pool.funds] = k
    by_signature = []
    for members in instance.signature_funds:
        found = np.unique(of_fund[members])
        by_signature.append(found[found >= 0])
    active = instance.signature >= 0
    need = np.where(active, instance.due * (instance.last - instance.first + 1), 0).astype(np.float64)
    by_need = np.bincount(instance.signature[active], weights=need[active], minlength=len(by_signature))
    total = max(1.0, float(by_need.sum()))
    for s, members in enumerate(by_signature):
        for k in members:
            pools[k].breadth += float(by_need[s]) / total
    return pools, by_signature


def classes_of(instance: Instance, band: int) -> Classes:
    """Classes with priorities grouped in bands of `band` ten-thousandths (1: exact)."""
    pools, signature_pools = pools_of(instance)
    active = np.flatnonzero(instance.signature >= 0)
    region = region_groups(instance)
    table = (
        pl.DataFrame(
            {
                "person": active,
                "signature": instance.signature[active],
                "due": instance.due[active],
                "first": instance.first[active],
                "last": instance.last[active],
                "covered": instance.covered[active],
                "region": region[active],
                "band": -(instance.priority[active] // band),
                "priority": -instance.priority[active],
                "lottery": instance.lottery[active],
            }
        )
        .sort("signature", "due", "first", "last", "covered", "region", "band", "priority", "lottery")
        .with_columns(
            pl.struct("signature", "due", "first", "last", "covered", "region", "band")
            .rle_id()
            .alias("class")
        )
    )
    heads = table.group_by("class", maintain_order=True).agg(
        pl.col("signature", "due", "first", "last", "covered", "region").first(),
        pl.len().alias("n"),
        (pl.col("priority").mean() / -PRIORITY_SCALE).alias("weight"),
        pl.col("lottery").first(),
    )
    offset = np.concatenate([[0], np.cumsum(heads["n"].to_numpy().astype(np.int64))]).astype(np.int64)
    return Classes(
        order=table["person"].to_numpy(),
        offset=offset,
        signature=heads["signature"].to_numpy(),
        due=heads["due"].to_numpy(),
        first=heads["first"].to_numpy(),
        last=heads["last"].to_numpy(),
        covered=heads["covered"].to_numpy(),
        weight=heads["weight"].to_numpy().astype(np.float64),
        tie=heads["lottery"].to_numpy().astype(np.float64) / 2.0**64,
        region=heads["region"].to_numpy(),
        pools=pools,
        signature_pools=signature_pools,
    )


@lru_cache(maxsize=100_000)
def spells(
    open_mask: tuple[bool, ...], ends: tuple[int, ...], first: int, last: int, covered: bool, keep: int
) -> tuple[tuple[int, int], ...]:
    """Every unbroken spell (first, last month) a person may be given.

    A spell lasts at least `keep` months, or goes on from the cover a person already has. It ends only where the
    person's eligibility, the horizon or one of their funds ends, so nobody is dropped for a marginal gain.
    """
    found = []
    stops = {last, *(end for end in ends if end < last)}
    for begin in range(first, last + 1):
        for end in range(begin, last + 1):
            if not open_mask[end]:
                break
            long_enough = end - begin + 1 >= keep or (covered and begin == first)
            if end in stops and long_enough:
                found.append((begin, end))
    return tuple(found)


@lru_cache(maxsize=100_000)
def package_spells(
    open_mask: tuple[bool, ...], package: int, first: int, last: int, covered: bool, keep: int
) -> tuple[tuple[int, int], ...]:
    """Spells made wholly of packages of one pool."""
    found = []
    for begin in range(first, last + 1):
        end = begin + package - 1
        while end <= last and all(open_mask[begin : end + 1]):
            if end - begin + 1 >= keep or (covered and begin == first):
                found.append((begin, end))
            end += package
    return tuple(found)


def open_and_ends(pools: list[Pool], members: NDArray[np.int64]) -> tuple[tuple[bool, ...], tuple[int, ...]]:
    """Months in which any of the pools may pay, and the last months of each."""
    if not len(members):
        return (), ()
    masks = np.array([pools[k].open for k in members])
    ends = {int(np.flatnonzero(mask)[-1]) for mask in masks}
    anywhere = np.asarray(masks.any(axis=0))
    return tuple(bool(v) for v in anywhere.tolist()), tuple(sorted(ends))
