"""Speed and gap of the allocation room on seeded instances."""

from __future__ import annotations

import numpy as np
import polars as pl


def make(n_people: int, n_funds: int, months: int, seed: int) -> tuple[pl.DataFrame, list[dict]]:
    """A seeded instance: a province with regencies and villages, and funds of every kind."""
    rng = np.random.default_rng(seed)
    regencies = max(3, min(14, n_funds // 8))
    villages = max(4, min(60, n_people // (regencies * 120)))
    reg = rng.choice(regencies, n_people, p=rng.dirichlet(np.full(regencies, 6.0)))
    vil = rng.integers(0, villages, n_people)
    start = 2027 * 12
    trades = np.array(["fisher", "farmer", "trader", "palm", "ojek", "domestic", "builder", "seaweed"])
    covered = rng.random(n_people) < 0.3
    until = np.where(rng.random(n_people) < 0.7, start - 1, start + rng.integers(0, 4, n_people))
    old = rng.random(n_people) < 0.03
    due = rng.choice([16800, 16800, 16800, 21800, 26800], n_people)
    people = pl.DataFrame(
        {
            "id": [f"P{i:07d}" for i in range(n_people)],
            "region": [f"65.{r + 1:02d}.{v // 10 + 1:02d}.{1000 + v}" for r, v in zip(reg, vil, strict=True)],
            "trade": trades[
                rng.choice(len(trades), n_people, p=[0.2, 0.2, 0.2, 0.08, 0.12, 0.08, 0.07, 0.05])
            ],
            "priority": np.round(rng.beta(2, 2, n_people), 2),
            "monthly_due": due,
            "eligible_until": np.where(old, start + rng.integers(3, months, n_people), start + 60),
            "covered_until": pl.Series(until).set(pl.Series(~covered), None),
            "current_fund": pl.Series(["F0000" if c else None for c in covered], dtype=pl.String),
        }
    )
    need = int(due.sum()) * months
    shares = {"apbd": 0.35, "regency": 0.25, "palm": 0.12, "csr": 0.12, "village": 0.08, "donation": 0.08}
    kinds = ["apbd"] + ["regency"] * regencies + ["palm"] * max(1, min(regencies, n_funds // 20))
    left = n_funds - len(kinds)
    kinds += ["csr"] * (left // 3) + ["village"] * (left // 3)
    kinds += ["donation"] * (n_funds - len(kinds))
    funds = []
    seen = dict.fromkeys(shares, 0)
    for j, kind in enumerate(kinds[:n_funds]):
        count, k = kinds.count(kind), seen[kind]
        seen[kind] += 1
        amount = int(0.6 * need * shares[kind] / count * rng.uniform(0.5, 1.5))
        fund = {
            "id": f"F{j:04d}",
            "kind": kind,
            "valid": ["2027-01", "2027-12"],
            "regions": ["65"],
            "trades": [],
        }
        fund["cash"] = [["2027-01", amount]]
        r = int(rng.integers(0, regencies))
        if kind == "apbd":
            fund["cash"] = [[f"2027-{m:02d}", amount // 4] for m in (1, 4, 7, 10)]
        elif kind == "regency":
            fund["regions"] = [f"65.{k + 1:02d}"]
            fund["cash"] = [[f"2027-{m:02d}", amount // 2] for m in (2, 7)]
        elif kind == "palm":
            fund["regions"], fund["trades"] = [f"65.{k + 1:02d}"], ["palm", "farmer"]
        elif kind == "csr":
            fund["regions"] = [f"65.{r + 1:02d}"]
            fund["trades"] = [str(t) for t in rng.choice(trades, 2, replace=False)]
            fund["valid"] = [f"2027-{rng.integers(1, 5):02d}", "2027-12"]
            fund["cash"] = [[fund["valid"][0], amount]]
            fund["new_only"] = bool(rng.random() < 0.3)
            fund["min_people"] = 25 if rng.random() < 0.3 else 0
            fund["package_months"] = 6 if rng.random() < 0.25 else 0
        elif kind == "village":
            v = int(rng.integers(0, villages))
            fund["regions"] = [f"65.{r + 1:02d}.{v // 10 + 1:02d}.{1000 + v}"]
        elif rng.random() < 0.5:
            fund["regions"] = [f"65.{r + 1:02d}"]
        funds.append(fund)
    return people, funds
