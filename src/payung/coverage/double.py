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
from typing import Any, NamedTuple

from django.db import transaction

from payung.access.actor import everyone_visible
from payung.access.crypto import last_digits
from payung.database.statements import Statement
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


_PEOPLE = Statement("coverage", "double_page")
_GROUPS = Statement("coverage", "double_groups")
_BOUND_GROUPS = Statement("coverage", "double_bound_of_regencies")
_BOUND_PEOPLE = Statement("coverage", "double_bound_of_people")


class _Found(NamedTuple):
    """A person with two payers, or who may come to that, as the database says it."""

    id: int
    name: str
    nik_enc: bytes | None
    region_code: str
    kind: str
    senders: list[str]
    branch_until: date | None
    covered_until: int | None


def _values(today: date, kind: str, region: str, sender: str) -> dict[str, Any]:
    now = Month.containing(today)
    return {
        "month": now.first_day,
        "now": now.number,
        "kind": kind if kind in KINDS else "",
        "region": region,
        "sender": sender,
        "regions": None,
    }


def page(today: date, *, kind: str = "", region: str = "", sender: str = "", number: int = 1) -> list[Double]:
    """One page of the people the session may see, by name; PAGE + 1 rows where there are more."""
    return list(_read(today, kind, region, sender, skip=(number - 1) * PAGE, limit=PAGE + 1))


def everyone(today: date, *, kind: str = "", region: str = "", sender: str = "") -> Iterator[Double]:
    """All of them, for a file."""
    return _read(today, kind, region, sender)


def _read(
    today: date, kind: str, region: str, sender: str, *, skip: int = 0, limit: int | None = None
) -> Iterator[Double]:
    values = _values(today, kind, region, sender)
    people = _PEOPLE.typed(_Found, {**values, "skip": skip, "limit": limit})
    ids = [person.id for person in people if person.kind == "bound"]
    bound = _bound(_BOUND_PEOPLE, {**values, "ids": ids}) if ids else {}
    for person in people:
        yield Double(
            person.id,
            person.name,
            last_digits(person.nik_enc),
            person.region_code,
            person.kind,
            tuple(person.senders),
            person.branch_until,
            None if person.covered_until is None else Month(person.covered_until),
            tuple(bound.get(person.id, ())),
        )


def _bound(statement: Statement, values: dict[str, Any]) -> dict[Any, list[Bound]]:
    """Return the months that two payers are bound to, by person or regency as the statement gives them."""
    found: dict[Any, list[Bound]] = defaultdict(list)
    for of, month, income, sector, payer, people in statement.rows(values):
        found[of].append(Bound(Month(month), income, sector, payer, people))
    return found


def groups(
    today: date, *, kind: str = "", region: str = "", sender: str = "", regions: tuple[str, ...] | None = None
) -> list[Group]:
    """People by kind and regency, with the months that two payers are bound to. Two statements.

    `regions`: counted for a reader who may see money but not people, within these regions; no names leave it.
    """
    values = _values(today, kind, region, sender)
    if regions is None:
        return _groups(values)
    with transaction.atomic(), everyone_visible():
        return _groups({**values, "regions": list(regions)})


def _groups(values: dict[str, Any]) -> list[Group]:
    counted = _GROUPS.rows(values)
    bound: dict[Any, list[Bound]] = {}
    if any(kind == "bound" for kind, *_ in counted):
        bound = _bound(_BOUND_GROUPS, values)
    return [
        Group(kind, region, people, tuple(bound.get(region, ())) if kind == "bound" else ())
        for kind, region, people in counted
    ]
