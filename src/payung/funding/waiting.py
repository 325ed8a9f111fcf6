"""Who waits for a payer, counted by village, trade and income band; and where the next money would go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from payung.funding.models import Waiting
from payung.law.store import law_or_default
from payung.registry.queries import occupation_labels, region_names
from payung.values import Month

#: Fewer people than this do not make a price of their own: the region around them is asked.
_ENOUGH_FOR_A_PRICE = 30
#: Counts on open pages are rounded down to this, so that two of them subtracted tell of nobody.
STEP = 5

_COUNT = """
WITH queue AS MATERIALIZED (
    SELECT person_id, row_number() OVER (ORDER BY rank) AS place FROM (
        SELECT l.person_id, l.rank FROM funding_planline l JOIN registry_person p ON p.id = l.person_id
         WHERE l.plan_id = (SELECT max(id) FROM funding_plan WHERE status IN ('approved', 'decreed'))
           AND l.rank IS NOT NULL AND p.died_on IS NULL AND p.merged_into_id IS NULL
           AND coalesce(p.covered_until, 0) < %(now)s AND coalesce(p.branch_until < %(today)s, true)
         ORDER BY l.rank LIMIT %(next)s) first
)
INSERT INTO funding_waiting (region_code, trade, income, people, soon, next)
SELECT p.region_code, coalesce(p.occupation_id, ''),
       (%(bands)s::bigint[])[greatest(width_bucket(coalesce(p.income, 0), %(bands)s::bigint[]), 1)],
       count(*), count(*) FILTER (WHERE q.place <= %(soon)s), count(q.place)
  FROM registry_eligibility e
  JOIN registry_person p ON p.id = e.person_id
  LEFT JOIN queue q ON q.person_id = p.id
 WHERE e.eligible AND e.verified AND p.candidate AND p.merged_into_id IS NULL AND p.died_on IS NULL
   AND coalesce(p.covered_until, 0) < %(now)s AND coalesce(p.branch_until < %(today)s, true)
 GROUP BY 1, 2, 3
"""


def bands(now: Month) -> list[int]:
    """The lower ends of the income bands that the law has in a month."""
    return [band["from"] for band in law_or_default(None).value("contribution.bands", now)]


def count_waiting(now: Month) -> None:
    """Counts again, inside the caller's transaction, with everybody visible. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM funding_waiting")
        cursor.execute(
            _COUNT,
            {
                "now": now.number,
                "today": now.first_day,
                "bands": bands(now),
                "soon": Waiting.SOON,
                "next": Waiting.NEXT,
            },
        )


@dataclass(frozen=True, slots=True)
class Part:
    """So many of those who wait: the lowest income of their band, and their contribution sector."""

    income: int | None
    sector: str
    people: int


#: What is asked where nobody is counted: the lowest band, and the sector that PP 50/2025 favours least.
UNKNOWN = (Part(None, "other", 1),)

_MIX = """
SELECT w.income, coalesce(o.sector, 'other'), sum(w.people)::int
  FROM funding_waiting w LEFT JOIN registry_occupation o ON o.id = w.trade
 WHERE payung_contains(%(region)s, w.region_code) AND (%(trade)s = '' OR w.trade = %(trade)s)
 GROUP BY 1, 2 ORDER BY 2, 1
"""


def mix(region_code: str, trade: str) -> tuple[Part, ...]:
    """The bands and sectors of those who wait in a region with a trade; of a wider region where they are few."""
    for region in _widening(region_code):
        with connection.cursor() as cursor:
            cursor.execute(_MIX, {"region": region, "trade": trade})
            parts = tuple(Part(*row) for row in cursor.fetchall())
        if sum(part.people for part in parts) >= _ENOUGH_FOR_A_PRICE:
            return parts
    return UNKNOWN


def _widening(region_code: str) -> list[str]:
    code = region_code or settings.PAYUNG_PROVINCE
    return [code[:width] for width in (13, 8, 5, 2) if len(code) >= width]


def rounded(count: int) -> int:
    """A count as an open page may show it: down to a multiple of five; 0 stands for nobody or fewer than five."""
    return count - count % STEP


@dataclass(frozen=True, slots=True)
class Group:
    """A place or a trade with those who wait there, rounded down."""

    code: str
    name: str
    people: int


def waiting_in(region_code: str, trade: str = "") -> int:
    """How many wait in a region (with a trade), rounded down."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(people), 0)::int FROM funding_waiting
                WHERE payung_contains(%s, region_code) AND (%s = '' OR trade = %s)""",
            [region_code, trade, trade],
        )
        return rounded(cursor.fetchall()[0][0])


def waiting_below(region_code: str, trade: str = "") -> list[Group]:
    """Those who wait by the regions directly within one, most first."""
    width = {2: 5, 5: 8}.get(len(region_code), 13)
    names = region_names()
    return _groups(
        f"left(region_code, {width})",
        "people",
        "payung_contains(%s, region_code) AND (%s = '' OR trade = %s)",
        [region_code, trade, trade],
        names,
    )


def next_places(people: int) -> tuple[int, list[Group], list[Group]]:
    """Where the next money goes by the queue of the plan in force: (places counted, by regency, by trade)."""
    size, column = (Waiting.SOON, "soon") if people <= Waiting.SOON else (Waiting.NEXT, "next")
    by_regency = _groups("left(region_code, 5)", column, f"{column} > 0", [], region_names())
    by_trade = _groups("trade", column, f"{column} > 0", [], occupation_labels())
    return size, by_regency, by_trade


def _groups(key: str, column: str, where: str, values: Sequence[str], names: dict[str, str]) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, sum({column})::int FROM funding_waiting WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1",
            list(values),
        )
        return [Group(code, names.get(code, code), rounded(people)) for code, people in cursor.fetchall()]
