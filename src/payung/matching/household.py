"""What one household shares counts once: the evidence weighed a second time, against two members of one household.

The comparisons weigh a pair against two people drawn at random, for whom a common phone, mother and address are three
accidents. For two who live in one house they are one. So a pair is also weighed against housemates and against twins:
for each rung, how much more often one person's two rows stand on it than two members of one household (or twins) do.
The three explanations together are what one person must outweigh. The figures are assumptions from how households are
made up, not learned: pairs of housemates are too few in a list to teach them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from payung.matching.comparisons import COMPARISONS

#: what the correction is called beside the comparisons
NAME = "household"
#: log2 of how many of two members of one household are twins
TWINS = 9.0
#: log2 of rows, at least: a short list has hardly fewer neighbours for each row
LEAST_ROWS = 7.5

#: comparison -> rung -> bits against housemates who are no twins, bits against twins
_SAME_NAME = (8.0, 9.5)
WEIGHTS: dict[str, dict[str, tuple[float, float]]] = {
    "name": {
        **dict.fromkeys(("same_rarest", "same_rare", "same_seldom", "same_common", "same_frequent"), _SAME_NAME),
        **dict.fromkeys(("order", "order_common"), (6.0, 5.5)),
        **dict.fromkeys(("near95", "near95_common"), (3.5, -2.0)),
        "part": (3.0, 2.0), "near90": (1.0, -2.5), "initial": (2.0, -2.0), "first": (-1.0, -2.5),
        "near82": (-1.0, -2.5), "last": (-5.0, -4.5), "else": (-8.0, -7.5),
    },
    "nik": {
        "same": (8.5, 9.5), "same_other_name": (5.0, 6.0), "shared": (-2.0, -2.0), "serial_undated": (-1.0, -6.5),
        "follow": (-2.0, -10.0), "twin": (-25.0, -25.0), "serial": (-1.0, -6.5), "place_undated": (4.0, 1.0),
        "place_one": (3.0, 1.0), "place_two": (1.0, 0.0), "date_other": (-4.0, -4.0), "date_undated": (4.0, 3.0),
        "date_typo": (5.5, 1.0), "length": (6.0, 1.0), "two_digits": (3.0, 0.0),
        "misfit": (-3.5, -3.5), "else": (-8.0, -8.0),
    },
    "birth_date": {
        "same": (8.0, 0.0), "same_default": (5.0, 0.0), "swapped": (5.0, 0.0), "year_default": (3.0, 0.0),
        "day_of_month": (3.0, 0.0), "month": (2.0, 0.0), "year": (2.5, 0.0), "about": (-1.0, 0.0),
        "same_year": (-1.5, 0.0), "else": (-6.5, 0.0),
    },
    "sex": {"same": (1.0, 0.3), "else": (-5.0, -3.5)},
    "mother_name": {
        "same_rare": (0.7, 0.0), "same": (0.7, 0.0), "near": (0.6, 0.0), "key": (0.3, 0.0), "else": (-2.5, 0.0),
    },
    "address": dict.fromkeys(
        ("door", "street", "unit", "village", "neighbour", "district", "regency", "else"), (0.0, 0.0)
    ),
    "phone": {"same": (0.5, 0.5), "household": (0.5, 0.5), "near": (0.4, 0.4), "else": (-0.5, -0.5)},
    "birth_place": {"same_near": (0.4, 0.0), "same": (0.4, 0.0), "near": (0.2, 0.0), "else": (-0.5, 0.0)},
    "father_name": {"near": (0.8, 0.0), "else": (-2.0, 0.0)},
    "occupation": {"same": (0.8, 0.5), "else": (-0.7, -0.5)},
}  # fmt: skip


def _ladder(name: str, kind: int) -> np.ndarray:
    comparison = next(c for c in COMPARISONS if c.name == name)
    return np.array(
        [
            0.0,
            *(WEIGHTS[name][level.key][kind] for level in reversed(comparison.levels)),
        ]
    )


#: comparison -> bits by rung against housemates, against twins; place 0 says nothing
_LADDERS = {c.name: (_ladder(c.name, 0), _ladder(c.name, 1)) for c in COMPARISONS}


def once(weight: np.ndarray, rungs: Mapping[str, np.ndarray], rows: float) -> np.ndarray:
    """Bits, never positive, by which what a household shares counts less than the sum of its parts.

    weight: sum of the weights of each pair against strangers; rungs: comparison -> rung of each pair; rows: of all
    lists together, for how rarely two rows drawn at random are of one household.
    """
    home = np.full(len(weight), max(float(np.log2(max(rows, 1))), LEAST_ROWS))
    twins = home + TWINS
    for name, (at_home, of_twins) in _LADDERS.items():
        home = home + at_home[rungs[name]]
        twins = twins + of_twins[rungs[name]]
    others = np.logaddexp2(weight - home, weight - twins)
    return np.asarray(-np.logaddexp2(0.0, others))


def once_for(weight: float, rungs: Mapping[str, int], rows: float) -> float:
    """`once` for one pair, in plain floats: a look-up asks it of a hundred candidates."""
    home = max(math.log2(max(rows, 1)), LEAST_ROWS)
    twins = home + TWINS
    for name, (at_home, of_twins) in _LADDERS.items():
        home += at_home[rungs[name]]
        twins += of_twins[rungs[name]]
    return -math.log2(1 + 2 ** min(weight - home, 500.0) + 2 ** min(weight - twins, 500.0))
