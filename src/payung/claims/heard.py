"""What one list of deaths told: who of it is known, what their families are owed, and who was told of it."""

from __future__ import annotations

from dataclasses import dataclass

from payung.claims.models import Death
from payung.coverage import bulk
from payung.registry.models import Pair

_HEARD = """
WITH rows AS (
    SELECT r.id, r.person_id, p.candidate OR d.person_id IS NOT NULL AS known
      FROM registry_record r LEFT JOIN registry_person p ON p.id = r.person_id
      LEFT JOIN claims_death d ON d.person_id = r.person_id
     WHERE r.intake_id = %(intake)s AND r.accepted
), dead AS (
    SELECT d.owed, d.standing = ANY(%(covered)s) AS covered,
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
       (SELECT count(*) FROM dead WHERE covered AND told) AS told
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """Counts of a list's accepted rows, then of its dead who were under cover; money in rupiah.

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


def heard(intake_id: int) -> Heard:
    """What a list of deaths told, as the session may see it."""
    about = {
        "intake": intake_id,
        "covered": [str(standing) for standing in Death.COVERED],
        "undecided": [str(state) for state in Pair.UNDECIDED],
    }
    return Heard(*bulk.rows(_HEARD, about)[0])
