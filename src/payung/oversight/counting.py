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
from payung.coverage.other_payers import SHOWN
from payung.coverage.touched import Touched, take_touched
from payung.database.planner import prefer_sequential_scans
from payung.funding.waiting import bands, count_waiting
from payung.oversight import outside
from payung.oversight.definitions import MONEY, VERSION
from payung.oversight.models import Snapshot
from payung.oversight.registered import ACCEPTED, marks
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

#: That a bill is paid.
PAID = "b.state IN ('paid', 'reconciled')"
#: Active are only those who are decreed and registered: whoever was taken out of a decree after the month was paid
#: for has been paid for, and is none of its people any more.
#: A table made of a query is counted by more than one process; rows inserted from one are not.
_COVERS = f"""
CREATE TEMP TABLE counted ON COMMIT DROP AS
SELECT month, fund_id, region_code, sum(decreed)::int AS decreed, sum(registered)::int AS registered,
       sum(active)::int AS active, sum(billed)::bigint AS billed, sum(paid)::bigint AS paid
FROM (
    SELECT c.month, c.fund_id, c.region_code, count(*) AS decreed, count(a.person_id) AS registered,
           count(a.person_id) FILTER (WHERE l.person_id IS NOT NULL) AS active, 0 AS billed, 0 AS paid
    FROM coverage_covermonth c
    LEFT JOIN ({ACCEPTED}) a ON a.person_id = c.person_id AND a.fund_id = c.fund_id AND a.since <= c.month
    LEFT JOIN (SELECT l.month, l.person_id, b.fund_id
               FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id AND {PAID}
               WHERE l.month = ANY(%(months)s)) l
           ON l.month = c.month AND l.person_id = c.person_id AND l.fund_id = c.fund_id
    WHERE c.month = ANY(%(months)s)
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT l.month, b.fund_id, l.region_code, 0, 0, 0,
           sum(l.jkk + l.jkm), coalesce(sum(l.jkk + l.jkm) FILTER (WHERE {PAID}), 0)
    FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
    WHERE l.month = ANY(%(months)s)
    GROUP BY 1, 2, 3
) counts
GROUP BY 1, 2, 3
"""
_KEEP_COVERS = """
DELETE FROM oversight_covercount WHERE month = ANY(%(months)s) OR month NOT BETWEEN %(first)s AND %(last)s;
INSERT INTO oversight_covercount (month, fund_id, region_code, decreed, registered, active, billed, paid)
SELECT month, fund_id, region_code, decreed, registered, active, billed, paid FROM counted
"""

#: Whoever is covered stands in the village of the cover, and on each step below (`PeopleCount`).
_PEOPLE = f"""
WITH cover AS MATERIALIZED (
    SELECT person_id, max(region_code) FILTER (WHERE month = %(now)s) AS place, count(*) AS months
    FROM coverage_covermonth WHERE month BETWEEN %(now)s AND %(soon)s GROUP BY 1
), people AS (
    SELECT coalesce(c.place, p.region_code) AS region_code, coalesce(p.occupation_id, '') AS trade,
           c.place IS NOT NULL AS covered, c.months, coalesce(e.verified, false) AS verified,
           coalesce(e.verified AND e.eligible, false) AS eligible,
           p.merged_into_id IS NULL AND p.candidate AS candidate,
           coalesce(c.place IS NULL AND {SHOWN}, false) AS elsewhere
    FROM registry_person p
    LEFT JOIN registry_eligibility e ON e.person_id = p.id
    LEFT JOIN cover c ON c.person_id = p.id
    WHERE (p.merged_into_id IS NULL AND p.candidate) OR c.place IS NOT NULL
)
INSERT INTO oversight_peoplecount
    (region_code, trade, candidates, verified, eligible, covered, ending, gap, other_payer, ineligible)
SELECT region_code, trade, count(*),
       count(*) FILTER (WHERE verified OR covered),
       count(*) FILTER (WHERE (eligible AND NOT elsewhere) OR covered),
       count(*) FILTER (WHERE covered),
       count(*) FILTER (WHERE covered AND months < %(soon)s - %(now)s + 1),
       count(*) FILTER (WHERE eligible AND NOT covered AND NOT elsewhere),
       count(*) FILTER (WHERE eligible AND elsewhere),
       count(*) FILTER (WHERE covered AND NOT (candidate AND eligible))
FROM people GROUP BY 1, 2
"""

#: This month's decreed people by how far the branch has come with them.
_BRANCH = """
WITH best AS (
    SELECT person_id, fund_id,
           min(CASE state WHEN 'accepted' THEN 1 WHEN 'sent' THEN 2 ELSE 3 END) AS place,
           min(CASE WHEN state = 'accepted'
                    THEN coalesce(extract(year FROM starts_on)::int * 12 + extract(month FROM starts_on)::int - 1, 0)
               END) AS since,
           max(refusal) FILTER (WHERE state = 'refused') AS refusal
    FROM coverage_registration GROUP BY 1, 2
)
SELECT CASE WHEN b.place IS NULL THEN 'unsent' WHEN b.place = 1 AND b.since > c.month THEN 'later'
            WHEN b.place = 1 THEN 'accepted' WHEN b.place = 2 THEN 'unanswered' ELSE 'refused' END AS standing,
       CASE WHEN b.place = 3 THEN b.refusal ELSE '' END AS refusal, count(*)
FROM coverage_covermonth c LEFT JOIN best b ON b.person_id = c.person_id AND b.fund_id = c.fund_id
WHERE c.month = %(now)s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

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

_PAYERS = """
SELECT f.id, f.code, f.name, p.name, p.kind, f.kind, coalesce(c.people, 0), coalesce(c.person_months, 0),
       coalesce(a.committed, 0), coalesce(a.paid, 0), c.last_month
FROM funding_fund f JOIN funding_payer p ON p.id = f.payer_id
LEFT JOIN (SELECT fund_id, sum(decreed) FILTER (WHERE month = %(now)s) AS people,
                  sum(decreed) AS person_months, max(month) FILTER (WHERE decreed > 0) AS last_month
           FROM oversight_covercount GROUP BY 1) c ON c.fund_id = f.id
LEFT JOIN (SELECT fund_id,
                  sum(balance) FILTER (WHERE kind IN ('committed', 'billed', 'paid')) AS committed,
                  sum(balance) FILTER (WHERE kind = 'paid') AS paid
           FROM funding_account GROUP BY 1) a ON a.fund_id = f.id
WHERE f.status NOT IN ('proposed', 'rejected')
ORDER BY coalesce(c.people, 0) DESC, coalesce(c.person_months, 0) DESC, f.name
"""

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
    database.run("DROP TABLE IF EXISTS pg_temp.counted")
    with prefer_sequential_scans(months):
        database.run(_COVERS, {"months": months})
    database.run(_KEEP_COVERS, {**span, "months": months})
    if (
        people
        or touched.intersection(range(span["now"], span["soon"] + 1))
        or kept.get("people") != now["people"]
    ):
        database.run("DELETE FROM oversight_peoplecount")
        with prefer_sequential_scans(window):
            database.run(_PEOPLE, {**span, "on": today})
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
            for fund, code, name, payer, payer_kind, kind, people, months, committed, paid, last in _rows(
                _PAYERS, span
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
    for name, refusal, people in _rows(_BRANCH, span):
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
