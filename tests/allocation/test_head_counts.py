"""Minimum head counts and packages at a size the whole-number programme does not reach."""

from __future__ import annotations

import random

import polars as pl
import pytest

from payung import allocation
from payung.allocation.draft import Draft
from payung.allocation.figures import fund_breadth, measure
from payung.allocation.goals import goal_order
from payung.allocation.instance import build
from payung.allocation.lines import assignments_of
from payung.allocation.mending.repair import Repair
from payung.allocation.rules import best_rule, todays_way
from payung.values import Month

START = Month.of(2027, 1)
PEOPLE = 1_200
REGIONS = ("65.01.01.2001", "65.01.02.2001", "65.02.01.2001", "65.71.01.1001")


def problem(seed: int) -> tuple[pl.DataFrame, list[dict]]:
    draw = random.Random(seed)
    people = [
        {
            "id": f"p{number:04d}",
            "region": draw.choice(REGIONS),
            "trade": draw.choice(("nelayan", "petani", "ojek")),
            "priority": round(draw.random(), 3),
            "monthly_due": draw.choice((16_800, 16_800, 21_800, 26_800, 36_800)),
            "eligible_until": None if draw.random() < 0.8 else START.number + draw.randrange(14),
            "covered_until": START.number + draw.choice((-1, -1, -1, 1)) if draw.random() < 0.3 else None,
        }
        for number in range(PEOPLE)
    ]
    need = 12 * sum(person["monthly_due"] for person in people)
    share = draw.choice((0.2, 0.5, 0.9))
    funds = []
    for number, kind in enumerate(("apbd", "apbd", "dbh", "csr", "csr", "donor", "apbdes")):
        pledged = kind in ("csr", "donor")
        first = 0 if draw.random() < 0.6 else draw.randrange(6)
        funds.append(
            {
                "id": f"f{number}",
                "kind": kind,
                "cash": [[str(START + first), int(need * share * draw.random() / 2)]],
                "regions": [draw.choice(("65.01", "65.02", "65.71"))] if draw.random() < 0.5 else [],
                "trades": ["petani"] if kind == "dbh" else [],
                "package_months": draw.choice((None, 3, 6, 12)) if pledged else None,
                "min_people": draw.choice((None, 40, 120, 240)) if pledged else None,
            }
        )
    for person in people:
        person["current_fund"] = draw.choice(funds)["id"] if person["covered_until"] is not None else None
    schema = {"eligible_until": pl.Int32, "covered_until": pl.Int32, "current_fund": pl.String}
    return pl.DataFrame(people, schema_overrides=schema), funds


@pytest.mark.parametrize("seed", range(12))
def test_lawful_within_its_bounds_and_never_worse_than_the_simple_rules(seed):
    people, funds = problem(seed)
    made = allocation.plan(people, funds, START, 12)
    assert made.report["violations"] == []
    assert made.report["rejected"] == []
    goals = goal_order("months")
    instance = build(people, funds, START, 12, 6, 0, None, None, None)
    best = measure(made.draft).key(goals)
    assert best >= measure(todays_way(instance)).key(goals)
    assert best >= measure(best_rule(instance)).key(goals)
    bound = {goal["name"]: goal["bound"] for goal in made.report["goals"] if goal["proven"]}
    assert max(best[0], measure(best_rule(instance)).kept) <= bound["kept"]
    assert made.report["months_rupiah"] <= bound["months"] + 1


def test_a_spell_of_packages_that_ends_early_gets_no_month_before_it():
    """Only packages may end before their person's months do; a month of plain money before them breaks that."""
    worker = pl.DataFrame(
        {"id": ["p"], "region": [REGIONS[0]], "trade": ["ojek"], "priority": [0.5], "monthly_due": [16_800]}
    )
    funds = [
        {"id": "half", "kind": "csr", "cash": [["2027-05", 6 * 16_800]], "package_months": 6},
        {"id": "few", "kind": "apbd", "cash": [["2027-01", 2 * 16_800]]},
    ]
    draft = Draft(build(worker, funds, START, 12))
    names = [fund.id for fund in draft.instance.funds]
    draft.payer[0, 5:11] = names.index("half")
    draft.recount()
    assert Repair(draft, fund_breadth(draft.instance).astype(float)).extend() == 0
    assert not allocation.check(assignments_of(draft), worker, funds, START, 12)
