"""The checker finds every rule that is broken on purpose, and the plan never breaks one."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.allocation import check, plan
from payung.values import Month
from tests.allocation.small import START, random_problem, table
from tests.allocation.test_plan import BASIC, JANUARY, fund, people_of, person

ROWS = {"person": pl.String, "fund": pl.String, "first_month": pl.Int32, "last_month": pl.Int32}


def rows(*entries):
    return pl.DataFrame([(p, f, START + a, START + b) for p, f, a, b in entries], schema=ROWS, orient="row")


def codes(assignments, people, funds):
    return {entry["code"] for entry in check(assignments, people, funds, JANUARY, 12, 6)}


@settings(max_examples=25, deadline=None)
@given(st.integers(1_000, 100_000))
def test_no_plan_breaks_a_rule(seed):
    people, funds = random_problem(seed, months=8, most_people=14)
    made = plan(table(people), funds, Month(START), 8, keep_months=3, time_limit=5)
    assert made.report["violations"] == []
    assert made.report["rejected"] == []
    assert made.report["kept"] + made.report["dropped"] <= len(people)
    assert set(made.assignments["person"]).isdisjoint(made.unfunded["person"])
    assert set(made.assignments["person"]) | set(made.unfunded["person"]) == {row["id"] for row in people}


@settings(max_examples=25, deadline=None)
@given(st.integers(1_000, 100_000), st.data())
def test_a_month_more_than_the_money_is_always_found(seed, data):
    people, funds = random_problem(seed)
    made = plan(table(people), funds, Month(START), 6, keep_months=3, time_limit=5)
    if not made.assignments.height:
        return
    name = data.draw(st.sampled_from(sorted(set(made.assignments["fund"]))))
    poorer = [
        source | {"cash": [[month, 0] for month, _ in source["cash"]]} if source["id"] == name else source
        for source in funds
    ]
    found = check(made.assignments, table(people), poorer, Month(START), 6, 3)
    assert ("overspent", name) in {(entry["code"], entry["subject"]) for entry in found}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 11), st.integers(0, 11))
def test_a_start_is_lawful_only_if_kept_six_months_to_the_end(first, last):
    if last < first:
        return
    found = codes(rows(("A", "F", first, last)), people_of(person("A")), [fund("F", 10**9)])
    expected = set()
    if last - first + 1 < 6:
        expected.add("too_short")
    if last != 11:
        expected.add("dropped_early")
    assert found == expected


def test_each_broken_rule_has_its_code():
    people = people_of(
        person("A"),
        person("B", region="65.01.01.2001"),
        person("C", covered_until=START + 2),
        person("D", eligible_until=START + 8),
    )
    rich = [fund("F", 10**9), fund("N", 10**9, new_only=True), fund("R", 10**9, regions=["65.01"])]
    assert codes(rows(("A", "F", 0, 11)), people, rich) == set()
    assert codes(rows(("A", "F", 0, 6), ("A", "N", 6, 11)), people, rich) == {"two_payers"}
    assert "gap" in codes(rows(("A", "F", 0, 4), ("A", "N", 6, 11)), people, rich)
    assert codes(rows(("A", "R", 0, 11)), people, rich) == {"not_allowed"}
    assert codes(rows(("C", "N", 3, 11)), people, rich) == {"not_allowed"}
    assert "already_covered" in codes(rows(("C", "F", 2, 11)), people, rich)
    assert "not_eligible" in codes(rows(("D", "F", 0, 11)), people, rich)
    assert codes(rows(("Z", "F", 0, 11)), people, rich) == {"unknown"}
    assert codes(rows(("A", "F", 0, 12)), people, rich) == {"outside_horizon"}
    late = [fund("F", 10**9, valid=["2027-03", "2027-12"])]
    assert codes(rows(("A", "F", 0, 11)), people, late) == {"not_valid"}
    assert codes(rows(("A", "F", 0, 11)), people, [fund("F", 12 * BASIC - 1)]) == {"overspent"}
    spread = [fund("F", 6 * BASIC) | {"cash": [["2027-01", 5 * BASIC], ["2027-07", 7 * BASIC]]}]
    assert codes(rows(("A", "F", 0, 11)), people, spread) == {"overspent"}
    assert codes(rows(("A", "F", 0, 11)), people, [fund("F", 10**9, package_months=5)]) == {"broken_package"}
    assert codes(rows(("A", "F", 0, 11)), people, [fund("F", 10**9, min_people=2)]) == {"too_few_people"}
