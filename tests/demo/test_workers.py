from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.demo import workers
from payung.demo.labour import MALE_SHARE
from payung.demo.reference import death_rates, places
from payung.identity import nik, regions
from payung.identity.occupations import table as occupation_table

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return workers.population(20_000, 7, TODAY)


def share(values: pl.Series) -> float:
    return float(values.mean())  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_people_and_another_seed_others(people):
    assert workers.population(20_000, 7, TODAY).equals(people)
    assert not workers.population(20_000, 8, TODAY)["nik"].equals(people["nik"])


@settings(max_examples=25, deadline=None)
@given(n=st.integers(1, 60), seed=st.integers(0, 10**9), day=st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_any_size_seed_and_day_give_whole_people(n, seed, day):
    people = workers.population(n, seed, day)
    assert people.height == n
    assert people["person_id"].to_list() == list(range(1, n + 1))
    assert people["nik"].n_unique() == n
    required = ["name", "mother_name", "birth_date", "village_code", "occupation", "income", "ktp_regency"]
    assert people.select(required).null_count().sum_horizontal().item() == 0
    assert (people["name"].str.len_chars() > 1).all()
    assert ((people["birth_date"] < day) & (people["birth_date"].dt.year() > day.year - 80)).all()
    gone = people.drop_nulls("died_on")
    assert ((gone["died_on"] - day).dt.total_days().abs() <= 366).all()
    both = people.drop_nulls(["died_on", "moved_on"])
    assert (both["moved_on"] <= both["died_on"]).all()


def test_niks_are_valid_and_say_the_sex_and_the_birth_date(people):
    known = regions.load()
    for row in people.head(4_000).iter_rows(named=True):
        read = nik.read(row["nik"], regions=known, born=row["birth_date"])
        assert read.valid, row["nik"]
        assert (read.sex, read.birth_date) == (row["sex"], row["birth_date"])
        assert set(read.findings) <= {"nik_legacy_prefix", "nik_district_unknown"}


def test_older_residents_carry_prefixes_from_before_the_province(people):
    legacy = pl.col("nik").str.slice(0, 4).is_in(list(nik.legacy_prefixes()))
    assert not people.filter(legacy & (pl.col("birth_date").dt.year() >= 2013)).height
    assert share(people.filter(pl.col("birth_date").dt.year() < 1990).select(legacy).to_series()) > 0.3


def test_places_and_occupations_exist(people):
    known = regions.load()
    assert all(known.has(code) for code in people["village_code"].unique())
    assert set(people["occupation"]) <= set(occupation_table())
    assert (people["district_code"] == people["village_code"].str.slice(0, 8)).all()


def test_districts_get_workers_by_their_population(people):
    where = places()
    expected: dict[str, float] = {}
    for code, weight in zip(where.district, where.weight, strict=True):
        expected[code] = expected.get(code, 0.0) + weight / where.weight.sum()
    found = dict(people["district_code"].value_counts(normalize=True).iter_rows())
    for code, probability in expected.items():
        spread = 5 * (2 * probability / people.height) ** 0.5
        assert abs(found.get(code, 0.0) - probability) < spread, code


def test_men_are_as_common_as_in_the_labour_force(people):
    assert pytest.approx(0.641, abs=0.001) == MALE_SHARE
    assert share(people["sex"] == "male") == pytest.approx(MALE_SHARE, abs=0.02)


def test_farming_follows_the_published_shares_of_the_regencies(people):
    """Published share of agriculture among the employed: Tarakan 17.62%, Bulungan 29.95%, province 32.58%."""
    farming = people.group_by(pl.col("village_code").str.slice(0, 5).alias("regency")).agg(
        (pl.col("sector_letter") == "A").mean()
    )
    found = dict(farming.iter_rows())
    assert found["65.71"] < found["65.01"] < min(found[code] for code in ("65.02", "65.03", "65.04"))
    whole = share(people["sector_letter"] == "A")
    assert found["65.71"] / whole == pytest.approx(0.1762 / 0.3258, abs=0.12)
    assert found["65.01"] / whole == pytest.approx(0.2995 / 0.3258, abs=0.12)


def test_the_sea_is_worked_from_the_coast(people):
    fishers = people.filter(pl.col("setting") == "coastal")
    inland = set(places().district) - {
        d for d, coast in zip(places().district, places().coastal, strict=True) if coast
    }
    assert share(fishers["district_code"].is_in(list(inland))) < 0.03


def test_seven_in_ten_are_25_to_54_and_some_are_too_young_or_too_old(people):
    age = (pl.lit(TODAY) - pl.col("birth_date")).dt.total_days() / 365.2425
    prime, young, old = people.select(
        ((age >= 25) & (age < 55)).mean(), (age < 18).mean().alias("young"), (age >= 65).mean().alias("old")
    ).row(0)
    assert prime == pytest.approx(0.72, abs=0.02)
    assert 0.002 < young < 0.03
    assert 0.02 < old < 0.06


def test_as_many_die_as_the_life_table_says():
    people = workers.population(60_000, 3, TODAY)
    start = TODAY - timedelta(days=365)
    age = ((pl.lit(start) - pl.col("birth_date")).dt.total_days() / 365.2425).cast(pl.Int64)
    facts = people.select(age.clip(0, 99).alias("age"), (pl.col("sex") == "female").alias("f"))
    rates = death_rates()[facts["f"].cast(pl.Int64).to_numpy(), facts["age"].to_numpy()]
    expected = float((1 - np.exp(-2 * rates)).sum())
    assert people["died_on"].count() == pytest.approx(expected, abs=4 * expected**0.5)
    assert 120 < people["died_on"].count() / 2 / 60_000 * 30_000 < 230


def test_some_live_elsewhere_earn_wages_or_are_members_already(people):
    assert 0.01 < share(~people["ktp_regency"].str.starts_with("65")) < 0.04
    assert 0.02 < share(people["wage_worker"]) < 0.06
    assert 0.08 < share(people["membership_number"].is_not_null()) < 0.14
    assert (people["active_until"].is_null() == people["membership_number"].is_null()).all()
    assert people["membership_number"].drop_nulls().is_unique().all()


def test_naming_traditions_never_leave_the_room(people):
    assert not {"group", "ethnicity", "religion"} & set(people.columns)
