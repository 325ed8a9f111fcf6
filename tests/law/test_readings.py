"""Contested rules: every answer that a reading, or several together, would give is named."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings

from payung.law import Accident, Child, Loss, clock, contribution, eligible, jkk, jkm, national_law
from payung.law.cover import Standing, runs_of
from payung.law.readings import MOST, every_reading
from payung.values import Month, Period
from tests.law.strategies import histories

LAW = national_law()
CLOCK_RULES = (
    "reading.jkm_wait_unit",
    "reading.jkm_wait_days_counted",
    "reading.jkm_wait_start",
    "reading.jkm_wait_earlier_members",
    "reading.gap_restarts_wait",
    "reading.third_unpaid_month",
    "reading.scholarship_count",
)


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


def day(text):
    return date.fromisoformat(text)


def worlds(rules):
    """The law under every combination of the options of `rules`."""
    options = [list(LAW.parameter(name).options) for name in rules]
    for chosen in itertools.product(*options):
        yield LAW.with_readings(dict(zip(rules, chosen, strict=True)))


def named(answer, part, default):
    return {default, *(one.differs[part] for one in answer.readings if part in one.differs)}


@pytest.mark.parametrize(
    ("born", "on", "wage_worker", "together"),
    [
        ("1960-02-15", "2025-02-15", True, True),
        ("1961-11-23", "2026-11-23", True, True),
        ("1961-01-01", "2026-12-31", True, True),
        ("2008-11-23", "2026-11-22", True, True),
        ("2010-01-01", "2026-01-01", True, True),
        ("1961-11-23", "2026-11-23", False, False),
        ("2008-11-23", "2026-11-22", False, False),
        ("1980-01-01", "2026-01-01", True, False),
    ],
)
def test_two_doubts_at_once_do_not_hide_each_other(born, on, wage_worker, together):
    facts = {"birth_date": day(born), "wage_worker": wage_worker}
    answer = eligible(facts, day(on))
    assert answer.eligible is False
    assert named(answer, "eligible", False) == {True, False}
    assert (" + " in answer.readings[0].reading) == together


def test_a_person_of_sixty_six_is_named_by_no_reading():
    assert eligible({"birth_date": date(1960, 1, 1), "wage_worker": True}, date(2026, 6, 1)).readings == ()


@pytest.mark.parametrize(
    ("history", "died"),
    [
        ("2025-01..2025-02,2025-04", "2025-05-10"),
        ("2024-11..2025-01,2025-03..2025-04", "2025-05-01"),
        ("2026-01..2026-02,2026-05", "2026-06-01"),
        ("2026-01,2026-03", "2026-05-02"),
        ("2026-07..2026-08", "2026-11-15"),
        ("2026-01,2026-05..2026-06", "2026-06-15"),
        ("2025-02..2025-04", "2025-07-15"),
        ("2026-02..2026-04,2026-08..2026-09", "2026-10-20"),
        ("2022-01..2024-06,2024-08..2026-01", "2026-03-20"),
        ("2022-12..2024-09,2024-12..2025-01,2025-03..2026-01", "2026-02-20"),
        ("2026-09..2026-11", "2026-11-30"),
        ("2024-01..2025-02", "2025-03-01"),
    ],
)
def test_every_amount_that_some_reading_gives_is_named(history, died):
    children = [Child("sd", 4)]
    answer = jkm(day(died), paid(history), children)
    scholarship = jkk(Accident(day(died), None, "death", children=children)).items["scholarship"]
    amounts = {"none": 0, "partial": 10_000_000, "full": 42_000_000}
    standings = [Standing(law, runs_of(paid(history)), day(died)) for law in worlds(CLOCK_RULES)]
    possible = {amounts[one.jkm] + (scholarship if one.scholarship else 0) for one in standings}
    assert named(answer, "total", answer.total) == possible


@given(histories())
@settings(max_examples=25, deadline=None)
def test_every_state_that_some_reading_gives_is_named(case):
    history, on = case
    answer = clock(history, on)
    rules = ("reading.jkm_wait_unit", "reading.gap_restarts_wait", "reading.third_unpaid_month")
    for law in worlds(rules):
        other = Standing(law, runs_of(history), on)
        if not other.begun:
            continue
        parts = {"jkk": other.covered, "jkm": other.jkm, "jkm_full_from": other.full_from}
        for part, value in {**parts, "scholarship": other.scholarship, "lapses_on": other.lapses_on}.items():
            assert value in named(answer, part, getattr(answer, part)), part


def test_what_is_named_for_several_rules_is_what_they_give():
    for history, on in (("2025-01..2025-02,2025-04", "2025-05-10"), ("2026-01,2026-03", "2026-05-02")):
        for one in clock(paid(history), day(on)).readings:
            law = LAW.with_readings({taken.reading: taken.option for taken in one.taken})
            other = clock(paid(history), day(on), law=law)
            for part, value in one.differs.items():
                if not part.startswith("renewal"):
                    assert getattr(other, part) == value


def test_the_number_of_questions_is_bounded_and_fewest_changes_come_first():
    asked = []

    def ask(law):
        for rule in law.contested():
            law.choose(rule.name, date(2026, 1, 1))
        asked.append(law)
        return {}

    found = [changed for changed, _ in every_reading(LAW, date(2026, 1, 1), ask)]
    assert len(found) == len(asked) == MOST
    assert [len(changed) for changed in found] == sorted(len(changed) for changed in found)
    assert len({tuple(sorted(changed.items())) for changed in found}) == MOST


@pytest.mark.parametrize(
    ("history", "covered"),
    [
        ("2026-01,2026-05", True),
        ("2026-01..2026-02,2026-06..2026-07", True),
        ("2026-01,2026-04", True),
        ("2026-01,2026-05,2026-09", True),
        ("2026-01,2026-06", False),
        ("2026-01..2026-02,2026-07..2026-08", False),
        ("2025-01..2026-01,2026-05", True),
        ("2026-01..2026-03,2026-07", True),
        ("2026-01..2026-04,2026-08..2026-12", True),
        ("2026-01,2026-05..2026-06,2026-10", True),
        ("2026-01,2026-03,2026-07", True),
        ("2026-01..2026-05,2026-09,2027-01", True),
        ("2026-01..2026-06,2026-10..2027-03,2027-07", True),
        ("2026-01..2026-05,2026-10", False),
    ],
)
def test_a_covered_third_month_joins_a_gap_of_three(history, covered):
    """The day of the lapse and the first day of the cover speak of one and the same membership."""
    law = LAW.with_readings({"third_unpaid_month": "covered"})
    months = paid(history)
    last = months[-1].first.first_day
    assert (clock(months, day("2026-01-15"), law=law).lapses_on > last) == covered
    assert (clock(months, last, law=law).covered_from == months[0].first.first_day) == covered
    assert clock(months, day("2026-04-30"), law=law).jkk


@pytest.mark.parametrize(
    ("losses", "capped", "added"),
    [
        (["arm-right", "arm-left"], 56_000_000, 60_000_000),
        (["arm-right", "hearing-both"], 56_000_000, 64_000_000),
        (["eyes-both", "smell"], 56_000_000, 64_000_000),
        (["arm-right", "smell"], 40_000_000, None),
    ],
)
def test_the_limit_of_several_losses_is_a_reading(losses, capped, added):
    case = Accident(date(2026, 3, 1), 1_000_000, "partial", losses=[Loss(code) for code in losses])
    answer = jkk(case)
    assert answer.total == capped
    assert named(answer, "total", capped) == {capped, *([added] if added else [])}


@pytest.mark.parametrize("payer", ["csr", "donor", "dbh", "apbdes"])
@pytest.mark.parametrize(("sector", "month"), [("other", "2026-11"), ("transport", "2027-03")])
def test_whoever_may_or_may_not_get_the_relief_is_priced_at_the_full_rate(payer, sector, month):
    answer = contribution(1_000_000, payer, sector, Month.parse(month))
    assert answer.total == 16_800
    assert named(answer, "total", 16_800) == {16_800, 8_400}


@pytest.mark.parametrize("payer", ["apbd", "apbn", "self"])
def test_nothing_is_contested_where_the_regulation_speaks(payer):
    assert contribution(1_000_000, payer, "other", Month.parse("2026-11")).readings == ()
    assert contribution(1_000_000, "csr", "other", Month.parse("2026-03")).readings == ()
