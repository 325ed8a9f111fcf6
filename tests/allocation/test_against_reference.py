"""On small problems the plan equals the whole-number programme over single people, goal by goal."""

from __future__ import annotations

import pytest

from payung.allocation import bounds, plan
from payung.allocation.figures import measure
from payung.values import Month
from tests.allocation.reference import Reference
from tests.allocation.small import START, random_problem, table

GOALS = ("kept", "months", "priority", "unspent", "narrow", "changes")


def values(made):
    figures = measure(made.draft)
    return {
        "kept": figures.kept,
        "people": figures.people,
        "months": figures.months_rupiah,
        "priority": figures.priority_rupiah,
        "unspent": figures.spent,
        "narrow": -figures.broad,
        "changes": -figures.changes,
    }


@pytest.mark.parametrize("block", range(10))
def test_equals_the_reference_on_two_hundred_problems(block):
    for seed in range(20 * block, 20 * block + 20):
        people, funds = random_problem(seed, most_people=6)
        made = plan(table(people), funds, Month(START), 6, keep_months=3)
        wanted = Reference(people, funds, START, 6, 3).solve(GOALS)
        assert {name: values(made)[name] for name in GOALS} == wanted, f"seed {seed}"
        assert not made.report["violations"]
        assert not made.report["rejected"], f"seed {seed}: a candidate broke a rule"
        best = measure(made.draft)
        assert bounds.least_broad(made.instance, best.spent) <= best.broad / 1000, f"seed {seed}"
        assert bounds.fewest_changes(made.instance, best.kept) <= best.changes, f"seed {seed}"


def test_most_people_first_equals_the_reference():
    goals = ("kept", "people", "months", "priority")
    for seed in range(300, 315):
        people, funds = random_problem(seed, most_people=6)
        made = plan(table(people), funds, Month(START), 6, keep_months=3, first_goal="people")
        wanted = Reference(people, funds, START, 6, 3).solve(goals)
        assert {name: values(made)[name] for name in goals} == wanted, f"seed {seed}"
