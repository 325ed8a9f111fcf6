"""What is said of everybody at once is what is said of each alone, on the days where it turns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from payung import database
from payung.access.actor import acting_as, everyone_visible
from payung.coverage.models import Bill, Registration
from payung.coverage.other_payers import membership_by_others
from payung.coverage.queries import coverage_on
from payung.coverage.standing import everyone_on
from payung.registry.models import Person
from payung.registry.queries import Search, _conditions
from payung.values import Month
from tests.oversight.population import TODAY, populate

pytestmark = pytest.mark.django_db
PEOPLE = 110
NOW = Month.containing(TODAY)
#: The first day of this month, the one before and the one after; the last days beside them.
TURN = NOW.first_day
DAYS = [
    *(
        month.first_day + timedelta(days=days)
        for month in (NOW - 3, NOW - 1, NOW, NOW + 1)
        for days in (-1, 0, 1)
    ),
    *((NOW + months).first_day for months in (2, 3, 4, 5, 6, 7)),
]


@pytest.fixture
def mixed(make_actor):
    """People covered for some months, whose bills, registrations, deaths and other payers turn around `TURN`."""
    populate(PEOPLE, past_months=4, today=TODAY)
    with transaction.atomic(), everyone_visible():
        ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        around = [TURN + timedelta(days=days) for days in (-40, -1, 0, 1)]
        for at, registration in enumerate(Registration.objects.order_by("pk")):
            registration.starts_on = [None, *around][at % 5]
            registration.state = ("accepted", "accepted", "sent", "accepted", "refused")[at // 5 % 5]
            registration.save()
        for bill in Bill.objects.order_by("pk"):
            months = bill.month.number - NOW.number
            paid = months < 0 and (bill.fund_id % 2 == 0 or months != -2)
            Bill.objects.filter(pk=bill.pk).update(state="paid" if paid else "sent")
        for at, person in enumerate(ids):
            Person.objects.filter(pk=person).update(
                died_on=[None, None, *around][at % 6],
                branch_until=[None, None, *around, TURN + timedelta(days=100)][at % 7],
                branch_since=[None, *around][at % 5],
            )
    with acting_as(make_actor("operator", "65")):
        yield list(Person.objects.order_by("pk"))


def test_the_days_meet_every_standing(mixed):
    """Else the tests below would compare nothing."""
    seen = {row["state"] for day in DAYS for row in everyone_on(day)}
    assert seen >= {"protected", "grace", "unpaid", "refused", "registering"}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_who_is_covered_on_a_day(mixed, day: date):
    together = {row["id"]: row["state"] for row in everyone_on(day) if row["state"] != "none"}
    alone = {person.pk: coverage_on(person.pk, day) for person in mixed}
    assert together == {number: cover.state for number, cover in alone.items() if cover.state != "none"}
    assert all(cover.protected == (cover.state in ("protected", "grace")) for cover in alone.values())


@pytest.mark.parametrize("month", [NOW - 2, NOW - 1, NOW, NOW + 1, NOW + 4], ids=str)
def test_who_is_listed_as_covered_elsewhere_in_a_month(mixed, month: Month):
    """The list of people in the registry asks as the answer about one does, since when included."""
    where, values = _conditions(Search(status="elsewhere"), month)
    listed = database.rows(f"SELECT p.id FROM registry_person p WHERE {where} ORDER BY p.id", values)
    said = {person.pk: membership_by_others(person.pk) for person in mixed}
    assert [number for (number,) in listed] == [
        number for number, told in said.items() if told is not None and told.covers(month)
    ]
