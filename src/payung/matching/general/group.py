"""From pairs to people by average linkage: groups are one person while all the evidence between them is for it.

One strong pair between two groups that otherwise differ joins nothing.
"""

from __future__ import annotations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from payung.matching.cluster import DECIDED

#: what a pair counts at least and at most, in bits above the joining weight: no single pair decides for a group
_LEAST, _MOST = -20.0, 25.0
#: what a pair that shared no key counts
_UNSEEN = -6.0
#: rows that are looked at together; a group of more is parted at its weaker pairs first
_LARGEST = 2_000


def group(rows: int, left: np.ndarray, right: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Return the smallest row number of each row's group, from pairs and their weight in bits above the joining one."""
    label = np.arange(rows)
    _part(label, left, right, bits, 0.0)
    return label


def _part(label: np.ndarray, left: np.ndarray, right: np.ndarray, bits: np.ndarray, least: float) -> None:
    """Group the rows of these pairs, in place; pairs above `least` connect."""
    members = np.unique(np.concatenate([left, right]))
    one, two = np.searchsorted(members, left), np.searchsorted(members, right)
    join = bits > least
    graph = coo_matrix(
        (np.ones(int(join.sum()), np.int8), (one[join], two[join])), (len(members), len(members))
    )
    _, component = connected_components(graph, directed=False)
    inside = component[one] == component[two]
    order = np.argsort(component[one][inside], kind="stable")
    one, two, weight = one[inside][order], two[inside][order], bits[inside][order]
    owner = component[one]
    ends = np.flatnonzero(np.append(np.diff(owner) != 0, True)) + 1 if len(owner) else np.zeros(0, int)
    begin: int = 0
    for end in ends.tolist():
        own_l, own_r, own_bits = members[one[begin:end]], members[two[begin:end]], weight[begin:end]
        begin = end
        rows = np.unique(np.concatenate([own_l, own_r]))
        if len(rows) > _LARGEST:
            _part(label, own_l, own_r, own_bits, least + 3.0)
        elif len(rows) > 1:
            _together(label, rows, own_l, own_r, own_bits)


def _together(
    label: np.ndarray, rows: np.ndarray, left: np.ndarray, right: np.ndarray, bits: np.ndarray
) -> None:
    size = len(rows)
    evidence = np.full((size, size), _UNSEEN)
    one, two = np.searchsorted(rows, left), np.searchsorted(rows, right)
    decided = np.abs(bits) >= DECIDED
    evidence[one, two] = evidence[two, one] = np.where(
        decided, size * size * np.sign(bits) * _MOST, np.clip(bits, _LEAST, _MOST)
    )
    top = evidence.max()
    above = np.triu_indices(size, 1)
    found = fcluster(linkage(top - evidence[above], "average"), top, "distance")
    first = np.full(found.max() + 1, label.size)
    np.minimum.at(first, found, rows)
    label[rows] = first[found]
