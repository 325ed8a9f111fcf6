"""Makes the packaged matching model: trained without labels on a made list, calibrated on others with their truth.

    python -m bench.train_matching_model

The lists come from tests/matching/lists.py, which knows nothing of the demo province. Writes
src/payung/matching/default_model.json and prints the reliability of the calibrated probabilities.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.matching.lists import made_list  # noqa: E402

from payung.matching import calibrated, link, reliability  # noqa: E402
from payung.matching.model import assumed  # noqa: E402


def labelled(table: pl.DataFrame, model: object) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the candidate pairs of a list and whether they are one person."""
    found = link(table.drop("true_id"), model=model, keep=0.0)  # type: ignore[arg-type]
    truth = dict(table.select("id", "true_id").iter_rows())
    pairs = found.pairs
    same = [truth[left] == truth[right] for left, right in pairs.select("id_l", "id_r").iter_rows()]
    return pairs["weight"].to_numpy(), np.array(same, float)


def main() -> None:
    learned = link(made_list(60_000, 11).drop("true_id"), model=None, start=assumed()).model
    found = [
        labelled(made_list(30_000, 12), learned),
        labelled(made_list(6_000, 13), learned),
        labelled(made_list(30_000, 14, drop_nik=True), learned),
    ]
    weights, same = (np.concatenate(part) for part in zip(*found, strict=True))
    model = calibrated(learned, weights, same, trust=0.5)
    model = replace(
        model, trained={"rows": 60_000, "seed": 11, "list": "made list", "calibrated_on": int(weights.size)}
    )
    model.save(ROOT / "src/payung/matching/default_model.json")
    error, rows = reliability(model.probability(weights), same)
    print(f"{model.id}: expected calibration error {error:.4f}")
    for row in rows:
        print(f"{row['from']:.1f} {row['pairs']:7} said {row['said']:.3f} true {row['true']:.3f}")


if __name__ == "__main__":
    main()
