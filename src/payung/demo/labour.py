"""Who does what where: occupation by village and sex, held to the published labour figures."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from payung.demo.draw import Floats
from payung.demo.reference import REGENCIES, occupations, places

#: published shares of all employed: agriculture August 2025, the others November 2025 (BPS); O is government
EMPLOYED_SHARE = {"A": 0.3258, "G": 0.1646, "I": 0.0928, "O": 0.0921, "F": 0.0647, "C": 0.06}
#: share of a sector's workers who are informal: judgement, checked by what it must add up to (published
#: informal share August 2025: 48.44% of the employed; these rates give 48.1%)
INFORMAL_RATE = {"A": 0.70, "G": 0.62, "I": 0.55, "O": 0.0, "F": 0.45, "C": 0.35, "other": 0.25}
#: published share of agriculture among the employed by regency, August 2025; the other three share what is
#: left of the province's agriculture
_AGRICULTURE = {"65.71": 0.1762, "65.01": 0.2995}
_EMPLOYED = {"65.71": 113_839.0}
_PROVINCE_EMPLOYED = 380_572.0
#: participation August 2025 (84.95% men, 52.26% women) times the population's sexes (Dukcapil 2024)
MALE_SHARE = 0.8495 * 403_628 / (0.8495 * 403_628 + 0.5226 * 366_999)

#: how common an occupation is within its sector, where that is not 1: judgement
_COMMON = {
    "petani_padi_ladang_sawah": 9.0,
    "petani_sayur": 5.0,
    "petani_kelapa_sawit_swadaya": 5.0,
    "petani_karet_penyadap_karet": 1.5,
    "petani_campuran": 5.0,
    "petani_subsisten_ladang_berpindah": 4.0,
    "nelayan_pesisir_kapal_5_gt": 10.0,
    "nelayan_tugu_kelong_bagan": 3.0,
    "nelayan_udang_ebi": 3.0,
    "pembudidaya_rumput_laut": 8.0,
    "buruh_ikat_bibit_rumput_laut": 6.0,
    "petambak_udang_bandeng": 4.0,
    "penjaga_buruh_tambak": 3.0,
    "anak_buah_kapal_ikan_abk": 3.0,
    "buruh_tani": 4.0,
    "buruh_panen_sawit_lepas": 5.0,
    "pedagang_kios_los_pasar": 6.0,
    "pemilik_warung_toko_kelontong": 7.0,
    "pedagang_keliling": 3.0,
    "pedagang_makanan_kaki_lima": 6.0,
    "pemilik_rumah_warung_makan": 5.0,
    "pengemudi_ojek_pangkalan": 5.0,
    "pengemudi_ojek_daring": 4.0,
    "sopir_angkot_taksi_travel": 4.0,
    "sopir_truk_lepas": 3.0,
    "motoris_speedboat_longboat": 3.0,
    "buruh_pelabuhan_tkbm_lepas": 4.0,
    "tukang_bangunan": 6.0,
    "buruh_bangunan_harian": 7.0,
    "tukang_kayu": 3.0,
    "penjahit": 3.0,
    "asisten_rumah_tangga": 4.0,
    "pekerja_serabutan": 7.0,
    "guru_mengaji": 2.5,
    "kader_posyandu": 2.0,
    "penjual_bensin_eceran": 1.5,
}


@lru_cache(maxsize=1)
def occupation_weights() -> Floats:
    """Weight of each occupation for each village and sex: [village * 2 + sex, occupation].

    Sectors keep each regency's informal shares, and the sexes the province's share of the labour force,
    by alternating scaling; within that an occupation follows its setting and its share of men.
    """
    where, work = places(), occupations()
    sectors = _sector_shares()
    common = np.array([_COMMON.get(name, 1.0) for name in work.id])
    base = _setting_fit() * common[None, :]
    by_sex = np.stack([work.male_share, 1.0 - work.male_share], axis=1)
    cell = base[:, :, None] * np.clip(by_sex, 0.0005, None)[None, :, :]
    group = np.array([letter if letter in EMPLOYED_SHARE else "other" for letter in work.sector])
    sexes = np.array([MALE_SHARE, 1.0 - MALE_SHARE])
    regency = where.regency_index
    for _ in range(60):
        for name, share in sectors.items():
            inside = group == name
            total = cell[:, inside, :].sum(axis=(1, 2))
            scale = np.divide(share[regency], total, out=np.zeros_like(total), where=total > 0)
            cell[:, inside, :] *= scale[:, None, None]
        cell *= (sexes / cell.sum(axis=1))[:, None, :]
    return np.asarray(cell.transpose(0, 2, 1).reshape(len(where.code) * 2, len(work.id)))


def _sector_shares() -> dict[str, Floats]:
    """Share of each sector among the informal workers of each regency (rows of REGENCIES)."""
    where = places()
    people = np.zeros(len(REGENCIES))
    np.add.at(people, where.regency_index, where.weight)
    known = np.array([code in _EMPLOYED for code in REGENCIES])
    employed = np.array([_EMPLOYED.get(code, 0.0) for code in REGENCIES])
    employed[~known] = (_PROVINCE_EMPLOYED - employed.sum()) * people[~known] / people[~known].sum()
    farming = np.array([_AGRICULTURE.get(code, np.nan) for code in REGENCIES])
    open_ = np.isnan(farming)
    left = EMPLOYED_SHARE["A"] * _PROVINCE_EMPLOYED - (farming[~open_] * employed[~open_]).sum()
    farming[open_] = left / employed[open_].sum()
    rest = (1.0 - farming) / (1.0 - EMPLOYED_SHARE["A"])
    shares = {name: share * rest for name, share in EMPLOYED_SHARE.items() if name not in ("A", "O")}
    shares["other"] = (1.0 - sum(EMPLOYED_SHARE.values())) * rest
    shares["A"] = farming
    informal = {name: share * INFORMAL_RATE[name] for name, share in shares.items()}
    total = sum(informal.values())
    return {name: share / total for name, share in informal.items()}


def _setting_fit() -> Floats:
    """How well each village suits each occupation's setting: [village, occupation], judgement."""
    where = places()
    shore = np.isin(
        where.district, sorted({d for d, c in zip(where.district, where.coastal, strict=True) if c})
    )
    fits = {
        "any": np.ones(len(where.code)),
        "urban": np.where(where.urban, 1.0, np.where(where.interior, 0.05, 0.25)),
        "rural": np.where(where.urban, 0.25, 1.0),
        "coastal": np.where(where.coastal, 1.0, np.where(shore, 0.12, 0.001)),
        "river": np.where(where.interior, 1.0, np.where(where.coastal, 0.5, 0.6)),
        "interior": np.where(where.interior, 1.0, 0.03),
        "border": np.where(where.border, 1.0, 0.01),
    }
    return np.stack([fits[setting] for setting in occupations().setting], axis=1)
