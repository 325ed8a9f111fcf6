"""The death desk: every known death set against every cover; whoever is owed something gets a case at once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone

from payung import database
from payung.access import approvals
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import OWN_REGIONS, Act
from payung.access.roles import Permission
from payung.claims.amounts import children_of, death_benefit, periods_of, said_by_branch, snapshot_of
from payung.claims.models import Case, Death, Step
from payung.coverage.changes import find_changes
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.database.statements import Statement
from payung.law import Clock, clock, deadlines
from payung.values import Month, Period

Standing = Death.Standing

#: The kind of case that a death in this standing opens; the others open none here.
_KINDS = {
    Standing.FULL: str(Case.Kind.JKM),
    Standing.PARTIAL: str(Case.Kind.JKM),
    Standing.OTHER: str(Case.Kind.OTHER),
}

_DEAD = Statement("claims", "desk_dead")

_WRITE_DEATHS = Statement("claims", "desk_write_deaths")

_GONE = Statement("claims", "desk_deaths_gone")

_WRITE_CASES = Statement("claims", "desk_write_cases")

_CORRECTED = Statement("claims", "desk_corrected")

_GROUNDLESS = Statement("claims", "desk_groundless")

_FIRST_STEPS = Statement("claims", "desk_first_steps")


class _Judged(NamedTuple):
    """A death as the desk judged it: where it stands, what is owed in rupiah, and the facts that say so."""

    person_id: int
    died_on: date
    standing: str
    intake_id: int | None
    owed: int
    region_code: str
    snapshot: str
    snapshot_hash: str
    expires_on: date | None
    children: str
    kind: str


@dataclass(frozen=True, slots=True)
class DeskRun:
    """What one run of the desk found. Counts of people; money in rupiah."""

    deaths: int
    covered: int
    partial: int
    other_payer: int
    lapsed: int
    waiting: int
    never: int
    owed: int
    new_cases: int
    stops_proposed: int

    def as_data(self) -> dict[str, int]:
        return asdict(self)


def run_desk(actor: Actor, *, today: date) -> DeskRun:
    """Match every death known in the actor's regions with every cover, open cases, propose to stop contributions.

    Safe to repeat. The number of statements does not depend on the number of deaths. Raises NotAllowed.
    """
    with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS) as deed:
        run = set_against_covers(actor, today=today, regions=actor.where(Permission.CLAIM))
        deed.data = run.as_data()
    return run


def set_against_covers(actor: Actor, *, today: date, regions: tuple[str, ...] | None = None) -> DeskRun:
    """Do the work of `run_desk` within the action of whoever brought the news.

    About people who live in `regions` (if not given: where the actor may see people) and nobody else: a case opened
    elsewhere would be the deed of somebody with no right there. Everybody is visible meanwhile, since a death or case
    may have been written where the person lived before.
    """
    one_at_a_time(Lock.DESK)
    with everyone_visible():
        deaths, opened = _write(actor, actor.regions if regions is None else regions)
    stops = 0
    if actor.holds(Permission.PROPOSE_DECREE):
        stops = find_changes(actor, month=Month.containing(today), kinds=("died",)).get("died", 0)
    counted = Counter(death.standing for death in deaths)
    return DeskRun(
        deaths=len(deaths),
        covered=sum(counted[standing] for standing in Death.COVERED),
        partial=counted[Standing.PARTIAL],
        other_payer=counted[Standing.OTHER],
        lapsed=counted[Standing.LAPSED],
        waiting=counted[Standing.WAITING],
        never=counted[Standing.NEVER],
        owed=sum(death.owed for death in deaths),
        new_cases=opened,
        stops_proposed=stops,
    )


def _write(actor: Actor, regions: tuple[str, ...]) -> tuple[list[_Judged], int]:
    """Write deaths and cases of the regions; return the deaths as judged, and how many cases are new."""
    where = {"regions": list(regions), "user": actor.user.pk}
    deaths = list(_judged(_DEAD.dicts(where)))
    dead = database.stage(
        "dead",
        {
            "person_id": "bigint",
            "died_on": "date",
            "standing": "text",
            "intake_id": "bigint",
            "owed": "bigint",
            "region_code": "text",
            "snapshot": "jsonb",
            "snapshot_hash": "text",
            "expires_on": "date",
            "children": "jsonb",
            "kind": "text",
        },
        deaths,
    )
    before = Case.objects.filter(kind__in=Case.DEATHS).count()
    _GONE.run(where, dead=dead)
    _WRITE_DEATHS.run(dead=dead)
    _CORRECTED.run(where, dead=dead)
    _WRITE_CASES.run(where, dead=dead)
    _FIRST_STEPS.run(where)
    _GROUNDLESS.run(where, dead=dead)
    approvals.seal(list(Step.objects.filter(answer=Step.Answer.PROPOSED, content_hash="")))
    dead.drop()
    analyze("claims_death", "claims_case", rows=len(deaths))
    return deaths, Case.objects.filter(kind__in=Case.DEATHS).count() - before


def hear_of_deaths(sender: object, *, actor: Actor, **_: Any) -> None:
    """Run the desk within the action that made a death known, withdrew it, or moved it to somebody else."""
    set_against_covers(actor, today=timezone.localdate())


def _judged(dead: list[dict[str, Any]]) -> Iterator[_Judged]:
    for row in dead:
        paid = periods_of(row["months"] or ())
        standing = _standing(row, paid)
        owed, snapshot, digest, expires = 0, "{}", "", None
        children = row["children"] or "[]"
        if standing == Standing.ACCIDENT:
            owed = row["at_work"]
        elif standing == Standing.OTHER:
            snapshot, digest, expires = _said_of_others(row)
        elif standing in Death.COVERED:
            try:
                owed, snapshot, digest, expires = _owed(row["died_on"], paid, children)
            except Refused:  # children that the law of another day of death does not know: a clerk mends them
                owed = row["owed_before"]
        yield _Judged(
            row["id"],
            row["died_on"],
            str(standing),
            row["intake_id"],
            owed,
            row["region_code"],
            snapshot,
            digest,
            expires,
            children,
            _KINDS.get(standing, ""),
        )


def _standing(row: dict[str, Any], paid: tuple[Period, ...]) -> Death.Standing:
    if row["at_work"] is not None:
        return Standing.ACCIDENT
    died: date = row["died_on"]
    begun = row["accepted"] and (row["starts_on"] is None or row["starts_on"] <= died)
    if begun and paid and paid[0].first.first_day <= died:
        told = _told(paid, died)
        if told.jkk:
            return Standing.FULL if told.jkm == "full" else Standing.PARTIAL
        without = Standing.LAPSED
    else:
        without = Standing.WAITING if row["decreed"] else Standing.NEVER
    return Standing.OTHER if row["other_until"] is not None else without


def _said_of_others(row: dict[str, Any]) -> tuple[str, str, date]:
    """Return what the branch's extract says of a dead person, its hash, and the day on which the claim lapses."""
    died: date = row["died_on"]
    as_of = row["other_as_of"]
    text = said_by_branch(
        died, row["other_until"], row["other_since"], None if as_of is None else timezone.localdate(as_of)
    )
    expires = deadlines("jkm", datetime.combine(died, datetime.min.time())).expires_on
    return text, hashlib.sha256(text.encode()).hexdigest(), expires


@lru_cache(maxsize=8192)
def _told(paid: tuple[Period, ...], died: date) -> Clock:
    return clock(paid, died)


@lru_cache(maxsize=8192)
def _owed(died: date, paid: tuple[Period, ...], children: str) -> tuple[int, str, str, date]:
    """Those who died on one day with one history of payments and like children are owed the same."""
    kept = json.loads(children)
    benefit = death_benefit(died, paid, children_of(kept))
    snapshot, digest = snapshot_of(benefit, paid, {"event_on": died.isoformat(), "children": kept})
    expires = deadlines("jkm", datetime.combine(died, datetime.min.time())).expires_on
    return benefit.total, json.dumps(snapshot, ensure_ascii=False), digest, expires
