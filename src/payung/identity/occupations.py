"""The list of vulnerable occupations: found by synonym, with sector and hazard.

`sector` is the only place that tells which occupations the law's transport rules cover. The text of
PP 50/2025 that defines transport has not been read; press names online motorcycle taxis, couriers
and drivers. The mapping (KBLI 2020 groups 49 and 50: carrying people and goods by land and water)
is therefore unverified. Fishers are not transport.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from payung.identity import reference

Sector = Literal["transport", "other"]

_TRANSPORT_KBLI = ("49", "50")
_NOTHING = {"", "-", "--", "n/a", "null", "none", "nan", "tidakada"}
#: Occupations that a plain word means where the list gives it to several.
_PLAIN = {
    "petani": "petani_padi_ladang_sawah",
    "nelayan": "nelayan_pesisir_kapal_5_gt",
    "abk": "anak_buah_kapal_ikan_abk",
    "pelaut": "pelaut_abk_kapal_barang_rakyat",
    "sopir": "sopir_angkot_taksi_travel",
    "buruh": "pekerja_serabutan",
    "buruh harian": "pekerja_serabutan",
    "buruh harian lepas": "pekerja_serabutan",
    "pedagang": "pedagang_kios_los_pasar",
    "perdagangan": "pedagang_kios_los_pasar",
    "pedagang kecil": "pedagang_kios_los_pasar",
    "peternak": "peternak_unggas_kecil",
    "petani pekebun": "petani_padi_ladang_sawah",
    "nelayan perikanan": "nelayan_pesisir_kapal_5_gt",
    "buruh nelayan": "anak_buah_kapal_ikan_abk",
    "buruh nelayan perikanan": "anak_buah_kapal_ikan_abk",
    "buruh tani perkebunan": "buruh_tani",
    "buruh perkebunan": "buruh_tani",
    "buruh peternakan": "peternak_sapi_kambing",
    "transportasi": "sopir_angkot_taksi_travel",
    "konstruksi": "buruh_bangunan_harian",
    "pembantu rumah tangga": "asisten_rumah_tangga",
    "penata rambut": "penata_rambut_pangkas",
    "tukang las pandai besi": "tukang_las",
    "ustadz mubaligh": "guru_mengaji",
    "lainnya": "pekerja_serabutan",
    "ojek": "pengemudi_ojek_pangkalan",
    "tukang ojek online": "pengemudi_ojek_daring",
    "ojek daring": "pengemudi_ojek_daring",
    "driver online": "pengemudi_ojek_daring",
    "ojol": "pengemudi_ojek_daring",
    "kurir": "pengemudi_ojek_daring",
    "tukang": "tukang_bangunan",
    "fisherman": "nelayan_pesisir_kapal_5_gt",
    "farmer": "petani_padi_ladang_sawah",
    "driver": "sopir_angkot_taksi_travel",
}
#: Occupation texts that say: paid a wage by an employer, so not BPU (Dukcapil list, DTSEN statuses).
_WAGE = re.compile(
    r"\b(?:pns|asn|p3k|pppk|tni|polri|polisi|pegawai negeri|bumn|bumd|karyawan|karyawati|pegawai swasta)\b"
)
_NEAR = 88


@dataclass(frozen=True, slots=True)
class Occupation:
    """One vulnerable occupation. `hazard` is 1 (low) to 5 (high), a judgement, not official."""

    id: str
    label: str
    kbji: str
    kbli: str
    hazard: int
    setting: str
    male_share: float
    dukcapil: str


@lru_cache(maxsize=1)
def table() -> dict[str, Occupation]:
    """Every occupation by its id, in the order of the list."""
    return {
        row["id"]: Occupation(
            row["id"],
            row["label"],
            row["kbji2014_4"],
            row["kbli2020_5"],
            int(row["hazard_1_5_judgement"]),
            row["setting"],
            float(row["male_share_judgement"]),
            row["dukcapil_occupation"],
        )
        for row in reference.rows("occupations_vulnerable.csv")
    }


def sector(occupation_id: str | None) -> Sector:
    """Return the law's sector of an occupation id; 'other' for an unknown or missing one."""
    found = table().get(occupation_id or "")
    return "transport" if found and found.kbli.startswith(_TRANSPORT_KBLI) else "other"


def hazard(occupation_id: str | None) -> int:
    """Return the hazard of an occupation, 1 to 5; 3 (the middle) for an unknown or missing one."""
    found = table().get(occupation_id or "")
    return found.hazard if found else 3


def of_register(text: str) -> str:
    """Name the occupation that a register writes as a number of the identity card's list of 89; keep other text."""
    number = text.strip().removesuffix(".0")
    return _of_number().get(number, text) if number.isdecimal() else text


@lru_cache(maxsize=1)
def _of_number() -> dict[str, str]:
    return {row["code"]: row["name"] for row in reference.rows("dukcapil_ktp_occupations.csv")}


def words(text: str) -> str:
    """`text` in small letters, signs as spaces, usual spellings made one (supir -> sopir)."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
    return re.sub(r"\bsupir\b", "sopir", plain)


@lru_cache(maxsize=1)
def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    listed = reference.rows("occupations_vulnerable.csv")
    for row in listed:
        for spelling in (row["label"], row["id"].replace("_", " ")):
            index.setdefault(words(spelling), row["id"])
    for row in listed:
        for synonym in row["synonyms"].split(";"):
            index.setdefault(words(synonym), row["id"])
    index.update(_PLAIN)
    return index


def find(text: str) -> tuple[str | None, str | None]:
    """(occupation id, finding code) for an occupation as written.

    Exact synonym first, then the longest synonym whose words all stand in the text in one run, then
    the nearest spelling. (None, 'occupation_missing') for nothing, (None, 'occupation_unknown') else.
    """
    if text in table():
        return text, None
    wanted = words(text)
    if wanted.replace(" ", "") in _NOTHING:
        return None, "occupation_missing"
    index = _index()
    if wanted in index:
        return index[wanted], None
    inside = [s for s in index if len(s) > 2 and f" {s} " in f" {wanted} "]
    if inside:
        return index[max(inside, key=len)], None
    if len(wanted) >= 5:
        near = process.extractOne(wanted, index.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
        if near:
            return index[near[0]], None
    return None, "occupation_unknown"


def is_wage_work(text: str) -> bool:
    """Return whether an occupation as written says that an employer pays a wage (PNS, karyawan swasta, ...)."""
    return bool(_WAGE.search(words(text)))
