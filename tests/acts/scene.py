"""A province in which every act can be done: people, covers and money of two regencies, and everybody who may act."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from payung.access.actor import Actor, acting_as, everyone_visible
from payung.access.acts import Act
from payung.access.crypto import encrypt, nik_hash
from payung.access.models import Assignment, User
from payung.access.roles import Role
from payung.coverage.models import CoverMonth
from payung.funding.models import Fund, Payer, Plan, PlanLine
from payung.registry.models import Eligibility, Person
from payung.values import Month
from tests.oversight.population import _PEOPLE, populate

#: A village of the regency whose regional users act, and one of a regency that is not theirs.
OWN, OTHER = "65.71.01.1001", "65.01.01.1001"
REGENCY = "65.71"
#: Numbers of the population that `populate` covers and the branch accepted, and how many people wait in each village.
_COVERED = {OWN: [2, 4, 6, 8], OTHER: [12, 16, 18, 24]}
_NEW = 4

#: What does an act to a subject in a village, once it is prepared there.
Attempt = Callable[[Actor], object]
Doer = Callable[["World", str], Attempt]
DOERS: dict[Act, Doer] = {}


def does(act: Act) -> Callable[[Doer], Doer]:
    """Enter a function as what prepares an act's subject in a village and gives the deed itself."""

    def enter(doer: Doer) -> Doer:
        assert act not in DOERS, act
        DOERS[act] = doer
        return doer

    return enter


@dataclass
class World:
    """What `build` wrote, and ways to more of it. Nothing here depends on which day it is."""

    folder: Path
    fund: int
    other_fund: int
    decree: int
    people: dict[str, list[int]]
    covered: dict[str, list[int]]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def now(self) -> Month:
        return Month.containing(self.today)

    def actor(self, role: str, region: str = "65", name: str = "") -> Actor:
        return Actor.of(User.objects.get(username=f"{name or role}-{region}"))

    @contextmanager
    def by(self, role: str, name: str = "satu") -> Iterator[Actor]:
        """The province's user who prepares: never one of those whose attempts are tried."""
        with acting_as(Actor.of(User.objects.get(username=f"{name}-{role}"))) as actor:
            yield actor

    def code(self, word: str = "K") -> str:
        return f"{word}-{next(self.numbers)}"

    def paying(self) -> Fund:
        return Fund.objects.get(pk=self.fund)

    def payer(self, village: str) -> Payer:
        made, _ = Payer.objects.get_or_create(
            name=f"Pembayar {village[:5]}", kind="regency", region_code=village[:5]
        )
        return made

    def plan(self, village: str, people: int = 2, months: int = 3) -> Plan:
        """An approved plan of people of one village, each for `months` from next month on."""
        with transaction.atomic(), everyone_visible():
            plan = Plan.objects.create(
                name=self.code("Rencana"),
                first_month=self.now + 1,
                end_month=self.now + 1 + months,
                input_hash="x",
                proposed_by=User.objects.get(username="satu-operator"),
                status="approved",
                decided_by=User.objects.get(username="satu-approver"),
            )
            PlanLine.objects.bulk_create(
                PlanLine(
                    plan=plan,
                    person_id=person,
                    fund_id=self.fund,
                    first_month=self.now + 1,
                    end_month=self.now + 1 + months,
                    region_code=village,
                )
                for person in self.people[village][:people]
            )
        return plan

    def file(self, name: str, content: str) -> Path:
        path = self.folder / f"{next(self.numbers)}-{name}"
        path.write_text(content, encoding="utf-8")
        return path

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def build(folder: Path, people: int = 150) -> World:
    """Write the world into an empty, migrated database. Committed where the caller is in no transaction."""
    today = timezone.localdate()
    made = populate(people, past_months=3, today=today, write=lambda cursor: _write(cursor, people))
    _users()
    with transaction.atomic(), everyone_visible():
        new = {village: _newcomers(village) for village in (OWN, OTHER)}
        ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        covered = {village: [ids[number - 1] for number in numbers] for village, numbers in _COVERED.items()}
        for village, found in covered.items():
            held = CoverMonth.objects.filter(person_id__in=found, region_code=village)
            assert held.values("person").distinct().count() == len(found)
    return World(folder, made.fund_id, made.other_id, made.decree_id, new, covered)


def _users() -> None:
    """Each role alone in the province and alone in one regency; and those of the province who prepare."""
    for role in Role.values:
        for username, region in (
            (f"{role}-65", "65"),
            (f"{role}-{REGENCY}", REGENCY),
            (f"satu-{role}", "65"),
        ):
            user = User.objects.create(username=username, full_name=username)
            Assignment.objects.create(user=user, role=role, region_code=region)


def _newcomers(village: str) -> list[int]:
    """People of a village who may be enrolled and are not."""
    found = []
    for number in range(_NEW):
        nik = f"{village[:8].replace('.', '')}1005{80 + number:02d}{int(village[3:5]):02d}{number + 11:02d}"
        person = Person.objects.create(
            name=f"Warga {village[3:5]} {number}",
            name_norm=f"WARGA {village[3:5]} {number}",
            nik_enc=encrypt(nik, "nik"),
            nik_hash=nik_hash(nik),
            sex="male",
            birth_date=date(1980 + number, 5, 10),
            region_code=village,
            occupation_id="nelayan_subsisten",
            income=1_500_000,
            candidate=True,
        )
        Eligibility.objects.create(
            person=person,
            judged_on=timezone.localdate(),
            eligible=True,
            verified=True,
            eligible_until=Month.containing(timezone.localdate()).number + 120,
            law_version="test",
            region_code=village,
        )
        found.append(person.pk)
    return found


def _write(cursor: Any, people: int) -> None:
    """The population, of whom some that will be covered and accepted by the branch live in the two villages."""
    cursor.execute(_PEOPLE, {"people": people})
    for village, numbers in _COVERED.items():
        cursor.execute(
            """UPDATE registry_person SET region_code = %s
                WHERE id - (SELECT min(id) - 1 FROM registry_person) = ANY(%s)""",
            [village, numbers],
        )
