"""What tells people apart in a list, learned from it without labels: Fellegi and Sunter's model by EM.

The expectation is over all pairs of the list, of which those that share no key are taken for two people each; so the
chance of a pair means what it says, whatever key found it. How often two people agree is counted: by value for what is
the same, from pairs drawn at random for what is alike, each as far as it is two people (leaving doubtful pairs out
would take namesakes and families for one person). Columns that go together (a suburb and its postcode) are judged
together: what the second adds where the first agrees is counted, not assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from payung.matching.comparisons import Comparison
from payung.matching.general.fields import Field
from payung.matching.general.ladders import COMMON

#: no rung weighs more bits than this
MOST = 20.0
#: weight of what is assumed, in pairs
_HELD_M, _HELD_U = 30.0, 30.0
#: and for each pair that teaches: else a family of one name in one place is learned as one person
_HELD_EACH = 3.0
#: rows of an imagined wider list, so that a value seen once in a short list is not taken for rare
_WIDER = 300.0
#: times as often as by chance that two columns must agree together to be judged together, and pairs that must show it
_LIFT, _SHOWN = 2.0, 20.0
#: log2 odds of the prior are never higher
_LEAST_PRIOR = -10.0
_STEPS = 25
_OUT_OF_QUESTION = 1e-8


@dataclass
class Fit:
    """m and u of each comparison by rung (0: says nothing), for pairs whose parent column differs, and is the same.

    parent: the column that a comparison is judged beside; shares: for each row how often another person has its value;
    prior: log2 odds that two rows drawn at random are one person; taught: pairs that are surely one person.
    """

    m: dict[str, np.ndarray]
    u: dict[str, np.ndarray]
    shares: dict[str, np.ndarray]
    parent: dict[str, str] = field(default_factory=dict)
    prior: float = -15.0
    taught: float = 0.0


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows and their rungs: name of the comparison -> rung of each pair."""

    left: np.ndarray
    right: np.ndarray
    rungs: dict[str, np.ndarray]

    @classmethod
    def of(cls, table: pl.DataFrame, comparisons: Sequence[Comparison]) -> Pairs:
        rungs = {c.name: table[c.name].to_numpy() for c in comparisons}
        return cls(table["l"].to_numpy(), table["r"].to_numpy(), rungs)

    def where(self, wanted: np.ndarray) -> Pairs:
        """Return the pairs that a mask chooses."""
        rungs = {name: rung[wanted] for name, rung in self.rungs.items()}
        return Pairs(self.left[wanted], self.right[wanted], rungs)


def assumed(comparisons: Sequence[Comparison], shares: dict[str, np.ndarray]) -> Fit:
    """Return the model before the list has taught anything."""
    m = {c.name: _twice([level.m for level in c.levels]) for c in comparisons}
    u = {c.name: _twice([level.u for level in c.levels]) for c in comparisons}
    return Fit(m, u, shares)


def _twice(best_first: Sequence[float]) -> np.ndarray:
    values = np.array([0.0, *reversed(best_first)])
    return np.tile(values / values.sum(), (2, 1))


def weights(fit: Fit, pairs: Pairs, comparisons: Sequence[Comparison]) -> dict[str, np.ndarray]:
    """Bits of each pair by comparison, without the prior."""
    out = {}
    for comparison in comparisons:
        name, rung = comparison.name, pairs.rungs[comparison.name]
        beside = _beside(fit, pairs, name, comparisons)
        m, u = fit.m[name], fit.u[name]
        table = np.log2(np.maximum(m, 1e-9) / np.maximum(u, 1e-12))
        table[:, 0] = 0.0
        bits = table[beside, rung]
        top = rung == len(comparison.levels)
        alone = top & (beside == 0)
        share = np.maximum(fit.shares[name][pairs.left[alone]], 1e-12)
        bits[alone] = np.log2(np.maximum(m[0, -1], 1e-9) / share)
        out[name] = np.clip(bits, -MOST, MOST)
    return out


def _beside(fit: Fit, pairs: Pairs, name: str, comparisons: Sequence[Comparison]) -> np.ndarray:
    parent = fit.parent.get(name)
    if parent is None:
        return np.zeros(len(pairs.left), np.int64)
    top = next(len(c.levels) for c in comparisons if c.name == parent)
    return np.asarray(pairs.rungs[parent] == top, np.int64)


def chances(fit: Fit, pairs: Pairs, comparisons: Sequence[Comparison]) -> np.ndarray:
    """Chance of each pair to be one person."""
    total = sum(weights(fit, pairs, comparisons).values(), start=np.full(len(pairs.left), fit.prior))
    return np.asarray(1 / (1 + np.exp2(-np.clip(total, -60, 60))))


def maximise(
    fit: Fit, pairs: Pairs, comparisons: Sequence[Comparison], every: float, scale: float = 1.0
) -> None:
    """Learn m and the prior by expectation-maximisation, in place.

    every: pairs of the whole list; scale: how many pairs each of `pairs` stands for.
    """
    held = {c.name: _twice([level.m for level in c.levels])[0] for c in comparisons}
    before = np.inf
    for _ in range(_STEPS):
        chance = chances(fit, pairs, comparisons)
        for comparison in comparisons:
            name, rung = comparison.name, pairs.rungs[comparison.name]
            beside = _beside(fit, pairs, name, comparisons)
            size = len(comparison.levels) + 1
            flat = np.bincount(
                beside * size + rung.astype(np.int64), weights=chance, minlength=2 * size
            ).reshape(2, size)
            flat[:, 0] = 0
            both = flat.sum(0)
            much = _HELD_M + _HELD_EACH * both.sum()
            prior = (both + held[name] * much) / (both.sum() + much)
            fit.m[name] = (flat + prior * much) / (flat.sum(1, keepdims=True) + much)
        found = max(float(chance.sum()), 0.5)
        fit.prior = min(float(np.log2(found / max(every - found, 1.0))), _LEAST_PRIOR)
        if abs(found - before) < 1e-4 * found:
            break
        before = found


def count(
    fit: Fit, fields: Sequence[Field], table: pl.DataFrame, people: np.ndarray, drawn: Pairs,
    found: Pairs | None, comparisons: Sequence[Comparison],
) -> None:  # fmt: skip
    """Count how often two people agree, in place: u of every rung, and the share of others who have each value.

    people: number of each row's person as far as it is known; drawn: pairs at random; found: candidates, judged by the
    fit as it is, which count as far as they are two people (None: nothing is known yet).
    """
    one = np.zeros(0) if found is None else chances(fit, found, comparisons)
    two = np.ones(len(drawn.left)) if found is None else 1 - chances(fit, drawn, comparisons)
    equal: dict[str, float] = {}
    for number, (each, comparison) in enumerate(zip(fields, comparisons, strict=True)):
        name, size = comparison.name, len(comparison.levels) + 1
        values = table[f"c{number}"]
        fit.shares[name] = shares(values, people, each)
        rungs = np.bincount(drawn.rungs[name].astype(np.int64), weights=two, minlength=size)
        rungs[0] = 0
        held = _twice([level.u for level in comparison.levels])[0]
        u = (rungs + held * _HELD_U) / (rungs.sum() + _HELD_U)
        same = _equal(values)
        if found is not None:
            same -= float(one[found.rungs[name] == size - 1].sum())
        known = values.len() - values.null_count()
        every = known * (known - 1) / 2
        equal[name] = (max(same, 0.0) + _HELD_U * COMMON[each.kind]) / (every + _HELD_U)
        u[-1] = equal[name]
        u[1:] /= u[1:].sum()
        fit.u[name] = np.tile(u, (2, 1))
    if found is not None:
        _together(fit, fields, table, one, found, equal, comparisons)


def shares(values: pl.Series, people: np.ndarray, each: Field) -> np.ndarray:
    """For each row how often another person has its value: counted by person, and guessed for what only one has.

    Values of one person are as common among others as those of two people let expect (Good and Turing).
    """
    frame = pl.DataFrame({"v": values, "p": people})
    counts = frame.drop_nulls("v").group_by("v").agg(n=pl.col("p").n_unique())
    n = counts["n"].to_numpy()
    total = float(frame.drop_nulls("v")["p"].n_unique())
    once, twice = float((n == 1).sum()), float((n == 2).sum())
    alone = min(2 * twice / once, 1.0) if once else 1.0
    others = pl.when(pl.col("n") > 1).then(pl.col("n") - 1.0).otherwise(max(alone, 0.01))
    share = (others + _WIDER * COMMON[each.kind]) / (total + _WIDER)
    joined = frame.join(counts.with_columns(share=share), on="v", how="left", maintain_order="left")
    return joined["share"].fill_null(1.0).to_numpy()


def _equal(values: pl.Series) -> float:
    counts = values.drop_nulls().value_counts()["count"].cast(pl.Float64).to_numpy()
    return float((counts * (counts - 1) / 2).sum())


def _together(
    fit: Fit, fields: Sequence[Field], table: pl.DataFrame, one: np.ndarray, found: Pairs,
    equal: dict[str, float], comparisons: Sequence[Comparison],
) -> None:  # fmt: skip
    """Find for each column the one before it with which it goes most together, and what it adds beside that."""
    top = {c.name: len(c.levels) for c in comparisons}
    shown = max(_SHOWN, 0.05 * float(one.sum()))
    order = sorted(range(len(fields)), key=lambda number: (equal[comparisons[number].name], number))
    fit.parent = {}
    for place, number in enumerate(order):
        name, best = comparisons[number].name, _LIFT
        for other in order[:place]:
            parent = comparisons[other].name
            filled = table.height - table[f"c{other}"].null_count()
            if equal[parent] * filled * (filled - 1) / 2 < filled / 4:
                continue  # hardly two people share one: what agrees there is one person
            both = (
                table.select(pl.struct(f"c{number}", f"c{other}").alias("v"))
                .filter(table[f"c{number}"].is_not_null() & table[f"c{other}"].is_not_null())["v"]
                .hash(3)
            )
            known = both.len() * (both.len() - 1) / 2
            same = _equal(both) - float(
                one[(found.rungs[name] == top[name]) & (found.rungs[parent] == top[parent])].sum()
            )
            lift = same / max(known * equal[name] * equal[parent], 1e-9)
            if same < shown or lift <= best:
                continue
            best = lift
            fit.parent[name] = parent
            beside = min(lift * equal[name], 0.999)
            apart = max(equal[name] - beside * equal[parent], equal[name] * 0.05) / (
                1 - min(equal[parent], 0.9)
            )
            rest = fit.u[name][0].copy()
            rest[-1] = 0
            rest /= rest.sum()
            fit.u[name] = np.stack([rest * (1 - apart), rest * (1 - beside)])
            fit.u[name][:, -1] = apart, beside
