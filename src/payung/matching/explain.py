"""Why a pair is thought to be one person or two: each piece of evidence in words, with its weight."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payung.matching import household
from payung.matching.comparisons import COMPARISONS, Comparison, level_of
from payung.matching.model import Model

#: weight in bits from which evidence is called strong, clear
_STRONG, _CLEAR = 8.0, 2.0
#: bits from which it is said that what a household shares counts once
_SAID = 0.05


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall.

    field: name of the comparison, or 'prior' and 'total'; bits: weight of this step (positive speaks for one
    person); total: running sum after it; times: 2**bits, capped at 10**9; indonesian, english: the words.
    """

    field: str
    rung: str
    bits: float
    total: float
    times: float
    indonesian: str
    english: str


def explain(pair: Mapping[str, Any], comparisons: Sequence[Comparison] = COMPARISONS) -> list[Step]:
    """Return the evidence of one row of `Linked.pairs` (a mapping), strongest first, between its start and its end.

    The first step is the prior (two rows drawn at random are hardly ever one person), the last the total with the
    calibrated probability. Fields that are missing on one side say nothing and have no step.
    """
    evidence = []
    for comparison in comparisons:
        level = level_of(comparison, int(pair[f"gamma_{comparison.name}"]))
        if level is not None:
            evidence.append((float(pair[f"mw_{comparison.name}"]), comparison, level))
    shared = float(pair.get(f"mw_{household.NAME}") or 0.0)
    evidence.sort(key=lambda item: (-abs(item[0]), item[1].name))
    total = float(pair["weight"]) - sum(bits for bits, _, _ in evidence) - shared
    steps = [
        Step(
            "prior",
            "prior",
            round(total, 2),
            round(total, 2),
            _times(total),
            f"Dua baris sembarang hampir tidak pernah orang yang sama (1 dari {_one_in(total)})",
            f"Two rows at random are hardly ever one person (1 in {_one_in(total)})",
        )
    ]
    for bits, comparison, level in evidence:
        total += bits
        indonesian, english = _verdict(bits)
        steps.append(
            Step(
                comparison.name,
                level.key,
                round(bits, 2),
                round(total, 2),
                _times(bits),
                f"{comparison.indonesian}: {level.indonesian}; {indonesian}",
                f"{comparison.english}: {level.english}; {english}",
            )
        )
    if shared <= -_SAID:
        total += shared
        steps.append(
            Step(
                household.NAME,
                household.NAME,
                round(shared, 2),
                round(total, 2),
                _times(shared),
                "Satu rumah, atau kembar? Yang dipakai bersama satu rumah dihitung sekali",
                "One household, or twins? What a household shares counts once",
            )
        )
    percent = f"{100 * float(pair['probability']):.1f}"
    steps.append(
        Step(
            "total",
            "total",
            0.0,
            round(total, 2),
            _times(total),
            f"Seluruh bukti: {percent.replace('.', ',')}% kemungkinan orang yang sama",
            f"All evidence: {percent}% likely to be one person",
        )
    )
    return steps


def _verdict(bits: float) -> tuple[str, str]:
    if abs(bits) < 0.3:
        return "tidak memberi petunjuk", "tells nothing either way"
    size = (
        ("kuat", "strong")
        if abs(bits) >= _STRONG
        else ("jelas", "clear")
        if abs(bits) >= _CLEAR
        else ("lemah", "weak")
    )
    if bits > 0:
        return f"bukti {size[0]} orang yang sama", f"{size[1]} evidence for one person"
    return f"bukti {size[0]} orang berbeda", f"{size[1]} evidence for two people"


def _times(bits: float) -> float:
    return float(f"{min(2 ** min(bits, 60.0), 1e9):.3g}")


def _one_in(bits: float) -> str:
    number = 2 ** min(max(-bits, 0.0), 60.0) + 1
    digits = max(0, int(math.log10(number)) - 1)
    return f"{round(number / 10**digits) * 10**digits:,}".replace(",", ".")


def weights_of(model: Model) -> dict[str, dict[str, float]]:
    """Weight in bits of every rung of a model, for a page that shows what the model knows."""
    return {
        comparison.name: {level.key: round(model.weight(comparison, level), 2) for level in comparison.levels}
        for comparison in COMPARISONS
    }
