"""What a clerk decides about a doubtful pair, and taking a decision back: the same person, or two.

*Same* moves every record of one person to the other and works out the facts anew; nothing is lost, since each
record keeps the history of its links. *Undo* gives each record back to the person it came from. Two people who both
hold covers become one only when one clerk proposes it and another approves.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, Deed, Refused, action, either, everyone_visible
from payung.access.acts import OF_SUBJECT, Act
from payung.registry import labels
from payung.registry.merging import hold_people, merge, sides, split, who_stays
from payung.registry.models import Judgement, MergeProposal, Pair, Person

State = Pair.State
#: What a clerk decides of a pair, and the act that says so.
_DECISIONS: dict[str, Act] = {
    State.SAME: Act.JUDGE_SAME,
    State.DIFFERENT: Act.JUDGE_DIFFERENT,
    State.ASKED: Act.JUDGE_ASKED,
}


def judge_pair(actor: Actor, *, pair_id: int, decision: str, reason: str = "") -> Pair:
    """Record a clerk's decision: 'same', 'different' or 'asked' (the village is asked first).

    Two clerks at one pair: the first decides, the other is told. 'Same' for two people who both hold covers
    becomes a proposal (state 'proposed') that another clerk decides. Raises NotAllowed unless the actor may match
    in the regions of both people; Refused.
    """
    if decision not in _DECISIONS:
        raise Refused(_("Pilih sama, berbeda, atau tanya desa."))
    with action(actor, _DECISIONS[decision], region_code=OF_SUBJECT) as deed, everyone_visible():
        hold_people()
        pair = _locked(pair_id)
        one, other = _both(deed, pair)
        if pair.state not in Pair.UNDECIDED:
            raise Refused(
                _("Pasangan ini sudah diputuskan: %(state)s."),
                state=either(pair.get_state_display(), pair.state),
            )
        if decision == State.ASKED == pair.state:
            deed.unchanged()
            return pair
        if decision != State.ASKED:
            labels.ask_second(pair, pair.record, pair.person)
        state = decision
        if decision == State.SAME and one.pk != other.pk:
            if one.covered_until is not None and other.covered_until is not None:
                state = State.PROPOSED
                _propose(actor, pair, one, other, reason, deed)
            else:
                kept, gone = who_stays(one, other)
                merge(actor, pair, kept, gone, reason, deed)
        labels.say(actor, decision, pair=pair, reason=reason)
        _decide(actor, pair, state)
        deed.subject_id = pair.pk
        deed.reason = reason
    return pair


def record_answer(actor: Actor, *, pair_id: int, answer: str, told_by: str) -> Pair:
    """Record the village's answer about a pair: 'same', 'different', or 'unknown'.

    *Same* and *different* decide the pair as a clerk would. *Unknown* puts it back among those that wait, as a pair
    the village could not tell either. `told_by` says who answered. Raises NotAllowed; Refused for a pair that the
    village was not asked, an answer that is none of these, and without who answered.
    """
    if answer not in (State.SAME, State.DIFFERENT, Judgement.Answer.UNKNOWN):
        raise Refused(_("Pilih sama, berbeda, atau tidak tahu."))
    if not told_by.strip():
        raise Refused(_("Tulis siapa di desa yang menjawab."))
    pair = Pair.objects.filter(pk=pair_id).first()
    if pair is None or pair.state != State.ASKED:
        raise Refused(_("Pasangan ini tidak sedang ditanyakan ke desa."))
    reason = f"Jawaban desa: {told_by.strip()}"[:300]
    if answer != Judgement.Answer.UNKNOWN:
        return judge_pair(actor, pair_id=pair_id, decision=answer, reason=reason)
    with action(actor, Act.JUDGE_UNKNOWN, region_code=OF_SUBJECT) as deed, everyone_visible():
        pair = _locked(pair_id)
        _both(deed, pair)
        if pair.state != State.ASKED:
            raise Refused(_("Pasangan ini sudah diputuskan."))
        labels.say(actor, answer, pair=pair, reason=reason)
        _decide(None, pair, State.OPEN)
        deed.subject_id, deed.reason = pair.pk, reason
    return pair


def decide_merge(actor: Actor, *, proposal_id: int, approve: bool, reason: str = "") -> MergeProposal:
    """Approve or decline that two people who both hold covers become one. Not by who proposed it.

    Approved: the one covered longer stays; the other is merged into them, which is the fact from which the monthly
    change 'double' is found, so that the second cover ends. Declined: the two stay two, and the pair is judged
    different. Raises NotAllowed; Refused for a decided proposal, and for declining without why; OwnProposal;
    ContentChanged also where others would become one than were proposed, or the other would stay.
    """
    if not approve and not reason.strip():
        raise Refused(_("Tulis alasan penolakan."))
    act = Act.MERGE_APPROVE if approve else Act.MERGE_DECLINE
    with action(actor, act, region_code=OF_SUBJECT) as deed, everyone_visible():
        hold_people()
        proposal = MergeProposal.objects.select_for_update().filter(pk=proposal_id).first()
        if proposal is None or proposal.state != MergeProposal.State.PROPOSED:
            raise Refused(_("Usulan ini tidak ada atau sudah diputuskan."))
        approvals.refuse_own(actor, proposal.proposers())
        pair = _locked(proposal.pair_id)
        one, other = _both(deed, pair)
        decision = MergeProposal.State.APPROVED if approve else MergeProposal.State.DECLINED
        approvals.decide(actor, deed, [proposal], decision, reason=reason)
        if approve and one.pk != other.pk:
            kept, gone = who_stays(one, other)
            if (kept.pk, gone.pk) != (proposal.kept_id, proposal.merged_id):
                raise approvals.ContentChanged
            merge(actor, pair, kept, gone, reason or proposal.reason, deed)
        answer = State.SAME if approve else State.DIFFERENT
        labels.say(actor, answer, pair=pair, reason=reason)
        _decide(actor, pair, answer)
        proposal.answer = reason
        proposal.save(update_fields=["answer"])
        deed.subject_id = pair.pk
    return proposal


def undo_judgement(actor: Actor, *, pair_id: int, reason: str) -> Pair:
    """Take a decision back; people who were merged are two again, every record where it came from.

    What was said stays as a label, beside the fact that it was taken back. Raises NotAllowed; Refused without a
    reason, for a pair that is open or proposed, and while a later merge rests on this one (it is named).
    """
    if not reason.strip():
        raise Refused(_("Tulis alasan pembatalan."))
    with action(actor, Act.UNDO_JUDGEMENT, region_code=OF_SUBJECT) as deed, everyone_visible():
        hold_people()
        pair = _locked(pair_id)
        _both(deed, pair)
        deed.at(pair.person.region_code)
        if pair.state in Pair.UNDECIDED:
            raise Refused(_("Pasangan ini belum diputuskan."))
        if pair.state == State.PROPOSED:
            raise Refused(_("Penggabungan ini masih diusulkan; petugas lain menyetujui atau menolaknya."))
        if pair.state == State.SAME:
            split(actor, pair, reason, deed)
        labels.withdraw(actor, pair, reason)
        _decide(None, pair, State.OPEN)
        deed.subject_id = pair.pk
        deed.reason = reason
    return pair


def _locked(pair_id: int) -> Pair:
    pair = (
        Pair.objects.select_for_update(of=("self",))
        .select_related("record", "person", "run")
        .filter(pk=pair_id)
        .first()
    )
    if pair is None:
        raise Refused(_("Pasangan ini tidak ada."))
    return pair


def _both(deed: Deed, pair: Pair) -> tuple[Person, Person]:
    """Return the two people of a pair, locked. Raises NotAllowed unless the actor may match in all their regions."""
    one, other = sides(pair)
    deed.at(pair.region_code, one.region_code, other.region_code)
    return one, other


def _propose(actor: Actor, pair: Pair, one: Person, other: Person, reason: str, deed: Deed) -> None:
    kept, gone = who_stays(one, other)
    proposal = MergeProposal.objects.create(
        pair=pair,
        kept=kept,
        merged=gone,
        reason=reason,
        proposed_by=actor.user,
        region_code=labels.shared_region(one.region_code, other.region_code),
    )
    approvals.seal([proposal])
    deed.data |= {"proposal": proposal.pk, "kept": kept.pk, "merged": gone.pk}


def _decide(actor: Actor | None, pair: Pair, state: str) -> None:
    pair.state = state
    pair.decided_by = actor.user if actor else None
    pair.decided_at = timezone.now() if actor else None
    pair.save(update_fields=["state", "decided_by", "decided_at"])
