"""Monthly changes: who died, moved, aged out, became a wage worker, is double, was refused, or wants out.

A change is proposed with its evidence, by a person or found in the facts; it takes effect when the amendment
that carries it is approved.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access import approvals
from payung.access.actor import Actor, Refused, action, either, own_people_visible, spoken
from payung.access.acts import OF_SUBJECT, OWN_REGIONS, Act
from payung.access.roles import Permission
from payung.coverage.models import CoverMonth, MonthlyChange
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.exchange.answer_words import REFUSAL_WORDS
from payung.registry.models import Person
from payung.registry.reports import REPORT
from payung.values import Month

Kind = MonthlyChange.Kind
#: Kinds of change by which somebody leaves.
LEAVES = tuple(kind for kind in Kind.values if kind not in (Kind.JOINS, Kind.CHANGED))

_FOUND = Statement("coverage", "changes_found")


def propose_change(
    actor: Actor, *, person_id: int, kind: str, from_month: Month, evidence: str
) -> MonthlyChange:
    """Propose that a covered person leaves from a month on, with the evidence. Repeating it changes nothing.

    Raises NotAllowed; Refused without evidence, for an unknown kind, for somebody not covered then, or where
    another change of the same person waits.
    """
    if kind not in LEAVES:
        raise Refused(
            _("Jenis perubahan %(kind)s tidak dikenal; pakai %(listed)s."),
            kind=repr(kind),
            listed=", ".join(LEAVES),
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
                _("Orang ini tidak ditanggung mulai %(from_month)s."),
                from_month=spoken(from_month.in_words),
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
        approvals.seal([change])
        deed.data = {"change": change.pk, "kind": kind, "from": str(from_month)}
    return change


def find_changes(actor: Actor, *, month: Month, kinds: Sequence[str] = LEAVES) -> dict[str, int]:
    """Propose every change of `kinds` that the facts ask for as of `month`; how many are new, by kind. Safe to repeat.

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
            found = _FOUND.rows({**about, "words": json.dumps(REFUSAL_WORDS), "report": REPORT})
            approvals.seal_all(MonthlyChange, [number for (number,) in found])
        after = _waiting()
        deed.data = {
            kind: count - before.get(kind, 0) for kind, count in after.items() if count > before.get(kind, 0)
        }
        if not deed.data:
            deed.unchanged()
    return deed.data


def reject_change(actor: Actor, *, change_id: int, reason: str) -> MonthlyChange:
    """Reject a proposed change, with the reason. Raises NotAllowed; Refused where it does not wait; OwnProposal."""
    with action(actor, Act.CHANGE_REJECT, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.reason = change_id, reason.strip()
        change = MonthlyChange.objects.select_for_update().filter(pk=change_id, state="proposed").first()
        if change is not None:
            deed.at(change.region_code)
        if change is None or change.amendment_id is not None or not reason.strip():
            raise Refused(_("Perubahan ini tidak menunggu, sudah masuk SK perubahan, atau alasannya kosong."))
        approvals.decide(actor, deed, [change], MonthlyChange.State.REJECTED, reason=reason)
    return change


def person_with(evidence: str, person_id: int) -> Person:
    """Return the person of a change with its evidence. Raises Refused where either is missing."""
    if not evidence.strip():
        raise Refused(_("Tulis buktinya (surat, saksi, sumber data)."))
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise Refused(_("Orang ini tidak ada di wilayah Anda."))
    return person


def waiting_change(person: Person) -> MonthlyChange | None:
    """Return the undecided change of a person; there is at most one."""
    return MonthlyChange.objects.filter(person=person, state=MonthlyChange.State.PROPOSED).first()


def refuse_second(known: MonthlyChange | None) -> None:
    """Raise Refused where another change of the person waits: two would take the same months away twice."""
    if known is not None:
        raise Refused(
            _(
                "Orang ini sudah punya perubahan yang menunggu: %(known)s mulai "
                "%(from_month)s. Putuskan itu dahulu."
            ),
            known=either(known.get_kind_display(), known.kind),
            from_month=spoken(known.from_month.in_words),
        )


def _waiting() -> dict[str, int]:
    return dict(
        database.rows(
            "SELECT kind, count(*) FROM coverage_monthlychange WHERE state = 'proposed' GROUP BY kind"
        )
    )
