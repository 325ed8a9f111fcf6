"""Counting again from the base tables, and keeping what was published."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from payung.access.actor import Actor, action, everyone_visible
from payung.access.roles import Permission
from payung.oversight.definitions import VERSION
from payung.oversight.models import Refreshed, Snapshot
from payung.values import Month

#: Months counted before and after the current one.
PAST_MONTHS = 23
COMING_MONTHS = 24
#: A cover ends soon when it does not reach this many days ahead.
SOON_DAYS = 60
#: Events after which nothing needs to be counted again: readings, settings, what this room itself does.
_CHANGES_NO_FIGURE = (
    *("rebuild", "publish", "open_nik", "return_rows", "save_mapping", "set_password", "create_user"),
)
#: Seconds between two looks for changes in one process.
_LOOK_EVERY = 20
_LOCK = 720_065

log = logging.getLogger(__name__)

_COVERS = """
WITH accepted AS MATERIALIZED (
    SELECT person_id, fund_id,
           min(coalesce(extract(year FROM starts_on)::int * 12 + extract(month FROM starts_on)::int - 1, 0)) AS since
    FROM coverage_registration WHERE state = 'accepted' GROUP BY 1, 2
), settled AS MATERIALIZED (
    SELECT id, fund_id, state IN ('paid', 'reconciled') AS paid FROM coverage_bill
)
INSERT INTO oversight_covercount (month, fund_id, region_code, decreed, registered, active, billed, paid)
SELECT month, fund_id, region_code, sum(decreed), sum(registered), sum(active), sum(billed), sum(paid)
FROM (
    SELECT c.month, c.fund_id, c.region_code, count(*) AS decreed, count(a.person_id) AS registered,
           0::bigint AS active, 0::bigint AS billed, 0::bigint AS paid
    FROM coverage_covermonth c
    LEFT JOIN accepted a ON a.person_id = c.person_id AND a.fund_id = c.fund_id AND a.since <= c.month
    WHERE c.month BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT l.month, b.fund_id, l.region_code, 0, 0,
           count(a.person_id) FILTER (WHERE b.paid),
           sum(l.jkk + l.jkm), coalesce(sum(l.jkk + l.jkm) FILTER (WHERE b.paid), 0)
    FROM coverage_billline l
    JOIN settled b ON b.id = l.bill_id
    LEFT JOIN accepted a ON a.person_id = l.person_id AND a.fund_id = b.fund_id AND a.since <= l.month
    WHERE l.month BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3
) counted
GROUP BY 1, 2, 3
"""

_PEOPLE = """
WITH cover AS MATERIALIZED (
    SELECT person_id, count(*) FILTER (WHERE month = %(now)s) = 1 AS covered, count(*) AS months
    FROM coverage_covermonth WHERE month BETWEEN %(now)s AND %(soon)s GROUP BY 1
)
INSERT INTO oversight_peoplecount
    (region_code, trade, candidates, verified, eligible, covered, ending, gap)
SELECT * FROM (
    SELECT p.region_code, coalesce(p.occupation_id, ''),
           count(*) FILTER (WHERE p.candidate),
           count(*) FILTER (WHERE p.candidate AND e.verified),
           count(*) FILTER (WHERE p.candidate AND e.verified AND e.eligible),
           count(*) FILTER (WHERE c.covered) AS covered,
           count(*) FILTER (WHERE c.covered AND c.months < %(soon)s - %(now)s + 1),
           count(*) FILTER (WHERE p.candidate AND e.verified AND e.eligible AND c.covered IS NOT TRUE)
    FROM registry_person p
    LEFT JOIN registry_eligibility e ON e.person_id = p.id
    LEFT JOIN cover c ON c.person_id = p.id
    WHERE p.merged_into_id IS NULL AND (p.candidate OR c.covered)
    GROUP BY 1, 2
) counted
"""


def rebuild(actor: Actor, *, today: date) -> Refreshed:
    """Counts everything again from the base tables. Safe to repeat; readers see the old figures until it ends."""
    with action(actor, Permission.OVERSIGHT, "rebuild", "oversight") as deed:
        refreshed = _count(today)
        deed.data = {"month": str(refreshed.month), "seconds": round(refreshed.seconds, 2)}
    return refreshed


def _count(today: date) -> Refreshed:
    now = Month.containing(today)
    span = {
        "now": now.number,
        "soon": Month.containing(today + timedelta(days=SOON_DAYS)).number,
        "first": now.number - PAST_MONTHS,
        "last": now.number + COMING_MONTHS,
    }
    started = time.perf_counter()
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT coalesce(max(id), 0) FROM access_event")
        last_event = cursor.fetchall()[0][0]
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("DELETE FROM oversight_covercount; DELETE FROM oversight_peoplecount")
        cursor.execute(_COVERS, span)
        cursor.execute(_PEOPLE, span)
        refreshed, _ = Refreshed.objects.update_or_create(
            id=1,
            defaults={"month": now, "last_event": last_event, "seconds": time.perf_counter() - started},
        )
        cursor.execute("UPDATE oversight_refreshed SET as_of = now()")
    refreshed.refresh_from_db()
    return refreshed


def refresh_if_changed(today: date) -> bool:
    """Counts again if something was done since, or the month turned; returns whether it did.

    Not an audited act: it changes no fact, only how quickly facts are read.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT last_event FROM oversight_refreshed), (SELECT month FROM oversight_refreshed), "
            "(SELECT coalesce(max(id), 0) FROM access_event WHERE action <> ALL(%s))",
            [list(_CHANGES_NO_FIGURE)],
        )
        counted, month, newest = cursor.fetchall()[0]
    if counted is not None and month == Month.containing(today).number and newest <= counted:
        return False
    _count(today)
    return True


_running = threading.Lock()
_looked = -float(_LOOK_EVERY)


def refresh_behind(today: date) -> None:
    """`refresh_if_changed` beside the request that noticed: the page at hand is not held up."""
    global _looked
    if time.monotonic() - _looked < _LOOK_EVERY or not _running.acquire(blocking=False):
        return
    _looked = time.monotonic()

    def work() -> None:
        try:
            refresh_if_changed(today)
        except DatabaseError as error:
            # Pages go on with the figures they have, and say of when they are.
            log.warning("figures could not be counted again: %s", error)
        finally:
            connection.close()
            _running.release()

    threading.Thread(target=work, name="oversight-refresh", daemon=True).start()


def publish(actor: Actor, *, month: Month, figures: dict[str, Any]) -> Snapshot:
    """Keeps the figures of a month as published. The same figures again add nothing; others are a correction."""
    text = json.dumps({"definitions": VERSION, **figures}, sort_keys=True, default=str)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known = Snapshot.objects.filter(month=month, sha256=sha256).first()
    if known is not None:
        return known
    with action(actor, Permission.RESOLUTION, "publish", "snapshot") as deed:
        snapshot = Snapshot.objects.create(
            month=month, definitions=VERSION, figures=json.loads(text), sha256=sha256
        )
        deed.subject_id = snapshot.pk
        deed.data = {"month": str(month), "sha256": sha256}
    return snapshot
