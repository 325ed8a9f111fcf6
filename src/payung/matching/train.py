"""Training without labels: u from random pairs and complete counts, m by expectation-maximisation.

Groups of pairs that agree on one thing by construction (the NIK; the birth date and the first name; the phone and
the name) each teach the comparisons that the group was not chosen by. What a list is
too small to teach is held by the model it starts from, as if that many pairs had been seen before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from payung.matching.blocking import RULES
from payung.matching.comparisons import COMPARISONS, NAME, Comparison
from payung.matching.model import Model

#: pairs drawn at random to learn how often two different people agree
RANDOM_PAIRS = 400_000
#: pairs of all blocks that expectation-maximisation sees at most
TRAINING_PAIRS = 600_000
#: no single field weighs more than this many bits, however rare it looks in a sample
_MOST = 18.0
#: weight of the starting model, in pairs
_HELD_M = 300.0
_HELD_U = 50.0

#: least share of true pairs from which a group can teach: below it, learning drifts to namesakes and neighbours
_PURE = 0.15


@dataclass(frozen=True)
class _Session:
    """A group of pairs by its blocking rule, what it cannot teach, and whether given names must fit."""

    rule: str
    excluded: frozenset[str]
    names_fit: bool = False


_SESSIONS = (
    _Session("nik", frozenset({"nik"})),
    _Session("dob+first name", frozenset({"birth_date", "name"})),
    _Session("dob+district+sex", frozenset({"birth_date", "sex", "address"})),
    _Session("phone", frozenset({"phone", "name", "address"}), names_fit=True),
)


def random_pairs(rows: int, seed: int, count: int = RANDOM_PAIRS) -> pl.DataFrame:
    """Pairs of row numbers drawn at random, all pairs where there are few; the same seed gives the same pairs."""
    every = rows * (rows - 1) // 2
    if every <= count:
        left, right = np.triu_indices(rows, 1)
    else:
        draw = np.random.default_rng(seed).integers(0, rows, (2, int(count * 1.01)), dtype=np.int32)
        draw = draw[:, draw[0] != draw[1]]
        left, right = np.minimum(*draw), np.maximum(*draw)
    pairs = pl.DataFrame(
        {"join_key_l": left, "join_key_r": right},
        schema=dict.fromkeys(("join_key_l", "join_key_r"), pl.Int32),
    )
    return pairs.unique().sort("join_key_l", "join_key_r").head(count).with_columns(rules=pl.lit(0, pl.Int32))


@dataclass(frozen=True)
class Learned:
    """A trained model and what was seen: matches expected among the blocked pairs, pairs used."""

    model: Model
    seen: dict[str, float]


def train(
    start: Model,
    blocked: pl.DataFrame,
    drawn: pl.DataFrame,
    seed: int,
) -> Learned:
    """Learn m and u from the rungs of blocked pairs and of randomly drawn ones.

    Levels with a fixed weight keep it. Raises nothing; with no pairs at all the starting model comes back.
    """
    names = [comparison.name for comparison in COMPARISONS]
    matches = 0.0
    learned_m: dict[str, np.ndarray] = {c.name: np.zeros(len(c.levels) + 1) for c in COMPARISONS}
    u = {c.name: _u(c, start, drawn[c.name]) for c in COMPARISONS}
    sample = blocked
    if blocked.height > TRAINING_PAIRS:
        sample = blocked.sample(TRAINING_PAIRS, seed=seed).sort("l", "r")
    scale = blocked.height / max(sample.height, 1)
    last = len(NAME.levels) - [level.key for level in NAME.levels].index("first")
    for session in _SESSIONS:
        bit = 1 << list(RULES).index(session.rule)
        taught = [name for name in names if name not in session.excluded]
        group = sample.filter((pl.col("rules") & bit) > 0)
        if session.names_fit:
            group = group.filter(pl.col("name") >= last)
        if group.height < 50:
            continue
        group = group.group_by(taught).len().sort(taught)
        found, shares = _maximise(start, u, taught, group)
        if found < _PURE * float(group["len"].sum()):
            continue
        matches = max(matches, found * scale)
        for name in taught:
            learned_m[name] += shares[name] * found
    levels: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison in COMPARISONS:
        held = _vector(comparison, start, 0)
        counts = learned_m[comparison.name]
        counts[0] = 0
        m = (counts + held * _HELD_M) / (counts.sum() + held.sum() * _HELD_M)
        levels[comparison.name] = {
            level.key: _bounded(
                m[len(comparison.levels) - place], u[comparison.name][len(comparison.levels) - place]
            )
            for place, level in enumerate(comparison.levels)
        }
    seen = {"blocked_pairs": blocked.height, "random_pairs": drawn.height, "matches": round(matches, 1)}
    return Learned(Model(levels, start.calibration), seen)


def with_u(model: Model, closed: Mapping[tuple[str, str], float]) -> Model:
    """Return the model with completely counted shares of non-matches, (comparison, level) -> u, for sampled ones."""
    levels = {name: dict(rungs) for name, rungs in model.levels.items()}
    for (name, key), share in closed.items():
        levels[name][key] = _bounded(levels[name][key][0], share)
    return Model(levels, model.calibration, model.trained)


def _bounded(m: float, u: float) -> tuple[float, float]:
    return float(m), max(float(u), float(m) / 2**_MOST)


def _vector(comparison: Comparison, model: Model, which: int) -> np.ndarray:
    """Return m (0) or u (1) by rung; place 0 is 'says nothing'."""
    values = [model.levels[comparison.name][level.key][which] for level in comparison.levels]
    return np.array([0.0, *reversed(values)])


def _u(comparison: Comparison, start: Model, rungs: pl.Series) -> np.ndarray:
    counts = np.bincount(rungs.to_numpy(), minlength=len(comparison.levels) + 1).astype(float)
    counts[0] = 0
    held = _vector(comparison, start, 1)
    held /= held.sum()
    u: np.ndarray = (counts + held * _HELD_U) / (counts.sum() + _HELD_U)
    u[0] = 1
    return u


def _maximise(
    start: Model, u: Mapping[str, np.ndarray], taught: list[str], group: pl.DataFrame
) -> tuple[float, dict[str, np.ndarray]]:
    """Return the expected matches of a group and the share of matches on each rung (zero where nothing was learned)."""
    counts = group["len"].to_numpy().astype(float)
    codes = {name: group[name].to_numpy().astype(np.int64) for name in taught}
    comparisons = {c.name: c for c in COMPARISONS if c.name in taught}
    m = {name: _vector(c, start, 0) for name, c in comparisons.items()}
    fixed = {
        name: np.array([np.nan, *(np.nan if lv.fixed is None else lv.fixed for lv in reversed(c.levels))])
        for name, c in comparisons.items()
    }
    share = 0.5
    chance = np.full(len(counts), 0.5)
    for _ in range(60):
        odds = np.full(len(counts), np.log2(share / (1 - share)))
        for name in taught:
            weight = np.log2(np.maximum(m[name], 1e-12) / np.maximum(u[name], 1e-15))
            weight = np.where(np.isnan(fixed[name]), weight, fixed[name])
            weight[0] = 0
            odds += weight[codes[name]]
        chance = 1 / (1 + np.exp2(-np.clip(odds, -60, 60)))
        mass = chance * counts
        new_share = float(np.clip(mass.sum() / counts.sum(), 1e-6, 1 - 1e-6))
        for name in taught:
            learned = np.bincount(codes[name], weights=mass, minlength=len(m[name]))
            learned[0] = 0
            total = learned.sum()
            held = _vector(comparisons[name], start, 0)
            m[name] = (learned + held * 20) / (total + held.sum() * 20)
        if abs(new_share - share) < 1e-7:
            break
        share = new_share
    shares = {}
    for name in taught:
        learned = np.bincount(codes[name], weights=chance * counts, minlength=len(m[name]))
        learned[0] = 0
        shares[name] = learned / max(float((chance * counts).sum()), 1e-9)
    return float((chance * counts).sum()), shares
