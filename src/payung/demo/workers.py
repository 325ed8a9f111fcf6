"""The truth: the vulnerable workers of a synthetic North Kalimantan, one row per person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from payung.demo import matching_table as rows_to_match
from payung.demo import naming, papers
from payung.demo.draw import Flags, Floats, Ints, chance, pick, pick_row, stream
from payung.demo.labour import MALE_SHARE, occupation_weights
from payung.demo.reference import Places, death_rates, occupations, places, table

__all__ = ["matching_table", "population"]

#: workers per household on the lists: one, two, three (judgement)
_HOUSEHOLD = (0.60, 0.30, 0.10)
#: ages of those whom villages propose: band (from, to) and share. 72% are 25 to 54 (published for the
#: labour force of Tana Tidung, August 2024); the other bands are judgement, the first and the last too
#: young and too old
_AGES = ((15, 17, 0.008), (18, 24, 0.105), (25, 34, 0.24), (35, 44, 0.265), (45, 54, 0.215))
_AGES_OLD = ((55, 64, 0.127), (65, 78, 0.04))
#: registry default birthdays, for people born before 1980, 1995 and later (judgement)
_DEFAULT_BIRTHDAY = ((1980, 0.11), (1995, 0.05), (2100, 0.01))
#: poverty deciles 1 to 10 of proposed workers (judgement: lists are drawn up from the poor)
_DECILES = (0.16, 0.15, 0.14, 0.13, 0.11, 0.10, 0.08, 0.06, 0.04, 0.03)
#: published poverty rates March 2025 (percent), which tilt deciles 1 to 3; the last two as residual
_POVERTY = (7.26, 5.58, 5.27, 5.47, 5.47)
_PROVINCE_POVERTY = 5.54
#: yearly chance to leave the district (judgement; moves out of Tarakan in 2024: 7% of all residents)
_MOVES = 0.027
#: deaths against the national life table; registered mortality suggests 0.6 to 1.0
DEATH_SCALE = 1.0
#: median declared income (rupiah a month) by sector; judgement, under the minimum wage of 3.8 million
_INCOME = {"A": 1_700_000, "G": 2_000_000, "I": 1_900_000, "F": 2_500_000, "C": 1_800_000, "H": 2_300_000}
_INCOME_OTHER = 1_400_000


@dataclass(frozen=True)
class _Home:
    """What the members of a household share, one entry per person."""

    household: Ints
    head: Ints
    member: Ints
    village: Ints
    group: Ints


def population(n: int, seed: int, today: date) -> pl.DataFrame:
    """`n` workers as they truly are, on `today`; the same arguments give the same table.

    Columns: person_id Int64 (1 to n); nik Utf8 (16 digits, no two alike); name; sex (male, female);
    birth_date Date (as registered); birth_place; mother_name; family_card Utf8; address; rt, rw;
    village_code, district_code (dotted, Kemendagri); phone (+62..., null for one in seven); occupation (id),
    setting, sector_letter, hazard Int8 (1 to 5); income Int64 (rupiah a month); wage_worker Boolean;
    ktp_regency (dotted; outside 65 for non-residents); heir_name, heir_relation, heir_phone; poverty_decile
    Int8; sole_earner, disability Boolean; died_on, moved_on Date (a year either side of `today`; null: did
    not); moved_to (village inside, regency outside the province); membership_number, membership_segment
    Utf8 and active_until Int32 (Month.number, last month paid by somebody else; null: never a member).
    """
    where = places()
    home = _households(n, seed, where)
    female, birth = _sex_and_birth(home, seed, today)
    year = papers.parts_of(birth)[0]
    rng = stream(seed, "registration")
    registered = papers.registration(rng, where, home.village, home.group, year)
    nik = papers.niks(stream(seed, "nik"), registered.prefix, birth, female)
    frame = pl.DataFrame({"person_id": np.arange(1, n + 1), "nik": nik}).with_columns(
        pl.col("nik").cast(pl.String)
    )
    return frame.with_columns(
        *_names(home, female, seed),
        pl.Series("sex", ["male", "female"]).gather(female.astype(np.int64)).alias("sex"),
        pl.Series("birth_date", birth.astype("datetime64[ms]")).cast(pl.Date),
        registered.birth_place,
        *_home_facts(home, seed, where, today),
        *_work(home, female, seed, where),
        *_heirs(home, female, seed),
        *_priority(home, seed, where),
        *_fate(home, female, birth, seed, today, where),
        *_membership(seed, n, today),
    )


def matching_table(
    n: int, seed: int, drop_nik: bool = False, today: date = date(2026, 11, 22)
) -> pl.DataFrame:
    """`n` rows about some 0.9 * n workers, a tenth of them repeats, as careless hands write them.

    Columns: id Int64 (1 to n), nik (left out with `drop_nik`), name, sex, birth_date (text in many forms),
    birth_place, mother_name, address, village_code (dotted), phone (as typed), occupation (id), true_id Int64
    (the person). Error rates: `payung.demo.noise`. Raises ValueError when n is less than 2.
    """
    if n < 2:
        raise ValueError(f"a table to match has 2 rows or more, not {n}")
    return rows_to_match.build(population, n, seed, drop_nik, today)


def _households(n: int, seed: int, where: Places) -> _Home:
    rng = stream(seed, "households")
    sizes = pick(rng, _HOUSEHOLD, n) + 1
    household = np.repeat(np.arange(n), sizes)[:n]
    heads = np.searchsorted(household, np.arange(household[-1] + 1 if n else 0))
    head = heads[household]
    village = pick(rng, where.weight, len(heads))[household]
    group = pick_row(rng, naming.group_shares(where), village[heads])[household]
    return _Home(household, head, np.arange(n) - head, village, group)


def _sex_and_birth(home: _Home, seed: int, today: date) -> tuple[Flags, np.ndarray]:
    """Heads are men more often than members, so that the labour force's share of men comes out."""
    rng = stream(seed, "sex and birth")
    n = len(home.head)
    is_head = home.member == 0
    spouse = (home.member == 1) & chance(rng, 0.55, n)
    others, spouses = (~is_head & ~spouse).sum(), spouse.sum()
    head_men = (MALE_SHARE * n - 0.5 * others - spouses) / max(is_head.sum() - spouses, 1)
    female = ~chance(rng, np.where(is_head, np.clip(head_men, 0.0, 1.0), 0.5), n)
    female[spouse] = ~female[home.head[spouse]]
    bands = _AGES + _AGES_OLD
    band = pick(rng, [share for _, _, share in bands], n)
    low, high = (np.array([edge[side] for edge in bands]) for side in (0, 1))
    age = low[band] + rng.random(n) * (high - low + 1)[band]
    near = np.clip(age[home.head] + rng.normal(-1.0, 4.0, n), 17.0, 78.0)
    age = np.where(spouse, near, age)
    born = np.datetime64(today, "D") - (age * 365.2425).astype(np.int64)
    year = papers.parts_of(born)[0]
    rate = np.select([year < limit for limit, _ in _DEFAULT_BIRTHDAY], [r for _, r in _DEFAULT_BIRTHDAY], 0.0)
    default = chance(rng, rate, n)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    offset = np.array([0, 364, 181])[pick(rng, [0.7, 0.15, 0.15], n)]
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    born = np.where(default, first + offset + np.where(offset > 0, leap, False), born)
    twin = (home.member == 2) & chance(rng, 0.03, n)
    born[twin] = born[np.flatnonzero(twin) - 1]
    return female, born.astype("datetime64[D]")


def _names(home: _Home, female: Flags, seed: int) -> list[pl.Series]:
    """Name and mother's name. Household members after the head share the last name; a third are siblings."""
    rng = stream(seed, "names")
    n = len(female)
    given = naming.given_names(rng, home.group, female)
    last = naming.last_names(rng, home.group)
    related = (home.member > 0) & chance(rng, 0.55, n)
    last[related] = last[home.head[related]]
    name = naming.compose(rng, home.group, female, given, last).alias("name")
    woman = np.ones(n, dtype=np.bool_)
    mother_given = naming.given_names(rng, home.group, woman)
    mother_last = naming.last_names(rng, home.group)
    mother = naming.compose(rng, home.group, woman, mother_given, mother_last)
    sibling = related & chance(rng, 0.6, n)
    mother = mother.gather(np.where(sibling, home.head, np.arange(n))).alias("mother_name")
    return [name, mother]


def _home_facts(home: _Home, seed: int, where: Places, today: date) -> list[pl.Series]:
    rng = stream(seed, "addresses")
    n = len(home.head)
    district = np.array([int(code.replace(".", "")) for code in where.district])[home.village]
    card = papers.family_cards(rng, district, today.year - rng.integers(0, 15, n))[home.head]
    rt = rng.integers(1, np.where(where.urban, 36, 9)[home.village], n)[home.head]
    rw = rng.integers(1, 6, n)[home.head]
    has_rw = chance(rng, 0.4, n)[home.head]
    streets = table("streets.csv").select(pl.lit("Jl. ") + pl.col("name")).to_series()
    street = streets.gather(rng.integers(0, len(streets), n)[home.head])
    house = pl.Series(rng.integers(1, 190, n)[home.head]).cast(pl.String)
    urban = where.urban[home.village]
    numbered = pl.Series(urban & chance(rng, 0.7, n)[home.head])
    dusun = pl.Series(["Dusun I", "Dusun II", "Dusun III", "Kampung Baru", "Kampung Lama"])
    rural = dusun.gather(rng.integers(0, 5, n)[home.head])
    address = (street + " No. " + house).zip_with(numbered, street)
    address = address.zip_with(pl.Series(urban | chance(rng, 0.35, n)[home.head]), rural)
    has_phone = ~chance(rng, np.where(where.interior, 0.45, 0.10)[home.village], n)
    shared = (home.member > 0) & chance(rng, 0.45, n)
    own = papers.phones(rng, n)
    phone = own.gather(np.where(shared, home.head, np.arange(n)))
    outside = chance(rng, 0.02, n)
    ktp = np.array(where.regency, dtype=object)[home.village]
    ktp[outside] = np.array(["64.03", "73.08", "64.72", "73.13", "35.07"], dtype=object)[
        pick(rng, [5, 2, 1, 1, 1], int(outside.sum()))
    ]
    return [
        pl.Series("family_card", card).cast(pl.String),
        address.alias("address"),
        _padded(rt).alias("rt"),
        _kept(_padded(rw), has_rw).alias("rw"),
        pl.Series("village_code", where.code).gather(home.village),
        pl.Series("district_code", where.district).gather(home.village),
        _kept(phone, has_phone).alias("phone"),
        pl.Series("ktp_regency", ktp, dtype=pl.String),
    ]


def _work(home: _Home, female: Flags, seed: int, where: Places) -> list[pl.Series]:
    rng = stream(seed, "work")
    n = len(female)
    work = occupations()
    job = pick_row(rng, occupation_weights(), home.village * 2 + female)
    median = np.array([_INCOME.get(letter, _INCOME_OTHER) for letter in work.sector], dtype=np.float64)[job]
    income = (
        np.round(np.clip(median * np.exp(rng.normal(0.0, 0.38, n)), 250_000, 9_000_000) / 50_000) * 50_000
    )
    return [
        pl.Series("occupation", work.id).gather(job),
        pl.Series("setting", work.setting).gather(job),
        pl.Series("sector_letter", work.sector).gather(job),
        pl.Series("hazard", work.hazard.astype(np.int8)).gather(job),
        pl.Series("income", income.astype(np.int64)),
        pl.Series("wage_worker", chance(rng, 0.035, n)),
    ]


def _heirs(home: _Home, female: Flags, seed: int) -> list[pl.Series]:
    rng = stream(seed, "heirs")
    n = len(female)
    kind = pick(rng, [0.60, 0.24, 0.10, 0.06], n)
    heir_female = np.where(kind == 0, ~female, chance(rng, 0.5, n))
    given = naming.given_names(rng, home.group, heir_female)
    name = naming.compose(rng, home.group, heir_female, given, naming.last_names(rng, home.group))
    words = ["suami", "istri", "anak", "anak", "ayah", "ibu", "saudara", "saudara"]
    relation = pl.Series("heir_relation", words).gather(kind * 2 + heir_female)
    known = chance(rng, 0.8, n)
    return [
        _kept(name, known).alias("heir_name"),
        _kept(relation, known).alias("heir_relation"),
        _kept(papers.phones(rng, n), known & chance(rng, 0.7, n)).alias("heir_phone"),
    ]


def _priority(home: _Home, seed: int, where: Places) -> list[pl.Series]:
    rng = stream(seed, "priority")
    n = len(home.head)
    tilt = np.array(_POVERTY) / _PROVINCE_POVERTY
    deciles = np.tile(np.array(_DECILES), (len(tilt), 1))
    deciles[:, :3] *= tilt[:, None]
    decile = pick_row(rng, deciles, where.regency_index[home.village])[home.head] + 1
    alone = np.bincount(home.household, minlength=n)[home.household] == 1
    return [
        pl.Series("poverty_decile", decile.astype(np.int8)),
        pl.Series("sole_earner", alone & chance(rng, 0.6, n)),
        pl.Series("disability", chance(rng, 0.022, n)),
    ]


def _fate(
    home: _Home, female: Flags, birth: np.ndarray, seed: int, today: date, where: Places
) -> list[pl.Series]:
    """Deaths and moves within a year either side of `today`: exponential times at the life table's rate."""
    rng = stream(seed, "fate")
    n = len(female)
    start = np.datetime64(today - timedelta(days=365), "D")
    age = np.clip((start - birth).astype(np.int64) // 365, 0, 98)
    rate: Floats = death_rates()[female.astype(np.int64), age] * DEATH_SCALE
    days_left = rng.exponential(1.0, n) / np.maximum(rate, 1e-9) * 365.25
    dies = days_left < 730
    died = start + np.where(dies, days_left, 0).astype(np.int64)
    move_days = rng.exponential(1.0 / _MOVES, n) * 365.25
    moves = (move_days < 730) & (~dies | (move_days < days_left))
    moved = start + np.where(moves, move_days, 0).astype(np.int64)
    inside = chance(rng, 0.45, n)
    target = np.array(where.code, dtype=object)[pick(rng, where.weight, n)]
    away = np.array(["64.03", "64.72", "64.71", "73.08", "73.71", "35.78", "73.13"], dtype=object)[
        pick(rng, [5, 2, 2, 2, 2, 1, 1], n)
    ]
    return [
        _kept(pl.Series(died.astype("datetime64[ms]")).cast(pl.Date), dies).alias("died_on"),
        _kept(pl.Series(moved.astype("datetime64[ms]")).cast(pl.Date), moves).alias("moved_on"),
        _kept(pl.Series(np.where(inside, target, away), dtype=pl.String), moves).alias("moved_to"),
    ]


def _membership(seed: int, n: int, today: date) -> list[pl.Series]:
    """One in nine has been a member through somebody else; a quarter of those have lapsed."""
    rng = stream(seed, "membership")
    member = chance(rng, 0.11, n)
    segment = pl.Series(["SC", "SD", "MANDIRI", "PU"]).gather(pick(rng, [0.30, 0.30, 0.22, 0.18], n))
    now = today.year * 12 + today.month - 1
    until = now + np.where(chance(rng, 0.25, n), -rng.integers(1, 15, n), rng.integers(0, 10, n))
    number = pl.Series(20_000_000_000 + rng.permutation(n) * 7).cast(pl.String)
    return [
        _kept(number, member).alias("membership_number"),
        _kept(segment, member).alias("membership_segment"),
        _kept(pl.Series(until.astype(np.int32)), member).alias("active_until"),
    ]


def _padded(numbers: Ints) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(3)


def _kept(values: pl.Series, keep: Flags) -> pl.Series:
    """Return the values where `keep` holds, null elsewhere."""
    return values.zip_with(pl.Series(keep), pl.repeat(None, len(values), dtype=values.dtype, eager=True))
