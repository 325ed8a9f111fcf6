"""How many deaths to expect among covered people: a life table by age and sex, and the range of chance."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import ceil, sqrt

#: How much likelier vulnerable workers die than the national table says. Nobody has measured it for Kalimantan
#: Utara: 1 is the national table as it stands, and whatever a deployment sets is shown beside every figure.
SCALE = 1.0
#: ages the table knows
_YOUNGEST, _OLDEST = 15, 99
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
    at = min(max(age, _YOUNGEST), _OLDEST)
    if sex in ("male", "female"):
        return _rates()[(sex, at)]
    return (_rates()[("male", at)] + _rates()[("female", at)]) / 2


def expected_deaths(person_years: Iterable[tuple[str, int, float]], scale: float = SCALE) -> Expected:
    """Deaths expected over (sex, age in years, person-years lived under cover) rows.

    Raises ValueError for a negative scale or negative time.
    """
    if scale < 0:
        raise ValueError(f"a scale of {scale} is below zero")
    total = 0.0
    for sex, age, years in person_years:
        if years < 0:
            raise ValueError(f"{years} person-years are below zero")
        total += rate(sex, age) * years
    return Expected.of(total * scale)
