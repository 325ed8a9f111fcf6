"""Who is covered by another payer on a date, as the branch's extract says: one definition."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import acting_as
from payung.coverage.other_payers import Membership, membership_by_others
from payung.registry.actions import undo_intake
from payung.registry.models import Person
from payung.registry.queries import Search, people_page
from payung.values import Month
from tests.coverage.extract import say

pytestmark = pytest.mark.django_db
D = date


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


@pytest.fixture
def worker(operator):
    return Person.objects.create(
        name="Lanang", name_norm="LANANG", region_code="65.71.01.1001", candidate=True
    )


def listed(on: date) -> list[int]:
    """Whom the registry lists as covered elsewhere in the month of a day."""
    return [row.id for row in people_page(Search(status="elsewhere"), now=Month.containing(on)).rows]


#: Extracts in the order they were loaded (until, since, segment, loaded), a day, and whether another payer covers it.
EXTRACTS = [
    ("until a later month", [(D(2027, 6, 30), None, "PU", D(2026, 11, 1))], D(2026, 11, 30), True),
    ("the last day", [(D(2026, 11, 30), None, "PU", D(2026, 11, 1))], D(2026, 11, 30), True),
    ("the day after", [(D(2026, 11, 30), None, "PU", D(2026, 11, 1))], D(2026, 12, 1), False),
    ("any day of a month pays all of it", [(D(2026, 11, 1), None, "PU", D(2026, 11, 1))], D(2026, 11, 30), True),
    ("ended long ago", [(D(2026, 3, 31), None, "PU", D(2026, 11, 1))], D(2026, 11, 30), False),
    ("a day before it ended", [(D(2026, 3, 31), None, "PU", D(2026, 11, 1))], D(2026, 3, 10), True),
    ("before it begins", [(D(2027, 6, 30), D(2026, 12, 5), "PU", D(2026, 11, 1))], D(2026, 11, 30), False),
    ("the month it begins in", [(D(2027, 6, 30), D(2026, 11, 5), "PU", D(2026, 11, 1))], D(2026, 11, 2), True),
    ("no date of an end", [(None, None, "PU", D(2026, 11, 1))], D(2026, 11, 30), False),
    (
        "a newer extract ends it early",
        [(D(2027, 6, 30), None, "PU", D(2026, 9, 1)), (D(2026, 10, 31), None, "PU", D(2026, 11, 1))],
        D(2026, 11, 30),
        False,
    ),
    (
        "a newer extract goes on",
        [(D(2026, 10, 31), None, "PU", D(2026, 9, 1)), (D(2027, 6, 30), None, "PU", D(2026, 11, 1))],
        D(2026, 11, 30),
        True,
    ),
    (
        "another membership that ended does not end this one",
        [(D(2027, 6, 30), None, "PU", D(2026, 9, 1)), (D(2025, 1, 31), None, "BPU", D(2026, 11, 1))],
        D(2026, 11, 30),
        True,
    ),
    (
        "two rows that say the same end, one from earlier on",
        [(D(2027, 6, 30), D(2027, 1, 1), "PU", D(2026, 9, 1)), (D(2027, 6, 30), D(2026, 1, 1), "BPU", D(2026, 9, 2))],
        D(2026, 11, 30),
        True,
    ),
    (
        "two rows that say the same end, one without a beginning",
        [(D(2027, 6, 30), D(2027, 1, 1), "PU", D(2026, 9, 1)), (D(2027, 6, 30), None, "BPU", D(2026, 9, 2))],
        D(2026, 11, 30),
        True,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("extracts", "on", "covered"), [pytest.param(*row[1:], id=row[0]) for row in EXTRACTS]
)
def test_the_extract_says_who_is_covered_by_another(operator, worker, extracts, on, covered):
    for until, since, segment, loaded in extracts:
        say(operator, worker, until, since, segment=segment, loaded=loaded)
    assert listed(on) == ([worker.pk] if covered else [])
    told = membership_by_others(worker.pk)
    assert (told is not None and told.covers_on(on)) is covered
    if covered:
        assert told.as_of == max(row[3] for row in extracts if row[0] == told.until)


def test_an_extract_taken_back_says_nothing(operator, worker):
    taken = say(operator, worker, D(2027, 6, 30))
    undo_intake(operator, intake_id=taken.pk, reason="keliru")
    assert membership_by_others(worker.pk) is None
    assert listed(D(2026, 11, 30)) == []


def test_nobody_outside_the_regions_is_told_of(make_actor, operator, worker):
    say(operator, worker, D(2027, 6, 30))
    with acting_as(make_actor("operator", "65.01")):
        assert membership_by_others(worker.pk) is None
        assert listed(D(2026, 11, 30)) == []


days = st.dates(D(2024, 1, 1), D(2028, 12, 31))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(until=days, since=st.none() | days, on=days)
def test_the_list_of_all_and_the_answer_for_one_agree(worker, operator, until, since, on):
    """And both follow the months: neither the day within a month of the end nor of the beginning changes anything."""
    say(operator, worker, until, since, loaded=D(2026, 11, 1))
    told = membership_by_others(worker.pk)
    expected = (since is None or (since.year, since.month) <= (on.year, on.month)) and (
        (on.year, on.month) <= (until.year, until.month)
    )
    assert told.covers_on(on) is expected
    assert listed(on) == ([worker.pk] if expected else [])
    Person.objects.get(pk=worker.pk).records.all().delete()


def test_the_months_told_are_those_between(worker):
    told = Membership(D(2026, 12, 15), D(2026, 11, 20), D(2026, 11, 1))
    assert [told.covers(Month.of(2026, 10) + n) for n in range(4)] == [False, True, True, False]
    assert told.until_month == Month.of(2026, 12)
