"""How many deaths to expect among covered people: a life table by age and sex, and the range of chance."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import ceil, sqrt

#: How much likelier vulnerable workers die than the national table says. Nobody has measured it for Kalimantan
#: Utara: 1 is the national table as it stands, and whatever a deployment sets is shown beside every figure.
SCALE = 1.0
#: Ages the table knows; others have the rate of the nearest.
YOUNGEST, OLDEST = 15, 99
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Expected:
    """Deaths expected and the range in which 95 of 100 such groups lie (Poisson, normal approximation)."""

    deaths: float
    low: int
    high: int

    @classmethod
    def of(cls, deaths: float) -> Expected:
        spread = _Z * sqrt(deaths)
        return cls(deaths, max(0, ceil(deaths - spread)), int(deaths + spread))


@cache
def table() -> tuple[float, ...]:
    """Every rate there is: of men, of women and of people whose sex is not known, each from `YOUNGEST` to `OLDEST`."""
    return tuple(rate(sex, age) for sex in ("male", "female", "") for age in range(YOUNGEST, OLDEST + 1))


@cache
def table_version() -> str:
    """Return a digest of the table, which changes when any rate does."""
    return hashlib.sha256(repr(table()).encode()).hexdigest()[:16]


@cache
def _rates() -> dict[tuple[str, int], float]:
    path = resources.files("payung.outlook").joinpath("data/idn_qx_single_year_2025_2030.csv")
    rows = csv.DictReader(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    found = {}
    for row in rows:
        for sex in ("male", "female"):
            found[(sex, int(row["age"]))] = float(row[f"m_{sex}"])
    return found


def rate(sex: str, age: int) -> float:
    """Deaths per person and year (UN World Population Prospects 2024, Indonesia, 2025-2030).

    An unknown sex ('') takes the mean of both; ages outside 15 to 99 the nearest.
    """
    at = min(max(age, YOUNGEST), OLDEST)
    if sex in ("male", "female"):
        return _rates()[(sex, at)]
    return (_rates()[("male", at)] + _rates()[("female", at)]) / 2
