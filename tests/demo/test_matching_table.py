import re
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.demo import damage, noise, workers
from payung.demo.draw import stream

TODAY = date(2026, 11, 22)
NIKS = st.from_regex(r"\A65[0-9]{2}0[1-9][0-7][1-9]0[1-9][0-9]{2}0[0-9]{2}[1-9]\Z")
DRAWS = st.floats(0, 1, exclude_max=True)
NAMES = st.sampled_from(
    ["Muhammad Ilyas", "Siti Aisyah binti Umar", "Apuy", "Zainuddin Tappa", "Yakub", "Li"]
)


@given(NIKS, DRAWS, DRAWS)
def test_damage_to_a_nik_is_what_its_name_says(text, where, what):
    assert sum(a != b for a, b in zip(damage.wrong_digit(text, where, what), text, strict=True)) == 1
    swapped = damage.swapped_digits(text, where, what)
    assert swapped != text
    assert sorted(swapped) == sorted(text)
    assert len(damage.lost_digit(text, where, what)) == 15
    assert len(damage.doubled_digit(text, where, what)) == 17
    assert damage.fifteen_digits(text, where, what) == text[:15] + "0"
    assert re.fullmatch(r"6[.,]5\d{4}E\+15", damage.scientific(text, where, what))
    assert re.sub(r"[^0-9]", "", damage.apostrophe(text, where, what)) == text
    assert re.sub(r"[ .]", "", damage.grouped(text, where, what)) == text
    assert not damage.letters_for_digits(text, where, what).isdigit()


@settings(max_examples=200)
@given(NAMES, DRAWS, DRAWS, st.sampled_from(list(noise.NAME)))
def test_damage_leaves_a_name_that_can_be_read(name, where, what, kind):
    left = kind(name, where, what)
    assert left.strip()
    assert not re.search(r"\d", left)


def test_a_woman_without_the_forty_becomes_a_man():
    assert damage.without_forty("6571014508680001", 0, 0) == "6571010508680001"
    assert damage.without_forty("6571010508680001", 0, 0) == "6571010508680001"


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (damage.word_lost, "Siti Aisyah", "Siti"),
        (damage.word_lost, "Apuy", "Apuy"),
        (damage.turned, "Petrus Tingang", "Tingang Petrus"),
        (damage.with_father, "Rahma binti Umar", "Rahma"),
        (damage.joined, "Nur Aini", "Nuraini"),
    ],
)
def test_names_as_lists_change_them(kind, name, expected):
    assert kind(name, 0.0, 0.0) == expected


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return workers.matching_table(20_000, 5)


def test_a_tenth_of_the_rows_are_repeats(table):
    assert table["id"].to_list() == list(range(1, 20_001))
    assert table["true_id"].n_unique() == 18_000


def test_the_same_seed_gives_the_same_rows(table):
    assert workers.matching_table(20_000, 5).equals(table)


def test_without_nik_the_rest_is_the_same(table):
    assert workers.matching_table(20_000, 5, drop_nik=True).equals(table.drop("nik"))


def test_too_small_a_table_is_refused():
    with pytest.raises(ValueError, match="2 rows or more"):
        workers.matching_table(1, 5)


def test_rows_with_their_own_nik_name_the_right_person(table):
    people = workers.population(18_000, 5, TODAY)
    found = table.join(people.select("nik", "person_id"), on="nik")
    assert found.height > 14_000
    agree = (found["person_id"] == found["true_id"]).mean()
    assert 0.99 < agree < 1.0


@pytest.mark.parametrize("source", range(len(noise.SOURCES)))
def test_damage_is_as_common_as_documented(source):
    people = workers.population(12_000, 11, TODAY)
    rng = stream(1, "test")
    care = np.full(people.height, noise.CARE[source])
    changed = (noise.niks(people, care, rng) != people["nik"]).mean()
    rates = sum(noise.NIK.values()) + noise.NIK_FAMILY_CARD + noise.NIK_OF_HEAD
    assert changed == pytest.approx(rates * noise.CARE[source], rel=0.2, abs=0.004)
    written = noise.dirty(people, np.full(people.height, source), rng)
    for column, missing in noise.MISSING.items():
        known = people[column].is_not_null().mean() if column in people.columns else 1.0
        assert written[column].is_not_null().mean() == pytest.approx((1 - missing[source]) * known, abs=0.015)


def test_dates_come_in_many_forms_and_mostly_say_the_truth(table):
    forms = [
        r"\d{4}-\d\d-\d\d",
        r"\d\d-\d\d-\d{4}",
        r"\d\d/\d\d/\d{4}",
        r"\d+ [A-Za-z]+ \d{4}",
        r"\d+-\d+-\d\d",
    ]
    dates = table["birth_date"].drop_nulls()
    for form in forms:
        assert dates.str.contains(f"^{form}$").mean() > 0.03
    assert dates.str.contains("^(?:" + "|".join(forms) + ")$").all()


def test_every_impossible_birth_date_stems_from_a_wrong_year():
    leap = pl.Series([date(1992, 2, 29)] * 3_000)
    parts = noise.date_parts(leap, np.ones(3_000), stream(1, "leap"))
    for d, m, y in parts.rows():
        assert date(y, m, d)
