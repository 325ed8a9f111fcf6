"""A member of parliament asks about one person; the office answers; the member sees the answer and nothing else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, NotAllowed, Refused, action, record_reading
from payung.access.acts import OF_SUBJECT, Act
from payung.access.crypto import asked_hashes, decrypt_json, encrypt_json
from payung.access.roles import Permission
from payung.claims.workdays import add_working_days
from payung.database.locks import Lock, one_at_a_time
from payung.identity.names import normalise
from payung.identity.regions import contains
from payung.parliament.models import Question, Subject
from payung.registry.models import Person
from payung.registry.queries import region_names

_PURPOSE = "oversight.question"
#: Questions of one member that may wait at a time, so that nobody walks through a village by asking.
MOST_OPEN = 20
_LONGEST = 1_000
#: Digits that an answer must not carry: a NIK, a KK, a telephone number, however they are grouped.
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){8,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as its page shows it."""

    id: int
    name: str
    nik: str
    place: str
    text: str
    region_code: str
    asked_by: str
    asked_at: datetime
    due_on: date
    overdue: bool
    verdict: str
    verdict_label: str
    answer: str
    answered_at: datetime | None
    person_id: int | None = None


@contextmanager
def _told(actor: Actor) -> Iterator[None]:
    """Within the block (one transaction) the database shows the questions this actor asked or answers."""
    regions = ",".join(actor.where(Permission.ANSWER_CASE))
    both = "SELECT set_config('payung.asker', %s, true), set_config('payung.answers', %s, true)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(both, [str(actor.user.pk), regions])
        yield
        cursor.execute(both, ["", ""])


def ask(
    actor: Actor, *, name: str, region_code: str, text: str, today: date, nik: str = "", place: str = ""
) -> int:
    """Put a question about one person to the office and return its number. The same words again change nothing.

    Nothing is looked up: what comes back does not depend on whether the person is known. Raises NotAllowed; Refused
    for an unknown region, no name, a NIK that is none, or too many questions waiting.
    """
    region_code = region_code.strip()
    if not name.strip() or region_code not in region_names():
        raise Refused(_("Isi nama orangnya dan pilih wilayahnya."))
    digits = re.sub(r"\D", "", nik)
    if nik.strip() and len(digits) != 16:
        raise Refused(_("NIK terdiri dari 16 angka; kosongkan bila tidak tahu."))
    typed = {
        "name": name.strip()[:200],
        "nik": digits,
        "place": place.strip()[:200],
        "text": text.strip()[:_LONGEST],
        "region": region_code,
    }
    digest = hashlib.sha256(repr(sorted(typed.items())).encode()).digest()
    with (
        _told(actor),
        action(actor, Act.CASE_ASK, region_code=region_code) as deed,
    ):
        one_at_a_time(Lock.QUESTION, actor.user.pk)
        waiting = Question.objects.filter(asked_by=actor.user, verdict="")
        known = waiting.filter(typed_hash=digest).first()
        if known is not None:
            deed.unchanged()
            return known.pk
        if waiting.count() >= MOST_OPEN:
            raise Refused(
                _("Masih ada %(most_open)s pertanyaan Anda yang menunggu jawaban."),
                most_open=MOST_OPEN,
            )
        question = Question.objects.create(
            asked_by=actor.user,
            typed_enc=encrypt_json(typed, _PURPOSE),
            typed_hash=digest,
            region_code=region_code,
            due_on=add_working_days(today, settings.PAYUNG_CASE_DAYS),
        )
        deed.subject_id, deed.data = question.pk, {"region": region_code, "due_on": str(question.due_on)}
    return question.pk


def answer(actor: Actor, *, question_id: int, verdict: str, text: str, person_id: int | None = None) -> None:
    """Answer a question. The same answer again changes nothing.

    Raises NotAllowed; Refused for a question that is not there, is answered, or whose answer would give the asker a
    number (NIK, KK, telephone) that they did not type.
    """
    if verdict not in Question.Verdict.values or not text.strip():
        raise Refused(_("Pilih jawabannya dan tulis penjelasannya."))
    with (
        _told(actor),
        action(actor, Act.CASE_ANSWER, region_code=OF_SUBJECT) as deed,
    ):
        question = Question.objects.select_for_update().filter(pk=question_id).first()
        if question is None:
            raise Refused(_("Pertanyaan ini tidak ada di wilayah Anda."))
        deed.at(question.region_code)
        if question.verdict:
            if (question.verdict, question.answer) == (verdict, text.strip()):
                deed.unchanged()
                return
            raise Refused(_("Pertanyaan ini sudah dijawab."))
        _must_not_tell(text, decrypt_json(question.typed_enc, _PURPOSE))
        if person_id is not None:
            if not Person.objects.filter(pk=person_id).exists():
                raise Refused(_("Orang ini tidak ada di wilayah Anda."))
            Subject.objects.create(question=question, person_id=person_id, region_code=question.region_code)
        question.verdict, question.answer = verdict, text.strip()[:_LONGEST]
        question.answered_by, question.answered_at = actor.user, Now()
        question.save(update_fields=["verdict", "answer", "answered_by", "answered_at"])
        deed.subject_id, deed.data = question_id, {"verdict": verdict, "person": person_id}


def _must_not_tell(text: str, typed: dict[str, Any]) -> None:
    for found in _DIGITS.findall(text):
        if re.sub(r"\D", "", found) != typed["nik"]:
            raise Refused(
                _(
                    "Penjelasan memuat angka panjang (NIK, KK, atau telepon) yang tidak "
                    "diketik penanya; hapus dahulu."
                )
            )


@dataclass(frozen=True, slots=True)
class Desk:
    """What an actor asked (newest first), what waits for their answer (most urgent first), what was answered last."""

    mine: list[Asked]
    queue: list[Asked]
    answered: list[Asked]


def desk(actor: Actor, today: date) -> Desk:
    """Return the questions of this actor, and those of the regions in which they answer."""
    found = Question.objects.select_related("asked_by", "subject")
    asks, answers = actor.holds(Permission.ASK_CASE), actor.holds(Permission.ANSWER_CASE)
    with _told(actor):
        mine = found.filter(asked_by=actor.user).order_by("-id")[:200] if asks else []
        queue = found.filter(verdict="").order_by("due_on", "id")[:200] if answers else []
        answered = found.exclude(verdict="").order_by("-answered_at")[:50] if answers else []
        return Desk(
            [_shown(one, today) for one in mine],
            [_shown(one, today) for one in queue if actor.may(Permission.ANSWER_CASE, one.region_code)],
            [_shown(one, today, inside=True) for one in answered],
        )


def question(actor: Actor, question_id: int, today: date) -> Asked | None:
    """One question: whole for who answers in its region, without the person for who asked; None for others.

    Opening it inside is recorded.
    """
    with _told(actor):
        found = Question.objects.filter(pk=question_id).select_related("asked_by", "subject").first()
        if found is None:
            return None
        inside = actor.may(Permission.ANSWER_CASE, found.region_code)
        if inside:
            record_reading(actor, Act.CASE_OPEN, question_id, region_code=found.region_code)
        elif found.asked_by_id != actor.user.pk:
            raise NotAllowed(
                gettext_lazy("%(user)s tidak berwenang melihat pertanyaan ini."), user=actor.user
            )
        return _shown(found, today, inside=inside)


def _shown(found: Question, today: date, *, inside: bool = False) -> Asked:
    typed = decrypt_json(found.typed_enc, _PURPOSE)
    return Asked(
        id=found.pk,
        name=typed["name"],
        nik=typed["nik"],
        place=typed["place"],
        text=typed["text"],
        region_code=found.region_code,
        asked_by=str(found.asked_by),
        asked_at=found.asked_at,
        due_on=found.due_on,
        overdue=not found.verdict and today > found.due_on,
        verdict=found.verdict,
        verdict_label=found.get_verdict_display() if found.verdict else "",
        answer=found.answer,
        answered_at=found.answered_at,
        person_id=found.subject.person_id if inside and hasattr(found, "subject") else None,
    )


def meant(asked: Asked) -> list[Person]:
    """Who may be meant, within the regions of the session: by NIK, else by the start of the name in that region."""
    if asked.nik:
        by_nik = list(Person.objects.filter(nik_hash__in=asked_hashes(asked.nik), merged_into=None)[:5])
        if by_nik:
            return by_nik
    wanted = normalise(asked.name)
    found = Person.objects.filter(
        name_norm__gte=wanted, name_norm__lt=wanted + "\uffff", merged_into=None
    ).order_by("name_norm", "id")
    near = [person for person in found[:200] if contains(asked.region_code, person.region_code)]
    return near[:10]
