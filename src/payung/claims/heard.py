"""What lists of deaths told: who of them is known, what their families are owed, and who was told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from payung import database
from payung.claims.models import Death
from payung.registry.models import Pair

_HEARD = """
WITH rows AS (
    SELECT r.id, r.person_id, p.candidate OR d.person_id IS NOT NULL AS known
      FROM registry_record r LEFT JOIN registry_person p ON p.id = r.person_id
      LEFT JOIN claims_death d ON d.person_id = r.person_id
     WHERE r.intake_id = ANY(%(intakes)s) AND r.accepted
), dead AS (
    SELECT d.owed, d.standing, d.standing = ANY(%(covered)s) AS covered,
           EXISTS (SELECT 1 FROM claims_case c JOIN claims_told t ON t.case_id = c.id
                    WHERE c.person_id = d.person_id) AS told
      FROM claims_death d WHERE d.person_id IN (SELECT person_id FROM rows)
)
SELECT (SELECT count(*) FROM rows WHERE person_id IS NULL) AS waiting,
       (SELECT count(*) FROM rows WHERE known) AS matched,
       (SELECT count(*) FROM rows WHERE person_id IS NOT NULL AND known IS NOT TRUE) AS unmatched,
       (SELECT count(DISTINCT k.record_id) FROM registry_pair k JOIN rows r ON r.id = k.record_id
         WHERE k.state = ANY(%(undecided)s)) AS doubtful,
       (SELECT count(*) FROM dead WHERE covered) AS covered,
       (SELECT coalesce(sum(owed), 0)::bigint FROM dead WHERE covered) AS owed,
       (SELECT count(*) FROM dead WHERE covered AND told) AS told,
       (SELECT coalesce(jsonb_object_agg(standing, n), '{}')::text
          FROM (SELECT standing, count(*) AS n FROM dead GROUP BY 1) counted) AS standing
"""


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
    told = database.dicts(_HEARD, about)[0]
    counted = json.loads(told["standing"])
    return Heard(
        **{**told, "standing": {str(value): counted.get(value, 0) for value in Death.Standing.values}}
    )
