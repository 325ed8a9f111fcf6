"""The published tables that the synthetic province is drawn from. Each file's first line names its source."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import polars as pl

from payung.demo.draw import Flags, Floats, Ints
from payung.identity.reference import rows as shared_rows

#: districts of the interior, reached by river or air; the list is judgement from the map
INTERIOR = frozenset(
    ["65.01.07", "65.01.08"]
    + [f"65.02.{d:02d}" for d in (3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15)]
    + [f"65.03.{d:02d}" for d in (4, 5, 7, 15, 17, 18, 19, 20, 21)]
)
#: districts along the border with Malaysia
BORDER = frozenset(f"65.03.{d:02d}" for d in (1, 2, 5, 7, 8, 9, 10, 11, 12, 13, 17, 18, 19, 20, 21))


#: tables that only this room needs; all others lie with `identity`
_OWN = frozenset(["origins.csv", "idn_qx_single_year_2025_2030.csv", "streets.csv"])


def table(name: str) -> pl.DataFrame:
    """Return the reference table `name`, all columns as text, empty cells null."""
    if name in _OWN:
        raw = resources.files("payung.demo").joinpath("data", name).read_bytes()
        return pl.read_csv(io.BytesIO(raw[raw.index(b"\n") + 1 :]), infer_schema=False)
    return pl.DataFrame(shared_rows(name)).with_columns(pl.all().replace("", None))


@dataclass(frozen=True)
class Places:
    """The 482 villages as parallel arrays, with the weight of each in the province's population."""

    code: list[str]
    name: list[str]
    kind: list[str]
    district: list[str]
    district_name: list[str]
    regency: list[str]
    bps: list[str]
    bps_district: list[str]
    weight: Floats
    urban: Flags
    coastal: Flags
    interior: Flags
    border: Flags

    @property
    def regency_index(self) -> Ints:
        return np.array([REGENCIES.index(code) for code in self.regency])


REGENCIES = ["65.01", "65.02", "65.03", "65.04", "65.71"]
REGENCY_NAMES = {
    "65.01": "Bulungan",
    "65.02": "Malinau",
    "65.03": "Nunukan",
    "65.04": "Tana Tidung",
    "65.71": "Tarakan",
}


@lru_cache(maxsize=1)
def places() -> Places:
    """Return the villages of North Kalimantan.

    A district's population (published where `pop_basis` says so, else modelled; both scaled to Dukcapil
    2024) is divided over its villages with 2.5 parts for a kelurahan and 1 for a desa (judgement).
    """
    districts = table("kaltara_districts.csv").rename({"name": "district_name", "bps_code": "bps_district"})
    villages = (
        table("kaltara_villages.csv")
        .join(
            districts.select(
                "code", "district_name", "bps_district", pl.col("pop_2024_scaled").cast(pl.Float64)
            ),
            left_on="district_code",
            right_on="code",
            how="left",
            maintain_order="left",
        )
        .with_columns(part=pl.when(pl.col("type") == "kelurahan").then(2.5).otherwise(1.0))
        .with_columns(
            weight=pl.col("pop_2024_scaled") * pl.col("part") / pl.col("part").sum().over("district_code")
        )
    )
    district = villages["district_code"].to_list()
    return Places(
        code=villages["code"].to_list(),
        name=villages["name"].to_list(),
        kind=villages["type"].to_list(),
        district=district,
        district_name=villages["district_name"].to_list(),
        regency=villages["regency_code"].to_list(),
        bps=villages["bps_code_2020"].to_list(),
        bps_district=villages["bps_district"].to_list(),
        weight=villages["weight"].to_numpy(),
        urban=(villages["type"] == "kelurahan").to_numpy(),
        coastal=(villages["coast_km_derived"].cast(pl.Float64) > 0).to_numpy(),
        interior=np.array([code in INTERIOR for code in district]),
        border=np.array([code in BORDER for code in district]),
    )


@dataclass(frozen=True)
class Occupations:
    """The vulnerable occupations as parallel arrays."""

    id: list[str]
    label: list[str]
    sector: list[str]
    setting: list[str]
    hazard: Floats
    male_share: Floats
    synonyms: list[list[str]]
    ktp: list[str]


@lru_cache(maxsize=1)
def occupations() -> Occupations:
    """Return the vulnerable occupations with their setting, hazard (1 to 5) and share of men (both judgement)."""
    rows = table("occupations_vulnerable.csv")
    return Occupations(
        id=rows["id"].to_list(),
        label=rows["label"].to_list(),
        sector=rows["sector_letter"].to_list(),
        setting=rows["setting"].to_list(),
        hazard=rows["hazard_1_5_judgement"].cast(pl.Float64).to_numpy(),
        male_share=rows["male_share_judgement"].cast(pl.Float64).to_numpy(),
        synonyms=[text.split(";") for text in rows["synonyms"].to_list()],
        ktp=rows["dukcapil_occupation"].to_list(),
    )


@lru_cache(maxsize=1)
def death_rates() -> Floats:
    """Central death rates per year, [sex (0 men, 1 women), age 0 to 99]; WPP 2024, Indonesia, 2025-2030."""
    rows = table("idn_qx_single_year_2025_2030.csv")
    ages = rows["age"].cast(pl.Int64).to_numpy()
    rates = np.zeros((2, 100))
    for sex, column in enumerate(("m_male", "m_female")):
        rates[sex, ages] = rows[column].cast(pl.Float64).to_numpy()
    return rates


@lru_cache(maxsize=1)
def village_variants() -> dict[str, list[str]]:
    """Village code -> the spellings other registers use for it."""
    rows = table("kaltara_village_name_variants.csv")
    found: dict[str, list[str]] = {}
    for code, variant in zip(rows["code"], rows["variant"], strict=True):
        found.setdefault(code, []).append(variant)
    return found
