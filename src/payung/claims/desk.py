"""The death desk: every known death set against every cover; whoever is owed something gets a case at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from payung.access.actor import Actor, Refused, action, everyone_visible, own_people_visible
from payung.access.roles import Permission
from payung.access.statistics import analyze
from payung.claims.amounts import children_of, death_benefit, periods_of, snapshot_of
from payung.claims.models import Case, Death, Report
from payung.coverage import bulk
from payung.coverage.changes import find_changes
from payung.law import Clock, clock, deadlines
from payung.registry.models import Intake, Person, Record
from payung.registry.reports import record_death
from payung.values import Month, Period

Standing = Death.Standing

#: The dead who are candidates or were ever under cover, with the months paid for them, when the branch accepted
#: them, the list that says so, and what JKK owes where work killed them.
_DEAD = """
SELECT p.id, p.died_on, p.region_code, l.months, r.accepted, r.starts_on, d.intake_id, k.owed AS at_work,
       o.owed AS owed_before, o.children::text AS children,
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
  LEFT JOIN claims_case o ON o.person_id = p.id AND o.kind = 'jkm'
 WHERE p.died_on IS NOT NULL AND p.merged_into_id IS NULL
   AND p.region_code ^@ ANY(%(regions)s)
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
 WHERE p.id = d.person_id AND p.region_code ^@ ANY(%(regions)s)
   AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.person_id = d.person_id)
"""

#: A case follows the facts until it is submitted: another day of death, or cover found since, is another amount.
_WRITE_CASES = """
INSERT INTO claims_case (kind, person_id, event_on, state, children, owed, snapshot, snapshot_hash, expires_on,
                         branch_reference, opened_by_id, region_code)
SELECT 'jkm', person_id, died_on, 'reported', children, owed, snapshot, snapshot_hash, expires_on, '', %(user)s,
       region_code
  FROM dead WHERE standing IN ('full', 'partial')
    ON CONFLICT (person_id) WHERE kind = 'jkm' DO UPDATE
   SET event_on = excluded.event_on, owed = excluded.owed, snapshot = excluded.snapshot,
       snapshot_hash = excluded.snapshot_hash, expires_on = excluded.expires_on
 WHERE claims_case.state IN ('reported', 'checked', 'gathering') AND excluded.snapshot_hash <> ''
   AND claims_case.snapshot_hash <> excluded.snapshot_hash
"""

#: What a clerk has looked at already does not change unseen: the history of the case says what was and what is.
_CORRECTED = """
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, c.state, c.state,
       CASE WHEN c.event_on = d.died_on THEN 'Hak dihitung lagi: iuran yang dibayar atau hukumnya berubah'
            ELSE 'Tanggal meninggal dikoreksi dari ' || to_char(c.event_on, 'DD-MM-YYYY') || ' ke '
                 || to_char(d.died_on, 'DD-MM-YYYY') || '; hak dihitung lagi' END,
       jsonb_build_object('owed_before', c.owed, 'owed', d.owed), 'done', false, %(user)s, c.region_code
  FROM claims_case c JOIN dead d ON d.person_id = c.person_id AND d.standing IN ('full', 'partial')
 WHERE c.kind = 'jkm' AND c.state IN ('reported', 'checked', 'gathering') AND d.snapshot_hash <> ''
   AND (c.event_on, c.owed) IS DISTINCT FROM (d.died_on, d.owed)
"""

#: A case without its ground (the list was withdrawn, cover fell away, or work was the cause) is not dropped: that
#: it be closed is proposed, and a second user decides.
_GROUNDLESS = """
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, c.state, 'closed',
       CASE d.standing WHEN 'accident' THEN 'Meninggal karena kecelakaan kerja: haknya JKK, bukan JKM'
            ELSE 'Kematian ini tidak lagi tercatat, atau tidak lagi terlindungi pada hari itu' END,
       '{}', 'proposed', true, %(user)s, c.region_code
  FROM claims_case c JOIN registry_person p ON p.id = c.person_id AND p.region_code ^@ ANY(%(regions)s)
  LEFT JOIN dead d ON d.person_id = c.person_id
 WHERE c.kind = 'jkm' AND c.state IN ('reported', 'checked', 'gathering')
   AND (d.standing IS NULL OR d.standing NOT IN ('full', 'partial'))
   AND NOT EXISTS (
        SELECT 1 FROM claims_step s WHERE s.case_id = c.id
           AND (s.answer = 'proposed' OR (s.answer = 'declined' AND s.new_state = 'closed')))
"""

_FIRST_STEPS = """
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, '', 'reported', 'Ditemukan di daftar kematian', '{}', 'done', false, %(user)s, c.region_code
  FROM claims_case c WHERE c.kind = 'jkm' AND NOT EXISTS (SELECT 1 FROM claims_step s WHERE s.case_id = c.id)
"""


@dataclass(frozen=True, slots=True)
class DeskRun:
    """What one run of the desk found. Counts of people; money in rupiah."""

    deaths: int
    covered: int
    partial: int
    lapsed: int
    waiting: int
    never: int
    owed: int
    new_cases: int
    stops_proposed: int

    def as_data(self) -> dict[str, int]:
        return asdict(self)


def run_desk(actor: Actor, *, today: date) -> DeskRun:
    """Sets every death known in the actor's regions against every cover, opens cases, proposes that contributions stop.

    Safe to repeat. The number of statements does not depend on the number of deaths. Raises NotAllowed.
    """
    with action(actor, Permission.CLAIM, "deaths.run", "death") as deed:
        run = set_against_covers(actor, today=today)
        deed.data = run.as_data()
    return run


def set_against_covers(actor: Actor, *, today: date) -> DeskRun:
    """The work of `run_desk`, within the action of whoever brought the news.

    About people who live where the actor may see people, and nobody else: a case opened elsewhere would be the deed
    of somebody with no right there. Everybody is visible meanwhile, since a death or case may have been written
    where the person lived before.
    """
    bulk.rows("SELECT pg_advisory_xact_lock(hashtext('claims.desk'))")
    with everyone_visible():
        rows, opened = _write(actor)
    stops = 0
    if actor.may(Permission.PROPOSE_DECREE):
        with own_people_visible(actor):
            stops = find_changes(actor, month=Month.containing(today), kinds=("died",)).get("died", 0)
    counted = Counter(row[2] for row in rows)
    return DeskRun(
        deaths=len(rows),
        covered=sum(counted[standing] for standing in Death.COVERED),
        partial=counted[Standing.PARTIAL],
        lapsed=counted[Standing.LAPSED],
        waiting=counted[Standing.WAITING],
        never=counted[Standing.NEVER],
        owed=sum(row[4] for row in rows),
        new_cases=opened,
        stops_proposed=stops,
    )


def _write(actor: Actor) -> tuple[list[tuple[Any, ...]], int]:
    """Writes deaths and cases of the actor's regions: the deaths as they were judged, and how many cases are new."""
    where = {"regions": list(actor.regions), "user": actor.user.pk}
    rows = list(_judged(bulk.dicts(_DEAD, where)))
    bulk.stage(
        "dead",
        "person_id bigint, died_on date, standing text, intake_id bigint, owed bigint, region_code text, "
        "snapshot jsonb, snapshot_hash text, expires_on date, children jsonb",
        rows,
    )
    before = Case.objects.filter(kind=Case.Kind.JKM).count()
    bulk.run(_GONE, where)
    bulk.run(_WRITE_DEATHS)
    bulk.run(_CORRECTED, where)
    bulk.run(_WRITE_CASES, where)
    bulk.run(_FIRST_STEPS, where)
    bulk.run(_GROUNDLESS, where)
    bulk.run("DROP TABLE dead")
    analyze("claims_death", "claims_case", rows=len(rows))
    return rows, Case.objects.filter(kind=Case.Kind.JKM).count() - before


def hear_of_deaths(sender: object, *, actor: Actor, **_: Any) -> None:
    """Runs the desk within the action that made a death known, withdrew it, or said that it is somebody else's."""
    set_against_covers(actor, today=timezone.localdate())


def _judged(dead: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in dead:
        paid = periods_of(row["months"] or ())
        standing = _standing(row, paid)
        owed, snapshot, digest, expires = 0, "{}", "", None
        children = row["children"] or "[]"
        if standing == Standing.ACCIDENT:
            owed = row["at_work"]
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
        )


def _standing(row: dict[str, Any], paid: tuple[Period, ...]) -> Death.Standing:
    if row["at_work"] is not None:
        return Standing.ACCIDENT
    died: date = row["died_on"]
    begun = row["accepted"] and (row["starts_on"] is None or row["starts_on"] <= died)
    if begun and paid and paid[0].first.first_day <= died:
        told = _told(paid, died)
        if not told.jkk:
            return Standing.LAPSED
        return Standing.FULL if told.jkm == "full" else Standing.PARTIAL
    return Standing.WAITING if row["decreed"] else Standing.NEVER


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


def report_death(actor: Actor, *, person_id: int, died_on: date, evidence: str, today: date) -> Report:
    """A village or a family says that a person died. A second user confirms it. Repeating it changes nothing.

    Raises NotAllowed; Refused for an unknown person, a day to come, or no evidence.
    """
    person = Person.objects.filter(pk=person_id, merged_into__isnull=True).first()
    if person is None:
        raise Refused("Orang ini tidak ada di wilayah Anda.", "There is no such person in your region.")
    if died_on > today:
        raise Refused("Tanggal meninggal belum tiba.", "The day of death is still to come.")
    if person.birth_date is not None and died_on < person.birth_date:
        raise Refused("Tanggal meninggal mendahului tanggal lahir.", "The death comes before the birth.")
    if not evidence.strip():
        raise Refused(
            "Tulis buktinya (surat keterangan desa, saksi).", "Write the evidence (village letter, witness)."
        )
    told_by = Permission.CLAIM if actor.may(Permission.CLAIM) else Permission.INTAKE
    with action(actor, told_by, "death.report", "person", region_code=person.region_code) as deed:
        deed.subject_id = person_id
        known = Report.objects.filter(person=person, state=Report.State.PROPOSED).first()
        if known is not None:
            return known
        return Report.objects.create(
            person=person,
            died_on=died_on,
            evidence=evidence.strip()[:300],
            proposed_by=actor.user,
            region_code=person.region_code,
        )


def not_this_one(actor: Actor, *, record_id: int, person_id: int) -> Report:
    """A clerk says that a row of a death list is not about this person, so that nobody is asked again.

    Raises NotAllowed; Refused where there is no such row or person.
    """
    person = Person.objects.filter(pk=person_id, merged_into__isnull=True).first()
    record = Record.objects.filter(pk=record_id, intake__kind=Intake.Kind.DEATHS).first()
    if person is None or record is None or record.event_date is None:
        raise Refused("Baris atau orang ini tidak ada di wilayah Anda.", "There is no such row or person.")
    with action(
        actor, Permission.CLAIM, "death.not_this_one", "person", region_code=person.region_code
    ) as deed:
        deed.subject_id, deed.data = person_id, {"record": record_id}
        known = Report.objects.filter(person=person, died_on=record.event_date).first()
        return known or Report.objects.create(
            person=person,
            died_on=record.event_date,
            evidence=f"Baris {record.row_no} daftar kematian",
            state=Report.State.REJECTED,
            reason="Bukan orang ini",
            proposed_by=actor.user,
            region_code=person.region_code,
        )


def decide_report(actor: Actor, *, report_id: int, confirm: bool, reason: str = "") -> Report:
    """A second user confirms or rejects a reported death; a confirmed one goes through the desk at once.

    Raises NotAllowed; Refused for the reporter's own report, one already decided, or a rejection without reason.
    """
    with action(actor, Permission.APPROVE_CLAIM, "death.confirm", "person") as deed:
        report = Report.objects.select_for_update().filter(pk=report_id).first()
        if report is None or report.state != Report.State.PROPOSED:
            raise Refused(
                "Laporan ini tidak menunggu keputusan.", "This report does not wait for a decision."
            )
        actor.require(Permission.APPROVE_CLAIM, report.region_code)
        if report.proposed_by_id == actor.user.pk:
            raise Refused(
                "Pelapor tidak dapat mengonfirmasi laporannya sendiri.",
                "Whoever reported a death cannot confirm it.",
            )
        if not confirm and not reason.strip():
            raise Refused("Tulis alasan penolakan.", "Write why it is rejected.")
        deed.subject_id, deed.reason = report.person_id, reason.strip()
        report.state = Report.State.CONFIRMED if confirm else Report.State.REJECTED
        report.decided_by, report.reason = actor.user, reason.strip()[:300]
        report.decided_at = bulk.rows("SELECT now()")[0][0]
        report.save()
        if confirm:
            record_death(actor, person=report.person, died_on=report.died_on, evidence=report.evidence)
    return report
