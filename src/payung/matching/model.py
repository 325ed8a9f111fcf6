"""What a trained matcher knows: shares of matches and non-matches on each rung, and how scores become probabilities.

A model is a JSON file. Its id is made of its version and the hash of its content, so every decision can say
which model made it, and a model that was changed by hand has another id.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from payung.matching.comparisons import COMPARISONS, Comparison, Level
from payung.values import foreign_json

#: changes whenever the comparisons change so that older models no longer fit
FORMAT = 3
#: what the format of a model of one list of any columns is called
ANY_LIST = "any-list"


class ModelError(ValueError):
    """A model file that cannot be used; the message says why."""


@dataclass(frozen=True)
class Model:
    """levels: comparison -> rung -> (m, u); calibration: points (weight in bits, probability), rising."""

    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    calibration: tuple[tuple[float, float], ...] = ()
    trained: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "levels": {
                name: {key: [_short(m), _short(u)] for key, (m, u) in rungs.items()}
                for name, rungs in self.levels.items()
            },
            "calibration": [
                [round(weight, 4), round(probability, 6)] for weight, probability in self.calibration
            ],
            "trained": dict(self.trained),
        }

    @property
    def id(self) -> str:
        """`FORMAT-` and twelve digits of the hash of all that the model knows."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return f"{FORMAT}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.as_dict() | {"id": self.id}, indent=1, ensure_ascii=False) + "\n")

    def weight(self, comparison: Comparison, level: Level) -> float:
        """Return the weight of a rung in bits, never more than that of the rung it stands under.

        It is how many times likelier the rung is for one person than for two, as log2.
        """
        m, u = self.levels[comparison.name][level.key]
        own = math.log2(m / u) if level.fixed is None else level.fixed
        if level.under is None:
            return own
        return min(own, self.weight(comparison, comparison.level(level.under)))

    @cached_property
    def ladders(self) -> dict[str, np.ndarray]:
        """For each comparison the weight in bits by rung; place 0 ('says nothing') weighs 0."""
        return {
            c.name: np.array([0.0, *(self.weight(c, level) for level in reversed(c.levels))])
            for c in COMPARISONS
        }

    def probability(self, weights: np.ndarray) -> np.ndarray:
        """Calibrated probability of a match for weights in bits (prior included)."""
        weights = np.asarray(weights, float)
        if not self.calibration:
            return np.asarray(1 / (1 + np.exp2(-np.clip(weights, -60, 60))))
        points = np.array(self.calibration)
        return np.asarray(np.interp(weights, points[:, 0], points[:, 1]))


class ListModel(Model):
    """What was learned from one list of any columns.

    `trained` holds the kind and columns of each field, m and u of every rung, and what is judged beside what. It
    serves that list alone and is kept to be looked at.
    """

    def as_dict(self) -> dict[str, Any]:
        return {"format": ANY_LIST, **self.trained}

    @property
    def id(self) -> str:
        """`any-list-` and twelve digits of the hash of all that the model knows."""
        return f"{ANY_LIST}-{super().id.rpartition('-')[2]}"


def _short(value: float) -> float:
    return float(f"{value:.12g}")


def load(path: Path) -> Model:
    """Read a model file. Raises ModelError where it is none, or made for other comparisons."""
    try:
        data = foreign_json.read(path)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not a readable model file ({error})") from None
    return from_dict(data, str(path))


def from_dict(data: Any, where: str) -> Model:
    """Return a model from its JSON. Raises ModelError; `where` is named in the message."""
    if isinstance(data, dict) and data.get("format") == ANY_LIST:
        raise ModelError(
            f"{where}: this model was learned from a list of other columns and serves that list alone"
        )
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise ModelError(f"{where}: model format {found!r} is not {FORMAT}; train the model again")
    try:
        levels = {
            comparison.name: {
                level.key: (float(data["levels"][comparison.name][level.key][0]),
                            float(data["levels"][comparison.name][level.key][1]))
                for level in comparison.levels
            }
            for comparison in COMPARISONS
        }  # fmt: skip
        calibration = tuple(
            (float(weight), float(probability)) for weight, probability in data["calibration"]
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"{where}: incomplete model ({error!r}); train the model again") from None
    return Model(levels, calibration, data.get("trained", {}))


def assumed() -> Model:
    """Return the model before any training: the shares that the comparisons were written with."""
    return Model({c.name: {level.key: (level.m, level.u) for level in c.levels} for c in COMPARISONS})


@cache
def default() -> Model:
    """Return the model that comes with the package, trained on made lists."""
    file = resources.files("payung.matching") / "default_model.json"
    return from_dict(json.loads(file.read_text()), "default model")
