"""What the branch's extract says of people, written as its load and the matcher would."""

from __future__ import annotations

import os
from datetime import date, datetime, time

from django.utils import timezone

from payung.access.actor import Actor, action, everyone_visible
from payung.access.acts import Act
from payung.access.crypto import encrypt_json
from payung.registry.loading import RAW
from payung.registry.merging import refresh
from payung.registry.models import Intake, Person, Record


def say(
    actor: Actor,
    person: Person,
    until: date | None,
    since: date | None = None,
    *,
    segment: str = "PU",
    loaded: date | None = None,
) -> Intake:
    """One extract that names one person: a member of `segment` from `since`, paid until `until`, loaded on a day."""
    with action(actor, Act.LOAD, region_code="65"), everyone_visible():
        was = Person.objects.values("candidate", "nik_hash", "nik_enc").get(pk=person.pk)
        if was["candidate"] and not person.records.filter(intake__kind=Intake.Kind.CANDIDATES).exists():
            # The people of the scenes stand on no list, from which what holds is worked out.
            _row(_intake(actor, Intake.Kind.CANDIDATES, None), person)
        intake = _intake(actor, Intake.Kind.BRANCH, loaded)
        _row(intake, person, event_date=since, event_until=until, extra={"segment": segment})
        refresh(actor, [person.pk])
        Person.objects.filter(pk=person.pk).update(**was)
    return intake


def _intake(actor: Actor, kind: str, loaded: date | None) -> Intake:
    return Intake.objects.create(
        kind=kind,
        file_name=f"{kind}.csv",
        sha256=os.urandom(32).hex(),
        region_code="65",
        rows=1,
        accepted=1,
        loaded_by=actor.user,
        loaded_at=timezone.make_aware(datetime.combine(loaded or timezone.localdate(), time(9))),
    )


def _row(intake: Intake, person: Person, **facts: object) -> Record:
    return Record.objects.create(
        intake=intake,
        row_no=2,
        person=person,
        accepted=True,
        raw_enc=encrypt_json({}, RAW),
        birth_date=person.birth_date,
        region_code=person.region_code,
        **facts,
    )
