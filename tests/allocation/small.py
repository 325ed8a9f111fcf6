"""Small random problems for comparison with the reference."""

from __future__ import annotations

import numpy as np
import polars as pl

START = 2027 * 12
SCHEMA = {
    "id": pl.String,
    "region": pl.String,
    "trade": pl.String,
    "priority": pl.Float64,
    "monthly_due": pl.Int64,
    "eligible_until": pl.Int32,
    "covered_until": pl.Int32,
    "current_fund": pl.String,
}


def month(t: int) -> str:
    number = START + t
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def random_problem(seed: int, months: int = 6, most_people: int = 9) -> tuple[list[dict], list[dict]]:
    rng = np.random.default_rng(seed)
    villages = ["65.71.01.1001", "65.71.01.1002", "65.01.01.2001"]
    trades = ["fisher", "farmer"]
    funds = []
    for j in range(int(rng.integers(2, 5))):
        first = int(rng.choice([0, 0, 0, 1, 2]))
        last = int(rng.choice([months - 1, months - 1, months - 2]))
        release = [[month(first), int(rng.integers(2, 14)) * 8400 + int(rng.integers(0, 3)) * 500]]
        if rng.random() < 0.4 and first + 3 <= last:
            release.append([month(first + 3), int(rng.integers(2, 10)) * 8400])
        funds.append(
            {
                "id": f"F{j}",
                "kind": "apbd",
                "cash": release,
                "valid": [month(first), month(last)],
                "regions": [["65"], ["65.71"], ["65.01"], [], ["65.71.01.1001"]][int(rng.integers(0, 5))],
                "trades": [[], [], ["fisher"]][int(rng.integers(0, 3))],
                "new_only": bool(rng.random() < 0.15),
                "min_people": 2 if rng.random() < 0.2 else None,
                "exact_people": int(rng.integers(1, 4)) if rng.random() < 0.12 else None,
                "package_months": int(rng.choice([2, 3])) if rng.random() < 0.25 else None,
                "group_code": "SG",
            }
        )
    people = []
    for i in range(int(rng.integers(4, most_people + 1))):
        covered = rng.random() < 0.35
        people.append(
            {
                "id": f"P{i:02d}",
                "region": str(rng.choice(villages)),
                "trade": str(rng.choice(trades)),
                "priority": float(rng.choice([0.2, 0.5, 0.9])),
                "monthly_due": int(rng.choice([8400, 8400, 16800])),
                "eligible_until": None if rng.random() < 0.8 else START + int(rng.integers(0, months)),
                "covered_until": START + int(rng.integers(-1, 2)) if covered else None,
                "current_fund": str(rng.choice(["F0", "F1", "elsewhere"])) if covered else None,
            }
        )
    return people, funds


def table(people: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(people, schema=SCHEMA)
