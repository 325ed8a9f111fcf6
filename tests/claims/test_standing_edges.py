"""Where a death stands, to the day: the first day of cover, the last, and the day before the first."""

from __future__ import annotations

from datetime import date

import pytest

from payung.claims.desk import _standing
from payung.values import Month, Period

#: Paid from January to June 2027, and accepted from the tenth of January or from the first.
PAID = (Period(Month.of(2027, 1), Month.of(2027, 7)),)


def dead(died, **facts):
    return {
        "died_on": died,
        "at_work": None,
        "accepted": True,
        "starts_on": date(2027, 1, 10),
        "decreed": True,
        "other_until": None,
        **facts,
    }


@pytest.mark.parametrize(
    ("died", "facts", "standing"),
    [
        (date(2027, 1, 10), {}, "partial"),
        (date(2027, 1, 9), {}, "waiting"),
        (date(2027, 1, 9), {"decreed": False}, "never"),
        (date(2027, 1, 9), {"other_until": date(2027, 1, 31)}, "other"),
        (date(2027, 1, 1), {"starts_on": date(2027, 1, 1)}, "partial"),
        (date(2026, 12, 31), {"starts_on": date(2026, 12, 1)}, "waiting"),
        (date(2027, 1, 1), {"starts_on": None}, "partial"),
        (date(2027, 1, 20), {"accepted": None, "starts_on": None}, "waiting"),
        (date(2027, 3, 31), {}, "partial"),
        (date(2027, 6, 1), {}, "full"),
        (date(2027, 8, 31), {}, "full"),
        (date(2027, 9, 1), {}, "lapsed"),
        (date(2027, 9, 1), {"other_until": date(2027, 9, 30)}, "other"),
        (date(2027, 6, 1), {"other_until": date(2027, 6, 30)}, "full"),
        (date(2027, 6, 1), {"at_work": 1}, "accident"),
    ],
)
def test_a_death_stands_where_its_day_lies(died, facts, standing):
    assert _standing(dead(died, **facts), PAID) == standing
