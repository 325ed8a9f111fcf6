"""Changes by which somebody comes into a decree or stands in it otherwise: proposed with evidence, one by one."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, Refused, action, either, everyone_visible, spoken
from payung.access.acts import Act
from payung.access.today import today_or
from payung.coverage.changes import Kind, person_with, refuse_second, waiting_change
from payung.coverage.models import Bill, BillLine, CoverMonth, Decree, MonthlyChange
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.funding.models import Fund
from payung.funding.terms import candidate_of, terms_of
from payung.registry.models import Eligibility, Person
from payung.values import Month, Period

_EVER_COVERED = Statement("coverage", "person_ever_covered")


def propose_addition(
    actor: Actor,
    *,
    decree_id: int,
    person_id: int,
    fund_id: int,
    months: Period,
    evidence: str,
    today: date | None = None,
) -> MonthlyChange:
    """Propose that a person comes into a decree, paid by a fund in `months`, with the evidence.

    Repeating it changes nothing. Raises NotAllowed; Refused for somebody not eligible or covered in one of the
    months, a fund whose terms or time do not allow it, or a month billed already.
    """
    person = person_with(evidence, person_id)
    with action(actor, Act.CHANGE_PROPOSE, region_code=person.region_code) as deed:
        deed.subject_id, deed.reason = person_id, evidence.strip()
        one_at_a_time(Lock.CHANGES)
        known = waiting_change(person)
        if known is not None and (known.kind, known.to_fund_id) == (Kind.JOINS, fund_id):
            deed.unchanged()
            return known
        refuse_second(known)
        fund = _fund_for(person, fund_id, months, today_or(today), joins=True)
        with everyone_visible():
            held = (
                CoverMonth.objects.filter(person=person, month__gte=months.first, month__lt=months.end)
                .select_related("fund")
                .order_by("month")
                .first()
            )
            if held is not None:
                raise Refused(
                    _(
                        "%(name)s sudah dibayar %(fund)s untuk %(month)s; %(other)s "
                        "tidak dapat membayar bulan yang sama."
                    ),
                    name=person.name,
                    fund=held.fund,
                    month=spoken(held.month.in_words),
                    other=fund,
                )
        change = _write(actor, Kind.JOINS, _approved(decree_id), person, fund, months, evidence)
        deed.data = {"change": change.pk, "kind": change.kind, "fund": fund.pk, "months": str(months)}
    return change


def propose_alteration(
    actor: Actor,
    *,
    person_id: int,
    from_month: Month,
    evidence: str,
    fund_id: int | None = None,
    end_month: Month | None = None,
    today: date | None = None,
) -> MonthlyChange:
    """Propose that a covered person stands otherwise from `from_month` on, with the evidence.

    With another fund, until before another `end_month`, and always with the income and trade that the registry
    knows today, from which the tariff follows. Repeating it changes nothing. Raises NotAllowed; Refused for
    somebody not covered then, a fund that may not pay, or a month billed already.
    """
    person = person_with(evidence, person_id)
    with action(actor, Act.CHANGE_PROPOSE, region_code=person.region_code) as deed:
        deed.subject_id, deed.reason = person_id, evidence.strip()
        one_at_a_time(Lock.CHANGES)
        known = waiting_change(person)
        if known is not None and (known.kind, known.from_month) == (Kind.CHANGED, from_month):
            deed.unchanged()
            return known
        refuse_second(known)
        first = (
            CoverMonth.objects.filter(person=person, month=from_month)
            .select_related("fund", "line__decree")
            .first()
        )
        if first is None:
            raise Refused(
                _("Orang ini tidak ditanggung pada %(from_month)s."),
                from_month=spoken(from_month.in_words),
            )
        decree = first.line.decree
        covers = CoverMonth.objects.filter(person=person, month__gte=from_month, line__decree=decree)
        last = covers.latest("month")
        end = end_month or Month(last.month.number + 1)
        if end <= from_month:
            raise Refused(_("Bulan terakhir mendahului bulan mulai."))
        months = Period(from_month, end)
        fund = _fund_for(person, fund_id or first.fund_id, months, today_or(today), joins=False)
        change = _write(actor, Kind.CHANGED, decree, person, fund, months, evidence, first.fund_id)
        deed.data = {"change": change.pk, "kind": change.kind, "fund": fund.pk, "months": str(months)}
    return change


def _approved(decree_id: int) -> Decree:
    decree = Decree.objects.filter(pk=decree_id, status=Decree.Status.APPROVED).first()
    if decree is None:
        raise Refused(
            _("SK %(decree_id)s belum ditetapkan."),
            decree_id=decree_id,
        )
    return decree


def _fund_for(person: Person, fund_id: int, months: Period, today: date, *, joins: bool) -> Fund:
    """Return the fund if it may pay for this person in these months. Raises Refused."""
    fund = Fund.objects.filter(pk=fund_id, status=Fund.Status.ACTIVE).first()
    if fund is None:
        raise Refused(
            _("Dana %(fund_id)s tidak berlaku."),
            fund_id=fund_id,
        )
    if months.first < fund.first_month or months.end > fund.end_month:
        raise Refused(
            _("%(fund)s hanya membayar %(first_month)s sampai sebelum %(end_month)s."),
            fund=fund,
            first_month=spoken(fund.first_month.in_words),
            end_month=spoken(fund.end_month.in_words),
        )
    with everyone_visible():
        ever = _EVER_COVERED.value({"fund": fund_id, "person": person.pk, "joins": joins})
        barriers = terms_of(fund).barriers(candidate_of(person, on=today, ever_covered=ever))
    if barriers:
        raise Refused(
            _("Syarat %(fund)s tidak mencakup %(name)s: %(listed)s."),
            fund=fund,
            name=person.name,
            listed=either(
                "; ".join(each.text_id for each in barriers), "; ".join(each.text_en for each in barriers)
            ),
        )
    judged = Eligibility.objects.filter(person=person).first()
    until = judged.eligible_until if judged is not None else None
    if judged is None or not judged.eligible or (until is not None and months.end > Month(int(until) + 1)):
        raise Refused(
            _("%(name)s belum dinilai layak untuk semua bulan itu; lihat halaman orangnya."),
            name=person.name,
        )
    with everyone_visible():
        billed = Bill.objects.filter(fund=fund, month__gte=months.first, month__lt=months.end).exists()
        billed = (
            billed
            or BillLine.objects.filter(person=person, month__gte=months.first, month__lt=months.end).exists()
        )
    if billed:
        raise Refused(_("Tagihan untuk salah satu bulan itu sudah dibuat; mulai dari bulan sesudahnya."))
    return fund


def _write(
    actor: Actor,
    kind: str,
    decree: Decree,
    person: Person,
    fund: Fund,
    months: Period,
    evidence: str,
    from_fund: int | None = None,
) -> MonthlyChange:
    change = MonthlyChange.objects.create(
        person=person,
        kind=kind,
        decree=decree,
        from_month=months.first,
        end_month=months.end,
        fund_id=from_fund or fund.pk,
        to_fund=fund,
        evidence=evidence.strip()[:300],
        region_code=person.region_code,
        proposed_by=actor.user,
    )
    approvals.seal([change])
    return change
