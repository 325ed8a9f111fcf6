"""The death desk: every known death set against every cover; whoever is owed something gets a case at once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import OWN_REGIONS, Act
from payung.access.roles import Permission
from payung.claims.amounts import children_of, death_benefit, periods_of, said_by_branch, snapshot_of
from payung.claims.models import Case, Death
from payung.coverage.changes import find_changes
from payung.coverage.other_payers import AS_OF, SINCE, shown
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.law import Clock, clock, deadlines
from payung.values import Month, Period

Standing = Death.Standing

#: The kind of case that a death in this standing opens; the others open none here.
_KINDS = {
    Standing.FULL: str(Case.Kind.JKM),
    Standing.PARTIAL: str(Case.Kind.JKM),
    Standing.OTHER: str(Case.Kind.OTHER),
}

#: The dead who are candidates or were ever under cover, with the months paid for them, when the branch accepted
#: them, the list that says so, what JKK owes where work killed them, and, where the branch's extract shows that
#: another payer covered them in the month of their death, until when, since when and as of when.
_DEAD = f"""
SELECT p.id, p.died_on, p.region_code, l.months, r.accepted, r.starts_on, d.intake_id, k.owed AS at_work,
       o.owed AS owed_before, o.children::text AS children,
       CASE WHEN {shown("p.died_on")} THEN p.branch_until END AS other_until, {SINCE} AS other_since,
       {AS_OF} AS other_as_of,
       EXISTS (SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id) AS decreed
  FROM registry_person p
  LEFT JOIN LATERAL (
        SELECT array_agg(l.month ORDER BY l.month) AS months
          FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
         WHERE l.person_id = p.id AND b.state IN ('paid', 'reconciled')) l ON true
  LEFT JOIN LATERAL (
        SELECT true AS accepted, min(starts_on) AS starts_on FROM coverage_registration g
         WHERE g.person_id = p.id AND g.state = 'accepted' HAVING count(*) > 0) r ON true
  LEFT JOIN LATERAL (
        SELECT e.intake_id FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
         WHERE e.person_id = p.id AND i.kind = 'deaths' AND i.status = 'loaded' AND e.accepted
         ORDER BY e.event_date DESC NULLS LAST, e.id LIMIT 1) d ON true
  LEFT JOIN LATERAL (
        SELECT c.owed FROM claims_case c JOIN claims_accident a ON a.case_id = c.id AND a.outcome = 'death'
         WHERE c.person_id = p.id AND (c.state <> 'closed' OR c.paid_amount IS NOT NULL)
         ORDER BY c.id DESC LIMIT 1) k ON true
  LEFT JOIN claims_case o ON o.person_id = p.id AND o.kind IN ('jkm', 'other')
 WHERE p.died_on IS NOT NULL AND p.merged_into_id IS NULL
   AND EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, p.region_code))
   AND (p.candidate OR l.months IS NOT NULL OR EXISTS (
        SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id))
"""

_WRITE_DEATHS = """
INSERT INTO claims_death (person_id, died_on, standing, intake_id, owed, region_code)
SELECT person_id, died_on, standing, intake_id, owed, region_code FROM dead
    ON CONFLICT (person_id) DO UPDATE
   SET died_on = excluded.died_on, standing = excluded.standing, intake_id = excluded.intake_id,
       owed = excluded.owed, region_code = excluded.region_code
 WHERE (claims_death.died_on, claims_death.standing, claims_death.owed, claims_death.region_code)
       IS DISTINCT FROM (excluded.died_on, excluded.standing, excluded.owed, excluded.region_code)
"""

_GONE = """
DELETE FROM claims_death d USING registry_person p
 WHERE p.id = d.person_id
   AND EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, p.region_code))
   AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.person_id = d.person_id)
"""

#: A case follows the facts until it is submitted: another day of death, or cover found since, is another amount, and
#: who covered the dead decides its kind.
_WRITE_CASES = """
INSERT INTO claims_case (kind, person_id, event_on, state, children, owed, snapshot, snapshot_hash, expires_on,
                         branch_reference, opened_by_id, region_code)
SELECT kind, person_id, died_on, 'reported', children, owed, snapshot, snapshot_hash, expires_on, '', %(user)s,
       region_code
  FROM dead WHERE kind <> ''
    ON CONFLICT (person_id) WHERE kind IN ('jkm', 'other') DO UPDATE
   SET kind = excluded.kind, event_on = excluded.event_on, owed = excluded.owed, snapshot = excluded.snapshot,
       snapshot_hash = excluded.snapshot_hash, expires_on = excluded.expires_on
 WHERE claims_case.state IN ('reported', 'checked', 'gathering') AND excluded.snapshot_hash <> ''
   AND claims_case.snapshot_hash <> excluded.snapshot_hash
"""

#: What a clerk has looked at already does not change unseen: the history of the case says what was and what is.
_CORRECTED = """
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, c.state, c.state,
       CASE WHEN c.kind <> d.kind AND d.kind = 'other'
            THEN 'Menurut data cabang dibayar pihak lain, bukan program ini: cabang yang menghitung dan membayar'
            WHEN c.kind <> d.kind THEN 'Terlindungi program ini pada hari itu: hak dihitung'
            WHEN c.event_on = d.died_on THEN 'Hak dihitung lagi: iuran yang dibayar atau hukumnya berubah'
            ELSE 'Tanggal meninggal dikoreksi dari ' || to_char(c.event_on, 'DD-MM-YYYY') || ' ke '
                 || to_char(d.died_on, 'DD-MM-YYYY')
                 || CASE WHEN d.kind = 'jkm' THEN '; hak dihitung lagi' ELSE '' END END,
       jsonb_build_object('owed_before', c.owed, 'owed', d.owed), 'done', false, %(user)s, c.region_code
  FROM claims_case c JOIN dead d ON d.person_id = c.person_id AND d.kind <> ''
 WHERE c.kind IN ('jkm', 'other') AND c.state IN ('reported', 'checked', 'gathering') AND d.snapshot_hash <> ''
   AND (c.kind, c.event_on, c.owed) IS DISTINCT FROM (d.kind, d.died_on, d.owed)
"""

#: A case without its ground (the list was withdrawn, cover fell away, or work was the cause) is not dropped: that
#: it be closed is proposed, and a second user decides.
_GROUNDLESS = """
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, c.state, 'closed',
       CASE WHEN d.standing = 'accident' THEN 'Meninggal karena kecelakaan kerja: haknya JKK, bukan JKM'
            WHEN c.kind = 'other'
            THEN 'Kematian ini tidak lagi tercatat, atau data cabang tidak lagi menunjukkan peserta pada hari itu'
            ELSE 'Kematian ini tidak lagi tercatat, atau tidak lagi terlindungi pada hari itu' END,
       '{}', 'proposed', true, %(user)s, c.region_code
  FROM claims_case c JOIN registry_person p ON p.id = c.person_id
       AND EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, p.region_code))
  LEFT JOIN dead d ON d.person_id = c.person_id
 WHERE c.kind IN ('jkm', 'other') AND c.state IN ('reported', 'checked', 'gathering')
   AND coalesce(d.kind, '') = ''
   AND NOT EXISTS (
        SELECT 1 FROM claims_step s WHERE s.case_id = c.id
           AND (s.answer = 'proposed' OR (s.answer = 'declined' AND s.new_state = 'closed')))
"""

#: Who told of the death, on what evidence, and who confirmed it; of a list: which, its row, and who loaded it.
_FIRST_STEPS = """
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, decided_by_id,
                         at, decided_at, region_code)
SELECT c.id, '', 'reported',
       left(CASE WHEN r.id IS NOT NULL THEN 'Dilaporkan: ' || r.evidence
                 WHEN l.id IS NOT NULL THEN 'Ditemukan di daftar kematian: ' || l.file_name || ', baris ' || l.row_no
                 ELSE 'Ditemukan di daftar kematian' END, 300),
       '{}', 'done', r.id IS NOT NULL, coalesce(r.proposed_by_id, l.loaded_by_id, %(user)s), r.decided_by_id,
       coalesce(r.proposed_at, now()), r.decided_at, c.region_code
  FROM claims_case c
  LEFT JOIN LATERAL (
        SELECT * FROM claims_report r
         WHERE r.person_id = c.person_id AND r.died_on = c.event_on AND r.state = 'confirmed'
         ORDER BY r.id DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (
        SELECT i.id, i.file_name, e.row_no, i.loaded_by_id
          FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
         WHERE e.person_id = c.person_id AND e.event_date = c.event_on AND e.accepted
           AND i.kind = 'deaths' AND i.status = 'loaded'
         ORDER BY i.id LIMIT 1) l ON true
 WHERE c.kind IN ('jkm', 'other') AND NOT EXISTS (SELECT 1 FROM claims_step s WHERE s.case_id = c.id)
"""


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
        rows, opened = _write(actor, actor.regions if regions is None else regions)
    stops = 0
    if actor.holds(Permission.PROPOSE_DECREE):
        stops = find_changes(actor, month=Month.containing(today), kinds=("died",)).get("died", 0)
    counted = Counter(row[2] for row in rows)
    return DeskRun(
        deaths=len(rows),
        covered=sum(counted[standing] for standing in Death.COVERED),
        partial=counted[Standing.PARTIAL],
        other_payer=counted[Standing.OTHER],
        lapsed=counted[Standing.LAPSED],
        waiting=counted[Standing.WAITING],
        never=counted[Standing.NEVER],
        owed=sum(row[4] for row in rows),
        new_cases=opened,
        stops_proposed=stops,
    )


def _write(actor: Actor, regions: tuple[str, ...]) -> tuple[list[tuple[Any, ...]], int]:
    """Write deaths and cases of the regions; return the deaths as judged, and how many cases are new."""
    where = {"regions": list(regions), "user": actor.user.pk}
    rows = list(_judged(database.dicts(_DEAD, where)))
    database.stage(
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
        rows,
    )
    before = Case.objects.filter(kind__in=Case.DEATHS).count()
    database.run(_GONE, where)
    database.run(_WRITE_DEATHS)
    database.run(_CORRECTED, where)
    database.run(_WRITE_CASES, where)
    database.run(_FIRST_STEPS, where)
    database.run(_GROUNDLESS, where)
    database.run("DROP TABLE dead")
    analyze("claims_death", "claims_case", rows=len(rows))
    return rows, Case.objects.filter(kind__in=Case.DEATHS).count() - before


def hear_of_deaths(sender: object, *, actor: Actor, **_: Any) -> None:
    """Run the desk within the action that made a death known, withdrew it, or moved it to somebody else."""
    set_against_covers(actor, today=timezone.localdate())


def _judged(dead: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
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
        yield (
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
