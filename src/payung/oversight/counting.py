"""Counting from the base tables: the kept counts, and the sheet made of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from payung import database, law
from payung.claims import queries as claims
from payung.coverage import outlook
from payung.coverage.touched import Touched, take_touched
from payung.database.planner import prefer_sequential_scans
from payung.database.statements import Statement
from payung.funding.waiting import bands, count_waiting
from payung.oversight import outside
from payung.oversight.definitions import MONEY, VERSION
from payung.oversight.models import Snapshot
from payung.oversight.registered import marks
from payung.oversight.sheet import (
    COUNTS,
    COVERS,
    PARTS,
    PEOPLE,
    WIDTHS,
    MonthCount,
    Payer,
    Place,
    Sheet,
    Trade,
    kind_of,
)
from payung.registry.queries import region_names
from payung.values import Month

#: Months counted before and after the current one.
PAST_MONTHS = 23
COMING_MONTHS = 24
#: A cover ends soon when it does not reach this many days ahead.
SOON_DAYS = 60

_COVERS = Statement("oversight", "covers_counted")
_PEOPLE = Statement("oversight", "people_count")

_BRANCH = Statement("oversight", "branch_standing")

#: When the newest extract of the branch was loaded.
_EXTRACT = "SELECT max(loaded_at) FROM registry_intake WHERE kind = 'branch' AND status = 'loaded'"

_PLACES = f"""
SELECT region_code, {", ".join(f"sum({name})" for name in COUNTS)} FROM (
    SELECT region_code, {", ".join(PEOPLE)}{", 0" * len(COVERS)}, {", ".join(PARTS)} FROM oversight_peoplecount
    UNION ALL
    SELECT region_code{", 0" * len(PEOPLE)}, {", ".join(COVERS)}{", 0" * len(PARTS)}
    FROM oversight_covercount WHERE month = %(now)s
) AS counted (region_code, {", ".join(COUNTS)}) GROUP BY 1 ORDER BY 1
"""

_COVERS_OF = f"""
SELECT region_code, {", ".join(f"sum({name})" for name in COVERS)} FROM oversight_covercount
WHERE month = %(now)s GROUP BY 1
"""

_REGENCIES_OF = f"""
SELECT left(region_code, {WIDTHS["regency"]}), {", ".join(f"sum({name})" for name in COVERS)}
FROM oversight_covercount WHERE month = %(now)s GROUP BY 1
"""

_MONTHS = """
SELECT month, sum(decreed), sum(registered), sum(active), sum(billed), sum(paid)
FROM oversight_covercount GROUP BY 1 ORDER BY 1
"""

_TRADES = """
SELECT c.trade, coalesce(o.label, ''), sum(c.candidates), sum(c.eligible), sum(c.covered), sum(c.gap)
FROM oversight_peoplecount c LEFT JOIN registry_occupation o ON o.id = c.trade
GROUP BY 1, 2 ORDER BY sum(c.gap) DESC, sum(c.candidates) DESC, 1
"""

_PAYERS = Statement("oversight", "payers")

_MONEY = """
SELECT 'budgeted', coalesce(sum(amount), 0)::bigint FROM funding_fund WHERE status NOT IN ('proposed', 'rejected')
UNION ALL SELECT kind, sum(balance)::bigint FROM funding_account GROUP BY 1
"""


def fill_counts(today: date, kept: Mapping[str, str]) -> dict[str, str]:
    """Count the months that changed since `kept`, and people if they did; return what is kept now.

    `kept` says by which registrations each month was counted, and for which months people were; empty, everything
    is counted. Within a transaction that sees everybody.
    """
    span = _span(today)
    window = range(span["first"], span["last"] + 1)
    touched, people = take_touched(Touched.Count.FIGURES), take_touched(Touched.Count.PEOPLE)
    now = {str(month): mark for month, mark in marks(window).items()}
    months = [month for month in window if month in touched or kept.get(str(month)) != now[str(month)]]
    now["people"] = f"{span['now']} {span['soon']} {bands(Month.containing(today))}"
    with prefer_sequential_scans(months):
        # A table made of a query is counted by more than one process; rows inserted from one are not.
        counted = _COVERS.stage("counted", {"months": months})
    database.run(
        "DELETE FROM oversight_covercount WHERE month = ANY(%s) OR month NOT BETWEEN %s AND %s",
        [months, span["first"], span["last"]],
    )
    columns = ", ".join(counted.columns)
    database.run(f"INSERT INTO oversight_covercount ({columns}) SELECT {columns} FROM {counted.identifier}")
    if (
        people
        or touched.intersection(range(span["now"], span["soon"] + 1))
        or kept.get("people") != now["people"]
    ):
        database.run("DELETE FROM oversight_peoplecount")
        with prefer_sequential_scans(window):
            _PEOPLE.run({**span, "on": today})
        count_waiting(Month.containing(today))
    claims.keep_lived(everything=not kept)
    return now


def make_sheet(today: date) -> Sheet:
    """Make the sheet of the kept counts and of what cannot be summed from them. Sees everybody, as `fill_counts`."""
    span = _span(today)
    now = Month.containing(today)
    january = date(today.year, 1, 1)
    ahead = outlook.outlook(today)
    return Sheet(
        month=now,
        as_of=timezone.now(),
        version=VERSION,
        estimated=settings.PAYUNG_ESTIMATED_WORKERS,
        estimated_source=settings.PAYUNG_ESTIMATED_SOURCE,
        villages=[Place(code, "", *_integers(counts)) for code, *counts in _rows(_PLACES, span)],
        names=region_names(),
        months=[MonthCount(Month(month), *_integers(counts)) for month, *counts in _rows(_MONTHS)],
        trades=[Trade(trade, label, *_integers(counts)) for trade, label, *counts in _rows(_TRADES)],
        payers=[
            Payer(
                *(fund, code, name, payer, kind_of(payer_kind, kind)),
                *(int(people), int(months), int(committed), int(paid)),
                _month(last),
            )
            for fund, code, name, payer, payer_kind, kind, people, months, committed, paid, last in _PAYERS.rows(
                span
            )
        ],
        money=money(),
        gap_price=law.contribution(None, "apbd", "other", now).total,
        claims=_claims(january, today),
        runway={**ahead.whole.as_data(), "goal": str(ahead.goal)},
        branch=_branch(span),
        outside=outside.published_figures(),
        before=_before(now),
    )


def _before(now: Month) -> list[dict[str, list[int | None]]]:
    """Return the counts of each regency in the months shown before.

    That is last month's covers and all that was published last, in the order of COUNTS.
    """
    unknown = [None] * len(PEOPLE)
    covers = {
        code: [*unknown, *_integers(counts)]
        for code, *counts in _rows(_REGENCIES_OF, {"now": now.number - 1})
    }
    found: list[dict[str, list[int | None]]] = [covers]
    published = Snapshot.objects.filter(month__lt=now).order_by("-month", "-id").first()
    if published is not None:
        sums: dict[str, list[int | None]] = {}
        for code, *counts in published.figures["places"]:
            old = sums.get(code[: WIDTHS["regency"]], [0] * len(counts))
            sums[code[: WIDTHS["regency"]]] = [
                (one or 0) + more for one, more in zip(old, counts, strict=True)
            ]
        found.append(sums)
    return found


def _span(today: date) -> dict[str, int]:
    now = Month.containing(today)
    return {
        "now": now.number,
        "soon": Month.containing(today + timedelta(days=SOON_DAYS)).number,
        "first": now.number - PAST_MONTHS,
        "last": now.number + COMING_MONTHS,
    }


def _rows(sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _integers(counts: list[Any]) -> list[int]:
    return [int(count) for count in counts]


def _month(number: int | None) -> Month | None:
    return None if number is None else Month(number)


def money() -> dict[str, int]:
    """Rupiah of all funds in force: budgeted, committed, billed, paid. Each includes what has gone further."""
    balance = {kind: int(amount) for kind, amount in _rows(_MONEY)}
    paid = balance.get("paid", 0)
    billed = balance.get("billed", 0) + paid
    figures = {
        "budgeted": balance["budgeted"],
        "committed": balance.get("committed", 0) + billed,
        "billed": billed,
        "paid": paid,
    }
    return {definition.id: figures[definition.id] for definition in MONEY}


def _claims(since: date, today: date) -> dict[str, Any]:
    found = claims.figures(since, today)
    expected = found["expected"]
    return {
        "since": since.isoformat(),
        "deaths": found["deaths"],
        "expected": round(expected.deaths, 1),
        "low": expected.low,
        "high": expected.high,
        "scale": found["scale"],
        **{name: found[name] for name in ("unclaimed", "unclaimed_rupiah", "cases", "paid", "paid_rupiah")},
    }


def _branch(span: Mapping[str, int]) -> dict[str, Any]:
    """How the agency's number and the branch's differ this month, and why."""
    standing: dict[str, int] = {}
    refusals: dict[str, int] = {}
    for name, refusal, people in _BRANCH.rows(span):
        standing[name] = standing.get(name, 0) + people
        if name == "refused":
            refusals[refusal or ""] = refusals.get(refusal or "", 0) + people
    extract = _rows(_EXTRACT)[0][0]
    as_of = None if extract is None else timezone.localdate(extract).isoformat()
    return {"standing": standing, "refusals": refusals, "extract": as_of}


def recounted(figures: Mapping[str, Any], month: Month) -> dict[str, Any]:
    """Kept figures of an ended month with that month's covers and bills as they are counted now.

    Who stood below a decree then is kept; whoever a decree covers now as well, or no longer, is so on each step.
    """
    covers = {code: _integers(counts) for code, *counts in _rows(_COVERS_OF, {"now": month.number})}
    places = {code: dict(zip(COUNTS, counts, strict=False)) for code, *counts in figures["places"]}
    rows = [
        [code, *_stood(places.get(code, {}), covers.get(code, [0] * len(COVERS)))]
        for code in sorted({*places, *covers})
    ]
    now = {str(Month(number)): _integers(counts) for number, *counts in _rows(_MONTHS)}
    return {
        **figures,
        "places": [row for row in rows if any(row[1:])],
        "months": [
            [name, *now.get(name, [0] * len(counts))] if name == str(month) else [name, *counts]
            for name, *counts in figures["months"]
        ],
    }


def _stood(before: Mapping[str, int], covers: list[int]) -> list[int]:
    """Return the counts of a place with its covers (in the order of COVERS) counted anew."""
    then = {**dict.fromkeys(COUNTS, 0), **before}
    now = {**then, **dict(zip(COVERS, covers, strict=True))}
    more = now["decreed"] - then["covered"]
    now["covered"], now["ending"] = now["decreed"], min(then["ending"], now["decreed"])
    now["eligible"] = max(then["eligible"] + more, now["decreed"] + then["gap"])
    now["verified"] = max(then["verified"] + more, now["eligible"] + then["other_payer"])
    now["candidates"] = max(then["candidates"] + more, now["verified"])
    return [now[name] for name in COUNTS]
