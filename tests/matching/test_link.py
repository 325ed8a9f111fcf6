"""Matching from end to end on made lists with their truth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from payung.cli.match import pairwise
from payung.matching import (
    InputError,
    Known,
    Linked,
    Model,
    ModelError,
    default,
    explain,
    known_keys,
    link,
    load,
    reliability,
    survey,
)
from payung.matching.comparisons import COMPARISONS
from tests.matching.lists import made_list


def truth_of(people: pl.DataFrame, pairs: pl.DataFrame) -> np.ndarray:
    truth = dict(people.select("id", "true_id").iter_rows())
    return np.array([truth[a] == truth[b] for a, b in pairs.select("id_l", "id_r").iter_rows()])


def test_finds_who_is_who(people: pl.DataFrame, matched: Linked) -> None:
    score = pairwise(matched.clusters["cluster_id"], people["true_id"].cast(pl.String))
    assert score["f1"] >= 0.97
    sure = matched.pairs.filter(pl.col("probability") >= matched.report["same"])
    assert truth_of(people, sure).mean() >= 0.99
    assert (matched.decisions["decision"] == "doubtful").mean() <= 0.03


def test_without_nik(people: pl.DataFrame) -> None:
    found = link(people.drop("true_id", "nik"))
    assert pairwise(found.clusters["cluster_id"], people["true_id"].cast(pl.String))["f1"] >= 0.90


def test_probabilities_are_honest(people: pl.DataFrame, matched: Linked) -> None:
    error, _ = reliability(matched.pairs["probability"].to_numpy(), truth_of(people, matched.pairs))
    assert error <= 0.03


def test_every_row_gets_one_decision_and_one_cluster(people: pl.DataFrame, matched: Linked) -> None:
    assert matched.decisions["id"].to_list() == people["id"].to_list()
    assert matched.clusters["id"].to_list() == people["id"].to_list()
    assert set(matched.decisions["decision"]) <= {"same", "doubtful", "new"}
    assert (matched.decisions["model"] == matched.model.id).all()
    fresh = matched.decisions.filter(pl.col("decision") == "new")
    assert fresh["matched"].null_count() == fresh.height


def test_same_seed_same_bytes(people: pl.DataFrame, matched: Linked) -> None:
    again = link(people.drop("true_id"), seed=3)
    assert again.model.id == matched.model.id
    for one, other in ((again.pairs, matched.pairs), (again.clusters, matched.clusters)):
        assert_frame_equal(one, other, check_exact=True)


def test_against_known_people(people: pl.DataFrame) -> None:
    known, new = people.head(4_500), people.tail(1_500)
    found = link(new.drop("true_id"), known.drop("true_id"), model=default())
    ids = set(new["id"])
    assert all(pair in ids for pair in found.pairs["id_l"])
    truth = dict(people.select("id", "true_id").iter_rows())
    in_known = {truth[key] for key in known["id"]}
    judged = found.decisions.filter(pl.col("decision") == "same")
    assert np.mean([truth[a] == truth[b] for a, b in judged.select("id", "matched").iter_rows()]) >= 0.99
    seen = found.decisions.filter(pl.col("decision") != "new")
    expected = {key for key in new["id"] if truth[key] in in_known}
    assert len(expected & set(judged["id"])) >= 0.85 * len(expected)
    assert len(expected & set(seen["id"])) >= 0.95 * len(expected)


def test_known_people_who_stay_elsewhere_are_found_alike_by_their_keys(people: pl.DataFrame) -> None:
    """Only whom a new row may be is read, and every pair and decision is what it is with everybody read."""
    rows = people.drop("true_id").with_columns(
        # a phone of many names counts for nobody, also where only few of its owners are read
        phone=pl.when(pl.int_range(pl.len()) % 20 == 0).then(pl.lit("081234509876")).otherwise("phone")
    )
    known, new = rows.head(5_700), rows.tail(300)
    every = link(new, known, model=default())

    def hide(niks: pl.Series) -> pl.Series:
        return "secret" + niks.reverse().reverse()

    asked: list[int] = []

    def fetch(ids: pl.Series) -> pl.DataFrame:
        asked.append(len(ids))
        return known.filter(pl.col("id").is_in(ids.implode())).sort("name")

    some = link(new, Known(known["id"], known_keys(known, hide), fetch, hide), model=default())
    assert_frame_equal(some.pairs, every.pairs)
    assert_frame_equal(some.decisions, every.decisions)
    assert asked == [some.clusters.height - 300] and asked[0] < 1_500
    assert some.report["rows"] == 6_000
    shared = {finding["rows"] for finding in some.report["findings"] if finding["code"] == "value_shared"}
    assert shared == {
        finding["rows"] for finding in every.report["findings"] if finding["code"] == "value_shared"
    }
    together, apart = dict(every.clusters.iter_rows()), dict(some.clusters.iter_rows())
    for one, other in some.pairs.select("id_l", "id_r").iter_rows():
        assert (together[one] == together[other]) == (apart[one] == apart[other])


def test_splink_scores_what_we_score(people: pl.DataFrame, matched: Linked) -> None:
    """The weights looked up by rung are those that Splink's own prediction gives for the same model."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    from payung.matching import blocking
    from payung.matching.clean import clean
    from payung.matching.columns import standard
    from payung.matching.engine import Engine, settings
    from payung.matching.frequency import rarity

    table = clean(standard(people)[0])
    table = table.with_columns(
        rarity(table["full"], table["regency"]).alias("rarity"),
        rarity(table["mother"], table["regency"]).alias("mother_rarity"),
    )
    with Engine() as engine:
        keys = blocking.keys_of(table)
        engine.block(blocking.asking(keys, blocking.block(table, keys)), None)
        engine.put_records(table)
        engine.con.execute("create table candidates as select *, '0' as match_key from pairs").fetchall()
        api = DuckDBAPI(connection=engine.con)
        linker = Linker(
            api.register("records", dataset_display_name="own"), SettingsCreator(**settings(matched.model)),
            validate_settings=False,
        )  # fmt: skip
        pairs = api.register("candidates", dataset_display_name="pairs")
        linker.table_management.register_blocked_pairs_for_predict(pairs)
        scored = engine.fetch(
            f"select uid_l, uid_r, match_weight from {linker.inference.predict(warning_mode='never').physical_name}"
        )
    ids = people["id"]
    theirs = {(ids[a], ids[b]): bits for a, b, bits in scored.iter_rows()}
    assert matched.pairs.height > 300
    weights = matched.pairs.select("id_l", "id_r", pl.col("weight") - pl.col("mw_household"))
    for left, right, bits in weights.iter_rows():
        assert theirs[left, right] + matched.report["prior_bits"] == pytest.approx(bits, abs=1e-3)


def test_a_stored_model_is_used_as_it_is(people: pl.DataFrame, matched: Linked, tmp_path) -> None:
    matched.model.save(tmp_path / "model.json")
    stored = load(tmp_path / "model.json")
    assert stored.id == matched.model.id
    again = link(people.drop("true_id"), model=stored)
    assert again.report["model"] == matched.model.id
    assert_frame_equal(again.clusters, matched.clusters)


def test_a_model_changed_by_hand_has_another_id() -> None:
    model = default()
    levels = {name: dict(rungs) for name, rungs in model.levels.items()}
    m, u = levels["sex"]["same"]
    levels["sex"]["same"] = (m * 0.9, u)
    assert Model(levels, model.calibration, model.trained).id != model.id


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": 99}', '{"format": 1, "levels": {}, "calibration": []}']
)
def test_a_broken_model_is_refused_in_words(tmp_path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(ModelError, match="model"):
        load(tmp_path / "m.json")


def test_a_persons_answer_overrules_the_score(people: pl.DataFrame, matched: Linked) -> None:
    surest = matched.pairs.sort("weight", descending=True).row(0, named=True)
    apart = pl.DataFrame({"id_l": [surest["id_r"]], "id_r": [surest["id_l"]], "answer": ["different"]})
    clusters = dict(link(people.drop("true_id"), model=matched.model, answers=apart).clusters.iter_rows())
    assert clusters[surest["id_l"]] != clusters[surest["id_r"]]
    strangers = people["id"][0], people["id"][1]
    together = pl.DataFrame({"id_l": [strangers[0]], "id_r": [strangers[1]], "answer": ["same"]})
    clusters = dict(link(people.drop("true_id"), model=matched.model, answers=together).clusters.iter_rows())
    assert clusters[strangers[0]] == clusters[strangers[1]]


def test_the_words_add_up_to_the_score(matched: Linked) -> None:
    for pair in matched.pairs.head(50).iter_rows(named=True):
        steps = explain(pair)
        assert steps[0].field == "prior" and steps[-1].field == "total"
        assert sum(step.bits for step in steps) == pytest.approx(pair["weight"], abs=0.1)
        assert all(step.indonesian and step.english for step in steps)


def test_nik_alone_does_not_make_one_person() -> None:
    rows = [
        {"id": "a", "nik": "6571014508680001", "name": "Siti Aminah", "birth_date": "1968-08-05", "sex": "P"},
        {
            "id": "b",
            "nik": "6571014508680001",
            "name": "Bambang Wijaya",
            "birth_date": "1991-03-20",
            "sex": "L",
        },
    ]
    assert link(pl.DataFrame(rows), model=default()).clusters["cluster_id"].n_unique() == 2


def test_twins_stay_two_people() -> None:
    both = {"birth_date": "1990-03-20", "village_code": "65.71.01.1001", "address": "Jl. Mawar 5 RT 1/2", "sex": "L",
            "mother_name": "Halimah", "phone": "081237557890"}  # fmt: skip
    rows = [
        {"id": "a", "nik": "6571012003900001", "name": "Hasan", **both},
        {"id": "b", "nik": "6571012003900002", "name": "Husein", **both},
    ]
    assert link(pl.DataFrame(rows), model=default()).clusters["cluster_id"].n_unique() == 2


@pytest.mark.parametrize("seed", [31, 32])
def test_a_short_list_works_with_the_packaged_model(seed: int) -> None:
    people = made_list(400, seed)
    found = link(people.drop("true_id"))
    assert found.report["model"] == default().id
    assert pairwise(found.clusters["cluster_id"], people["true_id"].cast(pl.String))["f1"] >= 0.9


def test_survey_names_what_is_too_common() -> None:
    rows = [
        {"name": f"Muhammad Orang{n}", "birth_date": "01-01-1980", "village_code": "65.71.01.1001"}
        for n in range(400)
    ]
    findings = survey(pl.DataFrame(rows))
    assert {"birth_date_default", "value_common"} <= {str(finding["code"]) for finding in findings}
    assert any("01-01-1980" in str(finding["message_en"]) for finding in findings)


def test_no_column_to_match_on() -> None:
    with pytest.raises(InputError, match="none of the columns"):
        link(pl.DataFrame({"colour": ["red"]}))


def test_comparisons_have_words_in_both_languages() -> None:
    for comparison in COMPARISONS:
        keys = [level.key for level in comparison.levels]
        assert len(keys) == len(set(keys)) and comparison.levels[-1].sql == "else"
        assert all(level.indonesian and level.english for level in comparison.levels)
