"""The kept cuts are what the tables hold; every answer shows them in fives, the same cell always the same."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db import connection

from payung.access.actor import Refused, acting_as
from payung.access.models import Event
from payung.funding.models import Fund
from payung.oversight import cuts, explore, queries
from payung.oversight.explore import Wish, answer
from payung.oversight.models import CoverCount, CutCount, CutMonth
from payung.registry.models import Person
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_months(monkeypatch):
    """As many months as the populations have covers in, and two before."""
    monkeypatch.setattr(cuts, "MONTHS", 6)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator")
    with acting_as(actor):
        yield actor


def band(person, last):
    if person.birth_date is None:
        return ""
    born = person.birth_date
    age = last.year - born.year - ((last.month, last.day) < (born.month, born.day))
    return f"{max(low for low in cuts.AGES if low <= max(age, 0)):02d}"


def by_hand(step, month):
    """(region, trade, age, payer, sex) of everybody on a rung in a month, person by person in Python."""
    people = {person.pk: person for person in Person.objects.all()}
    kinds = dict(Fund.objects.values_list("id", "kind"))
    with connection.cursor() as cursor:
        if step == "decreed":
            cursor.execute(
                "SELECT person_id, fund_id FROM coverage_covermonth WHERE month = %s", [month.number]
            )
        elif step == "active":
            cursor.execute(
                """SELECT l.person_id, b.fund_id FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
                   WHERE l.month = %s AND b.state IN ('paid', 'reconciled') AND EXISTS (
                       SELECT FROM coverage_covermonth c WHERE c.person_id = l.person_id AND c.month = l.month
                       AND c.fund_id = b.fund_id) AND EXISTS (
                       SELECT FROM coverage_registration r WHERE r.person_id = l.person_id AND r.fund_id = b.fund_id
                       AND r.state = 'accepted' AND r.starts_on <= %s)""",
                [month.number, month.last_day],
            )
        else:
            cursor.execute(
                """SELECT e.person_id, NULL FROM registry_eligibility e JOIN registry_person p ON p.id = e.person_id
                   WHERE e.eligible AND e.verified AND p.candidate
                   UNION SELECT person_id, NULL FROM coverage_covermonth WHERE month = %s""",
                [month.number],
            )
        rows = cursor.fetchall()
    return [
        (
            people[person].region_code,
            people[person].occupation_id or "",
            band(people[person], month.last_day),
            kinds.get(fund, ""),
            people[person].sex,
        )
        for person, fund in rows
    ]


PLACE = {"trade": 1, "age": 2, "payer": 3, "sex": 4}


def count(rows, region, only):
    return sum(
        row[0].startswith(region) and all(row[PLACE[name]] == value for name, value in only.items())
        for row in rows
    )


def test_counts_are_shown_in_fives_near_the_truth_in_many_cuts(operator):
    populate(3_000)
    assert cuts.recount(TODAY)[0] == NOW
    known = cuts.axes()
    errors = []
    for step, month in (("decreed", NOW), ("active", NOW - 1), ("eligible", NOW)):
        rows = by_hand(step, month)
        attributes = [name for name in cuts.ATTRIBUTES if step != "eligible" or name != "payer"]
        wishes = [Wish(step, month, "65", "place")]
        wishes += [
            Wish(step, month, region, name) for region in ("65", "65.71", "65.02.01") for name in attributes
        ]
        wishes += [
            Wish(step, month, region, row, column)
            for region, row, column in product(("65", "65.71"), ("place", *attributes), explore.COLUMNS)
            if row != column and column in attributes
        ]
        wishes.append(Wish(step, month, "65.71", "age", "", {"sex": "male"}))
        for wish in wishes:
            found = answer(wish)
            for row in (*found.rows, found.total):
                region = row.code if wish.rows == "place" and row.code else wish.region
                only = dict(wish.only)
                if wish.rows != "place" and row is not found.total:
                    only[wish.rows] = row.code
                cells = [(only, row.total)]
                cells += [
                    ({**only, wish.columns: column}, shown)
                    for column, shown in zip(found.columns, row.counts, strict=True)
                ]
                for chosen, shown in cells:
                    true = count(rows, region, chosen)
                    assert shown % 5 == 0 and (true or not shown), (wish, row.code, chosen)
                    errors += [shown - true] if true else []
    # One rung is rounded with a standard deviation of about 2.2; eligible is two of them.
    assert len(errors) > 500 and len(known.trade) > 20
    assert max(map(abs, errors)) < 30 and sum(map(abs, errors)) / len(errors) < 3
    assert sum(abs(error) > 9 for error in errors) < len(errors) / 50


def test_a_cut_is_the_sheets_own_counts_rounded(operator):
    from payung.oversight.actions import rebuild

    populate(2_000)
    rebuild(operator, today=TODAY)
    cuts.recount(TODAY)
    for month in (NOW, NOW - 2):
        for step in cuts.BY_MONTH:
            kept = sum(CoverCount.objects.filter(month=month).values_list(step, flat=True))
            assert abs(answer(Wish(step, month, "65", "place")).total.total - kept) < 10
    by_month = answer(Wish("decreed", NOW, "65", "month"))
    assert len(by_month.rows) == cuts.MONTHS and by_month.rows[-1].code == str(NOW)
    assert by_month.rows[-1].total == answer(Wish("decreed", NOW, "65", "place")).total.total


def test_a_district_and_a_village_are_the_same_number_on_the_sheet_and_in_every_cut(operator):
    from payung.oversight.actions import rebuild

    populate(2_000)
    rebuild(operator, today=TODAY)
    cuts.recount(TODAY)
    _regencies, districts, villages = queries.sheet().shown
    for step in cuts.STEPS:
        for region, rows in (("65.71", districts["65.71"]), ("65.71.01", villages["65.71.01"])):
            cut = {row.code: row.total for row in answer(Wish(step, NOW, region, "place")).rows}
            shown = {row.code: getattr(row, step) for row in rows}
            assert {code: cut[code] for code in shown} == shown


def test_months_that_are_the_same_are_shown_the_same_and_a_change_is_none_of_one_to_four(operator):
    populate(1_500)
    cuts.recount(TODAY)
    true = {}
    for step, month in product(("decreed", "registered"), (NOW, NOW - 1, NOW - 2)):
        counts = CutCount.objects.filter(cut="", step=step, month=month)
        true[step, month] = {code: kept[0] for code, kept in counts.values_list("region_code", "counts")}
    for region in ("65.71", "65.71.01", "65.02", "65.71.01.1001"):
        for step in ("decreed", "registered"):
            rows = {row.code: row.total for row in answer(Wish(step, NOW, region, "month")).rows}
            for one, other in ((NOW, NOW - 1), (NOW - 1, NOW - 2)):
                change = rows[str(one)] - rows[str(other)]
                assert change % 5 == 0
                if true[step, one].get(region, 0) == true[step, other].get(region, 0):
                    # Only a rung below that rises can push one that stands still.
                    assert abs(change) <= 5


def test_the_same_cell_is_the_same_number_in_every_answer(operator):
    populate(1_500)
    cuts.recount(TODAY)
    across = answer(Wish("decreed", NOW, "65", "place", "sex"))
    for row in across.rows:
        alone = answer(Wish("decreed", NOW, row.code, "sex")) if row.code[-2:] != "00" else None
        if alone is not None:
            apart = {one.code: one.total for one in alone.rows}
            assert row.counts == tuple(apart.get(code, 0) for code in across.columns)
            assert alone.total.total == row.total
            filtered = answer(Wish("decreed", NOW, "65", "place", "", {"sex": "male"}))
            assert {one.code: one.total for one in filtered.rows}[row.code] == apart.get("male", 0)


def test_people_of_an_unknown_village_still_add_up(operator):
    populate(600)
    moved = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:200])
    Person.objects.filter(pk__in=moved).update(region_code="65.71")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coverage_covermonth SET region_code = '65.71' WHERE person_id = ANY(%s)", [moved]
        )
    cuts.recount(TODAY)
    found = answer(Wish("decreed", NOW, "65.71", "place"))
    assert found.rows[-1].code == "65.71.00"
    kept = dict(
        CutCount.objects.filter(
            cut="", step="decreed", month=NOW, region_code__startswith="65.71"
        ).values_list("region_code", "counts")
    )
    assert kept["65.71.00"][0] > 50
    assert sum(counts[0] for code, counts in kept.items() if len(code) == 8) == kept["65.71"][0]


def test_only_what_may_have_changed_is_counted_again(operator):
    populate(100)
    assert len(cuts.recount(TODAY)) == cuts.MONTHS
    before = list(CutCount.objects.order_by("pk").values())
    assert cuts.recount(TODAY) == []
    Event.objects.create(action="case.ask", subject="question")
    assert cuts.recount(TODAY) == []
    Event.objects.create(action="approve_decree", subject="decree")
    assert cuts.recount(TODAY) == [NOW]
    assert list(CutCount.objects.order_by("pk").values()) == before
    assert cuts.recount(date(2026, 12, 1)) == [NOW + 1, NOW]
    assert CutMonth.objects.count() == cuts.MONTHS


CHANGES = {
    "a bill is paid no longer": (
        "UPDATE coverage_bill SET state = 'sent' WHERE month = %(then)s AND state = 'reconciled'",
        [NOW, NOW - 2],
    ),
    "covers are taken away": (
        "DELETE FROM coverage_covermonth WHERE month = %(then)s AND person_id %% 5 = 0",
        [NOW, NOW - 2],
    ),
    "a person was born later and is a woman": (
        "UPDATE registry_person SET birth_date = '2003-04-05', sex = 'female' WHERE id = "
        "(SELECT person_id FROM coverage_covermonth WHERE month = %(then)s ORDER BY 1 LIMIT 1)",
        [NOW, NOW - 1, NOW - 2, NOW - 3],
    ),
    "the branch takes somebody back": (
        "UPDATE coverage_registration SET state = 'refused' WHERE person_id %% 3 = 0 AND state = 'accepted'",
        [NOW, NOW - 1, NOW - 2, NOW - 3],
    ),
    "the branch registers from another month": (
        "UPDATE coverage_registration SET starts_on = %(first)s WHERE person_id %% 4 < 2",
        [NOW, NOW - 1, NOW - 2, NOW - 3],
    ),
    "a fund is of another kind": (
        "UPDATE funding_fund SET kind = 'donor' WHERE kind = 'csr'",
        [NOW, NOW - 1, NOW - 2, NOW - 3],
    ),
}


def test_months_that_changed_are_counted_again_and_are_as_if_all_were(operator):
    populate(400)
    cuts.recount(TODAY)
    for name, (statement, months) in CHANGES.items():
        before = list(CutCount.objects.order_by("pk").values())
        with connection.cursor() as cursor:
            cursor.execute(statement, {"then": (NOW - 2).number, "first": (NOW - 1).first_day})
            assert cursor.rowcount, name
        Event.objects.create(action="bench", subject="bench")
        assert cuts.recount(TODAY) == months, name
        assert list(CutCount.objects.order_by("pk").values()) != before, name
        assert cuts.recount(TODAY) == [], name
    again = list(CutCount.objects.order_by("pk").values())
    CutMonth.objects.all().delete()
    assert len(cuts.recount(TODAY)) == cuts.MONTHS
    assert list(CutCount.objects.order_by("pk").values()) == again


@pytest.mark.parametrize(
    "wish",
    [
        Wish("nothing", NOW, "65", "place"),
        Wish("decreed", NOW, "65", "nothing"),
        Wish("decreed", NOW, "99", "place"),
        Wish("decreed", NOW, "65", "sex", "sex"),
        Wish("decreed", NOW, "65", "place", "trade"),
        Wish("decreed", NOW, "65", "trade", "age", {"sex": "male"}),
        Wish("decreed", NOW, "65", "sex", "", {"sex": "male"}),
        Wish("decreed", NOW, "65", "place", "", {"sex": "both"}),
        Wish("decreed", NOW, "65.71.01", "place", "age", {"sex": "male"}),
        Wish("decreed", NOW, "65.71.01.1001", "place"),
        Wish("eligible", NOW, "65", "payer"),
        Wish("gap", NOW, "65", "month"),
    ],
)
def test_what_is_not_answered_says_what_to_change(wish):
    with pytest.raises(Refused) as refusal:
        answer(wish)
    assert refusal.value.sentence != refusal.value.english
