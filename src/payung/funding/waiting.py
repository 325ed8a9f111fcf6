"""Who waits for a payer, counted by village, trade and income band; and where the next money would go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from payung import database
from payung.database.statements import Statement
from payung.disclosure.rounding import LEAST, Rounding, widest
from payung.funding.models import Waiting
from payung.law.store import law_or_default
from payung.registry.models import Occupation
from payung.registry.queries import occupation_labels, region_names
from payung.values import Month

#: Of how many parts a price is the mean: each is a twentieth of those who wait, never a person.
PARTS = 20
#: Fewer people than this do not make a price of their own: a part would be fewer than five of them.
_ENOUGH_FOR_A_PRICE = PARTS * LEAST

_COUNT = Statement("funding", "waiting_count")


def bands(now: Month) -> list[int]:
    """Return the lower ends of the income bands that the law has in a month."""
    return [band["from"] for band in law_or_default(None).value("contribution.bands", now)]


def count_waiting(now: Month) -> None:
    """Count again who waits, inside the caller's transaction, with everybody visible. Two statements."""
    database.run("DELETE FROM funding_waiting")
    _COUNT.run(
        {
            "now": now.number,
            "today": now.first_day,
            "bands": bands(now),
            "soon": Waiting.SOON,
            "next": Waiting.NEXT,
        }
    )


@dataclass(frozen=True, slots=True)
class Part:
    """So many twentieths of those who wait: the lowest income of their band, and their contribution sector."""

    income: int | None
    sector: str
    people: int


_MIX = """
SELECT w.income, coalesce(o.sector, 'other'), sum(w.people)::int
  FROM funding_waiting w LEFT JOIN registry_occupation o ON o.id = w.trade
 WHERE payung_contains(%(region)s, w.region_code)
   AND (%(trade)s = '' OR coalesce(o.sector, 'other') = (SELECT sector FROM registry_occupation WHERE id = %(trade)s))
 GROUP BY 1, 2 ORDER BY 2, 1
"""


def mix(region_code: str, trade: str) -> tuple[Part, ...]:
    """Return the bands and sectors of those who wait in a region's regency, or in the whole, in twentieths.

    Of a trade all trades of its sector are asked. So a price tells neither how many wait in a place nor what anybody
    there earns. Where nobody or few wait: the lowest band, and the sector that PP 50/2025 favours least.
    """
    for region in dict.fromkeys(((region_code or settings.PAYUNG_PROVINCE)[:5], settings.PAYUNG_PROVINCE)):
        with connection.cursor() as cursor:
            cursor.execute(_MIX, {"region": region, "trade": trade})
            found = [Part(*row) for row in cursor.fetchall()]
        if sum(part.people for part in found) >= _ENOUGH_FOR_A_PRICE:
            return twentieths(found)
    return (Part(None, _sector(trade), PARTS),)


def twentieths(found: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts of a whole in twentieths, by largest remainder; parts of none are left out."""
    whole = sum(part.people for part in found)
    shares = [divmod(part.people * PARTS, whole) for part in found]
    counts = [share for share, _rest in shares]
    for at in sorted(range(len(found)), key=lambda at: (-shares[at][1], at))[: PARTS - sum(counts)]:
        counts[at] += 1
    return tuple(replace(part, people=count) for part, count in zip(found, counts, strict=True) if count)


def _sector(trade: str) -> str:
    sector = Occupation.objects.filter(pk=trade).values_list("sector", flat=True).first() if trade else None
    return sector or "other"


@dataclass(frozen=True, slots=True)
class Group:
    """A place or a trade with those who wait there, rounded."""

    code: str
    name: str
    people: int


def waiting_in(region_code: str, trade: str, how: Rounding) -> int:
    """How many wait in a region (with a trade), rounded."""
    return next(
        (one.people for one in _groups(f"left(region_code, {len(region_code)})", region_code, trade, how)), 0
    )


def waiting_below(region_code: str, trade: str, how: Rounding) -> list[Group]:
    """Those who wait by the regions directly within one, most first."""
    width = {2: 5, 5: 8}.get(len(region_code), 13)
    return _groups(f"left(region_code, {width})", region_code, trade, how)


def next_places(people: int, how: Rounding) -> tuple[int, list[Group], list[Group]]:
    """Where the next money goes by the queue of the plan in force: (places counted, by regency, by trade)."""
    size, column = (Waiting.SOON, "soon") if people <= Waiting.SOON else (Waiting.NEXT, "next")
    names = {"left(region_code, 5)": region_names(), "trade": occupation_labels()}
    found = []
    for key, labels in names.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, sum({column})::int FROM funding_waiting GROUP BY 1")
            rows = cursor.fetchall()
        found.append(
            _told([(code, how.of(f"{column}|{key}|{code}", people)) for code, people in rows], labels)
        )
    return size, found[0], found[1]


def _groups(key: str, region_code: str, trade: str, how: Rounding) -> list[Group]:
    """Those who wait in a region, divided by `key`, each group rounded as the gap is in every cut."""
    around = [
        _Waiting(region_code[:width], *_sums(region_code[:width], trade))
        for width in (13, 8, 5, 2)
        if width <= len(region_code)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {key}, coalesce(sum(people), 0)::int, coalesce(sum(people) FILTER (WHERE trade = %s), 0)::int
                FROM funding_waiting WHERE payung_contains(%s, region_code) GROUP BY 1""",
            [trade, region_code],
        )
        rows = [_Waiting(*row) for row in cursor.fetchall()]
    return _told([(row.code, _shown(row, around, trade, how)) for row in rows], region_names())


class _Waiting(NamedTuple):
    """Those who wait in a region: all, and those of a trade."""

    code: str
    everybody: int
    of_trade: int


def _sums(region_code: str, trade: str) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(people), 0)::int, coalesce(sum(people) FILTER (WHERE trade = %s), 0)::int
               FROM funding_waiting WHERE payung_contains(%s, region_code)""",
            [trade, region_code],
        )
        everybody, of_trade = cursor.fetchall()[0]
    return everybody, of_trade


def _shown(row: _Waiting, around: Sequence[_Waiting], trade: str, how: Rounding) -> int:
    """Round a group under the name of the widest one that holds the same people."""
    people = row.of_trade if trade else row.everybody
    wider = [one for one in around if len(one.code) < len(row.code)]
    chain = [(one.code, one.of_trade if trade else one.everybody) for one in wider]
    code = widest(row.code, people, chain)
    chosen = f"trade={trade}" if trade else ""
    if trade and next(one for one in (row, *wider) if one.code == code).everybody == people:
        chosen = ""
        code = widest(code, people, [(one.code, one.everybody) for one in wider if len(one.code) < len(code)])
    return how.of(f"{code}|{chosen}|gap", people)


def _told(rows: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[Group]:
    """Return the groups, most first; equal ones by code, so that their order reveals nothing."""
    groups = [Group(code, names.get(code, code), people) for code, people in rows]
    return sorted(groups, key=lambda group: (-group.people, group.code))
