"""What clerks say, kept as labels: append-only, with the probability, model and thresholds of the moment.

A share of the decisions is shown to a second clerk, and a random sample of the automatic decisions to any clerk,
both without what was decided: so agreement and quality are measured, not assumed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import OF_SUBJECT, Act
from payung.access.crypto import decrypt_json, encrypt_json
from payung.registry.merging import give_own_person, hold_people
from payung.registry.models import BlindCheck, Judgement, Pair, Person, Record

#: Share of clerks' decisions that a second clerk judges too, without seeing the first.
SECOND_OPINIONS = 0.1
#: What the ciphertext of a check's right side is bound to.
RIGHT = "blind.right"
#: What a check shows of the right side, in the columns of a person.
SHOWN = (
    *("name", "sex", "birth_date", "birth_place", "mother_name", "address", "region_code", "phone"),
    *("occupation_id", "nik_last4"),
)
_BLIND_ANSWERS = (Judgement.Answer.SAME, Judgement.Answer.DIFFERENT, Judgement.Answer.UNKNOWN)


def say(
    actor: Actor,
    answer: str,
    *,
    pair: Pair | None = None,
    blind: BlindCheck | None = None,
    reason: str = "",
    withdraws: Judgement | None = None,
) -> Judgement:
    """Add one label about a pair or a blind check, with the matcher's score of it. Runs in the caller's action."""
    about = pair or blind
    if about is None:
        raise ValueError("a judgement is about a pair or a blind check")
    return Judgement.objects.create(
        pair=pair,
        blind=blind,
        answer=answer,
        withdraws=withdraws,
        reason=reason,
        probability=about.probability,
        model_id=about.run.model_id,
        threshold_same=about.run.threshold_same,
        threshold_new=about.run.threshold_new,
        actor=actor.user,
        region_code=about.region_code,
    )


def withdraw(actor: Actor, pair: Pair, reason: str) -> None:
    """Record that a label about a pair is taken back. The labels themselves stay."""
    standing = Judgement.objects.filter(pair=pair, withdrawn_by__isnull=True).exclude(
        answer=Judgement.Answer.WITHDRAWN
    )
    for judgement in standing.order_by("pk"):
        say(actor, Judgement.Answer.WITHDRAWN, pair=pair, reason=reason, withdraws=judgement)


def shared_region(one: str, other: str) -> str:
    """Return the smallest region that holds both codes; who may see both people may see what compares them."""
    parts = []
    for a, b in zip(one.split("."), other.split("."), strict=False):
        if a != b:
            break
        parts.append(a)
    return ".".join(parts) or settings.PAYUNG_PROVINCE


def right_side(values: Mapping[str, Any], *, same_nik: bool) -> bytes:
    """Return the right side of a check, encrypted: the columns of SHOWN and whether both sides have one NIK."""
    kept = {name: str(values.get(name) or "") for name in SHOWN}
    return encrypt_json({**kept, "same_nik": same_nik}, RIGHT)


def read_right_side(check: BlindCheck) -> dict[str, Any]:
    """Decrypt what `right_side` kept, with the birth date as a date."""
    kept = decrypt_json(check.right_enc, RIGHT)
    born = kept.get("birth_date")
    return {**kept, "birth_date": date.fromisoformat(born) if born else None}


def wants_second(pair_id: int) -> bool:
    """Return whether this pair is of the share that two clerks judge: drawn by its number, the same at every time."""
    drawn = int(hashlib.sha256(f"second:{pair_id}".encode()).hexdigest()[:8], 16) / 2**32
    return drawn < float(getattr(settings, "PAYUNG_SECOND_OPINIONS", SECOND_OPINIONS))


def ask_second(pair: Pair, left: Record, right: Person) -> None:
    """Put a pair before a second clerk as it stands now, if it is of the share that two judge."""
    if not wants_second(pair.pk):
        return
    BlindCheck.objects.get_or_create(
        run_id=pair.run_id,
        record=left,
        kind=BlindCheck.Kind.SECOND,
        defaults={
            "pair": pair,
            "person": right,
            "right_enc": right_side(
                {name: getattr(right, name) for name in SHOWN}, same_nik=_one_nik(left, right)
            ),
            "probability": pair.probability,
            "weight": pair.weight,
            "evidence": pair.evidence,
            "region_code": shared_region(left.region_code, right.region_code),
        },
    )


def _one_nik(left: Record, right: Person) -> bool:
    if left.nik_hash is None or right.nik_hash is None:
        return False
    return bytes(left.nik_hash) == bytes(right.nik_hash)


def judge_blind(actor: Actor, *, check_id: int, answer: str, reason: str = "") -> Judgement:
    """Record a clerk's answer to a blind check: 'same', 'different' or 'unknown'. It changes no person by itself.

    Two rows said to be one person that the matcher took for two become a pair on the desk, once. Raises Refused
    for an answer that is none of these, for a check judged already, and to the clerk whose own decision it checks.
    """
    if answer not in _BLIND_ANSWERS:
        raise Refused(gettext_lazy("Pilih sama, berbeda, atau tidak tahu."))
    with action(actor, Act.JUDGE_BLIND, region_code=OF_SUBJECT) as deed:
        check = BlindCheck.objects.select_related("run", "record").filter(pk=check_id).first()
        if check is None:
            raise Refused(gettext_lazy("Pemeriksaan ini tidak ada."))
        deed.at(check.region_code)
        if check.pair_id and Judgement.objects.filter(pair_id=check.pair_id, actor=actor.user).exists():
            raise Refused(gettext_lazy("Pasangan ini Anda putuskan sendiri; petugas lain yang memeriksanya."))
        try:
            with transaction.atomic():
                judgement = say(actor, answer, blind=check, reason=reason)
        except IntegrityError:
            raise Refused(gettext_lazy("Pemeriksaan ini sudah dijawab petugas lain.")) from None
        if check.kind == BlindCheck.Kind.NEW and answer == Judgement.Answer.SAME:
            _to_the_desk(check)
        deed.subject_id = check.pk
        deed.data = {"answer": answer, "kind": check.kind}
    return judgement


def _to_the_desk(check: BlindCheck) -> None:
    with everyone_visible():
        if check.person_id is None or check.record.person_id == check.person_id:
            return
        Pair.objects.get_or_create(
            record=check.record,
            person_id=check.person_id,
            defaults={
                "run": check.run,
                "probability": check.probability,
                "weight": check.weight,
                "evidence": check.evidence,
                "region_code": check.region_code,
            },
        )


def separate(actor: Actor, *, check_id: int, reason: str) -> Person:
    """Take a record out of the person the matcher gave it to, after a clerk's check said that they are two.

    The record gets a person of its own; the two stand as a pair judged different, which can be taken back on the
    desk. Raises Refused without a reason, and for a check that found nothing wrong.
    """
    if not reason.strip():
        raise Refused(gettext_lazy("Tulis alasan pemisahan."))
    with action(actor, Act.SEPARATE, region_code=OF_SUBJECT) as deed, everyone_visible():
        hold_people()
        check = BlindCheck.objects.select_related("run", "record__person").filter(pk=check_id).first()
        wrong = (
            check is not None
            and Judgement.objects.filter(blind=check, answer=Judgement.Answer.DIFFERENT).exists()
        )
        if check is None or check.kind != BlindCheck.Kind.SAME or not wrong:
            raise Refused(
                gettext_lazy(
                    "Hanya baris yang dinilai 'orang berbeda' pada pemeriksaan yang dapat dipisahkan di sini."
                )
            )
        holder = check.record.person
        deed.at(check.region_code, *([holder.region_code] if holder else ()))
        own = give_own_person(actor, check.record, reason)
        pair, _ = Pair.objects.get_or_create(
            record=check.record,
            person=holder,
            defaults={
                "run": check.run,
                "probability": check.probability,
                "weight": check.weight,
                "evidence": check.evidence,
                "state": Pair.State.DIFFERENT,
                "decided_by": actor.user,
                "region_code": check.record.region_code,
            },
        )
        say(actor, Judgement.Answer.DIFFERENT, pair=pair, reason=reason)
        deed.subject_id = check.pk
        deed.reason = reason
        deed.data = {"record": check.record_id, "from": holder.pk if holder else None, "person": own.pk}
    return own
