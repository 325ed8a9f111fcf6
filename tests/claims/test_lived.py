"""Time lived under paid cover is kept per month, and is what the bills and the people on them say, after any change."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import connection, transaction

from payung.access.actor import acting_as, everyone_visible
from payung.claims.lived import keep_lived, lived
from payung.claims.models import Lived
from payung.coverage.models import BillLine
from payung.outlook import mortality
from payung.registry.models import Person
from tests.oversight.population import NOW, populate

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def by_hand(first: int, last: int) -> dict[str, tuple[float, float]]:
    """Person-years and expected deaths by district, person by person."""
    people = {person.pk: person for person in Person.objects.all()}
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for line in BillLine.objects.filter(bill__state__in=("paid", "reconciled")).select_related("bill"):
        person = people[line.person_id]
        if first <= line.month.number <= last and person.birth_date:
            years = sums[line.region_code[:8]]
            years[0] += 1 / 12
            years[1] += mortality.rate(person.sex, line.month.year - person.birth_date.year) / 12
    return {district: (years, deaths) for district, (years, deaths) in sums.items()}


def keep(*, everything: bool = False) -> None:
    with transaction.atomic(), everyone_visible():
        keep_lived(everything=everything)


def the_same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(one[key] == pytest.approx(other[key]) for key in one)


CHANGES = {
    "nothing": "SELECT 1",
    "a bill is not paid after all": "UPDATE coverage_bill SET state = 'sent' WHERE month = %(then)s",
    "people were born on another day": "UPDATE registry_person SET birth_date = '1950-02-03' WHERE id %% 4 < 2",
    "a birth is not known": "UPDATE registry_person SET birth_date = NULL WHERE id %% 6 < 2",
    "a sex is not known": "UPDATE registry_person SET sex = '' WHERE id %% 4 < 2",
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_kept_is_what_the_bills_say_after_any_change(operator, name):
    populate(300, past_months=4)
    since, until = NOW.number - 3, NOW.number
    assert the_same(lived(since, until), by_hand(since, until)), "counted when asked, as nothing is kept"
    keep()
    assert Lived.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(CHANGES[name], {"then": NOW.number - 1})
    expected = by_hand(since, until)
    assert the_same(lived(since, until), expected), "months that changed are counted when asked"
    keep()
    assert the_same(lived(since, until), expected)
    kept = list(Lived.objects.order_by("pk").values_list("month", "region_code", "people"))
    keep(everything=True)
    assert list(Lived.objects.order_by("pk").values_list("month", "region_code", "people")) == kept


def test_another_life_table_counts_every_month_again(operator, monkeypatch):
    populate(200, past_months=3)
    keep()
    Lived.objects.update(deaths=0)
    assert sum(deaths for _, deaths in lived(NOW.number - 3, NOW.number).values()) == 0
    monkeypatch.setattr("payung.claims.lived.table_version", lambda: "another")
    assert the_same(lived(NOW.number - 3, NOW.number), by_hand(NOW.number - 3, NOW.number))


def test_looking_back_reads_only_what_is_kept_and_only_ones_own_regions(operator, make_actor):
    populate(300, past_months=3)
    keep()
    whole = lived(NOW.number - 3, NOW.number)
    with acting_as(make_actor("operator", "65.71")):
        seen = lived(NOW.number - 3, NOW.number)
    assert seen
    assert the_same(seen, {code: time for code, time in whole.items() if code.startswith("65.71")})
    with acting_as(operator):
        Lived.objects.filter(region_code__startswith="65.71").delete()
    with acting_as(make_actor("operator", "65.71")):
        assert lived(NOW.number - 3, NOW.number) == {}
