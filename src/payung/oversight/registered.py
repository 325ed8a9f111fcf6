"""A mark of who is registered with the branch, for each month: it differs where somebody was accepted or refused since.

An answer of the branch changes the state of every row once, so a trigger there would cost each answer more than this
one look at all registrations costs each count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from payung import database
from payung.database.statements import piece

#: Who is registered for which fund since which month (0: since ever), as other statements join them.
ACCEPTED = piece("oversight", "accepted")
_MARKS = f"""
SELECT fund_id, since, count(*), sum(hashint8extended(person_id, 0))::text FROM ({ACCEPTED}) accepted
GROUP BY 1, 2 ORDER BY 1, 2
"""


def marks(months: Iterable[int]) -> dict[int, str]:
    """Return for each of these months a digest of everybody registered by then. Sees what the session sees."""
    groups = database.rows(_MARKS)
    return {
        month: hashlib.sha256(
            repr([(fund, since, *rest) for fund, since, *rest in groups if since <= month]).encode()
        ).hexdigest()[:32]
        for month in months
    }
