"""From probabilities and clusters to decisions: what is the same person, what only a clerk may join, what is new."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from payung.matching import standing
from payung.matching.cluster import DECIDED
from payung.matching.columns import InputError
from payung.matching.comparisons import COMPARISONS

_LEVELS = {comparison.name: comparison.levels for comparison in COMPARISONS}
#: Rungs of a name that is the same, its spelling made one.
_NAMES = ("same_rarest", "same_rare", "same_seldom", "same_common", "same_frequent", "order", "order_common")
#: Birth dates that are the same but for a slip in day or month.
_SLIPS = ("swapped", "day_of_month", "month")


def asked(edges: pl.DataFrame, own: pl.Series) -> pl.DataFrame:
    """Return the edges without joins that only a clerk may make: two standing NIKs, or a row that fits two such."""
    two = pl.Series(standing.exclusive(own, edges["l"].to_numpy(), edges["r"].to_numpy()))
    edges = edges.with_columns(join=pl.col("join") & ~two)
    return edges.with_columns(join=pl.col("join") & ~standing.torn(own, edges))


def given_by(answers: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Return the pairs that a person has decided, as edges: same joins, different keeps apart, whatever the score.

    Raises InputError for an answer about rows that are not there.
    """
    for side in ("id_l", "id_r"):
        strange = answers.filter(~pl.col(side).is_in(ids.implode()))
        if strange.height:
            raise InputError(
                f"the review answers for row {strange[side][0]!r}, which is not in the lists; "
                "give the same lists in the same order as when the review was written"
            )
    row = pl.DataFrame({"id": ids}).with_row_index("row").with_columns(pl.col("row").cast(pl.Int32))
    return (
        answers.filter(pl.col("answer") != "ask")
        .join(row.rename({"id": "id_l", "row": "a"}), on="id_l")
        .join(row.rename({"id": "id_r", "row": "b"}), on="id_r")
        .select(
            l=pl.min_horizontal("a", "b"),
            r=pl.max_horizontal("a", "b"),
            weight=pl.when(pl.col("answer") == "same").then(DECIDED).otherwise(-DECIDED),
            join=pl.col("answer") == "same",
        )
        .unique(["l", "r"], keep="last", maintain_order=True)
    )


#: what a pair is below the threshold of certainty, at least, that a clerk must decide
_UNSURE = 1e-6


def never_sure_apart(
    rungs: pl.DataFrame, probability: np.ndarray, label: np.ndarray, same: float, given: pl.DataFrame | None
) -> np.ndarray:
    """Return the probabilities with no pair sure whose rows were kept apart.

    Such pairs go to a clerk; what a person decided stays.
    """
    left, right = rungs["l"].to_numpy(), rungs["r"].to_numpy()
    kept = (probability >= same) & (label[left] != label[right])
    if given is not None and kept.any():
        told = rungs.select("l", "r").join(
            given.select("l", "r", said=True), on=["l", "r"], how="left", maintain_order="left"
        )
        kept &= told["said"].is_null().to_numpy()
    return np.where(kept, same - _UNSURE, probability)


def proven(rungs: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return whether each pair may be sure, whatever its bits sum to; rungs: comparison -> rung of each pair.

    A name that many bear, 1 January and one village are many bits, and in every village they are several people. Twins
    share all but a letter of their name, father and son all but the year. So nothing is sure without the same NIK, or
    the same name and the same birth date; a date that registries write by default, or one with a slip, needs the phone
    or the door of one house beside it.
    """

    def on(comparison: str, *keys: str) -> np.ndarray:
        levels = _LEVELS[comparison]
        wanted = [len(levels) - place for place, level in enumerate(levels) if level.key in keys]
        return np.isin(rungs[comparison], wanted)

    name = on("name", *_NAMES)
    house = on("phone", "same") | on("address", "door")
    number = on("nik", "same") & ~on("birth_date", "else", "same_year")
    born = on("birth_date", "same") | (on("birth_date", "same_default", *_SLIPS) & house)
    return np.asarray(number | (name & born))


def only_proven(probability: np.ndarray, rungs: pl.DataFrame, same: float) -> np.ndarray:
    """Return the probabilities with no pair sure that is not `proven`; a clerk sees those."""
    told = proven({comparison.name: rungs[comparison.name].to_numpy() for comparison in COMPARISONS})
    return np.where(told, probability, np.minimum(probability, same - _UNSURE))


def decide(
    kept: pl.DataFrame, probability: np.ndarray, ids: pl.Series, own: int, against: bool,
    same: float, doubtful: float, model: str,
) -> pl.DataFrame:  # fmt: skip
    """Return the best partner of each new row: a known person before a row of the same batch where both are as sure."""
    frame = kept.select("l", "r").with_columns(probability=pl.Series(probability))
    either = pl.concat([frame, frame.select(l="r", r="l", probability="probability")])
    either = either.filter((pl.col("l") < own) & (pl.col("probability") >= doubtful))
    known_first = (pl.col("r") >= own).cast(pl.Int8) if against else pl.lit(0, pl.Int8)
    best = (
        either.with_columns(known=known_first)
        .sort(["l", "probability", "known", "r"], descending=[False, True, True, False])
        .unique("l", keep="first", maintain_order=True)
    )
    decision = pl.when(pl.col("probability") >= same).then(pl.lit("same")).otherwise(pl.lit("doubtful"))
    judged = best.select(
        pl.col("l").cast(pl.Int32),
        decision=decision,
        matched=ids.gather(best["r"].to_numpy()),
        probability="probability",
    )
    return (
        pl.DataFrame({"l": pl.int_range(own, dtype=pl.Int32, eager=True), "id": ids.head(own)})
        .join(judged, on="l", how="left", maintain_order="left")
        .with_columns(pl.col("decision").fill_null("new"), model=pl.lit(model))
        .drop("l")
    )
