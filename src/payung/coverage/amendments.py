"""Amendments: changes carried into a decree (out, in, otherwise), each freed place given to the next in its queue."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access import approvals
from payung.access.actor import Actor, Deed, Refused, action, everyone_visible
from payung.access.acts import OF_SUBJECT, Act
from payung.access.today import today_or
from payung.coverage.affordable import OutOfMoney, Short, leave_out_unaffordable, require_money
from payung.coverage.decrees import write_covers
from payung.coverage.models import Amendment, Credit, Decree, MonthlyChange, line_regions
from payung.coverage.queue import give_places
from payung.coverage.tariff import NO_INCOME, TariffCase, stage_tariff
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.funding.ledger import move
from payung.values import Month, Period

_LEAVING = Statement("coverage", "amendment_leaving")

_COMING = Statement("coverage", "amendment_coming")

_REMOVE = Statement("coverage", "amendment_remove")
_ADD = Statement("coverage", "amendment_add")

_CASES = Statement("coverage", "amendment_cases")

_SPAN = Statement("coverage", "amendment_span")

_CARRIED = Statement("coverage", "amendment_carried")

_FREED = Statement("coverage", "amendment_freed")


_COUNTS = Statement("coverage", "amendment_counts")


class _Span(NamedTuple):
    """The months of all that an amendment changes, and how many lines that are."""

    first: int | None
    end: int | None
    lines: int


class _Counts(NamedTuple):
    """What an amendment does, in lines and places."""

    removed: int
    replaced: int
    added: int
    empty: int


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment ready to be approved: lines taken out, replacements from the queue, other lines added.

    `empty` counts the places that become free and that nobody in the queue takes; `short` are the changes that the
    funds' money does not reach, which go on waiting.
    """

    amendment: Amendment
    removed: int
    replaced: int
    added: int
    empty: int
    short: tuple[Short, ...] = ()


def propose_amendment(
    actor: Actor, *, decree_id: int, number: str, dated: date, replace: bool = True
) -> Amended | None:
    """Make an amendment of all waiting changes of a decree's people; None where nothing waits.

    Lines are taken out, changed or added as the changes say, each with its reason and evidence. Each freed place
    goes to the next in the queue of its fund, from the first month not yet billed on, within the money freed and
    available. Changes that the money does not reach stay out and go on waiting. Repeating it with the same number
    returns it. Raises NotAllowed, Refused; OutOfMoney where the money reaches none.
    """
    number = number.strip()
    with action(actor, Act.AMENDMENT_PROPOSE, region_code=OF_SUBJECT) as deed:
        deed.subject_id = decree_id
        one_at_a_time(Lock.CHANGES)
        known = Amendment.objects.filter(number=number).first()
        if known is not None:
            deed.unchanged()
            with everyone_visible():
                deed.at(*line_regions(decree_id, known.pk))
            return _told(known, decree_id)
        decree = Decree.objects.filter(pk=decree_id, status=Decree.Status.APPROVED).first()
        if decree is None or not number:
            raise Refused(
                _("SK %(decree_id)s belum ditetapkan, atau nomor SK perubahan kosong."),
                decree_id=decree_id,
            )
        with everyone_visible():
            leaving = _LEAVING.stage("leaving", {"decree": decree_id})
            coming = _COMING.stage("coming", {"decree": decree_id})
            (span,) = _SPAN.typed(_Span, leaving=leaving, coming=coming)
            if span.first is None or span.end is None:
                deed.unchanged()
                deed.at(*line_regions(decree_id))
                return None
            amendment = Amendment.objects.create(
                decree=decree, number=number, dated=dated, proposed_by=actor.user
            )
            cases = _CASES.typed(TariffCase, {"plan": decree.plan_id}, leaving=leaving, coming=coming)
            tariff = stage_tariff(cases, Period(Month(span.first), Month(span.end)))
            short = leave_out_unaffordable(leaving, coming, tariff)
            (rest,) = _SPAN.typed(_Span, leaving=leaving, coming=coming)
            if not rest.lines:
                raise OutOfMoney(short)
            about = {"decree": decree_id, "amendment": amendment.pk}
            _REMOVE.run(about, leaving=leaving, tariff=tariff)
            _ADD.run(about, coming=coming, tariff=tariff)
            if replace and decree.plan_id:
                give_places(decree, amendment, leaving, tariff, today=dated)
            deed.at(*line_regions(decree_id, amendment.pk))
            _CARRIED.run({"amendment": amendment.pk}, leaving=leaving, coming=coming)
            approvals.seal([amendment])
        made = replace_fields(_told(amendment, decree_id), short=short)
        deed.data = {
            "amendment": amendment.pk,
            "removed": made.removed,
            "replaced": made.replaced,
            "added": made.added,
            "short": len(short),
        }
    return made


def approve_amendment(actor: Actor, *, amendment_id: int, today: date | None = None) -> Amendment:
    """Approve an amendment with the changes it carries: covers go and come, and the money with them.

    A removed month that is billed already becomes excess of its fund; one not billed gives its money back to
    the fund. Repeating it changes nothing. Raises NotAllowed; Refused (second payer, a month billed meanwhile);
    OwnProposal for the proposer of it or of a change it carries; ContentChanged, and OutOfMoney.
    """
    with action(actor, Act.AMENDMENT_APPROVE, region_code=OF_SUBJECT) as deed:
        deed.subject_id = amendment_id
        amendment = _locked(amendment_id, deed)
        if amendment.status == Decree.Status.APPROVED:
            deed.unchanged()
            return amendment
        if amendment.status == Decree.Status.REJECTED:
            raise Refused(_("SK perubahan ini sudah ditolak."))
        on = today_or(today)
        with everyone_visible():
            carried = list(amendment.changes.all())
            if carried:
                approvals.refuse_changed(carried)
            approvals.decide(actor, deed, [amendment], Decree.Status.APPROVED)
            removed = _take_away(actor, amendment, on)
            amounts = _added_amounts(amendment_id)
            require_money(amendment_id, amounts)
            added = write_covers(amendment.decree_id, amendment_id)
            move(
                actor,
                "commit",
                amounts,
                cause="amendment",
                cause_id=amendment_id,
                key=f"amendment:{amendment_id}",
                effective_on=on,
            )
            _settle(actor, amendment_id)
        deed.data |= {"months_removed": removed, "months_added": added}
    return amendment


def reject_amendment(actor: Actor, *, amendment_id: int, reason: str) -> Amendment:
    """Reject an amendment; its changes wait again.

    Raises NotAllowed; Refused where it is approved or no reason is given; OwnProposal.
    """
    with action(actor, Act.AMENDMENT_REJECT, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.reason = amendment_id, reason.strip()
        amendment = _locked(amendment_id, deed)
        if amendment.status == Decree.Status.REJECTED:
            deed.unchanged()
            return amendment
        if amendment.status == Decree.Status.APPROVED or not reason.strip():
            raise Refused(_("SK perubahan ini sudah ditetapkan, atau alasannya kosong."))
        approvals.decide(actor, deed, [amendment], Decree.Status.REJECTED, reason=reason)
        MonthlyChange.objects.filter(amendment=amendment).update(amendment=None, replacement=None)
    return amendment


def _take_away(actor: Actor, amendment: Amendment, on: date) -> int:
    """Remove the amendment's cover months; billed ones become excess, others give their money back."""
    freed = _FREED.stage("freed", {"amendment": amendment.pk})
    ((first, end),) = database.rows(f"SELECT min(month), max(month) + 1 FROM {freed.identifier}")
    if first is None:
        return 0
    cases = database.typed(
        TariffCase, f"SELECT DISTINCT income, sector, kind AS payer FROM {freed.identifier}"
    )
    tariff = stage_tariff(cases, Period(Month(first), Month(end)))
    free = dict(
        database.rows(
            f"SELECT d.fund_id, sum(t.total)::bigint FROM {freed.identifier} d JOIN {tariff.identifier} t"
            " ON t.income = coalesce(d.income, %s) AND t.sector = d.sector AND t.kind = d.kind"
            " AND t.month = d.month WHERE d.billed IS NULL GROUP BY d.fund_id",
            [NO_INCOME],
        )
    )
    move(
        actor,
        "uncommit",
        free,
        cause="amendment",
        cause_id=amendment.pk,
        key=f"amendment:{amendment.pk}",
        effective_on=on,
    )
    Credit.objects.bulk_create(
        Credit(
            fund_id=fund,
            amount=amount,
            cause=Credit.Cause.REMOVED,
            month=month,
            key=f"removed:{amendment.pk}:{fund}:{month}",
            by=actor.user,
        )
        for fund, month, amount in database.rows(
            f"SELECT fund_id, month, sum(billed)::bigint FROM {freed.identifier}"
            " WHERE billed IS NOT NULL GROUP BY 1, 2"
        )
    )
    return database.run(
        f"DELETE FROM coverage_covermonth c USING {freed.identifier} d"
        " WHERE c.month = d.month AND c.person_id = d.person_id"
    )


def _added_amounts(amendment_id: int) -> dict[int, int]:
    return dict(
        database.rows(
            "SELECT fund_id, sum(amount)::bigint FROM coverage_annexline WHERE amendment_id = %s AND act = 'add'"
            " GROUP BY fund_id",
            [amendment_id],
        )
    )


def _settle(actor: Actor, amendment_id: int) -> None:
    """Approve the changes with the amendment, and settle the refusals of those who left."""
    approvals.settle(
        actor, MonthlyChange.objects.filter(amendment=amendment_id), MonthlyChange.State.APPROVED
    )
    database.run(
        "UPDATE coverage_difference d SET state = 'settled', settled_by_id = %s,"
        " settlement = 'Dihapus dengan SK perubahan.' FROM coverage_monthlychange k"
        " WHERE k.amendment_id = %s AND d.kind = 'refused' AND d.person_id = k.person_id AND d.state = 'open'",
        [actor.user.pk, amendment_id],
    )


def _told(amendment: Amendment, decree_id: int) -> Amended:
    if amendment.decree_id != decree_id or amendment.status == Decree.Status.REJECTED:
        raise Refused(
            _("Nomor %(number)s sudah dipakai; pakai nomor lain."),
            number=amendment.number,
        )
    (counts,) = _COUNTS.typed(_Counts, {"amendment": amendment.pk})
    return Amended(amendment, *counts)


def _locked(amendment_id: int, deed: Deed) -> Amendment:
    one_at_a_time(Lock.COVERS)
    amendment = Amendment.objects.select_for_update().filter(pk=amendment_id).first()
    if amendment is None:
        raise Refused(
            _("SK perubahan %(amendment_id)s tidak ada."),
            amendment_id=amendment_id,
        )
    with everyone_visible():
        deed.at(*line_regions(amendment.decree_id, amendment_id))
    return amendment
