"""What a clerk decides about a doubtful pair, and taking a decision back: the same person, or two.

*Same* moves every record of one person to the other and works out the facts anew; nothing is lost, since each
record keeps the history of its links. *Undo* gives each record back to the person it came from.
"""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from payung.access.actor import Actor, Deed, Refused, action, everyone_visible
from payung.access.roles import Permission
from payung.registry.facts import refresh_people
from payung.registry.models import Link, Pair, Person

_OPEN = (Pair.State.OPEN, Pair.State.ASKED)


def judge_pair(actor: Actor, *, pair_id: int, decision: str, reason: str = "") -> Pair:
    """Records a clerk's decision: 'same', 'different' or 'asked' (the village is asked first).

    Two clerks at one pair: the first decides, the other is told. Merging two people who both hold covers needs a
    second pair of eyes first, so it is refused here. Raises NotAllowed, Refused.
    """
    if decision not in (Pair.State.SAME, Pair.State.DIFFERENT, Pair.State.ASKED):
        raise Refused("Pilih sama, berbeda, atau tanya desa.", "Choose same, different or ask the village.")
    with action(actor, Permission.MATCH, f"judge_{decision}", "pair") as deed, everyone_visible():
        pair = _locked(pair_id)
        actor.require(Permission.MATCH, pair.region_code)
        if pair.state not in _OPEN:
            raise Refused(
                f"Pasangan ini sudah diputuskan: {pair.get_state_display()}.",
                f"This pair is decided already: {pair.state}.",
            )
        if decision == Pair.State.SAME:
            _merge(actor, pair, reason, deed)
        pair.state = decision
        pair.decided_by = actor.user
        pair.decided_at = timezone.now()
        pair.save(update_fields=["state", "decided_by", "decided_at"])
        deed.subject_id = pair.pk
        deed.reason = reason
    return pair


def undo_judgement(actor: Actor, *, pair_id: int, reason: str) -> Pair:
    """Takes a decision back; people who were merged are two again, every record where it came from.

    Raises NotAllowed; Refused without a reason, for a pair that is open, and for people of another region.
    """
    if not reason.strip():
        raise Refused("Tulis alasan pembatalan.", "Write why the decision is taken back.")
    with action(actor, Permission.MATCH, "undo_judgement", "pair") as deed, everyone_visible():
        pair = _locked(pair_id)
        actor.require(Permission.MATCH, pair.region_code)
        if pair.state in _OPEN:
            raise Refused("Pasangan ini belum diputuskan.", "This pair is not decided yet.")
        if pair.state == Pair.State.SAME:
            _split(actor, pair, reason)
        pair.state = Pair.State.OPEN
        pair.decided_by = None
        pair.decided_at = None
        pair.save(update_fields=["state", "decided_by", "decided_at"])
        deed.subject_id = pair.pk
        deed.reason = reason
    return pair


def _locked(pair_id: int) -> Pair:
    pair = Pair.objects.select_for_update().select_related("record").filter(pk=pair_id).first()
    if pair is None:
        raise Refused("Pasangan ini tidak ada.", "There is no such pair.")
    return pair


def _merge(actor: Actor, pair: Pair, reason: str, deed: Deed) -> None:
    """Gives all records of one of the two people to the other: to the covered one, else to the one known longer."""
    ids = sorted({_living(pair.record.person_id or pair.person_id), _living(pair.person_id)})
    if len(ids) == 1:
        return
    people = {person.pk: person for person in Person.objects.select_for_update().filter(pk__in=ids)}
    covered = [pk for pk in ids if people[pk].covered_until is not None]
    if len(covered) == 2:
        raise Refused(
            "Keduanya sudah masuk SK. Ajukan perubahan bulanan 'ganda' untuk salah satunya dahulu.",
            "Both are in a decree. Propose the monthly change 'double' for one of them first.",
        )
    kept = covered[0] if covered else ids[0]
    gone = next(pk for pk in ids if pk != kept)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registry_link (record_id, person_id, "by", actor_id, reason, region_code)
            SELECT id, %(kept)s, 'clerk', %(actor)s, %(reason)s, region_code
            FROM registry_record WHERE person_id = %(gone)s;
            UPDATE registry_record SET person_id = %(kept)s WHERE person_id = %(gone)s;
            UPDATE registry_person SET merged_into_id = %(kept)s WHERE id = %(gone)s
            """,
            {"kept": kept, "gone": gone, "actor": actor.user.pk, "reason": f"pair:{pair.pk} {reason}"},
        )
    refresh_people("SELECT unnest(%(people)s::bigint[]) AS person_id", {"people": ids})
    deed.data = {"kept": kept, "merged": gone}


def _living(person_id: int) -> int:
    """The person that `person_id` stands for today, after any merges."""
    person = Person.objects.get(pk=person_id)
    while person.merged_into_id is not None:
        person = Person.objects.get(pk=person.merged_into_id)
    return person.pk


def _split(actor: Actor, pair: Pair, reason: str) -> None:
    """Gives the records that this pair's merge moved back to the person they came from."""
    moved = list(
        Link.objects.filter(by=Link.By.CLERK, reason__startswith=f"pair:{pair.pk} ").values_list(
            "record_id", "person_id"
        )
    )
    if not moved:
        return
    kept = moved[0][1]
    gone = (
        Person.objects.filter(merged_into_id=kept, links__record_id__in=[r for r, _ in moved])
        .distinct()
        .get()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE registry_person SET merged_into_id = NULL WHERE id = %(gone)s;
            INSERT INTO registry_link (record_id, person_id, "by", actor_id, reason, region_code)
            SELECT id, %(gone)s, 'split', %(actor)s, %(reason)s, region_code
            FROM registry_record WHERE id = ANY(%(records)s) AND person_id = %(kept)s;
            UPDATE registry_record SET person_id = %(gone)s
            WHERE id = ANY(%(records)s) AND person_id = %(kept)s
            """,
            {
                "gone": gone.pk,
                "kept": kept,
                "actor": actor.user.pk,
                "reason": f"pair:{pair.pk} {reason}",
                "records": [record for record, _ in moved],
            },
        )
    refresh_people("SELECT unnest(%(people)s::bigint[]) AS person_id", {"people": [gone.pk, kept]})
