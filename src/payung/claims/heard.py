"""What lists of deaths told: who of them is known, what their families are owed, and who was told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from payung.claims.models import Death
from payung.database.statements import Statement
from payung.registry.models import Pair

_HEARD = Statement("claims", "death_lists_told")


@dataclass(frozen=True, slots=True)
class Heard:
    """Counts of the accepted rows, then of the dead who were under cover, then of all by standing; money in rupiah.

    `waiting` rows were not matched yet; `matched` are of candidates or of people who were ever covered,
    `unmatched` of nobody known here;
    `doubtful` wait for a clerk's decision and are among the unmatched.
    """

    waiting: int
    matched: int
    unmatched: int
    doubtful: int
    covered: int
    owed: int
    told: int
    standing: dict[str, int]


def heard(*intakes: int) -> Heard:
    """Return what these death lists report, as far as the session may see it."""
    about = {
        "intakes": list(intakes),
        "covered": [str(standing) for standing in Death.COVERED],
        "undecided": [str(state) for state in Pair.UNDECIDED],
    }
    told = _HEARD.dicts(about)[0]
    counted = json.loads(told["standing"])
    return Heard(
        **{**told, "standing": {str(value): counted.get(value, 0) for value in Death.Standing.values}}
    )
