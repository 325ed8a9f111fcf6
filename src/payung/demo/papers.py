"""The numbers a person carries: NIK, family card, telephone; all synthetic, all well-formed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from payung.demo.draw import Flags, Ints, chance, pick, rank_within
from payung.demo.naming import GROUPS
from payung.demo.reference import REGENCY_NAMES, Places, table

#: share first registered outside the province, by naming group: judgement (migration province)
_MIGRANT = {
    "bugis/makassar": 0.22,
    "jawa/umum": 0.22,
    "toraja": 0.30,
    "flores/timor": 0.40,
    "banjar": 0.15,
    "tionghoa": 0.12,
    "batak": 0.60,
    "minahasa": 0.55,
}
_STAYER_MIGRANT = 0.03
#: of those first registered inside the province, in another district than where they live (published: 13.7%
#: live elsewhere than their papers say, census 2020)
_OTHER_DISTRICT = 0.137
#: chance that a NIK given inside the province has the prefix from before 2013, by year of birth: judgement
_LEGACY = ((1990, 0.60), (2000, 0.45), (2013, 0.30))
_PHONE_PREFIX = [
    "0812",
    "0813",
    "0852",
    "0853",
    "0821",
    "0822",
    "0851",
    "0811",
    "0823",
    "0815",
    "0857",
    "0896",
]
_PHONE_WEIGHT = [18, 14, 17, 9, 15, 9, 4, 2, 4, 3, 3, 2]


@dataclass(frozen=True)
class Registration:
    """Where each person was first registered: six digits of the NIK, and the place's name."""

    prefix: Ints
    legacy: Flags
    birth_place: pl.Series


def registration(
    rng: np.random.Generator, where: Places, village: Ints, group: Ints, born: Ints
) -> Registration:
    """Draw the place of first registration. `born` is the year of birth."""
    n = len(village)
    rate = np.array([_MIGRANT.get(name, _STAYER_MIGRANT) for name in GROUPS])[group]
    outside = chance(rng, rate, n)
    home = village.copy()
    elsewhere = chance(rng, _OTHER_DISTRICT, n)
    home[elsewhere] = pick(rng, where.weight, int(elsewhere.sum()))
    district = np.array([int(code.replace(".", "")) for code in where.district])
    prefix = district[home]
    place_names = np.array([REGENCY_NAMES[code] for code in where.regency], dtype=object)[home]
    legacy_rate = np.select([born < year for year, _ in _LEGACY], [share for _, share in _LEGACY], 0.0)
    legacy = ~outside & chance(rng, legacy_rate, n)
    now_to_then = {
        int(row["now_code"].replace(".", "")): int(row["legacy_prefix4"])
        for row in table("legacy_prefixes.csv").iter_rows(named=True)
    }
    then = np.array([now_to_then[int(code.replace(".", "")[:4])] for code in where.district])
    prefix = np.where(legacy, then[home] * 100 + prefix % 100, prefix)
    small_place = chance(rng, 0.18, n) & ~outside
    village_names = np.array(where.name, dtype=object)[home]
    place_names = np.where(small_place, village_names, place_names)
    codes, names, weights = _origins()
    for number, name in enumerate(GROUPS):
        chosen = np.flatnonzero(outside & (group == number))
        key = name if name in weights else "*"
        found = pick(rng, weights[key], len(chosen))
        prefix[chosen] = codes[key][found]
        place_names[chosen] = names[key][found]
    return Registration(prefix, legacy, pl.Series("birth_place", place_names, dtype=pl.String))


@lru_cache(maxsize=1)
def _origins() -> tuple[dict[str, Ints], dict[str, np.ndarray], dict[str, np.ndarray]]:
    codes: dict[str, list[int]] = {}
    names: dict[str, list[str]] = {}
    weights: dict[str, list[float]] = {}
    for row in table("origins.csv").iter_rows(named=True):
        districts = row["districts"].split(";")
        for number in districts:
            codes.setdefault(row["group"], []).append(int(row["regency_code"].replace(".", "") + number))
            names.setdefault(row["group"], []).append(row["name"])
            weights.setdefault(row["group"], []).append(float(row["weight"]) / len(districts))
    return (
        {key: np.array(found) for key, found in codes.items()},
        {key: np.array(found, dtype=object) for key, found in names.items()},
        {key: np.array(found) for key, found in weights.items()},
    )


def niks(rng: np.random.Generator, prefix: Ints, birth: np.ndarray, female: Flags) -> Ints:
    """NIKs as whole numbers: prefix, day (40 added for women), month, year, serial; no two alike."""
    year, month, day = parts_of(birth)
    stem = prefix * 10**6 + (day + 40 * female) * 10**4 + month * 100 + year % 100
    serial = 1 + 3 * rank_within(stem) + rng.integers(0, 3, len(stem))
    return np.asarray(stem * 10**4 + serial)


def family_cards(rng: np.random.Generator, district: Ints, issued_year: Ints) -> Ints:
    """Family-card numbers: district, date of issue, serial."""
    n = len(district)
    day, month = rng.integers(1, 29, n), rng.integers(1, 13, n)
    stem = district * 10**6 + day * 10**4 + month * 100 + issued_year % 100
    return stem * 10**4 + 1 + 2 * rank_within(stem) + rng.integers(0, 2, n)


def phones(rng: np.random.Generator, n: int) -> pl.Series:
    """Mobile numbers as +62..., weighted towards the one network that reaches the interior."""
    prefix = pl.Series(["+62" + text[1:] for text in _PHONE_PREFIX]).gather(pick(rng, _PHONE_WEIGHT, n))
    digits = pl.Series(rng.integers(0, 10**8, n)).cast(pl.String).str.zfill(8)
    return prefix + digits


def parts_of(days: np.ndarray) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of numpy dates."""
    months = days.astype("datetime64[M]")
    number = months.astype(np.int64) + 1970 * 12
    return number // 12, number % 12 + 1, (days - months).astype(np.int64) + 1
