"""From pairs to people: joined from the surest pair down, with guards against chains.

Groups that look sound (small, no two valid NIKs that exclude each other) are taken as they connect. The others
are built again pair by pair from the surest, and a join that would put two people together is refused. No group ever
holds two NIKs that stand (see `standing`), however its rows came together, unless a person decided so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from payung.matching.standing import keep_apart, niks_of

#: weight in bits, either way, of a pair that a person has decided
DECIDED = 1000.0
#: more rows than this for one person is looked at twice
SIZE_LIMIT = 8


@dataclass(frozen=True)
class Clusters:
    """label: the smallest row number of each row's cluster; refused: pairs that a guard kept apart."""

    label: np.ndarray
    refused: pl.DataFrame


def cluster(rows: int, edges: pl.DataFrame, nik: pl.Series, own: pl.Series) -> Clusters:
    """Clusters of rows 0..rows-1 from edges (l, r, weight in bits, join: weight is enough to join).

    Edges below the joining weight are evidence against joining two groups. nik: cleaned NIK of each row; own: the
    one that stands.
    """
    joins = edges.filter("join")
    label = _components(rows, joins)
    sizes = np.bincount(label, minlength=rows)
    valid = nik.str.len_chars() == 16
    niks = (
        pl.DataFrame({"label": label, "nik": nik, "valid": valid})
        .filter(pl.col("valid").fill_null(False) & (pl.Series(sizes[label]) > 2))
        .group_by("label").agg(pl.col("nik").n_unique())
        .filter(pl.col("nik") > 1)["label"].to_numpy()
    )  # fmt: skip
    suspect = np.zeros(rows, bool)
    suspect[niks] = True
    suspect[_holding_two(label, sizes, own)] = True
    suspect |= sizes > SIZE_LIMIT
    apart = edges.filter(pl.col("weight") <= -DECIDED)
    torn = label[apart["l"].to_numpy()]
    suspect[torn[torn == label[apart["r"].to_numpy()]]] = True
    again = edges.filter(pl.Series(suspect[label[edges["l"].to_numpy()]]))
    if again.is_empty():
        return Clusters(label, joins.clear())
    touched = suspect[label]
    label[touched] = np.flatnonzero(touched)
    refused = _careful(label, again.sort(["weight", "l", "r"], descending=[True, False, False]), own)
    return Clusters(label, refused)


def _holding_two(label: np.ndarray, sizes: np.ndarray, own: pl.Series) -> np.ndarray:
    """Return the clusters in which two different NIKs stand."""
    standing = pl.DataFrame({"label": label, "own": own}).filter(
        pl.col("own").is_not_null() & (pl.Series(sizes[label]) > 1)
    )
    return (
        standing.group_by("label").agg(pl.col("own").n_unique()).filter(pl.col("own") > 1)["label"].to_numpy()
    )


def _components(rows: int, edges: pl.DataFrame) -> np.ndarray:
    left, right = edges["l"].to_numpy(), edges["r"].to_numpy()
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), (rows, rows))
    _, component = connected_components(graph, directed=False)
    first = np.full(component.max(initial=0) + 1, rows, np.int64)
    np.minimum.at(first, component, np.arange(rows))
    return np.asarray(first[component])


def _careful(label: np.ndarray, edges: pl.DataFrame, own: pl.Series) -> pl.DataFrame:
    """Join groups while the evidence between all their members, taken together, is for it, and no two NIKs stand."""
    weight = {(left, right): bits for left, right, bits in edges.select("l", "r", "weight").iter_rows()}
    members: dict[int, list[int]] = {}
    group: dict[int, int] = {}
    niks: dict[int, frozenset[str]] = {}
    refused: list[int] = []
    joins = edges.filter("join")
    for place, (left, right) in enumerate(joins.select("l", "r").iter_rows()):
        for row in (left, right):
            if row not in group:
                group[row] = row
                members[row] = [row]
                niks[row] = niks_of(own[row])
        a, b = group[left], group[right]
        if a == b:
            continue
        if _together(members[a], members[b], weight, own, keep_apart(niks[a], niks[b])):
            a, b = min(a, b), max(a, b)
            for row in members[b]:
                group[row] = a
            members[a] += members.pop(b)
            niks[a] |= niks.pop(b)
        else:
            refused.append(place)
    for row, at in group.items():
        label[row] = at
    return joins[refused]


#: what a pair that was not even a candidate counts against a join, in bits
_UNSEEN = -2.0
#: pairs looked at, at most, for one join
_LOOKED_AT = 400


def _together(
    a: list[int], b: list[int], weight: dict[tuple[int, int], float], own: pl.Series, two: bool
) -> bool:
    """Return whether two groups are one person. two: by their NIKs they are two, so that only a person may join them.

    Rows of different NIKs that a person has found on one say nothing against it any more.
    """
    if len(a) == 1 and len(b) == 1 and not two:
        return True
    total, seen, sure = 0.0, 0, False
    for row in a:
        for other in b:
            seen += 1
            if seen > _LOOKED_AT and not two:
                return sure or total > 0
            bits = weight.get((row, other) if row < other else (other, row))
            if bits is not None and abs(bits) >= DECIDED:
                if bits < 0:
                    return False
                sure = True
                continue
            if own[row] and own[other] and own[row] != own[other]:
                continue
            total += _UNSEEN if bits is None else min(max(bits, -15.0), 15.0)
    return sure or (total > 0 and not two)
