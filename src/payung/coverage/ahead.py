"""Who is covered, at what income, until when and of what age: counted once, kept until a cover changes.

Each scope of regions has its own counts, made by functions of the database when somebody asks for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from payung import database
from payung.values import Month


@dataclass(frozen=True, slots=True)
class Ahead:
    """Counts of covers among whom the session may see.

    The people are those covered in a month (now); where nobody is, those whose decree ran out with the one before.
    `bound` are (month, fund id, income in rupiah or None, sector, people, others) of every month decreed: `others`
    are covered then but not now. `beyond` are (fund id, income, sector, first month, next decreed month or None,
    people): the people whom no decree covers in those months, with the fund that covered them last.
    `ends` are (last month decreed, people); `births` (first day of the month of birth, people) of the people,
    29 February counted with March.
    """

    bound: list[tuple[int, int, int | None, str, int, int]]
    beyond: list[tuple[int, int | None, str, int, int | None, int]]
    ends: list[tuple[int, int]]
    births: list[tuple[date, int]]


_READ = """
SELECT (SELECT data::text FROM coverage_keptahead
         WHERE scope = current_setting('payung.regions', true) AND month = %(now)s AND since = %(earliest)s),
       EXISTS (SELECT 1 FROM coverage_touched WHERE count = 'ahead')
"""


def ahead(now: Month, earliest: Month) -> Ahead:
    """Who is covered in `now`, and what is decreed from `earliest` on (or from `now`, if that is earlier).

    One statement where the counts are kept; else a second, a function of the database, makes and keeps them.
    """
    values = {"now": now.number, "earliest": earliest.number}
    ((data, changed),) = database.rows(_READ, values)
    if data is None or changed:
        ((data,),) = database.rows("SELECT coverage_count_ahead(%(now)s, %(earliest)s)", values)
    found: dict[str, Any] = json.loads(data)
    return Ahead(
        [tuple(row) for row in found["bound"]],
        [tuple(row) for row in found["beyond"]],
        [tuple(row) for row in found["ends"]],
        [(date.fromisoformat(born), people) for born, people in found["births"]],
    )


_MONTHS = """
SELECT month, people, EXISTS (SELECT 1 FROM coverage_touched WHERE count = 'months') AS changed
  FROM coverage_keptmonth
 WHERE scope = current_setting('payung.regions', true) AND month BETWEEN %(first)s AND %(last)s
"""


def people_decreed(first: Month, last: Month) -> dict[int, int]:
    """How many people a decree covers in each month from `first` to `last`, by month number."""
    values = {"first": first.number, "last": last.number}
    kept = database.rows(_MONTHS, values)
    if len(kept) < last.number - first.number + 1 or any(changed for _, _, changed in kept):
        return dict(database.rows("SELECT * FROM coverage_count_months(%(first)s, %(last)s)", values))
    return {month: people for month, people, _ in kept}
