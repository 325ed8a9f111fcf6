"""Making two people one, and one two again. Every record that moves says from whom, to whom, and for which pair.

All of it happens under one lock of the transaction, so that of two clerks the second sees what the first did.
"""

from __future__ import annotations

from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Deed, Refused
from payung.access.roles import Permission
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.registry.facts import people_where, refresh_people
from payung.registry.models import Link, Pair, Person, Record

_FAMILY = Statement("registry", "merge_family")

#: Longest wait of a clerk for another writer, such as a run of the matcher that is just being written.
PATIENCE = "15s"
_BUSY = "55P03"


def hold_people(*, wait: bool = False) -> None:
    """Let no other transaction decide who is who until this one ends.

    Must be called inside a transaction, before anything is read that the decision rests on. Raises Refused when
    somebody else writes for longer than PATIENCE, unless `wait`.
    """
    with connection.cursor() as cursor:
        if not wait:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            one_at_a_time(Lock.PEOPLE)
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == _BUSY:
                raise Refused(
                    _("Pencocokan sedang menulis hasilnya. Tunggu sebentar, lalu ulangi.")
                ) from error
            raise


def living(person_id: int) -> int:
    """Return the person that `person_id` stands for today, after any merges."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT id, merged_into_id FROM registry_person WHERE id = %s
                UNION ALL
                SELECT p.id, p.merged_into_id FROM registry_person p JOIN chain c ON p.id = c.merged_into_id
            ) SELECT id FROM chain WHERE merged_into_id IS NULL
            """,
            [person_id],
        )
        return int(cursor.fetchall()[0][0])


def sides(pair: Pair) -> tuple[Person, Person]:
    """Return the two people of a pair as they are known today, locked in the order of their numbers.

    The one who holds the record first. Both are the same person where earlier merges already joined them.
    Must be called after `hold_people`, so that neither can be merged in between.
    """
    left = living(pair.record.person_id or pair.person_id)
    right = living(pair.person_id)
    locked = Person.objects.select_for_update(no_key=True).filter(pk__in={left, right}).order_by("pk")
    people = {person.pk: person for person in locked}
    return people[left], people[right]


def who_stays(one: Person, other: Person) -> tuple[Person, Person]:
    """Return (who stays, who goes) of two people who become one: the longer covered stays, else the longer known."""

    def rank(person: Person) -> tuple[int, int]:
        return (-1 if person.covered_until is None else person.covered_until.number, -person.pk)

    kept = max(one, other, key=rank)
    return kept, other if kept is one else one


def merge(actor: Actor, pair: Pair, kept: Person, gone: Person, reason: str, deed: Deed) -> None:
    """Give all records of `gone` to `kept`; each move records where the record came from."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registry_link (record_id, person_id, moved_from_id, pair_id, "by", actor_id, reason,
                                       region_code)
            SELECT id, %(kept)s, %(gone)s, %(pair)s, 'clerk', %(actor)s, %(reason)s, region_code
            FROM registry_record WHERE person_id = %(gone)s ORDER BY id;
            UPDATE registry_record SET person_id = %(kept)s WHERE person_id = %(gone)s;
            UPDATE registry_person SET merged_into_id = %(kept)s WHERE id = %(gone)s
            """,
            {"kept": kept.pk, "gone": gone.pk, "pair": pair.pk, "actor": actor.user.pk, "reason": reason},
        )
    refresh(actor, [kept.pk, gone.pk])
    deed.data |= {"kept": kept.pk, "merged": gone.pk}


def refresh(actor: Actor, people: list[int]) -> None:
    """Work out the facts of these people anew."""
    refresh_people(
        actor, people_where("SELECT unnest(%(people)s::bigint[]) AS person_id", {"people": people})
    )


def moves_of(pair: Pair) -> list[Link]:
    """Return the moves of this pair's last merge that have not been taken back; empty where nothing moved."""
    split = Link.objects.filter(pair=pair, by=Link.By.SPLIT).order_by("-pk").first()
    moves = Link.objects.filter(pair=pair, by=Link.By.CLERK, pk__gt=split.pk if split else 0)
    return list(moves.select_related("person", "moved_from").order_by("pk"))


def split(actor: Actor, pair: Pair, reason: str, deed: Deed) -> None:
    """Give the records that this pair's merge moved back to the person they came from.

    Raises NotAllowed outside the region of who was merged; Refused, naming it, while a later merge rests on this
    one. Pairs that were judged the same only because this merge had joined them wait again.
    """
    moves = moves_of(pair)
    if moves:
        kept, gone = moves[0].person, moves[0].moved_from
        assert gone is not None
        actor.require(Permission.MATCH, gone.region_code)
        if kept.merged_into_id is not None:
            raise _rests_on(_merge_of(kept))
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE registry_person SET merged_into_id = NULL WHERE id = %(gone)s;
                INSERT INTO registry_link (record_id, person_id, moved_from_id, pair_id, "by", actor_id, reason,
                                           region_code)
                SELECT id, %(gone)s, %(kept)s, %(pair)s, 'split', %(actor)s, %(reason)s, region_code
                FROM registry_record WHERE id = ANY(%(records)s) AND person_id = %(kept)s ORDER BY id;
                UPDATE registry_record SET person_id = %(gone)s
                WHERE id = ANY(%(records)s) AND person_id = %(kept)s
                """,
                {
                    "gone": gone.pk,
                    "kept": kept.pk,
                    "pair": pair.pk,
                    "actor": actor.user.pk,
                    "reason": reason,
                    "records": [move.record_id for move in moves],
                },
            )
        deed.data |= {"split": gone.pk, "from": kept.pk, "reopened": _reopen(pair, [kept.pk, gone.pk])}
        refresh(actor, [gone.pk, kept.pk])


def _merge_of(person: Person) -> Pair | None:
    """Return the pair whose merge made `person` another."""
    move = (
        Link.objects.filter(by=Link.By.CLERK, moved_from=person, pair__isnull=False).order_by("-pk").first()
    )
    return None if move is None else move.pair


def _rests_on(later: Pair | None) -> Refused:
    if later is None:
        return Refused(_("Orang ini sudah digabung lagi sesudahnya. Batalkan penggabungan itu dahulu."))
    names = f"{later.record.name} – {later.person.name}"
    return Refused(
        _(
            "Penggabungan sesudahnya bergantung pada keputusan ini: pasangan nomor "
            "%(pk)s (%(names)s). Batalkan yang itu dahulu."
        ),
        pk=later.pk,
        names=names,
    )


def _reopen(pair: Pair, people: list[int]) -> list[int]:
    """Open again the pairs judged the same whose sides this split has taken apart; return their numbers.

    Raises Refused for one whose own merge moved records: that merge rests on the one being taken back.
    """
    found = [number for (number,) in _FAMILY.rows({"people": people, "pair": pair.pk})]
    apart = [
        other
        for other in Pair.objects.filter(pk__in=found).select_related("record", "person")
        if living(other.record.person_id or other.person_id) != living(other.person_id)
    ]
    for other in apart:
        if moves_of(other):
            raise _rests_on(other)
    Pair.objects.filter(pk__in=[other.pk for other in apart]).update(
        state=Pair.State.OPEN, decided_by=None, decided_at=None
    )
    return sorted(other.pk for other in apart)


def give_own_person(actor: Actor, record: Record, reason: str) -> Person:
    """Take one record away from its person and give it a person of its own.

    Raises Refused where it is the person's only record. Must be called after `hold_people`.
    """
    holder = record.person
    if holder is None or holder.records.filter(accepted=True).exclude(pk=record.pk).count() == 0:
        raise Refused(_("Baris ini satu-satunya tentang orang itu; tidak ada yang dapat dipisahkan."))
    values: dict[str, Any] = {
        "record": record.pk,
        "from": holder.pk,
        "actor": actor.user.pk,
        "reason": reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registry_person (name, name_norm, sex, birth_place, address, region_code, heir_relation,
                                         sources, candidate)
            SELECT name, name_norm, '', '', '', region_code, '', 1, false
            FROM registry_record WHERE id = %(record)s RETURNING id
            """,
            values,
        )
        values["person"] = cursor.fetchall()[0][0]
        cursor.execute(
            """
            INSERT INTO registry_link (record_id, person_id, moved_from_id, "by", actor_id, reason, region_code)
            SELECT id, %(person)s, %(from)s, 'split', %(actor)s, %(reason)s, region_code
            FROM registry_record WHERE id = %(record)s;
            UPDATE registry_record SET person_id = %(person)s WHERE id = %(record)s
            """,
            values,
        )
    refresh(actor, [holder.pk, values["person"]])
    return Person.objects.get(pk=values["person"])
