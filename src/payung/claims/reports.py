"""Deaths that a village or a family reports, and that a second user confirms."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, Refused, action
from payung.access.acts import OF_SUBJECT, Act
from payung.claims.models import Report
from payung.database.locks import Lock, one_at_a_time
from payung.registry.models import Intake, Person, Record
from payung.registry.reports import record_death

#: Evidence that the desk writes itself: kept in Indonesian, shown in the reader's language.
_ROW = re.compile(r"Baris (?P<row>\d+) daftar kematian")
_NAMED = re.compile(r"(?P<file>.+), baris (?P<row>\d+): (?P<name>.*)", re.DOTALL)


def report_death(actor: Actor, *, person_id: int, died_on: date, evidence: str, today: date) -> Report:
    """Report for a village or family that a person died; a second user confirms. Repeating it changes nothing.

    Raises NotAllowed; Refused for an unknown person, a day to come, or no evidence.
    """
    person = Person.objects.filter(pk=person_id, merged_into__isnull=True).first()
    if person is None:
        raise Refused(_("Orang ini tidak ada di wilayah Anda."))
    if died_on > today:
        raise Refused(_("Tanggal meninggal belum tiba."))
    if person.birth_date is not None and died_on < person.birth_date:
        raise Refused(_("Tanggal meninggal mendahului tanggal lahir."))
    if not evidence.strip():
        raise Refused(_("Tulis buktinya (surat keterangan desa, saksi)."))
    with action(actor, Act.DEATH_REPORT, region_code=person.region_code) as deed:
        deed.subject_id = person_id
        one_at_a_time(Lock.DEATH, person_id)
        known = Report.objects.filter(person=person, state=Report.State.PROPOSED).first()
        if known is not None:
            deed.unchanged()
            return known
        report = Report.objects.create(
            person=person,
            died_on=died_on,
            evidence=evidence.strip()[:300],
            proposed_by=actor.user,
            region_code=person.region_code,
        )
        approvals.seal([report])
    return report


def not_this_one(actor: Actor, *, record_id: int, person_id: int) -> Report:
    """Record that a row of a death list is not about this person, so that nobody is asked again.

    Raises NotAllowed; Refused where there is no such row or person.
    """
    person = Person.objects.filter(pk=person_id, merged_into__isnull=True).first()
    record = Record.objects.filter(pk=record_id, intake__kind=Intake.Kind.DEATHS).first()
    if person is None or record is None or record.event_date is None:
        raise Refused(_("Baris atau orang ini tidak ada di wilayah Anda."))
    with action(actor, Act.DEATH_NOT_THIS_ONE, region_code=person.region_code) as deed:
        deed.subject_id, deed.data = person_id, {"record": record_id}
        one_at_a_time(Lock.DEATH, person_id)
        known = Report.objects.filter(person=person, died_on=record.event_date).first()
        if known is not None:
            deed.unchanged()
            return known
        return Report.objects.create(
            person=person,
            died_on=record.event_date,
            evidence=evidence_of_row(record.row_no),
            state=Report.State.REJECTED,
            reason="Bukan orang ini",
            proposed_by=actor.user,
            region_code=person.region_code,
        )


def decide_report(actor: Actor, *, report_id: int, confirm: bool, reason: str = "") -> Report:
    """Confirm or reject a reported death as a second user; a confirmed one goes through the desk at once.

    Raises NotAllowed; Refused for the reporter's own report, one already decided, or a rejection without reason.
    """
    with action(actor, Act.DEATH_CONFIRM, region_code=OF_SUBJECT) as deed:
        report = Report.objects.select_for_update().filter(pk=report_id).first()
        if report is None or report.state != Report.State.PROPOSED:
            raise Refused(_("Laporan ini tidak menunggu keputusan."))
        deed.at(report.region_code)
        approvals.refuse_own(actor, report.proposers())
        if not confirm and not reason.strip():
            raise Refused(_("Tulis alasan penolakan."))
        deed.subject_id = report.person_id
        decision = Report.State.CONFIRMED if confirm else Report.State.REJECTED
        approvals.decide(actor, deed, [report], decision, reason=reason)
        report.reason = reason.strip()[:300]
        report.save(update_fields=["reason"])
        if confirm:
            record_death(
                actor,
                person=report.person,
                died_on=report.died_on,
                evidence=report.evidence,
                reporter=report.proposed_by,
            )
    return report


def evidence_of_row(row_no: int, file: str = "", name: str = "") -> str:
    """Return the evidence that is a row of a list of deaths; with its file also whom the row names."""
    return f"{file}, baris {row_no}: {name}" if file else f"Baris {row_no} daftar kematian"


def evidence_in_words(text: str) -> str:
    """Return evidence in the reader's language, where the desk wrote it; what a person wrote stays as it is.

    >>> evidence_in_words("surat kematian 12/2026")
    'surat kematian 12/2026'
    """
    row = _ROW.fullmatch(text)
    if row:
        return gettext("Baris %(row)s daftar kematian") % row.groupdict()
    named = _NAMED.fullmatch(text)
    return gettext("%(file)s, baris %(row)s: %(name)s") % named.groupdict() if named else text
