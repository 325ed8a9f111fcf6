"""A case from report to payment: named moves with reasons; two people for what decides money."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, Deed, Refused, action, either
from payung.access.acts import OF_SUBJECT, Act
from payung.claims.amounts import compute
from payung.claims.models import Case, Death, Step, Told

State = Case.State

#: From a state to those that may follow.
MOVES: dict[str, tuple[str, ...]] = {
    State.REPORTED: (State.CHECKED, State.CLOSED),
    State.CHECKED: (State.GATHERING, State.CLOSED),
    State.GATHERING: (State.SUBMITTED, State.CLOSED),
    State.SUBMITTED: (State.DECIDED, State.REFUSED),
    State.DECIDED: (State.PAID, State.CONTESTED),
    State.PAID: (State.CLOSED, State.CONTESTED),
    State.REFUSED: (State.CONTESTED, State.CLOSED),
    State.CONTESTED: (State.SUBMITTED, State.REFUSED, State.CLOSED),
    State.CLOSED: (State.REPORTED,),
}
#: Of a death that another payer covers: the family claims at the branch, which needs no papers from here first and
#: decides by paying or by saying that there was no membership.
MOVES_BY_OTHER_PAYER: dict[str, tuple[str, ...]] = {
    **MOVES,
    State.CHECKED: (State.SUBMITTED, State.GATHERING, State.CLOSED),
    State.SUBMITTED: (State.PAID, State.REFUSED),
    State.DECIDED: (State.PAID, State.REFUSED, State.CONTESTED),
}
#: Moves that decide money: proposed by one user, approved by another. A case closed unpaid is one of them.
_MONEY = (State.DECIDED, State.REFUSED, State.PAID)
#: Within this time the same words of the same case are one telling, pressed more than once.
_SAME_TELLING = timedelta(minutes=10)
#: Moves that must say why.
_REASONED = (State.REFUSED, State.CONTESTED, State.CLOSED, State.REPORTED)


def moves_of(case: Case) -> tuple[str, ...]:
    """Return the states that may follow a case's; what was paid and closed is not opened again."""
    if case.state == State.CLOSED and case.paid_amount is not None:
        return ()
    return (MOVES_BY_OTHER_PAYER if case.by_other_payer else MOVES)[case.state]


def needs_two(case: Case, new_state: str) -> bool:
    """Return whether a move to `new_state` waits for a second user."""
    return new_state in _MONEY or (new_state == State.CLOSED and case.state != State.PAID)


def move(
    actor: Actor,
    *,
    case_id: int,
    to: str,
    reason: str = "",
    amount: int | None = None,
    on: date | None = None,
    reference: str = "",
) -> Step:
    """Move a case on, or propose a move that decides money. The same proposal again changes nothing.

    `amount` (rupiah): what the branch decided, or paid. `on`: when it was submitted or paid (today if not given).
    Raises NotAllowed; Refused for a move that does not follow, without its reason, amount or day.
    """
    with action(actor, Act.CASE_MOVE, region_code=OF_SUBJECT) as deed:
        case = _locked(deed, case_id)
        waiting = case.steps.filter(answer=Step.Answer.PROPOSED).first()
        if waiting is not None:
            if waiting.new_state == to and waiting.by_id == actor.user.pk:
                deed.unchanged()
                return waiting
            raise Refused(
                _("Perpindahan ke '%(state)s' masih menunggu pengguna kedua."),
                state=either(State(waiting.new_state).label, waiting.new_state),
            )
        details = _details(case, to, reason, amount, on, reference)
        two = needs_two(case, to)
        deed.subject_id, deed.reason, deed.data = case.pk, reason.strip(), {"to": to, **details}
        step = Step.objects.create(
            case=case,
            old_state=case.state,
            new_state=to,
            reason=reason.strip()[:300],
            details=details,
            two_people=two,
            answer=Step.Answer.PROPOSED if two else Step.Answer.DONE,
            by=actor.user,
            region_code=case.region_code,
        )
        if two:
            approvals.seal([step])
        else:
            _apply(case, step)
    return step


def decide_move(actor: Actor, *, case_id: int, approve: bool, reason: str = "") -> Case:
    """Approve or decline the waiting move as a second user. Raises NotAllowed; Refused for one's own proposal."""
    with action(actor, Act.CASE_DECIDE, region_code=OF_SUBJECT) as deed:
        case = _locked(deed, case_id)
        step = case.steps.filter(answer=Step.Answer.PROPOSED).first()
        if step is None:
            raise Refused(_("Tidak ada perpindahan yang menunggu."))
        approvals.refuse_own(actor, step.proposers())
        if not approve and not reason.strip():
            raise Refused(_("Tulis alasan mengapa tidak disetujui."))
        answer = Step.Answer.DONE if approve else Step.Answer.DECLINED
        approvals.decide(actor, deed, [step], answer, reason=reason)
        deed.subject_id = case.pk
        deed.data["to"] = step.new_state
        if approve:
            _apply(case, step)
    return case


def set_children(actor: Actor, *, case_id: int, children: list[list[Any]]) -> Case:
    """Names the children who may get a scholarship; the amount is computed anew and kept with its facts.

    `children`: [level, years left, birth date (ISO text) or None]. Raises NotAllowed; Refused for a level the law
    does not know, or once the claim was submitted.
    """
    with action(actor, Act.CASE_CHILDREN, region_code=OF_SUBJECT) as deed:
        case = _locked(deed, case_id)
        if case.state not in (State.REPORTED, State.CHECKED, State.GATHERING):
            raise Refused(_("Klaim sudah diajukan; anak tidak dapat diubah lagi."))
        if case.by_other_payer:
            raise Refused(_("Haknya dihitung cabang: sampaikan data anak ke cabang bersama klaimnya."))
        if case.children == children:
            deed.unchanged()
            return case
        case.children = children
        compute(case)
        case.save()
        if case.kind == Case.Kind.JKM:
            Death.objects.filter(person_id=case.person_id).update(owed=case.owed)
        deed.subject_id, deed.data = case.pk, {"children": len(children), "owed": case.owed}
    return case


def tell(actor: Actor, *, case_id: int, how: str, whom: str, note: str = "") -> Told:
    """Record that the family was told what it is owed; the same words within minutes are one telling.

    Raises NotAllowed; Refused without a way or a name.
    """
    if how not in Told.How.values:
        raise Refused(
            _("Cara memberi tahu %(how)s tidak dikenal; pakai %(listed)s."),
            how=repr(how),
            listed=", ".join(Told.How.values),
        )
    if not whom.strip():
        raise Refused(_("Tulis siapa yang diberi tahu."))
    with action(actor, Act.CASE_TELL, region_code=OF_SUBJECT) as deed:
        case = _locked(deed, case_id)
        deed.subject_id, deed.data = case.pk, {"how": how}
        said = {"how": how, "whom": whom.strip()[:200], "note": note.strip()[:300]}
        lately = timezone.now() - _SAME_TELLING
        known = case.told.filter(**said, at__gte=lately).first()
        if known is not None:
            deed.unchanged()
            return known
        return Told.objects.create(case=case, by=actor.user, region_code=case.region_code, **said)


def _locked(deed: Deed, case_id: int) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Refused(_("Kasus ini tidak ada di wilayah Anda."))
    deed.at(case.region_code)
    return case


def _details(
    case: Case, to: str, reason: str, amount: int | None, on: date | None, reference: str
) -> dict[str, Any]:
    follow = (MOVES_BY_OTHER_PAYER if case.by_other_payer else MOVES)[case.state]
    if to not in follow:
        allowed = ", ".join(follow) or "tidak ada"
        raise Refused(
            _("Dari '%(state)s' kasus tidak dapat pindah ke %(to)s; yang mungkin: %(allowed)s."),
            state=either(State(case.state).label, case.state),
            to=repr(to),
            allowed=allowed,
        )
    if to == State.REPORTED and case.paid_amount is not None:
        raise Refused(_("Kasus ini sudah dibayar; ajukan keberatan atas pembayaran sebelum menutupnya."))
    if to in _REASONED and not reason.strip():
        raise Refused(_("Tulis alasannya."))
    today = timezone.localdate()
    day = on or today
    if not case.event_on <= day <= today:
        raise Refused(_("Tanggal harus di antara peristiwa dan hari ini."))
    details: dict[str, Any] = {}
    if to in (State.SUBMITTED, State.PAID):
        details["on"] = day.isoformat()
    if to == State.SUBMITTED and reference.strip():
        details["reference"] = reference.strip()[:60]
    if to in (State.DECIDED, State.PAID):
        if amount is None or amount < 0:
            raise Refused(_("Tulis jumlahnya dalam rupiah."))
        details["amount"] = amount
        if amount != case.owed and not case.by_other_payer and not reason.strip():
            raise Refused(_("Jumlah ini berbeda dari hitungan menurut hukum; tulis sebabnya."))
    return details


def _apply(case: Case, step: Step) -> None:
    case.state = step.new_state
    if step.new_state == State.SUBMITTED:
        case.submitted_on = date.fromisoformat(step.details["on"])
        case.branch_reference = step.details.get("reference", case.branch_reference)
    elif step.new_state == State.DECIDED:
        case.decided_amount = step.details["amount"]
    elif step.new_state == State.PAID:
        case.paid_amount = step.details["amount"]
        case.paid_on = date.fromisoformat(step.details["on"])
    case.save()
