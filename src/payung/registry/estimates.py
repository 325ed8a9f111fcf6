"""How good the matcher's decisions are, estimated from clerks' labels: pure arithmetic over labels with weights.

A label stands for as many decisions as were drawn from for it. Precision is the share of joins that are right;
recall the share of true matches, among all pairs that blocking brought together, that were joined. What blocking
never brought together is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Two-sided 95 per cent.
_Z = 1.959964
_ROUNDS = 800
#: Labels below which no estimate is shown.
ENOUGH = 20
#: What automatic joins are asked to reach, and the labels a change of threshold must rest on.
WANTED_PRECISION = 0.995
ENOUGH_TO_MOVE = 100
#: Share of true matches that may lie below the threshold of doubt.
WANTED_LOST = 0.005


@dataclass(frozen=True, slots=True)
class Label:
    """One pair that a clerk judged: the probability said, whether it is one person, how many pairs it stands for."""

    probability: float
    same: bool
    weight: float = 1.0
    source: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95% interval and the labels it rests on; `value` None where they are too few."""

    value: float | None
    low: float = 0.0
    high: float = 1.0
    labels: int = 0


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return the 95% interval of a share among `count` independent cases (Wilson 1927)."""
    if count <= 0:
        return 0.0, 1.0
    square = _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def precision(labels: Sequence[Label], threshold: float) -> Share:
    """Share of pairs at or above `threshold` that are one person. The interval counts unequal weights (Kish)."""
    joined = [label for label in labels if label.probability >= threshold]
    if len(joined) < ENOUGH:
        return Share(None, labels=len(joined))
    weight = np.array([label.weight for label in joined])
    same = np.array([label.same for label in joined], float)
    value = float((weight * same).sum() / weight.sum())
    low, high = wilson(value, float(weight.sum() ** 2 / (weight**2).sum()))
    return Share(value, low, high, len(joined))


def recall(labels: Sequence[Label], threshold: float, *, seed: int = 1) -> Share:
    """Share of the true matches that lie at or above `threshold`; the interval by bootstrap over the labels."""
    if len(labels) < ENOUGH or not any(label.same for label in labels):
        return Share(None, labels=len(labels))
    weight = np.array([label.weight for label in labels])
    same = np.array([label.same for label in labels], float) * weight
    above = same * np.array([label.probability >= threshold for label in labels])
    value = float(above.sum() / same.sum())
    drawn = np.random.default_rng(seed).integers(0, len(labels), (_ROUNDS, len(labels)))
    sums = same[drawn].sum(axis=1)
    shares = above[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    if not len(shares):
        return Share(None, labels=len(labels))
    low, high = (float(edge) for edge in np.quantile(shares, (0.025, 0.975)))
    if value >= 1.0:
        # Resampling labels that all agree shows no doubt where there is some: as many as were seen, by Wilson.
        low, high = wilson(1.0, float(same.sum() ** 2 / (same**2).sum()))
    return Share(value, low, high, len(labels))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two clerks agree on the same pairs: counts, plain share, Cohen's kappa (None where undefined)."""

    both_same: int = 0
    first_same: int = 0
    second_same: int = 0
    both_different: int = 0

    @property
    def pairs(self) -> int:
        return self.both_same + self.first_same + self.second_same + self.both_different

    @property
    def plain(self) -> Share:
        """Share of pairs on which both said the same, with its interval."""
        if not self.pairs:
            return Share(None)
        value = (self.both_same + self.both_different) / self.pairs
        return Share(value, *wilson(value, self.pairs), labels=self.pairs)

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance (Cohen 1960): 1 full, 0 as by chance. None where one answer is all there is."""
        if not self.pairs:
            return None
        first = (self.both_same + self.first_same) / self.pairs
        second = (self.both_same + self.second_same) / self.pairs
        chance = first * second + (1 - first) * (1 - second)
        observed = (self.both_same + self.both_different) / self.pairs
        return None if chance >= 1 else (observed - chance) / (1 - chance)


def agreement(answers: Sequence[tuple[bool, bool]]) -> Agreement:
    """Count two clerks' answers on the same pairs: (first said same, second said same)."""
    return Agreement(
        sum(a and b for a, b in answers),
        sum(a and not b for a, b in answers),
        sum(b and not a for a, b in answers),
        sum(not a and not b for a, b in answers),
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Thresholds that the labels speak for, and what they rest on. None where labels are too few."""

    same: float
    doubtful: float
    labels: int
    precision: float
    lost: float


#: Thresholds that may be suggested: few enough that a person can weigh them.
SAME_STEPS = (0.90, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
DOUBTFUL_STEPS = (0.02, 0.05, 0.10, 0.15, 0.20, 0.30)


def suggest(labels: Sequence[Label]) -> Suggestion | None:
    """Suggest new thresholds from clerks' labels, as far as they may move.

    That is the lowest of 'same' that keeps WANTED_PRECISION, and the highest of doubt that loses no more than
    WANTED_LOST of the true matches. None with fewer than ENOUGH_TO_MOVE labels or where no step keeps the precision.
    """
    if len(labels) < ENOUGH_TO_MOVE:
        return None
    every = sum(label.weight for label in labels if label.same)
    if not every:
        return None
    kept = [(step, precision(labels, step)) for step in SAME_STEPS]
    good = [
        (step, share) for step, share in kept if share.value is not None and share.value >= WANTED_PRECISION
    ]
    if not good:
        return None

    def lost(step: float) -> float:
        return sum(label.weight for label in labels if label.same and label.probability < step) / every

    within = [step for step in DOUBTFUL_STEPS if lost(step) <= WANTED_LOST] or [DOUBTFUL_STEPS[0]]
    same, share = good[0]
    return Suggestion(same, within[-1], len(labels), share.value or 0.0, lost(within[-1]))
