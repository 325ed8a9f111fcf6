"""Large problems are planned in parts, near a bound that holds at any size."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from payung.allocation import check, drafting, next_money, parts, plan
from payung.allocation.exchange import press
from payung.allocation.figures import measure
from payung.allocation.instance import PRIORITY_SCALE, build
from payung.allocation.lines import assignments_of
from payung.allocation.programme.flow import Reach
from payung.allocation.rules import todays_way
from payung.demo.funding import instance
from payung.values import Month
from tests.allocation.reference import Reference
from tests.allocation.small import START, random_problem, table

JANUARY = Month.of(2027, 1)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(parts, "WHOLE", 500)
    monkeypatch.setattr(parts, "_TOGETHER", 700)


def test_a_plan_in_parts_is_lawful_near_its_bound_and_better_than_the_simple_rule(small_parts):
    people, funds = instance(3_000, 30, 12, 4)
    made = plan(people, funds, JANUARY, 12)
    assert made.report["method"] == "parts"
    assert not check(made, people, funds)
    assert not made.report["rejected"]
    gaps = {goal["name"]: goal["gap"] for goal in made.report["goals"]}
    assert gaps["kept"] == 0
    assert gaps["months"] < 0.01
    assert made.report["months_rupiah"] > made.report["best_rule"]["months_rupiah"]


def test_a_plan_in_parts_does_not_depend_on_the_order_of_rows_or_workers(small_parts, monkeypatch):
    people, funds = instance(2_000, 20, 12, 2)
    one = plan(people, funds, JANUARY, 12, seed=3)
    monkeypatch.setattr(parts, "WORKERS", 1)
    other = plan(people.sample(fraction=1, shuffle=True, seed=1), funds[::-1], JANUARY, 12, seed=3)
    assert one.report["method"] == other.report["method"] == "parts"
    assert other.assignments.equals(one.assignments)
    assert other.unfunded.equals(one.unfunded)


def test_a_plan_in_parts_answers_a_time_limit_with_a_lawful_plan(small_parts):
    people, funds = instance(2_000, 20, 12, 2)
    made = plan(people, funds, JANUARY, 12, time_limit=0.01)
    assert not check(made, people, funds)
    assert made.report["people"] > 0
    assert {goal["name"] for goal in made.report["goals"] if goal["gap"] is not None} >= {
        "months",
        "priority",
    }


def test_a_process_ended_from_outside_leaves_the_simple_rule_and_is_told(small_parts, monkeypatch):
    monkeypatch.setattr(drafting, "in_part", _ends)
    people, funds = instance(2_000, 20, 12, 2)
    made = plan(people, funds, JANUARY, 12)
    assert made.report["method"] == "best_rule"
    assert "parts_not_solved" in {problem["code"] for problem in made.report["problems"]}
    assert not check(made, people, funds)


def _ends(part, order, clock):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_plans_parts_does_not_outlive_the_program_it_works_for():
    works = "import os, time; from payung.allocation.parts import _end_with; _end_with(os.getppid()); "
    works += "print('works', flush=True); time.sleep(60)"
    asks = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {works!r}])"
    with subprocess.Popen([sys.executable, "-c", asks], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "works\n"
        program.kill()
        # what they write to is closed when both have ended
        assert program.communicate(timeout=30)[0] == ""


def test_people_whom_head_counts_compete_for_come_into_one_part(small_parts):
    people, _ = instance(3_000, 20, 12, 4)
    trade = people["trade"].mode().sort()[0]
    places = people.filter(pl.col("trade") == trade)["region"].str.slice(0, 5)
    regency = places.mode().sort()[0]
    wanted = [
        {
            "id": f"csr-{number}",
            "kind": "csr",
            "cash": [["2027-01", 12 * 16_800 * 60]],
            "valid": ["2027-01", "2027-12"],
            "regions": [regency],
            "trades": [trade],
            "new_only": False,
            "min_people": 20,
            "package_months": 6,
        }
        for number in range(3)
    ]

    def homes(funds):
        built = build(people, funds, JANUARY, 12)
        theirs = np.flatnonzero([(r or "").startswith(regency) for r in built.regions])
        theirs = theirs[built.trades[theirs] == trade]
        return {
            number for number, part in enumerate(parts.parts_of(built)) if np.isin(theirs, part.people).any()
        }

    apbd = {**wanted[0], "id": "apbd", "kind": "apbd", "regions": [], "trades": [], "min_people": 0}
    apbd |= {"package_months": 0, "cash": [["2027-01", 10**9]]}
    assert len(homes([apbd])) > 1
    assert len(homes([apbd, *wanted])) == 1


def test_floors_not_solved_in_time_are_served_first_and_told():
    people, funds = instance(2_000, 20, 12, 2)
    floors = {"65.03": 0.5}
    made = plan(people, funds, JANUARY, 12, floors=floors, time_limit=0.001)
    usual = plan(people, funds, JANUARY, 12, time_limit=0.001)
    assert not check(made, people, funds)
    assert "floors_not_solved" in {problem["code"] for problem in made.report["problems"]}
    assert [(row["region"], row["guaranteed"]) for row in made.report["floors"]] == [("65.03", 0.0)]
    inside = pl.col("region").str.starts_with("65.03")
    there = people.filter(inside)["id"].cast(pl.String)

    def served(one):
        return one.assignments.filter(pl.col("person").is_in(there.implode()))["person"].n_unique()

    assert served(made) >= served(usual)
    assert {goal["name"] for goal in made.report["goals"] if goal["gap"] is not None} >= {
        "months",
        "priority",
    }


def test_spells_go_to_the_more_pressing_and_nothing_else_changes():
    people, funds = instance(2_000, 20, 12, 2)
    draft = todays_way(build(people, funds, JANUARY, 12))
    before = measure(draft)
    press(draft)
    draft.recount()
    after = measure(draft)
    assert after.priority_rupiah > before.priority_rupiah
    assert replace(after, priority_rupiah=0) == replace(before, priority_rupiah=0)
    assert not check(assignments_of(draft), people, funds, JANUARY, 12, 6)


def test_a_head_count_is_reached_where_people_are_spread_over_parts(small_parts):
    people, funds = instance(2_000, 12, 12, 5)
    trade = people["trade"].mode()[0]
    spread = int((people["trade"] == trade).sum())
    pledge = {
        "id": "pledge",
        "kind": "csr",
        "cash": [["2027-01", spread * 12 * 36_800]],
        "valid": ["2027-01", "2027-12"],
        "regions": ["65"],
        "trades": [trade],
        "min_people": spread // 2,
    }
    made = plan(people, [*funds, pledge], JANUARY, 12)
    assert not check(made, people, [*funds, pledge])
    assert made.assignments["fund"].str.contains("pledge").any()


def test_a_large_district_is_divided_by_villages(monkeypatch):
    monkeypatch.setattr(parts, "_TOGETHER", 150)
    people, funds = instance(2_000, 12, 12, 5)
    problem = build(people, funds, JANUARY, 12)
    found = parts.parts_of(problem)
    largest_village = people["region"].value_counts()["count"].max()
    assert max(len(part.people) for part in found) <= 225 + largest_village
    assert sum(len(part.people) for part in found) == (problem.signature >= 0).sum()
    for part in found:
        assert len({str(region)[:5] for region in problem.regions[part.people]}) == 1
    shared = sum(part.instance.cash[:, -1].sum() for part in found)
    assert 0 <= problem.cash[problem.open.any(axis=1), -1].sum() - shared < 100 * len(found)


def test_head_counts_that_compete_for_the_same_people_lower_the_bound():
    people, _ = instance(600, 5, 12, 1)
    people = people.with_columns(
        pl.lit(16_800).alias("monthly_due"), pl.lit(None, pl.Int32).alias("eligible_until")
    )
    people = people.head(30).with_columns(pl.lit(None, pl.Int32).alias("covered_until"))
    pledge = {
        "kind": "csr",
        "cash": [["2027-01", 30 * 12 * 16_800]],
        "valid": ["2027-01", "2027-12"],
        "regions": ["65"],
        "min_people": 20,
        "package_months": 7,
    }
    funds = [pledge | {"id": name} for name in ("A", "B")]
    assert most_months(build(people, funds, JANUARY, 12, 6)) == pytest.approx(30 * 7 * 16_800, rel=1e-6)


def most_months(instance) -> float:
    """Rupiah of months, at the full price, that no plan can exceed."""
    reach = Reach(instance)
    return reach.most(reach.active)


def test_no_plan_has_more_months_than_the_flow_allows():
    for seed in range(40):
        people, funds = random_problem(seed, most_people=6)
        if seed % 2:
            funds = [
                *funds,
                *({**funds[0], "id": f"rival{n}", "min_people": 2, "package_months": 2} for n in range(2)),
            ]
        best = Reference(people, funds, START, 6, 3).solve(("months",))["months"]
        assert best <= most_months(build(table(people), funds, Month(START), 6, 3)) + 1e-6, f"seed {seed}"


def test_where_head_counts_compete_those_pay_that_spend_most(monkeypatch):
    """40 newcomers: one fund of whole years for 30 of them leaves nobody to the two funds of half years."""
    monkeypatch.setattr(parts, "WHOLE", 10)
    people, _ = instance(600, 5, 12, 1)
    people = people.head(40).with_columns(
        pl.lit(16_800).alias("monthly_due"),
        pl.lit(None, pl.Int32).alias("eligible_until"),
        pl.lit(None, pl.Int32).alias("covered_until"),
        pl.lit(None, pl.String).alias("current_fund"),
    )
    pledge = {"kind": "csr", "valid": ["2027-01", "2027-12"], "regions": ["65"]}
    funds = [
        pledge
        | {
            "id": name,
            "cash": [["2027-01", heads * months * 16_800]],
            "min_people": heads - 5,
            "package_months": months,
        }
        for name, heads, months in (("a-year", 30, 12), ("half-a", 36, 6), ("half-b", 38, 6))
    ]
    made = plan(people, funds, JANUARY, 12)
    assert made.report["method"] == "parts"
    assert not made.report["rejected"]
    assert set(made.assignments["fund"]) == {"half-a", "half-b"}
    months = next(goal for goal in made.report["goals"] if goal["name"] == "months")
    assert months["value"] == (36 + 38) * 6 * 16_800
    assert months["gap"] < 1e-3


def test_a_plan_in_parts_bounds_priority_and_says_what_new_money_buys(small_parts):
    people, funds = instance(3_000, 30, 12, 4)
    made = plan(people, funds, JANUARY, 12)
    priority = next(goal for goal in made.report["goals"] if goal["name"] == "priority")
    assert priority["proven"]
    assert 0 <= priority["gap"] < 0.05
    bought = next_money(made, 10_000_000, ["apbd-65", "dbh-0001"])
    assert bought["fund"][0] == "apbd-65"
    assert bought["more_months"][0] == pytest.approx(10_000_000 / 16_800, rel=0.1)
    assert bought["usable"].max() <= 10_000_000


@pytest.mark.parametrize("order", [("kept", "priority", "months"), ("priority", "months")])
def test_no_plan_has_more_priority_than_the_levels_allow(order):
    for seed in range(100, 125):
        people, funds = random_problem(seed, most_people=6)
        best = Reference(people, funds, START, 6, 3).solve(order)
        reach = Reach(build(table(people), funds, Month(START), 6, 3))
        most = reach.most_priority(best["kept"] if order[0] == "kept" else None)
        assert best["priority"] / PRIORITY_SCALE <= most + 1e-6, f"seed {seed}"
