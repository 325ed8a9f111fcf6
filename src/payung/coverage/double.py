"""Double funding: whose month two payers are bound to, and who may come to that.

Three kinds, of which only the first costs money twice:

- *bound*: a decree binds a fund to a month that another payer pays too, as the branch's extract says, or a second
  decree binds another fund to (two entries found to be one person, each of them decreed);
- *branch*: the branch says that another pays, and the person is on a candidate list, in no decree for those months;
- *lists*: the person is on the candidate lists of two or more senders. Nobody is bound to pay, so nothing is saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from payung.access.actor import everyone_visible
from payung.access.crypto import last_digits
from payung.coverage.other_payers import SHOWN
from payung.values import Month

KINDS = ("bound", "branch", "lists")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Bound:
    """A month that two payers are bound to, as the decree prices it: income in rupiah or None, kind of fund, people."""

    month: Month
    income: int | None
    sector: str
    payer: str
    people: int = 1


@dataclass(frozen=True, slots=True)
class Double:
    """One person with two payers, or who may come to have two; `bound` are the months paid for twice from now on."""

    id: int
    name: str
    nik_last4: str
    region_code: str
    kind: str
    senders: tuple[str, ...]
    branch_until: date | None
    covered_until: Month | None
    bound: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """How many people of a kind there are in a regency, and the months that two payers are bound to for them."""

    kind: str
    region: str
    people: int
    bound: tuple[Bound, ...]


#: Whether the branch's extract shows person `p` as a member in the month of cover `c`.
_SHOWN_THEN = SHOWN.replace("%(on)s::date", "make_date(c.month / 12, mod(c.month, 12) + 1, 1)")
#: One row per person: who sent them, until when others pay, and of what kind it is. What is asked of each person is
#: computed once and looked up in a hash, so that its cost does not hang on what the planner knows of the tables.
_FOUND = f"""
WITH twice AS (
    SELECT p.id AS person_id, c.month, c.line_id, c.fund_id FROM registry_person p
      JOIN coverage_covermonth c ON c.person_id = p.id
     WHERE p.branch_until >= %(month)s::date AND c.month >= %(now)s AND {_SHOWN_THEN}
    UNION
    SELECT k.person_id, c.month, c.line_id, c.fund_id FROM registry_person q
      JOIN coverage_covermonth c ON c.person_id = q.id AND c.month >= %(now)s
      JOIN coverage_covermonth k ON k.person_id = q.merged_into_id AND k.month = c.month
     WHERE q.merged_into_id IS NOT NULL
), doubled AS MATERIALIZED (
    SELECT DISTINCT person_id FROM twice
), sent AS (
    SELECT r.person_id, array_agg(DISTINCT coalesce(nullif(i.sender_name, ''), 'Daftar ' || i.id)) AS senders
    FROM registry_person p
    JOIN registry_record r ON r.person_id = p.id AND r.accepted
    JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded' AND i.kind IN ('candidates', 'field')
    WHERE p.merged_into_id IS NULL
      AND ((p.candidate AND (p.sources > 1 OR p.branch_until >= %(month)s::date))
           OR p.id IN (SELECT person_id FROM doubled))
    GROUP BY 1
), found AS (
    SELECT p.id, p.name, p.nik_enc, p.region_code, p.branch_until, p.covered_until, p.name_norm, p.candidate,
           coalesce(s.senders, '{{}}') AS senders,
           p.id IN (SELECT person_id FROM doubled) AS bound,
           coalesce(p.branch_until >= %(month)s::date, false) AS branch
    FROM registry_person p LEFT JOIN sent s ON s.person_id = p.id
    WHERE p.died_on IS NULL AND p.merged_into_id IS NULL
), counted AS MATERIALIZED (
    SELECT *, CASE WHEN bound THEN 'bound' WHEN branch THEN 'branch' ELSE 'lists' END AS kind
    FROM found WHERE bound OR (candidate AND ((branch AND senders <> '{{}}') OR cardinality(senders) > 1))
)
"""
_BOUND = """
SELECT {key}, t.month, l.income, l.sector, f.kind, count(*)
  FROM counted d JOIN twice t ON t.person_id = d.id JOIN coverage_annexline l ON l.id = t.line_id
  JOIN funding_fund f ON f.id = t.fund_id
 WHERE {where} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""


def _values(today: date, kind: str, region: str, sender: str) -> dict[str, Any]:
    now = Month.containing(today)
    return {"month": now.first_day, "now": now.number, "kind": kind, "region": region, "sender": sender}


def _where(kind: str, region: str, sender: str) -> str:
    parts = ["true"]
    if kind in KINDS:
        parts.append("d.kind = %(kind)s")
    if region:
        parts.append("payung_contains(%(region)s, d.region_code)")
    if sender:
        parts.append("%(sender)s = ANY(d.senders)")
    return " AND ".join(parts)


def page(today: date, *, kind: str = "", region: str = "", sender: str = "", number: int = 1) -> list[Double]:
    """One page of the people the session may see, by name; PAGE + 1 rows where there are more."""
    return list(_read(today, kind, region, sender, f"LIMIT {PAGE + 1} OFFSET {(number - 1) * PAGE}"))


def everyone(today: date, *, kind: str = "", region: str = "", sender: str = "") -> Iterator[Double]:
    """All of them, for a file."""
    return _read(today, kind, region, sender, "")


def _read(today: date, kind: str, region: str, sender: str, limit: str) -> Iterator[Double]:
    values = _values(today, kind, region, sender)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_FOUND} SELECT id, name, nik_enc, region_code, kind, senders, branch_until, covered_until
                FROM counted d WHERE {_where(kind, region, sender)} ORDER BY name_norm, id {limit}""",
            values,
        )
        rows = cursor.fetchall()
    ids = [row[0] for row in rows if row[4] == "bound"]
    bound = _bound("d.id", "d.id = ANY(%(ids)s)", {**values, "ids": ids}) if ids else {}
    for person, name, nik, code, its_kind, senders, branch_until, covered_until in rows:
        until = None if covered_until is None else Month(covered_until)
        months = tuple(bound.get(person, ()))
        yield Double(
            person, name, last_digits(nik), code, its_kind, tuple(senders), branch_until, until, months
        )


def _bound(key: str, where: str, values: dict[str, Any]) -> dict[Any, list[Bound]]:
    """The months that two payers are bound to, by `key` (an SQL expression over a row `d` of `counted`)."""
    found: dict[Any, list[Bound]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND + _BOUND.format(key=key, where=where), values)
        for of, month, income, sector, payer, people in cursor.fetchall():
            found[of].append(Bound(Month(month), income, sector, payer, people))
    return found


def groups(
    today: date, *, kind: str = "", region: str = "", sender: str = "", regions: tuple[str, ...] | None = None
) -> list[Group]:
    """People by kind and regency, with the months that two payers are bound to. Two statements.

    `regions`: counted for a reader who may see money but not people, within these regions; no names leave it.
    """
    values = _values(today, kind, region, sender)
    where = _where(kind, region, sender)
    if regions is None:
        return _groups(where, values)
    inside = "EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, d.region_code))"
    with transaction.atomic(), everyone_visible():
        return _groups(f"{where} AND {inside}", {**values, "regions": list(regions)})


def _groups(where: str, values: dict[str, Any]) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_FOUND} SELECT kind, left(region_code, 5), count(*) FROM counted d
                WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2""",
            values,
        )
        rows = cursor.fetchall()
    bound: dict[Any, list[Bound]] = {}
    if any(kind == "bound" for kind, *_ in rows):
        bound = _bound("left(d.region_code, 5)", f"{where} AND d.kind = 'bound'", values)
    return [
        Group(kind, region, people, tuple(bound.get(region, ())) if kind == "bound" else ())
        for kind, region, people in rows
    ]
