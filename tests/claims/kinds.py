"""People of every kind that the public page may be asked about, each with a NIK."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from payung import database
from payung.access.actor import Actor, acting_as, action, everyone_visible
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import nik_hash
from payung.claims.actions import run_desk
from payung.coverage.models import Registration
from payung.coverage.queries import coverage_on
from payung.funding.models import Payer
from payung.registry.models import Person
from payung.values import Month
from tests.claims.scene import build, die
from tests.coverage.extract import say

#: In the order of their NIKs, of which the last four digits are the number of the kind.
KINDS = (
    *("covered", "covered_too", "refused", "waiting", "never", "lapsed", "other_payer", "other_payer_dead"),
    *("dead_with_case", "dead_without_cover", "long_names", "merged"),
)
NOBODY = "6571014508689999"


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the people: NIK, and the person as it was when the scene was made."""

    nik: str
    person: Person


def of_every_kind(make_actor: Callable[..., Actor]) -> dict[str, Asked]:
    """Fills the database with a population; one person of each kind has a NIK that can be asked about."""
    operator = make_actor("operator", "65")
    with acting_as(operator):
        today = build(160)
        covered = _covered(today, 7)
        never = [one for one in _living() if not coverage_on(one.pk, today).known][:5]
        unknown = ("never", "lapsed", "other_payer", "other_payer_dead", "dead_without_cover")
        known = [kind for kind in KINDS if kind not in unknown]
        people = {
            **dict(zip(known, covered, strict=True)),
            **dict(zip(unknown, never, strict=True)),
        }
        with transaction.atomic(), everyone_visible():
            mine = {kind: Registration.objects.filter(person_id=one.pk) for kind, one in people.items()}
            mine["refused"].update(state="refused")
            mine["waiting"].update(starts_on=today + timedelta(days=40))
            database.run(
                "INSERT INTO coverage_billline (month, person_id, bill_id, jkk, jkm, region_code)"
                " SELECT month, %s, id, 10000, 6800, %s FROM coverage_bill WHERE month = %s LIMIT 1",
                [people["lapsed"].pk, people["lapsed"].region_code, Month.containing(today).number - 6],
            )
            Payer.objects.filter(name="PT Contoh Sawit").update(name="PT " + "Contoh Sawit Jaya " * 9)
            Person.objects.filter(pk=people["long_names"].pk).update(name="Siti Nurhaliza Binti " * 9)
            gone = Person.objects.create(
                name="Dahulu", name_norm="dahulu", region_code=people["merged"].region_code
            )
            Person.objects.filter(pk=gone.pk).update(merged_into=people["merged"])
        say(operator, people["other_payer"], today + timedelta(days=200))
        say(operator, people["other_payer_dead"], today + timedelta(days=200))
        with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
            for kind in ("dead_with_case", "dead_without_cover", "other_payer_dead"):
                die(operator, people[kind])
        asked = {}
        for number, (kind, one) in enumerate(sorted(people.items()), 1):
            nik = f"657101450868{number:04d}"
            Person.objects.filter(pk=one.pk).update(nik_hash=nik_hash(nik))
            asked[kind] = Asked(nik, Person.objects.get(pk=one.pk))
        run_desk(operator, today=timezone.localdate())
    return asked


def _living() -> list[Person]:
    return list(Person.objects.filter(candidate=True).order_by("pk"))


def _covered(today, count: int) -> list[Person]:
    found = [one for one in _living() if coverage_on(one.pk, today).protected]
    return found[:count]
