"""What the branch's extract says of people, written as its load and the matcher would."""

from __future__ import annotations

import os
from datetime import date, datetime, time

from django.utils import timezone

from payung.access.actor import Actor, action, everyone_visible
from payung.access.crypto import encrypt_json
from payung.access.roles import Permission
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
    with action(actor, Permission.INTAKE, "load", "intake"), everyone_visible():
        intake = Intake.objects.create(
            kind=Intake.Kind.BRANCH,
            file_name="peserta_kacab.csv",
            sha256=os.urandom(32).hex(),
            region_code="65",
            rows=1,
            accepted=1,
            loaded_by=actor.user,
            loaded_at=timezone.make_aware(datetime.combine(loaded or timezone.localdate(), time(9))),
        )
        Record.objects.create(
            intake=intake,
            row_no=2,
            person=person,
            accepted=True,
            raw_enc=encrypt_json({}, RAW),
            event_date=since,
            event_until=until,
            region_code=person.region_code,
            extra={"segment": segment},
        )
        was = Person.objects.filter(pk=person.pk).values("candidate", "died_on").get()
        refresh(actor, [person.pk])
        # The people of the scenes stand on no list, from which this would be worked out anew.
        Person.objects.filter(pk=person.pk).update(**was)
    return intake
