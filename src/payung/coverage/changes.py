"""Monthly changes: who died, moved, aged out, became a wage worker, is double, was refused, or wants out.

A change is proposed with its evidence, by a person or found in the facts; it takes effect when the amendment
that carries it is approved.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Max

from payung import database
from payung.access.actor import Actor, Refused, action, own_people_visible
from payung.access.acts import OF_SUBJECT, OWN_REGIONS, Act
from payung.access.roles import Permission
from payung.coverage.decrees import require_other_person
from payung.coverage.models import CoverMonth, MonthlyChange
from payung.database.locks import Lock, one_at_a_time
from payung.exchange.answer_words import REFUSAL_WORDS
from payung.registry.models import Person
from payung.registry.reports import REPORT
from payung.values import Month

Kind = MonthlyChange.Kind
#: Kinds of change by which somebody leaves.
LEAVES = tuple(kind for kind in Kind.values if kind not in (Kind.JOINS, Kind.CHANGED))

#: Each way that the facts themselves ask for a change: the month it counts from, and the evidence. A change that
#: waits, or that was turned down for the same month on, is not proposed again.
_FOUND = """
INSERT INTO coverage_monthlychange (person_id, kind, from_month, evidence, state, fund_id, region_code, proposed_by_id)
SELECT person_id, kind, from_month, evidence, 'proposed', fund_id, region_code, %(user)s FROM (
    SELECT DISTINCT ON (found.person_id) found.person_id, found.kind, found.from_month, found.evidence, c.fund_id,
           c.region_code
      FROM (
        SELECT p.id AS person_id, NULL::bigint AS fund_id, 'died' AS kind, 1 AS weight,
               (extract(year FROM p.died_on) * 12 + extract(month FROM p.died_on))::integer AS from_month,
               coalesce(told.evidence, 'Daftar kematian') || ': meninggal ' || to_char(p.died_on, 'DD-MM-YYYY')
               AS evidence
          FROM registry_person p
          LEFT JOIN LATERAL (
               SELECT left(CASE WHEN i.file_name = %(report)s
                           THEN i.sender_name || coalesce(' (dilaporkan ' || (e.extra->>'reported_by')
                                || coalesce(', dikonfirmasi ' || (e.extra->>'confirmed_by'), '') || ')', '')
                           ELSE 'Daftar kematian ' || i.file_name || ', baris ' || e.row_no END, 270) AS evidence
                 FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
                WHERE e.person_id = p.id AND e.accepted AND e.event_date = p.died_on
                  AND i.kind = 'deaths' AND i.status = 'loaded'
                ORDER BY i.file_name = %(report)s DESC, i.id LIMIT 1) told ON true
         WHERE p.died_on IS NOT NULL
        UNION ALL
        SELECT p.id, NULL, 'double', 2, %(month)s, 'Digabung dengan orang nomor ' || p.merged_into_id
          FROM registry_person p WHERE p.merged_into_id IS NOT NULL
        UNION ALL
        SELECT r.person_id, r.fund_id, 'refused', 3,
               (SELECT min(l.first_month) FROM coverage_annexline l
                 WHERE l.person_id = r.person_id AND l.fund_id = r.fund_id AND l.act = 'add'
                   AND l.decree_id = u.decree_id AND l.amendment_id IS NOT DISTINCT FROM u.amendment_id),
               'Jawaban cabang: ' || coalesce(%(words)s::jsonb ->> r.refusal, r.refusal)
          FROM coverage_registration r JOIN coverage_upload u ON u.id = r.upload_id
         WHERE r.state = 'refused' AND NOT EXISTS (
               SELECT 1 FROM coverage_registration a WHERE a.person_id = r.person_id AND a.fund_id = r.fund_id
                  AND a.state <> 'refused' AND a.id > r.id)
        UNION ALL
        SELECT e.person_id, NULL, 'aged', 4, e.eligible_until + 1,
               'Batas usia menurut hukum: bulan terakhir ' || (e.eligible_until / 12) || '-'
               || lpad((e.eligible_until %% 12 + 1)::text, 2, '0')
          FROM registry_eligibility e WHERE e.eligible_until < %(last)s
        UNION ALL
        SELECT p.id, NULL, 'wage', 5, %(month)s, 'Data menyatakan pekerja penerima upah'
          FROM registry_person p WHERE p.wage_worker
        UNION ALL
        SELECT p.id, NULL, 'moved', 6, %(month)s, 'Wilayah menurut data terbaru: ' || p.region_code
          FROM registry_person p
          JOIN coverage_covermonth m ON m.person_id = p.id AND m.month = %(month)s
          JOIN funding_fund f ON f.id = m.fund_id
         WHERE p.region_code <> m.region_code AND jsonb_array_length(f.regions) > 0 AND NOT EXISTS (
               SELECT 1 FROM jsonb_array_elements_text(f.regions) g(code) WHERE payung_contains(g.code, p.region_code))
      ) found
      JOIN coverage_covermonth c ON c.person_id = found.person_id AND c.month >= found.from_month
                                AND c.fund_id = coalesce(found.fund_id, c.fund_id)
     WHERE found.kind = ANY(%(kinds)s)
       AND NOT EXISTS (SELECT 1 FROM coverage_monthlychange k WHERE k.person_id = found.person_id
                          AND (k.state = 'proposed'
                               OR (k.state = 'rejected' AND k.kind = found.kind AND k.from_month = found.from_month)))
     ORDER BY found.person_id, found.weight, c.month
) wanted
    ON CONFLICT DO NOTHING
"""


def propose_change(
    actor: Actor, *, person_id: int, kind: str, from_month: Month, evidence: str
) -> MonthlyChange:
    """Proposes that a covered person leaves from a month on, with the evidence. Repeating it changes nothing.

    Raises NotAllowed; Refused without evidence, for an unknown kind, for somebody not covered then, or where
    another change of the same person waits.
    """
    if kind not in LEAVES:
        raise Refused(
            f"Jenis perubahan {kind!r} tidak dikenal; pakai {', '.join(LEAVES)}.",
            f"Kind of change {kind!r} is unknown; use {', '.join(LEAVES)}.",
        )
    person = person_with(evidence, person_id)
    with action(actor, Act.CHANGE_PROPOSE, region_code=person.region_code) as deed:
        deed.subject_id, deed.reason = person_id, evidence.strip()
        one_at_a_time(Lock.CHANGES)
        known = waiting_change(person)
        if known is not None and known.kind == kind:
            deed.unchanged()
            return known
        refuse_second(known)
        cover = (
            CoverMonth.objects.filter(person=person, month__gte=from_month.number).order_by("month").first()
        )
        if cover is None:
            raise Refused(
                f"Orang ini tidak ditanggung mulai {from_month.in_words()}.",
                f"This person is not covered from {from_month} on.",
            )
        change = MonthlyChange.objects.create(
            person=person,
            kind=kind,
            from_month=from_month.number,
            evidence=evidence.strip()[:300],
            fund_id=cover.fund_id,
            region_code=person.region_code,
            proposed_by=actor.user,
        )
        deed.data = {"change": change.pk, "kind": kind, "from": str(from_month)}
    return change


def find_changes(actor: Actor, *, month: Month, kinds: Sequence[str] = LEAVES) -> dict[str, int]:
    """Proposes every change of `kinds` that the facts ask for as of `month`; how many are new, by kind. Safe to repeat.

    Died: from the month after the death. Refused by the branch: that fund's cover, from the first month of the
    refused line. Aged: after the
    last month the law allows. Merged into another person, wage worker, moved out of the fund's regions: from
    `month`. One change per person, the weightiest. Two statements, however many people.
    """
    with (
        action(actor, Act.CHANGE_FIND, region_code=OWN_REGIONS) as deed,
        own_people_visible(actor, Permission.PROPOSE_DECREE),
    ):
        one_at_a_time(Lock.CHANGES)
        span = CoverMonth.objects.aggregate(last=Max("month"))["last"]
        before = _waiting()
        if span is not None:
            last = span.number if isinstance(span, Month) else int(span)
            about = {"user": actor.user.pk, "month": month.number, "last": last, "kinds": list(kinds)}
            database.run(_FOUND, {**about, "words": json.dumps(REFUSAL_WORDS), "report": REPORT})
        after = _waiting()
        deed.data = {
            kind: count - before.get(kind, 0) for kind, count in after.items() if count > before.get(kind, 0)
        }
        if not deed.data:
            deed.unchanged()
    return deed.data


def reject_change(actor: Actor, *, change_id: int, reason: str) -> MonthlyChange:
    """Turns a proposed change down, with the reason. Raises Refused where it is not waiting or is one's own."""
    with action(actor, Act.CHANGE_REJECT, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.reason = change_id, reason.strip()
        change = MonthlyChange.objects.select_for_update().filter(pk=change_id, state="proposed").first()
        if change is not None:
            deed.at(change.region_code)
            require_other_person(actor, change.proposed_by_id)
        if change is None or change.amendment_id is not None or not reason.strip():
            raise Refused(
                "Perubahan ini tidak menunggu, sudah masuk SK perubahan, atau alasannya kosong.",
                "This change does not wait, is in an amendment already, or the reason is empty.",
            )
        change.state, change.approved_by = MonthlyChange.State.REJECTED, actor.user
        change.save(update_fields=["state", "approved_by"])
    return change


def person_with(evidence: str, person_id: int) -> Person:
    """The person of a change with its evidence. Raises Refused where either is missing."""
    if not evidence.strip():
        raise Refused(
            "Tulis buktinya (surat, saksi, sumber data).", "Write the evidence (letter, witness, source)."
        )
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise Refused("Orang ini tidak ada di wilayah Anda.", "There is no such person in your region.")
    return person


def waiting_change(person: Person) -> MonthlyChange | None:
    """The change of a person that is not decided yet; there is at most one."""
    return MonthlyChange.objects.filter(person=person, state=MonthlyChange.State.PROPOSED).first()


def refuse_second(known: MonthlyChange | None) -> None:
    """Raises Refused where another change of the person waits: two at once would take the same months away twice."""
    if known is not None:
        raise Refused(
            f"Orang ini sudah punya perubahan yang menunggu: {known.get_kind_display()} mulai "
            f"{known.from_month.in_words()}. Putuskan itu dahulu.",
            f"A change of this person waits already: {known.kind} from {known.from_month}. Decide that one first.",
        )


def _waiting() -> dict[str, int]:
    return dict(
        database.rows(
            "SELECT kind, count(*) FROM coverage_monthlychange WHERE state = 'proposed' GROUP BY kind"
        )
    )
