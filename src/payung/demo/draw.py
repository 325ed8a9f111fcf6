"""Seeded draws: one independent stream per topic, so that adding a topic leaves the others as they were."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def stream(seed: int, topic: str) -> np.random.Generator:
    """Return the generator of `topic`; the same seed and topic give the same draws on every machine."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(topic.encode())]))


def pick(rng: np.random.Generator, weights: Any, n: int) -> Ints:
    """`n` indices into `weights`, drawn with replacement in proportion to them."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(edges, rng.random(n) * edges[-1], side="right").astype(np.int64)
    return drawn


def pick_row(rng: np.random.Generator, weights: Floats, row: Ints) -> Ints:
    """One column index per entry of `row`, drawn from that row of the matrix `weights`."""
    totals = weights.sum(axis=1, keepdims=True)
    edges = np.cumsum(weights / totals, axis=1)
    edges[:, -1] = 1.0
    flat = (edges + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(flat, row + rng.random(len(row)), side="right")
    column: Ints = (found - row * weights.shape[1]).astype(np.int64)
    return column


def chance(rng: np.random.Generator, rate: float | Floats, n: int) -> Flags:
    """`n` yes/no draws, each yes with probability `rate` (one rate, or one per draw)."""
    return rng.random(n) < rate


def rank_within(keys: Ints) -> Ints:
    """For each entry its place (0, 1, 2, ...) among the entries with the same key, in order of appearance."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else np.empty(0, np.int64)
    place = np.arange(len(keys)) - np.repeat(starts, np.diff(np.r_[starts, len(keys)]))
    ranks = np.empty(len(keys), np.int64)
    ranks[order] = place
    return ranks
