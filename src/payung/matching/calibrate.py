"""From scores to honest probabilities, and how honest they are: fitted on pairs whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from payung.matching.model import Model

#: probabilities never say more than this: no list is without surprises
_SUREST = 0.9999


def calibrated(model: Model, weights: np.ndarray, same: np.ndarray, trust: float = 1.0) -> Model:
    """Return the model with probabilities fitted on labelled pairs: weights in bits with the prior, and whether same.

    Log odds are a straight line in the weight. trust: 1 takes the labels as they are, 0 keeps the scores as they
    are; in between for labels from other lists than those that will be judged.
    """
    a, b = _logistic(np.asarray(weights, float), np.asarray(same, float))
    a, b = trust * a, trust * b + (1 - trust) * float(np.log(2))
    points = tuple(
        (float(bits), float(np.clip(1 / (1 + np.exp(-np.clip(a + b * bits, -40, 40))), 1e-6, _SUREST)))
        for bits in range(-20, 21)
    )
    return replace(model, calibration=points)


def _logistic(weights: np.ndarray, same: np.ndarray) -> tuple[float, float]:
    """Intercept and slope (per bit) of the log odds, by maximum likelihood with a little pull towards plain bits.

    Newton's way, in steps that never make it worse: the loss is convex, and a few of them find its least.
    """
    near = np.abs(weights) < 20
    x, y = weights[near], same[near]
    bit = float(np.log(2))
    if not len(x):
        return 0.0, bit

    start, rows = np.array([0.0, bit]), np.column_stack([np.ones(len(x)), x])

    def loss(at: np.ndarray) -> float:
        odds = rows @ at
        return float((np.logaddexp(0, odds) - y * odds).sum() + 0.5 * ((at - start) ** 2).sum())

    at, best = start, loss(start)
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(rows @ at, -60, 60)))
        slope = rows.T @ (chance - y) + at - start
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.eye(2)
        step = np.linalg.solve(curve, slope)
        while loss(at - step) > best and np.abs(step).max() > 1e-10:
            step = step / 2
        if np.abs(step).max() <= 1e-10:
            break
        at, best = at - step, loss(at - step)
    return float(at[0]), max(float(at[1]), 0.05)


def reliability(
    probability: np.ndarray, same: np.ndarray, bins: int = 10
) -> tuple[float, list[dict[str, float]]]:
    """Return the expected calibration error, and for each bin: from, pairs, mean probability, share that was true."""
    probability, same = np.asarray(probability, float), np.asarray(same, float)
    place = np.minimum((probability * bins).astype(int), bins - 1)
    error, rows = 0.0, []
    for number in range(bins):
        inside = place == number
        if not inside.any():
            continue
        said, true = float(probability[inside].mean()), float(same[inside].mean())
        error += float(inside.mean()) * abs(said - true)
        rows.append({"from": number / bins, "pairs": int(inside.sum()), "said": said, "true": true})
    return error, rows


def threshold_for(probability: np.ndarray, same: np.ndarray, precision: float) -> float | None:
    """Return the lowest probability from which labelled pairs keep this precision; None where no threshold does."""
    order = np.argsort(-np.asarray(probability, float), kind="stable")
    chance, true = np.asarray(probability, float)[order], np.asarray(same, float)[order]
    kept = np.cumsum(true) / np.arange(1, len(true) + 1)
    last_of_value = np.append(chance[1:] != chance[:-1], True)
    good = np.flatnonzero((kept >= precision) & last_of_value)
    return float(chance[good[-1]]) if len(good) else None
