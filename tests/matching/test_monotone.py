"""Better agreement never gives fewer bits, and what a household shares counts once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.matching import Linked, Model, default, explain, household, link
from payung.matching.clean import clean
from payung.matching.columns import standard
from payung.matching.comparisons import COMPARISONS, Comparison
from payung.matching.lookup import LookupIndex
from payung.matching.model import assumed
from payung.matching.scalar import rungs
from tests.matching.lists import made_list

LADDERS = [(c, level) for c in COMPARISONS for level in c.levels if level.under is not None]


def _rises(model: Model) -> list[str]:
    """The rungs that outweigh the one they stand under."""
    return [
        f"{c.name}: {level.key} over {level.under}"
        for c, level in LADDERS
        if model.weight(c, level) > model.weight(c, c.level(level.under or ""))
    ]


def test_every_ladder_has_one_best_rung_and_every_else_stands_under_another() -> None:
    for comparison in COMPARISONS:
        assert comparison.levels[-1].under is not None
        for level in comparison.levels:
            seen = {level.key}
            while level.under is not None:
                level = comparison.level(level.under)
                assert level.key not in seen
                seen.add(level.key)


@pytest.mark.parametrize("model", [assumed(), default()], ids=["assumed", "packaged"])
def test_no_rung_outweighs_a_better_one(model: Model) -> None:
    assert _rises(model) == []


def test_no_rung_outweighs_a_better_one_in_a_model_learned_from_a_list(matched: Linked) -> None:
    assert matched.model.id != default().id
    assert _rises(matched.model) == []


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whatever_a_list_teaches_no_rung_outweighs_a_better_one(rng: Any) -> None:
    """Also from lists where a slip is commoner than the right value."""
    levels = {
        c.name: {level.key: (10 ** rng.uniform(-6, 0), 10 ** rng.uniform(-9, 0)) for level in c.levels}
        for c in COMPARISONS
    }
    assert _rises(Model(levels)) == []


def test_no_rung_outweighs_a_better_one_against_housemates_or_twins() -> None:
    for comparison, level in LADDERS:
        for kind in (0, 1):
            weights = household.WEIGHTS[comparison.name]
            assert weights[level.key][kind] <= weights[level.under or ""][kind], (comparison.name, level.key)


def test_every_rung_is_weighed_against_housemates_and_twins() -> None:
    assert {c.name: {level.key for level in c.levels} for c in COMPARISONS} == {
        name: set(rungs_of) for name, rungs_of in household.WEIGHTS.items()
    }


_PERSON = {
    "name": "Yohanes Lencau Laing", "nik": "6571011708650001", "birth_date": "17-08-1965", "sex": "L",
    "mother_name": "Hernawati Jalung", "village_code": "65.71.01.1001", "address": "Jl. Mawar 5 RT 01/02",
    "phone": "081256429387", "birth_place": "Tarakan", "occupation": "petani",
}  # fmt: skip
#: field -> values that agree less and less with those of _PERSON
_WORSE: dict[str, list[str]] = {
    "phone": ["081256429387", "081256429388", "081312345678"],
    "phone, a digit lost": ["081256429387", "08125642938"],
    "mother_name": ["Hernawati Jalung", "Hernawati Jalun", "Hernawati Usat", "Maria Bit"],
    "address": ["Jl. Mawar 5 RT 01/02", "Jl. Mawar 5", "Jl. Kenanga 3"],
    "village_code": ["65.71.01.1001", "65.71.01.1003", "65.02.01.2001", "73.71.01.1001"],
    "name": ["Yohanes Lencau Laing", "Yohanis Lencau Laing", "Yohanis Lencou Lain", "Bambang Sutrisno"],
    "name, words lost": ["Yohanes Lencau Laing", "Yohanes Lencau", "Bambang Sutrisno"],
    "name, turned": ["Yohanes Lencau Laing", "Laing Yohanes Lencau", "Laing Lencau"],
    "name, glued": ["Yohanes Lencau Laing", "Yohaneslencau Laing", "Yohaneslencau"],
    "birth_date": ["17-08-1965", "08-07-1990"],
    "birth_date, a day": ["17-08-1965", "18-08-1965", "18-09-1965"],
    "sex": ["L", "P"],
    "birth_place": ["Tarakan", "Taraken", "Makassar"],
    "occupation": ["petani", "nelayan"],
    "nik": ["6571011708650001", "657101170865001", "7302055203900004"],
}
#: what else the two rows agree on
_REST: dict[str, tuple[str, ...]] = {
    "all": tuple(_PERSON), "no NIK": tuple(field for field in _PERSON if field != "nik"),
    "name and place": ("name", "village_code", "sex"), "house": ("phone", "mother_name", "address", "village_code"),
}  # fmt: skip


def _bits(other: dict[str, str], rest: tuple[str, ...]) -> float:
    """The weight of _PERSON and another row that agree on `rest` but where the other says otherwise."""
    left = {field: _PERSON[field] for field in {*rest, *other}}
    rows = clean(standard(pl.DataFrame([left, {**left, **other}]))[0])
    rows = rows.with_columns(rarity=pl.lit(1, pl.Int8), mother_rarity=pl.lit(1, pl.Int8))
    found = rungs(rows.row(0, named=True), rows.row(1, named=True))
    weight = sum(float(default().ladders[name][rung]) for name, rung in found.items())
    return weight + household.once_for(weight, found, 20_000)


@pytest.mark.parametrize("worse", _WORSE)
@pytest.mark.parametrize("rest", _REST)
def test_a_field_that_agrees_less_never_gives_more(worse: str, rest: str) -> None:
    field = worse.split(",")[0]
    bits = [_bits({field: value}, _REST[rest]) for value in _WORSE[worse]]
    assert all(better >= other - 1e-9 for better, other in pairwise(bits)), bits


def _of(name: str) -> Comparison:
    return next(c for c in COMPARISONS if c.name == name)


_SHARED = ("phone", "mother_name", "address")
_SIBLINGS = {"name": "Yusuf Lencau Laing", "birth_date": "03-02-1969", "nik": "6571010302690004"}


@pytest.mark.parametrize("first", _SHARED)
@pytest.mark.parametrize("second", _SHARED)
def test_a_second_thing_of_the_household_adds_little(first: str, second: str) -> None:
    """For twins whose names are alike: the strongest counts, the others add only what they say of two in one house."""
    twin = {"name": "Yohanis Lencau Laing"}
    base = ("name", "birth_date", "sex", "village_code", first)
    one, both = _bits(twin, base), _bits(twin, (*base, second))
    assert one - 1e-9 <= both <= one + 2.5


@pytest.mark.parametrize(
    "fields", [("phone",), ("phone", "mother_name"), ("phone", "mother_name", "address")]
)
def test_siblings_of_one_house_are_not_one_person(fields: tuple[str, ...]) -> None:
    assert _bits(_SIBLINGS, ("name", "birth_date", "sex", "village_code", *fields)) < 12


def _found(*rows: dict[str, Any]) -> Linked:
    others = made_list(300, 5).drop("true_id").with_columns(id="other " + pl.col("id"))
    mine = [{"id": "ab"[number], **row} for number, row in enumerate(rows)]
    return link(pl.concat([pl.DataFrame(mine), others], how="diagonal"), model=default(), keep=0.0)


_HOUSE = {
    field: value for field, value in _PERSON.items() if field not in ("nik", "name", "birth_date", "sex")
}
#: two members of one household without NIKs
HOUSEMATES = {
    "twins": ({"name": "Rahmi Sulobang", "birth_date": "09-04-1991"}, {"name": "Rahma Sulobang"}),
    "twins, another": ({"name": "Hasan Basri", "birth_date": "09-04-1991"}, {"name": "Husin Basri"}),
    "twins, first names alike": ({"name": "Dewi Kartika", "birth_date": "09-04-1991"}, {"name": "Dewi Kartini"}),
    "twins born on 1 January": ({"name": "Nurhayati", "birth_date": "01-01-1991"}, {"name": "Nurhayani"}),
    "siblings": ({"name": "Ahmad Fauzi", "birth_date": "09-04-1991"},
                 {"name": "Ahmad Fauzan", "birth_date": "21-04-1992"}),
    "siblings a month apart by a slip": ({"name": "Maria Laing", "birth_date": "09-04-1991"},
                                         {"name": "Mariana Laing", "birth_date": "09-05-1990"}),
    "mother and daughter": ({"name": "Siti Aminah", "birth_date": "09-04-1961"},
                            {"name": "Siti Aminah", "birth_date": "11-02-1983"}),
    "father and son": ({"name": "Laing Ibung", "birth_date": "12-03-1965"},
                       {"name": "Laing Ibung", "birth_date": "19-07-1985"}),
    "a couple": ({"name": "Yohanes Laing", "birth_date": "12-03-1965"},
                 {"name": "Yohana Laing", "birth_date": "14-03-1965"}),
    "cousins in one house": ({"name": "Jalung Usat", "birth_date": "12-03-1965"},
                             {"name": "Jalung Usut", "birth_date": "27-03-1966"}),
    "no birth dates": ({"name": "Rahmi Sulobang"}, {"name": "Rahma Sulobang"}),
}  # fmt: skip


@pytest.mark.parametrize("two", HOUSEMATES.values(), ids=HOUSEMATES)
def test_a_household_is_never_one_person_without_a_clerk(two: tuple[dict[str, str], dict[str, str]]) -> None:
    one, other = two
    found = _found({**_HOUSE, **one}, {**_HOUSE, **one, **other})
    pair = found.pairs.filter((pl.col("id_l") == "a") & (pl.col("id_r") == "b"))
    assert pair.is_empty() or pair["probability"][0] < found.report["same"]


def test_one_person_who_moved_house_and_phone_is_still_found() -> None:
    moved = {"phone": "081312345678", "address": "Jl. Kenanga 3", "village_code": "65.71.02.1001"}
    found = _found(_PERSON, {**_PERSON, **moved})
    assert found.decisions.filter(pl.col("id") == "a")["decision"].to_list() == ["same"]


def test_what_a_household_shares_has_its_own_step_in_the_reasons() -> None:
    found = _found(
        {**_HOUSE, **HOUSEMATES["twins"][0]}, {**_HOUSE, **HOUSEMATES["twins"][0], "name": "Rahma Sulobang"}
    )
    pair = found.pairs.filter((pl.col("id_l") == "a") & (pl.col("id_r") == "b")).row(0, named=True)
    steps = {step.field: step for step in explain(pair)}
    assert steps["household"].bits == pytest.approx(pair["mw_household"], abs=0.01)
    assert steps["household"].bits < -5
    assert steps["prior"].bits == pytest.approx(found.report["prior_bits"], abs=0.05)


def test_many_pairs_are_weighed_as_one_at_a_time() -> None:
    rng = np.random.default_rng(4)
    at = {c.name: rng.integers(0, len(c.levels) + 1, 300) for c in COMPARISONS}
    weight = rng.uniform(-40, 90, 300)
    every = household.once(weight, at, 50_000)
    assert (every <= 0).all()
    for row in range(300):
        one = household.once_for(
            float(weight[row]), {name: int(rung[row]) for name, rung in at.items()}, 50_000
        )
        assert one == pytest.approx(every[row], abs=1e-9)


def test_a_look_up_counts_a_household_once_too() -> None:
    index = LookupIndex(pl.DataFrame([{"id": "a", **_HOUSE, **HOUSEMATES["twins"][0]}]))
    found = index.lookup({**_HOUSE, **HOUSEMATES["twins"][0], "name": "Rahma Sulobang"})
    assert found and found[0].probability < 0.99
    assert any(step.field == "household" for step in found[0].because)
