"""A death that a village or a family reports, written as a list of one row: a fact with its source like any other."""

from __future__ import annotations

import hashlib
from datetime import date

from payung.access.actor import Actor, everyone_visible
from payung.access.crypto import encrypt_json
from payung.access.models import User
from payung.registry.loading import RAW
from payung.registry.merging import hold_people, living, refresh
from payung.registry.models import Intake, Link, Person, Record

#: The name of the list of one row that a report makes.
REPORT = "Laporan kematian"


def record_death(
    actor: Actor, *, person: Person, died_on: date, evidence: str, reporter: User | None = None
) -> Intake:
    """Write the reported death as a record of `person`, so that it holds and can be traced and undone.

    The record says who told of it (`reporter`, else the actor) and, where that is somebody else, who confirmed it.
    Must run inside an action's transaction. The same report again gives the intake that it made.
    """
    people = {"reported_by": str(reporter or actor.user)}
    if reporter is not None and reporter.pk != actor.user.pk:
        people["confirmed_by"] = str(actor.user)
    told = f"death/{person.pk}/{died_on}"
    sha256 = hashlib.sha256(told.encode()).hexdigest()
    with everyone_visible():
        known = Intake.objects.filter(sha256=sha256, kind=Intake.Kind.DEATHS, status="loaded").first()
        if known is not None:
            return known
        # Somebody may have merged this person since the page was opened: the death is told of who they are now.
        hold_people()
        person = Person.objects.get(pk=living(person.pk))
        intake = Intake.objects.create(
            kind=Intake.Kind.DEATHS,
            file_name=REPORT,
            sha256=sha256,
            sender_name=evidence[:200],
            region_code=person.region_code,
            rows=1,
            accepted=1,
            loaded_by=reporter or actor.user,
        )
        record = Record.objects.create(
            intake=intake,
            row_no=1,
            person=person,
            accepted=True,
            raw_enc=encrypt_json({"bukti": evidence, "meninggal": died_on.isoformat()}, RAW),
            event_date=died_on,
            extra=people,
            region_code=person.region_code,
        )
        Link.objects.create(
            record=record, person=person, by=Link.By.CLERK, actor=actor.user, region_code=person.region_code
        )
        refresh(actor, [person.pk])
    return intake
