"""The columns of the programme: the spells that a class may be given, and the ways money may take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from payung.allocation.instance import Instance
from payung.allocation.programme.classes import Classes, Pool, open_and_ends, package_spells, spells


@dataclass(slots=True)
class Columns:
    """Start columns: which class, from which month to which, by which package pool (-1: any pools)."""

    cls: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    pool: NDArray[np.int64]
    keeps: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.cls)


@dataclass(slots=True)
class Flow:
    """Money columns: signature, pool, first month, months paid (1, or a package)."""

    signature: NDArray[np.int64]
    pool: NDArray[np.int64]
    month: NDArray[np.int64]
    length: NDArray[np.int64]


def start_columns(instance: Instance, classes: Classes) -> Columns:
    """Return the columns of the programme for people who begin and end in given months, by class."""
    keep = instance.keep_months
    shape = [open_and_ends(classes.pools, members) for members in classes.signature_pools]
    profile: dict[
        tuple[int, int, int, bool], tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    ] = {}
    parts_cls, parts_begin, parts_end, parts_pool = [], [], [], []
    rows = zip(
        classes.signature.tolist(),
        classes.first.tolist(),
        classes.last.tolist(),
        classes.covered.tolist(),
        strict=True,
    )
    for g, key in enumerate(rows):
        found = profile.get(key)
        if found is None:
            found = profile[key] = _spells_of(
                classes.pools, classes.signature_pools[key[0]], shape[key[0]], key, keep
            )
        if len(found[0]):
            parts_cls.append(np.full(len(found[0]), g, dtype=np.int64))
            parts_begin.append(found[0])
            parts_end.append(found[1])
            parts_pool.append(found[2])
    if not parts_cls:
        empty = np.zeros(0, dtype=np.int64)
        return Columns(empty, empty, empty, empty, np.zeros(0, dtype=np.bool_))
    cls, begin, end = np.concatenate(parts_cls), np.concatenate(parts_begin), np.concatenate(parts_end)
    keeps = classes.covered[cls] & (begin == classes.first[cls]) & (end == classes.last[cls])
    return Columns(cls, begin, end, np.concatenate(parts_pool), keeps)


def _spells_of(
    pools: list[Pool],
    members: NDArray[np.int64],
    shape: tuple[tuple[bool, ...], tuple[int, ...]],
    key: tuple[int, int, int, bool],
    keep: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    _, first, last, covered = key
    begin, end, by = [], [], []
    if len(members):
        free = spells(shape[0], shape[1], first, last, covered, keep)
        for b, e in free:
            begin.append(b)
            end.append(e)
            by.append(-1)
        known = set(free)
        for k in members.tolist():
            if pools[k].package:
                mask = tuple(bool(v) for v in pools[k].open)
                for b, e in package_spells(mask, pools[k].package, first, last, covered, keep):
                    if (b, e) not in known:
                        begin.append(b)
                        end.append(e)
                        by.append(k)
    return (np.array(begin, dtype=np.int64), np.array(end, dtype=np.int64), np.array(by, dtype=np.int64))


def flow_columns(classes: Classes, used: NDArray[np.bool_], months: int) -> Flow:
    """Every way money of a pool may reach a signature that has start columns."""
    signature, pool, month, length = [], [], [], []
    packages = {}
    for k, p in enumerate(classes.pools):
        span = p.package or 1
        packages[k] = np.array(
            [t for t in range(months - span + 1) if p.open[t : t + span].all()], dtype=np.int64
        )
    for s in np.flatnonzero(used):
        for k in classes.signature_pools[s].tolist():
            at = packages[k]
            signature.append(np.full(len(at), s, dtype=np.int64))
            pool.append(np.full(len(at), k, dtype=np.int64))
            month.append(at)
            length.append(np.full(len(at), classes.pools[k].package or 1, dtype=np.int64))
    empty = np.zeros(0, dtype=np.int64)
    if not signature:
        return Flow(empty, empty, empty, empty)
    return Flow(
        np.concatenate(signature), np.concatenate(pool), np.concatenate(month), np.concatenate(length)
    )
