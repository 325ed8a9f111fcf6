"""People under cover of whom some died: the ground that tests of claims stand on."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from payung.claims.actions import report_accident
from payung.claims.models import Case
from payung.coverage.queries import coverage_on
from payung.registry.models import Person
from payung.registry.reports import record_death
from tests.oversight.population import populate


def protected(count: int, on: date) -> list[Person]:
    """The first people whom the law protects in full on a day."""
    found = []
    for person in Person.objects.filter(candidate=True).order_by("pk"):
        told = coverage_on(person.pk, on)
        if told.protected and told.clock.jkm == "full":
            found.append(person)
            if len(found) == count:
                break
    return found


def unprotected(on: date) -> Person:
    """Somebody on the lists who never was decreed."""
    return next(
        person
        for person in Person.objects.filter(candidate=True).order_by("pk")
        if not coverage_on(person.pk, on).known
    )


def build(people: int = 300, months: int = 6) -> date:
    """Fills the database; returns today."""
    today = timezone.localdate()
    populate(people, past_months=months, today=today)
    return today


def die(actor, person: Person, days_ago: int = 3) -> date:
    """Writes a death as a registry list would."""
    died = timezone.localdate() - timedelta(days=days_ago)
    record_death(actor, person=person, died_on=died, evidence="Surat desa 12/2026")
    # The people of the scene stand on no list of candidates, from which a death would work this out anew.
    Person.objects.filter(pk=person.pk).update(candidate=True)
    return died


def hurt(actor, person: Person, **more) -> Case:
    """Reports an accident at work of four days ago."""
    return report_accident(
        actor,
        person_id=person.pk,
        happened_at=timezone.now() - timedelta(days=4),
        place="Kapal",
        doing="Menarik jaring",
        **more,
    )
