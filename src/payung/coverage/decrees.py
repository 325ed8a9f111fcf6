"""Decrees: proposed from a plan by one user, approved by another, and then covers and committed money."""

from __future__ import annotations

import secrets
from datetime import date
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Sum
from django.utils.translation import gettext_lazy

from payung.access import approvals
from payung.access.actor import Actor, Deed, Refused, action, everyone_visible, spoken
from payung.access.acts import OF_SUBJECT, Act
from payung.access.today import today_or
from payung.coverage.models import AnnexLine, Decree, line_regions
from payung.coverage.tariff import TariffCase, stage_tariff
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.database.query import constraint_of
from payung.database.statements import Statement
from payung.funding.ledger import move
from payung.funding.models import Plan
from payung.funding.plan_money import hand_over
from payung.values import Month, Period

#: Letters and digits that cannot be mistaken for one another on paper.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

_LINES = Statement("coverage", "decree_lines")

_CASES = Statement("coverage", "decree_cases")


_COVERS = Statement("coverage", "decree_covers")

_BILLED = Statement("coverage", "decree_billed")

_BILLED_ELSEWHERE = Statement("coverage", "decree_billed_elsewhere")

_SECOND_PAYER = Statement("coverage", "decree_second_payer")


class _TwoPayers(NamedTuple):
    """Whom a fund is to pay in a month that another fund holds already."""

    person: str
    fund: str
    held_by: str
    month: int


def new_check_code() -> str:
    """Return a code of ten signs in two groups, for the QR and the public check page."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{code[:5]}-{code[5:]}"


def propose_decree(actor: Actor, *, plan_id: int, number: str, dated: date, signer: str) -> Decree:
    """Prepare a decree from an approved plan: one annex line per plan line, its amount from the law.

    Repeating it with the same number and plan returns the decree as it stands. Raises NotAllowed; Refused for
    a plan that is not approved, is already decreed, has nobody, or holds people outside the actor's region.
    """
    number, signer = number.strip(), signer.strip()
    if not number or not signer:
        raise Refused(gettext_lazy("Nomor SK dan penanda tangan wajib diisi."))
    with action(actor, Act.DECREE_PROPOSE, region_code=OF_SUBJECT) as deed:
        one_at_a_time(Lock.PLAN, plan_id)
        one_at_a_time(Lock.DECREE, number)
        known = Decree.objects.filter(number=number).first()
        if known is not None:
            if known.plan_id == plan_id and known.status != Decree.Status.REJECTED:
                deed.unchanged()
                with everyone_visible():
                    deed.at(*line_regions(known.pk))
                return known
            raise Refused(
                gettext_lazy("Nomor SK %(number)s sudah dipakai; pakai nomor lain."),
                number=number,
            )
        plan = Plan.objects.filter(pk=plan_id).first()
        if plan is None or plan.status != Plan.Status.APPROVED:
            raise Refused(
                gettext_lazy(
                    "Rencana %(plan_id)s belum disetujui atau sudah menjadi SK; setujui rencananya dahulu."
                ),
                plan_id=plan_id,
            )
        other = Decree.objects.filter(plan=plan).exclude(status=Decree.Status.REJECTED).first()
        if other is not None:
            raise Refused(
                gettext_lazy("Rencana ini sudah diusulkan dalam SK %(number)s."),
                number=other.number,
            )
        mine = plan.lines.filter(fund__isnull=False).count()
        with everyone_visible():
            lines = plan.lines.filter(fund__isnull=False)
            span = lines.aggregate(first=Min("first_month"), end=Max("end_month"))
            everyone = lines.count()
            if everyone == 0:
                raise Refused(gettext_lazy("Rencana ini tidak memuat siapa pun."))
            if mine != everyone:
                raise Refused(
                    gettext_lazy(
                        "Rencana ini memuat orang di luar wilayah Anda; minta operator "
                        "provinsi mengusulkannya."
                    )
                )
            decree = Decree.objects.create(
                number=number,
                dated=dated,
                signer=signer,
                plan=plan,
                check_code=new_check_code(),
                proposed_by=actor.user,
            )
            cases = _CASES.typed(TariffCase, {"plan": plan_id})
            tariff = stage_tariff(cases, Period(_month(span["first"]), _month(span["end"])))
            written = _LINES.run({"decree": decree.pk, "plan": plan_id}, tariff=tariff)
            analyze("coverage_annexline", rows=written)
            deed.at(*line_regions(decree.pk))
            keep_totals(decree.pk)
            approvals.seal([decree])
        deed.subject_id = decree.pk
        deed.data = {"number": number, "lines": written, "left_out": everyone - written}
    return decree


_TOTALS = Statement("coverage", "decree_totals")


def keep_totals(decree_id: int) -> None:
    """Keep the totals of a decree's annex by fund, as proposed; later changes are amendments."""
    _TOTALS.run({"decree": decree_id})


def approve_decree(actor: Actor, *, decree_id: int, today: date | None = None) -> Decree:
    """Approve a proposed decree: its covers are written and its money is committed, in one transaction.

    Repeating it changes nothing. Raises NotAllowed; Refused for a second payer of a month (naming both funds), and
    where a fund's money does not reach; OwnProposal, ContentChanged.
    """
    with action(actor, Act.DECREE_APPROVE, region_code=OF_SUBJECT) as deed:
        deed.subject_id = decree_id
        decree = _locked(decree_id, deed)
        if decree.status == Decree.Status.APPROVED:
            deed.unchanged()
            return decree
        if decree.status == Decree.Status.REJECTED:
            raise Refused(gettext_lazy("SK ini sudah ditolak; usulkan SK baru."))
        approvals.decide(actor, deed, [decree], Decree.Status.APPROVED)
        with everyone_visible():
            covers = write_covers(decree_id, None)
            analyze("coverage_covermonth", "registry_person", rows=covers)
            if decree.plan_id:
                hand_over(actor, decree.plan_id, today=today_or(today))
            move(
                actor,
                "commit",
                _amounts(decree_id),
                cause="decree",
                cause_id=decree_id,
                key=f"decree:{decree_id}",
                effective_on=today_or(today),
            )
        if decree.plan_id:
            Plan.objects.filter(pk=decree.plan_id).update(status=Plan.Status.DECREED)
        deed.data["covers"] = covers
    return decree


def reject_decree(actor: Actor, *, decree_id: int, reason: str) -> Decree:
    """Reject a proposed decree, with the reason; its plan can be proposed again.

    Raises NotAllowed; Refused where it is approved or no reason is given; OwnProposal.
    """
    if not reason.strip():
        raise Refused(gettext_lazy("Tulis alasan penolakan."))
    with action(actor, Act.DECREE_REJECT, region_code=OF_SUBJECT) as deed:
        deed.subject_id = decree_id
        decree = _locked(decree_id, deed)
        if decree.status == Decree.Status.REJECTED:
            deed.unchanged()
            return decree
        if decree.status == Decree.Status.APPROVED:
            raise Refused(gettext_lazy("SK ini sudah ditetapkan; ubah dengan SK perubahan."))
        approvals.decide(actor, deed, [decree], Decree.Status.REJECTED, reason=reason)
    return decree


def write_covers(decree_id: int, amendment_id: int | None) -> int:
    """Write the cover months of a decree's (or an amendment's) added lines and return how many.

    Must run with everyone visible, so that a second payer in another region is named too. Raises Refused, also
    where a fund's month is billed already: its bill is frozen and would never hold the newcomer.
    """
    about = {"decree": decree_id, "amendment": amendment_id}
    billed = _BILLED.rows(about)
    if billed:
        ((fund, month),) = billed
        raise Refused(
            gettext_lazy("Tagihan %(fund)s untuk %(month)s sudah dibuat; mulai dari bulan sesudahnya."),
            fund=fund,
            month=spoken(Month(month).in_words),
        )
    elsewhere = _BILLED_ELSEWHERE.first(_TwoPayers, about)
    if elsewhere is not None:
        name, fund, held, month = elsewhere
        raise Refused(
            gettext_lazy(
                "%(name)s sudah ditagih kepada %(held)s untuk %(month)s; %(fund)s "
                "tidak dapat membayar bulan yang sama. Mulai dari bulan sesudahnya."
            ),
            name=name,
            held=held,
            month=spoken(Month(month).in_words),
            fund=fund,
        )
    try:
        with transaction.atomic():
            return _COVERS.run(about)
    except IntegrityError as error:
        if constraint_of(error) != "coverage_covermonth_pkey":
            raise
        second = _SECOND_PAYER.first(_TwoPayers, about)
        if second is None:
            raise
        name, fund, held, month = second
        raise Refused(
            gettext_lazy(
                "%(name)s sudah dibayar %(held)s untuk %(month)s; %(fund)s tidak "
                "dapat membayar bulan yang sama. Hapus orang ini dari salah satu."
            ),
            name=name,
            held=held,
            month=spoken(Month(month).in_words),
            fund=fund,
        ) from error


def _locked(decree_id: int, deed: Deed) -> Decree:
    one_at_a_time(Lock.COVERS)
    decree = Decree.objects.select_for_update().filter(pk=decree_id).first()
    if decree is None:
        raise Refused(
            gettext_lazy("SK %(decree_id)s tidak ada."),
            decree_id=decree_id,
        )
    with everyone_visible():
        deed.at(*line_regions(decree_id))
    return decree


def _amounts(decree_id: int) -> dict[int, int]:
    """Rupiah of each fund in a decree's annex, without its amendments."""
    lines = AnnexLine.objects.filter(decree_id=decree_id, amendment__isnull=True)
    return {
        fund: int(amount)
        for fund, amount in lines.values_list("fund_id").annotate(amount=Sum("amount")).order_by()
    }


def _month(value: Month | int | None) -> Month:
    assert value is not None
    return value if isinstance(value, Month) else Month(value)
