"""The kept figures are the base tables' figures, after any change."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string

from payung.access.actor import NotAllowed, acting_as
from payung.access.models import Event
from payung.claims.models import Lived
from payung.database.statements import Statement
from payung.funding.models import Waiting
from payung.oversight import actions, counting, queries
from payung.oversight.actions import record_outside
from payung.oversight.definitions import in_words
from payung.oversight.models import CoverCount, PeopleCount, Refreshed
from payung.oversight.series import series
from payung.oversight.sheet import COUNTS, MonthCount, Sheet
from payung.registry.models import Person
from payung.values import Month
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db
WAITING = ("region_code", "trade", "income", "people", "soon", "next")


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def by_hand(month: Month) -> dict[str, int]:
    """The ladder counted person by person in Python, in no way like the SQL under test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, eligible, verified FROM registry_eligibility")
        judged = {person: (eligible, verified) for person, eligible, verified in cursor.fetchall()}
        cursor.execute("SELECT person_id, month, fund_id FROM coverage_covermonth")
        covers = cursor.fetchall()
        cursor.execute(
            "SELECT person_id, fund_id, starts_on FROM coverage_registration WHERE state = 'accepted'"
        )
        since: dict[tuple[int, int], date] = {}
        for person, fund, starts in cursor.fetchall():
            since[person, fund] = min(since.get((person, fund), date.max), starts or date.min)
        cursor.execute(
            """SELECT l.person_id, b.fund_id FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
               WHERE l.month = %s AND b.state IN ('paid', 'reconciled')""",
            [month.number],
        )
        paid = cursor.fetchall()
    now = {(person, fund) for person, m, fund in covers if m == month.number}
    months: dict[int, set[int]] = {}
    for person, m, _ in covers:
        months.setdefault(person, set()).add(m)
    soon = Month.containing(date.fromordinal(TODAY.toordinal() + 60))
    reach = set(range(month.number, soon.number + 1))
    covered = {person for person, _ in now}
    people = {p.pk: p for p in Person.objects.all()}
    candidates = {pk for pk, p in people.items() if p.merged_into_id is None and p.candidate}
    verified = {pk for pk in candidates if judged.get(pk, (None, False))[1]}
    lawful = {pk for pk in verified if judged[pk][0]}
    elsewhere = {
        pk for pk in lawful - covered
        if people[pk].branch_until is not None and Month.containing(people[pk].branch_until) >= month
    }  # fmt: skip

    def is_registered(person: int, fund: int) -> bool:
        return since.get((person, fund), date.max) <= month.last_day

    return {
        "candidates": len(candidates | covered),
        "verified": len(verified | covered),
        "eligible": len(lawful - elsewhere | covered),
        "covered": len(covered),
        "gap": len(lawful - elsewhere - covered),
        "other_payer": len(elsewhere),
        "ineligible": len(covered - lawful),
        "ending": sum(not reach <= months[person] for person in covered),
        "decreed": len(covered),
        "registered": sum(is_registered(*key) for key in now),
        "active": sum(is_registered(*key) for key in paid if key in now),
    }


def kept():
    """The sheet as it was counted, before any of it is rounded."""
    row = Refreshed.objects.get()
    return Sheet.from_data(row.figures, row.as_of)


def test_the_sheet_counts_what_the_tables_hold_after_random_changes(operator):
    made = populate(400)
    rng = random.Random(8)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        until = "UPDATE registry_person SET branch_until = %s WHERE id = ANY(%s)"
        cursor.execute(until, [NOW.last_day, people[8::9]])
        cursor.execute(until, [(NOW - 1).last_day, people[::9]])
        cursor.execute(
            "UPDATE registry_eligibility SET eligible = false WHERE person_id = ANY(%s)", [people[9::10]]
        )
    for _ in range(3):
        actions.rebuild(operator, today=TODAY)
        sheet = kept()
        expected = by_hand(NOW)
        assert {name: getattr(sheet.total, name) for name in expected} == expected
        assert min(expected.values()) > 0
        with connection.cursor() as cursor:
            chosen = rng.sample(people, 60)
            left = people[rng.randrange(5) :: 5]
            cursor.execute("DELETE FROM coverage_covermonth WHERE person_id = ANY(%s)", [left])
            cursor.execute(
                "UPDATE registry_person SET candidate = NOT candidate WHERE id = ANY(%s)", [chosen]
            )
            cursor.execute(
                "UPDATE coverage_registration SET state = 'accepted', starts_on = %s WHERE person_id = ANY(%s)",
                [(NOW + 1).first_day, chosen],
            )
            cursor.execute(
                "UPDATE coverage_bill SET state = 'sent' WHERE fund_id = %s AND month = %s",
                [made.fund_id, NOW.number],
            )
            cursor.execute("UPDATE coverage_bill SET state = 'paid' WHERE fund_id = %s", [made.other_id])


def test_a_refresh_after_random_changes_keeps_what_a_rebuild_keeps(operator):
    """Covers, bills, registrations and people change in a few months; the rest is not counted again."""
    made = populate(400)
    actions.rebuild(operator, today=TODAY)
    rng = random.Random(11)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    for turn in range(8):
        month, fund = NOW.number - rng.randrange(4), rng.choice([made.fund_id, made.other_id])
        chosen = rng.sample(people, 40)
        statement, values = rng.choice(
            [
                ("DELETE FROM coverage_covermonth WHERE month = %s AND person_id = ANY(%s)", [month, chosen]),
                (
                    "UPDATE coverage_covermonth SET region_code = '65.71' WHERE month = %s AND person_id = ANY(%s)",
                    [month, chosen],
                ),
                (
                    "UPDATE coverage_bill SET state = CASE state WHEN 'paid' THEN 'sent' ELSE 'paid' END"
                    " WHERE month = %s AND fund_id = %s",
                    [month, fund],
                ),
                (
                    "UPDATE coverage_registration SET state = 'accepted', starts_on = %s WHERE person_id = ANY(%s)",
                    [Month(month).first_day, chosen],
                ),
                (
                    "UPDATE coverage_registration SET state = 'refused', starts_on = %s WHERE person_id = ANY(%s)",
                    [None, chosen],
                ),
                (
                    "UPDATE registry_person SET birth_date = %s, sex = 'female' WHERE id = ANY(%s)",
                    [date(1970 + turn, 5, 6), chosen],
                ),
                (
                    "UPDATE registry_person SET candidate = %s, income = 3000000 WHERE id = ANY(%s)",
                    [turn % 2 == 0, chosen],
                ),
                (
                    "UPDATE registry_eligibility SET verified = %s WHERE person_id = ANY(%s)",
                    [turn % 2 == 0, chosen],
                ),
            ]
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        Event.objects.create(action="bench", subject="bench")
        assert actions.refresh_if_changed(TODAY) is True
        refreshed = _everything_kept()
        actions.rebuild(operator, today=TODAY)
        assert _everything_kept() == refreshed, statement


def test_deaths_with_and_without_cover_stand_on_the_sheet(operator):
    """Those whom no cover reached are the cost of the gap: parliament sees how many, and no name."""
    populate(60)
    actions.rebuild(operator, today=TODAY)
    figures = Refreshed.objects.get()
    died = {"full": 7, "partial": 2, "accident": 1, "lapsed": 5, "waiting": 1, "never": 30}
    figures.figures["claims"]["deaths"] = died
    sheet = Sheet.from_data(figures.figures, figures.as_of)
    assert (sheet.known_deaths, sheet.uncovered_deaths) == (10, 36)
    page = render_to_string("oversight/claims.html", {"sheet": sheet})
    for label, count in (("Kematian peserta diketahui", 10), ("Meninggal tanpa perlindungan", 36)):
        assert re.search(rf"<dt>{label}</dt><dd><strong[^>]*>{count}<", page)


def _everything_kept() -> list[object]:
    figures = Refreshed.objects.get().figures
    lived = list(Lived.objects.order_by("pk").values_list("month", "region_code", "people", "deaths"))
    return [
        list(CoverCount.objects.order_by("pk").values()),
        list(PeopleCount.objects.order_by("pk").values()),
        list(Waiting.objects.order_by("region_code", "trade", "income").values_list(*WAITING)),
        [(month, region, people, round(deaths, 9)) for month, region, people, deaths in lived],
        {name: figures[name] for name in ("places", "months", "trades", "payers", "claims", "branch")},
    ]


def test_only_months_that_changed_are_counted_again(operator, monkeypatch):
    made = populate(60)
    counted: list[list[int]] = []
    people: list[int] = []
    stage, run = Statement.stage, Statement.run

    def noted_stage(statement, table, values=None, /, **staged):
        if statement == Statement("oversight", "covers_counted"):
            counted.append(values["months"])
        return stage(statement, table, values, **staged)

    def noted_run(statement, values=None, /, **staged):
        if statement == Statement("oversight", "people_count"):
            people.append(len(counted))
        return run(statement, values, **staged)

    monkeypatch.setattr(Statement, "stage", noted_stage)
    monkeypatch.setattr(Statement, "run", noted_run)
    actions.rebuild(operator, today=TODAY)
    Event.objects.create(action="load", subject="intake")
    actions.refresh_if_changed(TODAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coverage_bill SET state = 'sent' WHERE fund_id = %s AND month = %s",
            [made.fund_id, NOW.number - 1],
        )
    Event.objects.create(action="bill", subject="bill")
    actions.refresh_if_changed(TODAY)
    actions.refresh_if_changed((NOW + 1).first_day)
    first, last = NOW.number - counting.PAST_MONTHS, NOW.number + counting.COMING_MONTHS
    assert counted == [list(range(first, last + 1)), [], [NOW.number - 1], [last + 1]]
    # People are counted at first and in another month; an act and a bill of a month gone by leave them as they are.
    assert people == [1, 4]
    assert CoverCount.objects.filter(month__lt=first + 1).count() == 0


def test_districts_add_up_to_regencies_and_to_the_whole(operator):
    populate(300)
    actions.rebuild(operator, today=TODAY)
    sheet = kept()
    regencies, districts, villages = (sheet._at(level) for level in ("regency", "district", "village"))
    for name in COUNTS:
        for above, below in ((regencies, districts), (districts, villages)):
            for code, one in above.items():
                inside = [getattr(row, name) for row in below.values() if row.code.startswith(code)]
                assert getattr(one, name) == sum(inside)
        assert getattr(sheet.total, name) == sum(getattr(r, name) for r in regencies.values())


def test_indicators_by_month_are_the_months_of_the_sheet_and_tell_no_small_count(operator):
    populate(400)
    record_outside(
        operator, question="nonwage_workers", value="2000", period="2026-08", source="BPS", today=TODAY
    )
    actions.rebuild(operator, today=TODAY)
    sheet = queries.sheet()
    found = {one.id: dict(one.values) for one in series(sheet)}
    for month in (NOW - 3, NOW - 1, NOW):
        count = sheet.count_of(month)
        assert count.active > 4 and count.billed
        assert found["active"][month] == count.active
        assert found["rentan"][month] == count.active / sheet.estimated
        assert found["bpu"][month] == count.active / 2000
        assert found["tertib"][month] == count.paid / count.billed
        assert found["kenaikan"][month] is None  # nobody was covered a year ago
    assert NOW + 1 in {count.month for count in sheet.months} and NOW + 1 not in found["active"]
    few = replace(sheet, months=[replace(count, active=4, decreed=30) for count in sheet.months])
    told = {one.id: set(dict(one.values).values()) for one in series(few)}
    assert told["active"] == told["rentan"] == told["bpu"] == {None} and told["decreed"] == {30}
    grown = [MonthCount(NOW - 12, 50, 50, 40, 1, 1), MonthCount(NOW, 60, 60, 50, 1, 1)]
    assert {one.id: dict(one.values) for one in series(replace(sheet, months=grown))}["kenaikan"][NOW] == 0.25


def test_money_that_went_further_is_still_counted_before(operator):
    populate(20)
    assert counting.money() == {
        "budgeted": 4_000_000_000,
        "committed": 1_800_000_000,
        "billed": 600_000_000,
        "paid": 500_000_000,
    }


def test_the_months_ahead_tell_when_cover_shrinks_and_ends(operator):
    populate(200)
    actions.rebuild(operator, today=TODAY)
    sheet = queries.sheet()
    # The factory covers everybody up to this month plus 0 to 4 more; ids are even, so 4 months is the longest.
    assert sheet.shrinks_in == NOW + 1
    assert sheet.money_ends == NOW + 4
    assert sheet.gap_monthly == sheet.total.gap * 16_800


def test_counting_again_changes_nothing_and_happens_only_after_a_change(operator):
    populate(100)
    actions.rebuild(operator, today=TODAY)
    before = (list(CoverCount.objects.values()), list(PeopleCount.objects.values()))
    assert actions.refresh_if_changed(TODAY) is False
    actions.rebuild(operator, today=TODAY)
    assert (list(CoverCount.objects.values()), list(PeopleCount.objects.values())) == before
    assert actions.refresh_if_changed(date(2026, 11, 24)) is True, "what ends within 60 days moves every day"


def test_a_change_written_late_under_an_earlier_number_is_noticed(operator):
    """Events take their number before their transaction ends: a later number may be seen first."""
    populate(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('access_event', 'id'))")
        taken = cursor.fetchall()[0][0]
    Event.objects.create(action="approve_decree", subject="decree")
    actions.rebuild(operator, today=TODAY)
    assert actions.refresh_if_changed(TODAY) is False
    Event.objects.create(pk=taken, action="approve_decree", subject="decree")
    assert actions.refresh_if_changed(TODAY) is True


def test_a_sheet_kept_as_data_is_the_sheet(operator):
    populate(300)
    actions.rebuild(operator, today=TODAY)
    made = kept()
    again = Sheet.from_data(made.as_data(), made.as_of)
    assert again == made
    assert {**again.as_data(), "words": in_words()} == Refreshed.objects.get().figures


def test_the_agency_and_the_branch_differ_by_named_reasons(operator):
    populate(300)
    actions.rebuild(operator, today=TODAY)
    sheet = kept()
    standing = sheet.branch["standing"]
    assert sum(standing.values()) == sheet.total.decreed
    assert standing["accepted"] == sheet.total.registered
    assert standing["refused"] == sheet.total.decreed - sheet.total.registered > 0


def test_an_empty_deployment_has_a_ladder_of_zeros(operator):
    assert queries.sheet() is None
    actions.rebuild(operator, today=TODAY)
    sheet = queries.sheet()
    assert [rung.value for rung in sheet.ladder] == [58_701, 0, 0, 0, 0, 0, 0]
    assert sheet.money_ends is None
    assert sheet.shrinks_in is None


def test_a_donor_may_not_count(make_actor):
    with pytest.raises(NotAllowed):
        actions.rebuild(make_actor("donor"), today=TODAY)
