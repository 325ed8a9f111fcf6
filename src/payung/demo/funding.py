"""Allocation problems of any size: people to cover and funds with earmarks, the money short of the need."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from payung.demo.draw import Floats, Ints, chance, pick, pick_row, stream
from payung.demo.labour import MALE_SHARE, occupation_weights
from payung.demo.reference import REGENCIES, Places, occupations, places
from payung.values import Month

#: all funds together, as a share of what covering everybody over the horizon would cost
MONEY_SHARE = 0.60
#: basic contribution (rupiah a month): JKK 10,000 and JKM 6,800
BASIC = 16_800
#: trades that palm-oil revenue share may pay for
PALM_TRADES = ["petani_kelapa_sawit_swadaya", "buruh_panen_sawit_lepas"]
_DUES = ((BASIC, 0.90), (26_800, 0.07), (36_800, 0.03))
#: kind, share of the money, share of the funds beyond province and regencies, group code
_KINDS = (
    ("apbdes", 0.20, 0.48, "SD"),
    ("dbh", 0.10, 0.06, "SG"),
    ("csr", 0.15, 0.30, "SC"),
    ("donor", 0.05, 0.16, "SL"),
)
_PROVINCE_MONEY = 0.30
_REGENCY_MONEY = 0.20
#: when the money of each kind can be spent: (month of the horizon as a share, share of the amount)
_RELEASES = {
    "apbd": ((0.0, 0.4), (0.34, 0.3), (0.67, 0.3)),
    "apbdes": ((0.09, 0.4), (0.34, 0.4), (0.67, 0.2)),
    "dbh": ((0.17, 0.5), (0.59, 0.5)),
}


def instance(
    n_people: int, n_funds: int, months: int, seed: int, start: Month | None = None
) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """Return a seeded allocation problem over `months` months from `start` (January 2027 when not given).

    People: id Int64, region (village), trade (occupation id), priority Float64 0 to 1, monthly_due Int64
    (rupiah), eligible_until and covered_until Int32 (Month.number, last month included; null: no end, not
    covered), current_fund (id of a fund; null: not covered, or covered by somebody else). Funds: id, kind,
    cash ([month, rupiah] in order), valid ([from, to], both included), regions, trades, new_only,
    min_people, package_months, group_code. The money is 60% of what covering everybody would cost.
    Raises ValueError when n_people, n_funds or months is less than 1.
    """
    if min(n_people, n_funds, months) < 1:
        raise ValueError(f"people, funds and months must be 1 or more, not {n_people}, {n_funds}, {months}")
    first = start or Month.of(2027, 1)
    people = _people(n_people, months, seed, first)
    budget = int(_need(people, months, first) * MONEY_SHARE)
    funds = _funds(n_funds, months, seed, first, budget)
    return _with_current_fund(people, funds, seed), funds


def _people(n: int, months: int, seed: int, first: Month) -> pl.DataFrame:
    rng = stream(seed, "people of an allocation")
    where, work = places(), occupations()
    village = pick(rng, where.weight, n)
    job = pick_row(rng, occupation_weights(), village * 2 + (~chance(rng, MALE_SHARE, n)))
    poverty = rng.beta(2.0, 2.5, n)
    priority = np.round(0.6 * poverty + 0.3 * (work.hazard[job] - 1) / 4 + 0.1 * chance(rng, 0.35, n), 2)
    dues = np.array([amount for amount, _ in _DUES])[pick(rng, [share for _, share in _DUES], n)]
    ages_out = chance(rng, 0.04 * months / 12, n)
    last = first.number + rng.integers(0, months, n)
    covered = chance(rng, 0.35, n)
    until = first.number - 1 + rng.integers(0, max(months // 2, 1), n)
    return pl.DataFrame(
        {
            "id": np.arange(1, n + 1),
            "region": pl.Series(where.code).gather(village),
            "trade": pl.Series(work.id).gather(job),
            "priority": priority,
            "monthly_due": dues,
            "eligible_until": _where(last, ages_out),
            "covered_until": _where(until, covered),
        }
    )


def _need(people: pl.DataFrame, months: int, first: Month) -> int:
    begin = pl.max_horizontal(pl.col("covered_until").fill_null(first.number - 1) + 1, pl.lit(first.number))
    end = pl.min_horizontal(
        pl.col("eligible_until").fill_null(first.number + months) + 1, pl.lit(first.number + months)
    )
    owed = (pl.col("monthly_due") * (end - begin).clip(0)).sum()
    return int(people.select(owed).item())


def _funds(n: int, months: int, seed: int, first: Month, budget: int) -> list[dict[str, Any]]:
    rng = stream(seed, "funds of an allocation")
    where = places()
    plans: list[tuple[str, float, dict[str, Any]]] = [
        ("apbd", _PROVINCE_MONEY, {"id": "apbd-65", "regions": ["65"], "group_code": "SG"})
    ]
    population = np.zeros(len(REGENCIES))
    np.add.at(population, where.regency_index, where.weight)
    for code, share in zip(REGENCIES, population / population.sum(), strict=True):
        own = {"id": f"apbd-{code}", "regions": [code], "group_code": "SG"}
        plans.append(("apbd", _REGENCY_MONEY * share, own))
    plans = plans[:n]
    left = n - len(plans)
    counts = [round(left * share) for _, _, share, _ in _KINDS]
    counts[0] = min(counts[0], len(where.code))
    counts[2] += left - sum(counts)
    for (kind, money, _, code), count in zip(_KINDS, counts, strict=True):
        plans += _of_kind(rng, where, kind, money, count, code)
    total = sum(share for _, share, _ in plans)
    return [_fund(rng, kind, int(budget * share / total), own, months, first) for kind, share, own in plans]


def _of_kind(
    rng: np.random.Generator, where: Places, kind: str, money: float, count: int, code: str
) -> list[tuple[str, float, dict[str, Any]]]:
    """`count` funds of one kind, their sizes spread log-normally over the kind's money."""
    if count <= 0:
        return []
    sizes = rng.lognormal(0.0, 0.6, count)
    if kind == "apbdes":
        order = np.argsort(-where.weight * rng.random(len(where.weight)) ** 0.5, kind="stable")[:count]
        sizes = where.weight[order] ** 0.5 * sizes
        regions = [[where.code[place]] for place in order]
    elif kind == "dbh":
        regions = [[REGENCIES[number % 4]] for number in range(count)]
    else:
        regions = [_company_region(rng, where, kind) for _ in range(count)]
    shares = money * sizes / sizes.sum()
    made = []
    for number, (share, region) in enumerate(zip(shares, regions, strict=True)):
        own: dict[str, Any] = {"id": f"{kind}-{number + 1:04d}", "regions": region, "group_code": code}
        if kind == "apbdes":
            own["id"] = f"apbdes-{region[0]}"
        if kind == "dbh":
            own["trades"] = PALM_TRADES
        if kind == "csr":
            own |= _pledge(rng)
        made.append((kind, float(share), own))
    return made


def _company_region(rng: np.random.Generator, where: Places, kind: str) -> list[str]:
    """Draw the region that a company pays for, around its site; a donor pays mostly anywhere."""
    place = int(pick(rng, where.weight, 1)[0])
    wide = rng.random()
    if kind == "donor" and wide < 0.6:
        return ["65"]
    return [where.regency[place]] if wide < 0.7 else [where.district[place]]


def _pledge(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a company's terms: trades of one setting, newcomers only, six or twelve months."""
    work = occupations()
    setting = ["coastal", "rural", "urban", "river"][int(rng.integers(0, 4))]
    trades = [name for name, own in zip(work.id, work.setting, strict=True) if own == setting]
    return {
        "trades": trades if rng.random() < 0.5 else [],
        "new_only": bool(rng.random() < 0.3),
        "package_months": 12 if rng.random() < 0.4 else 6,
        "pledge": True,
    }


def _fund(
    rng: np.random.Generator, kind: str, amount: int, own: dict[str, Any], months: int, first: Month
) -> dict[str, Any]:
    begin = 0
    package = own.get("package_months")
    if own.pop("pledge", False):
        begin = int(rng.integers(0, max(months - (package or 6), 0) + 1))
        head_count = int(amount / BASIC / min(package or 6, months) * rng.uniform(0.3, 0.6))
        own["min_people"] = max(head_count, 1)
    elif kind == "donor":
        begin = int(rng.integers(0, max(months // 3, 1)))
    releases = _RELEASES.get(kind, ((0.0, 1.0),))
    cash: dict[int, int] = {}
    for when, share in releases:
        offset = min(begin + int(when * months), months - 1)
        cash[offset] = cash.get(offset, 0) + int(amount * share)
    cash[max(cash)] += amount - sum(cash.values())
    return {
        "id": own["id"],
        "kind": kind,
        "cash": [[str(first + offset), rupiah] for offset, rupiah in sorted(cash.items())],
        "valid": [str(first + begin), str(first + (months - 1))],
        "regions": own["regions"],
        "trades": own.get("trades", []),
        "new_only": own.get("new_only", False),
        "min_people": own.get("min_people"),
        "package_months": package,
        "group_code": own["group_code"],
    }


def _with_current_fund(people: pl.DataFrame, funds: list[dict[str, Any]], seed: int) -> pl.DataFrame:
    """Who is covered now was mostly paid by the province or the own regency, a few by somebody unknown."""
    rng = stream(seed, "current funds")
    payer = rng.random(people.height)
    public = [fund["id"] for fund in funds if fund["kind"] == "apbd"]
    regency = pl.concat_str(pl.lit("apbd-"), pl.col("region").str.slice(0, 5))
    return (
        people.with_columns(payer=pl.Series(payer))
        .with_columns(
            current_fund=pl.when(pl.col("covered_until").is_null() | (pl.col("payer") < 0.15))
            .then(None)
            .when((pl.col("payer") < 0.55) & regency.is_in(public))
            .then(regency)
            .otherwise(pl.lit("apbd-65"))
        )
        .drop("payer")
    )


def _where(values: Ints | Floats, keep: np.ndarray) -> pl.Series:
    return pl.Series(values.astype(np.int32)).zip_with(
        pl.Series(keep), pl.repeat(None, len(values), dtype=pl.Int32, eager=True)
    )
