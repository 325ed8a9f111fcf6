"""Accidents at work: the first report within 2 x 24 hours, what followed, and the case it makes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Deed, Refused, action, spoken
from payung.access.acts import OF_SUBJECT, Act
from payung.claims.amounts import compute
from payung.claims.cases import State
from payung.claims.desk import set_against_covers
from payung.claims.models import Accident, Case, Step
from payung.coverage.other_payers import membership_by_others
from payung.coverage.queries import coverage_on
from payung.database.locks import Lock, one_at_a_time
from payung.law import first_day
from payung.registry.models import Person

#: What may be told of an accident later, before the claim is submitted.
_FACTS = (
    *("treatment", "medical_cost", "prosthesis_cost", "aids", "homecare_cost"),
    *("outcome", "losses", "off_days", "transport", "witnesses"),
)


def report_accident(
    actor: Actor,
    *,
    person_id: int,
    happened_at: datetime,
    place: str,
    doing: str,
    witnesses: str = "",
    transport: Iterable[str] = (),
) -> Case:
    """Open a case for an accident at work; the same accident again gives the same case.

    `transport`: how the worker was carried (land, sea, air); what it cost is told later, by the receipts.

    Raises NotAllowed; Refused for an unknown person, a moment to come, a missing place or work, or somebody not
    protected on that day (who is named as such, since that is the cost of the gap).
    """
    person = Person.objects.filter(pk=person_id, merged_into__isnull=True).first()
    if person is None:
        raise Refused(_("Orang ini tidak ada di wilayah Anda."))
    if happened_at > timezone.now():
        raise Refused(_("Waktu kecelakaan belum tiba."))
    if not place.strip() or not doing.strip():
        raise Refused(_("Tulis tempat dan pekerjaan saat kejadian."))
    day = timezone.localtime(happened_at).date()
    with action(actor, Act.ACCIDENT_REPORT, region_code=person.region_code) as deed:
        one_at_a_time(Lock.ACCIDENT, person_id)
        known = Case.objects.filter(person=person, kind=Case.Kind.JKK, event_on=day).first()
        if known is not None:
            deed.unchanged()
            return known
        if day < first_day() or not coverage_on(person_id, day).protected:
            raise _not_protected(person_id, day)
        case = Case(
            kind=Case.Kind.JKK,
            person=person,
            event_on=day,
            opened_by=actor.user,
            region_code=person.region_code,
        )
        case.save()
        Accident.objects.create(
            case=case,
            happened_at=happened_at,
            place=place.strip()[:200],
            doing=doing.strip()[:300],
            witnesses=witnesses.strip()[:300],
            transport=[[mode, 0] for mode in transport],
            region_code=person.region_code,
        )
        compute(case)
        case.save()
        Step.objects.create(case=case, new_state=State.REPORTED, by=actor.user, region_code=case.region_code)
        deed.subject_id = case.pk
    return case


def _not_protected(person_id: int, day: date) -> Refused:
    """Why there is no case here, and where the worker's right may be instead."""
    said = membership_by_others(person_id)
    if said is not None and said.covers_on(day):
        until = said.until_month
        return Refused(
            _(
                "Menurut data cabang, pekerja ini peserta sampai %(until)s, dibayar "
                "pihak lain: laporkan kecelakaannya lewat pemberi kerja atau "
                "langsung ke cabang."
            ),
            until=spoken(until.in_words),
        )
    return Refused(
        _(
            "Pekerja ini tidak tercatat terlindungi JKK di program ini pada hari itu, "
            "sehingga tidak ada kasus di sini. Tanyakan ke cabang atau layanan 175: mungkin "
            "ada kepesertaan lain."
        )
    )


def tell_accident(actor: Actor, *, case_id: int, facts: dict[str, Any]) -> Case:
    """Add what became known: treatment, costs, outcome, losses, days off. The amount is computed anew.

    Raises NotAllowed; Refused for unknown facts, facts the law does not know, or once the claim was submitted.
    """
    unknown = set(facts) - set(_FACTS)
    if unknown:
        raise Refused(
            _("Tidak dikenal: %(unknown)s."),
            unknown=sorted(unknown)[0],
        )
    with action(actor, Act.ACCIDENT_FACTS, region_code=OF_SUBJECT) as deed:
        accident = _accident(deed, case_id)
        if accident.case.state not in (State.REPORTED, State.CHECKED, State.GATHERING):
            raise Refused(_("Klaim sudah diajukan."))
        if all(getattr(accident, name) == value for name, value in facts.items()):
            deed.unchanged()
        for name, value in facts.items():
            setattr(accident, name, value)
        accident.save()
        case = accident.case
        compute(case)
        case.save()
        if "outcome" in facts and case.person.died_on is not None:
            set_against_covers(actor, today=timezone.localdate())
        deed.subject_id, deed.data = case.pk, {"facts": sorted(facts), "owed": case.owed}
    return case


def record_report(actor: Actor, *, case_id: int, stage: int, at: datetime) -> Accident:
    """Record when the first (stage 1) or second report went to the branch. Raises NotAllowed, Refused."""
    if stage not in (1, 2):
        raise Refused(_("Tahap laporan adalah 1 atau 2."))
    with action(actor, Act.ACCIDENT_REPORT_SENT, region_code=OF_SUBJECT) as deed:
        accident = _accident(deed, case_id)
        if not accident.happened_at <= at <= timezone.now():
            raise Refused(_("Waktu laporan harus sesudah kecelakaan dan bukan masa depan."))
        if stage == 2 and accident.first_report_at is None:
            raise Refused(_("Catat laporan tahap I dahulu."))
        column = "first_report_at" if stage == 1 else "second_report_at"
        if getattr(accident, column) == at:
            deed.unchanged()
        setattr(accident, column, at)
        accident.save()
        deed.subject_id, deed.data = case_id, {"stage": stage, "at": at.isoformat()}
    return accident


def _accident(deed: Deed, case_id: int) -> Accident:
    # The case first: what another session is writing of the accident is read once that session has ended.
    Case.objects.select_for_update().filter(pk=case_id).first()
    accident = Accident.objects.select_related("case__person").filter(case_id=case_id).first()
    if accident is None:
        raise Refused(_("Kasus kecelakaan ini tidak ada di wilayah Anda."))
    deed.at(accident.region_code)
    return accident
