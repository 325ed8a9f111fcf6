"""Double funding: who stands on the lists of several senders, and who is paid by somebody else already.

Two ways a worker would be paid twice:

- *lists*: their records come from candidate lists of two or more senders, each of whom may pay;
- *branch*: the branch says that another pays until a date, and they are on a candidate list or in a decree too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from payung.access.actor import everyone_visible
from payung.identity.occupations import sector
from payung.values import Month

KINDS = ("lists", "branch")
PAGE = 50
#: Months that two senders would both pay where neither says for how long: the usual package of a year.
PACKAGE = 12


@dataclass(frozen=True, slots=True)
class Double:
    """One person who may be paid for twice. `months` overlap; income in rupiah a month, None if not said."""

    id: int
    name: str
    nik_last4: str
    region_code: str
    senders: tuple[str, ...]
    branch_until: date | None
    covered_until: Month | None
    income: int | None
    sector: str
    payers: int
    months: int


@dataclass(frozen=True, slots=True)
class Group:
    """People alike in what their double payment would cost: how many, in how many months, for how many payers."""

    kind: str
    region: str
    income: int | None
    sector: str
    months: int
    payers: int
    people: int


#: One row per person: who sent them, until when others pay, and for how many months two would pay.
_FOUND = """
WITH sent AS (
    SELECT r.person_id, array_agg(DISTINCT coalesce(nullif(i.sender_name, ''), 'Daftar ' || i.id)) AS senders
    FROM registry_person p
    JOIN registry_record r ON r.person_id = p.id AND r.accepted
    JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded' AND i.kind IN ('candidates', 'field')
    WHERE p.merged_into_id IS NULL AND p.candidate AND (p.sources > 1 OR p.branch_until >= %(today)s)
    GROUP BY 1
), found AS (
    SELECT p.id, p.name, p.nik_last4, p.region_code, s.senders, p.branch_until, p.covered_until, p.income,
           p.occupation_id, p.name_norm,
           (extract(year FROM p.branch_until) * 12 + extract(month FROM p.branch_until) - 1)::int AS branch_month,
           p.branch_until >= %(today)s AS branch
    FROM registry_person p JOIN sent s ON s.person_id = p.id
    WHERE p.died_on IS NULL AND (p.branch_until >= %(today)s OR cardinality(s.senders) > 1)
), counted AS (
    SELECT *, CASE WHEN branch THEN 'branch' ELSE 'lists' END AS kind,
           CASE WHEN branch THEN 2 ELSE cardinality(senders) END AS payers,
           CASE WHEN branch THEN greatest(least(branch_month, coalesce(covered_until, %(last)s), %(last)s)
                                          - %(now)s + 1, 1)
                ELSE %(package)s END AS months
    FROM found
)
"""


def _values(today: date, **more: Any) -> dict[str, Any]:
    now = Month.containing(today).number
    return {"today": today, "now": now, "last": now + PACKAGE - 1, "package": PACKAGE, **more}


def _where(kind: str, region: str, sender: str) -> str:
    parts = ["true"]
    if kind in KINDS:
        parts.append("kind = %(kind)s")
    if region:
        parts.append("region_code >= %(region)s AND region_code < %(region_end)s")
    if sender:
        parts.append("%(sender)s = ANY(senders)")
    return " AND ".join(parts)


def page(today: date, *, kind: str = "", region: str = "", sender: str = "", number: int = 1) -> list[Double]:
    """One page of the people the session may see, by name; PAGE + 1 rows where there are more."""
    return list(_read(today, kind, region, sender, f"LIMIT {PAGE + 1} OFFSET {(number - 1) * PAGE}"))


def everyone(today: date, *, kind: str = "", region: str = "", sender: str = "") -> Iterator[Double]:
    """All of them, for a file."""
    return _read(today, kind, region, sender, "")


def _read(today: date, kind: str, region: str, sender: str, limit: str) -> Iterator[Double]:
    values = _values(today, kind=kind, region=region, region_end=region + "/", sender=sender)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_FOUND} SELECT id, name, nik_last4, region_code, senders, branch_until, covered_until, income,
                occupation_id, payers, months FROM counted WHERE {_where(kind, region, sender)}
                ORDER BY name_norm, id {limit}""",
            values,
        )
        rows = cursor.fetchall()
    for row in rows:
        yield Double(
            id=row[0],
            name=row[1],
            nik_last4=row[2],
            region_code=row[3],
            senders=tuple(row[4]),
            branch_until=row[5],
            covered_until=None if row[6] is None else Month(row[6]),
            income=row[7],
            sector=sector(row[8]),
            payers=row[9],
            months=row[10],
        )


def groups(
    today: date, *, kind: str = "", region: str = "", sender: str = "", regions: tuple[str, ...] | None = None
) -> list[Group]:
    """Counts by what a double payment would cost: what totals are worked out from. One query.

    `regions`: counted for a reader who may see money but not people, within these regions; no names leave it.
    """
    values = _values(today, kind=kind, region=region, region_end=region + "/", sender=sender)
    where = _where(kind, region, sender)
    if regions is None:
        return _groups(where, values)
    inside = (
        "EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, region_code))"
    )
    with transaction.atomic(), everyone_visible():
        return _groups(f"{where} AND {inside}", {**values, "regions": list(regions)})


def _groups(where: str, values: dict[str, Any]) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_FOUND} SELECT kind, left(region_code, 5), income, occupation_id, months, payers, count(*)
                FROM counted WHERE {where} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6""",
            values,
        )
        rows = cursor.fetchall()
    return [
        Group(kind, region, income, sector(trade), months, payers, people)
        for kind, region, income, trade, months, payers, people in rows
    ]
