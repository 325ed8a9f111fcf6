"""Matching from end to end: clean, block, compare, learn, score, decide, cluster; each stage timed and reported."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import polars.selectors as cs

from payung.matching import blocking, decide, household
from payung.matching.clean import clean
from payung.matching.cluster import cluster
from payung.matching.columns import standard
from payung.matching.comparisons import COMPARISONS, Comparison
from payung.matching.engine import Engine
from payung.matching.frequency import closed_form, rarity, too_common, without_shared
from payung.matching.model import Model, default
from payung.matching.readable import nothing_compared, nothing_learned, unreadable
from payung.matching.report import Finding, Report
from payung.matching.train import random_pairs, train, with_u

if TYPE_CHECKING:
    from payung.matching.spark import SparkEngine

#: probability from which a pair is the same person without a clerk
SAME = 0.99
#: probability from which a clerk sees a pair
DOUBTFUL = 0.10
#: probability from which rows are put in one cluster
THRESHOLD = 0.5
#: rows from which a list teaches a model of its own
ENOUGH_ROWS = 5_000
#: pairs below this probability are not kept in the result
KEPT = 0.01
#: log2 odds of the prior are never higher: two rows alone on a list are not one person because there are only two
LEAST_PRIOR = -10.0
#: share of true pairs that blocking is taken to bring together
_FOUND = 0.97


@dataclass(frozen=True)
class Linked:
    """What matching found.

    pairs: id_l, id_r, probability, weight (bits), rules, and for each comparison its rung (gamma_*) and bits
    (mw_*), and mw_household (see `household`);
    decisions: id, decision same|doubtful|new, matched (id or null), probability, model; one for each new row;
    clusters: id, cluster_id; report: rows, pairs, seconds by stage, findings, model id, thresholds; comparisons: how
    the pairs were compared.
    """

    pairs: pl.DataFrame
    decisions: pl.DataFrame
    clusters: pl.DataFrame
    report: Report
    model: Model
    comparisons: tuple[Comparison, ...] = COMPARISONS


@dataclass(frozen=True)
class Known:
    """People known who stay where they are kept: `link` asks only for those whom a new row may be.

    ids: what they are called; keys: one row for each, made by `known_keys` with the same `hide` (see
    `blocking.keys_of`); fetch: the rows of the ids it is given, columns of a matching list, in any order.
    """

    ids: pl.Series
    keys: pl.DataFrame
    fetch: Callable[[pl.Series], pl.DataFrame]
    hide: blocking.Hide | None = None


def known_keys(people: pl.DataFrame, hide: blocking.Hide | None = None) -> pl.DataFrame:
    """Return the keys of people for `Known`, one row for each in their order.

    They fit only the version that made them.
    """
    return blocking.keys_of(clean(standard(people)[0]), hide)


@dataclass
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - begin, 3)


def standing_niks(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the NIKs that stand in one of the rows of each id, as `link` takes them of known people.

    The rows have nik, birth_date and sex; the result own_niks, with blanks between them. An id may have many rows, or
    no such NIK and then no row.
    """
    if rows.is_empty():
        return pl.DataFrame(schema={"id": pl.String, "own_niks": pl.String})
    found = rows.select("id").hstack([clean(standard(rows.drop("id"))[0])["own_nik"]]).drop_nulls()
    return found.group_by("id").agg(own_niks=pl.col("own_nik").unique().sort().str.join(" "))


def survey(table: pl.DataFrame) -> list[Finding]:
    """Report what matching would find wrong with a list before it compares anything.

    That is empty columns, values that too many rows share, keys that are too wide. Each finding has code, column,
    value, rows, message_id, message_en.
    """
    text, findings = standard(table)
    cleaned = clean(text)
    rows, keys, shared = without_shared(cleaned, blocking.keys_of(cleaned))
    return findings + shared + too_common(rows) + blocking.block(rows, keys).findings


def link(
    new: pl.DataFrame,
    known: pl.DataFrame | Known | None = None,
    *,
    model: Model | None = None,
    seed: int = 1,
    threshold: float | None = None,
    same: float = SAME,
    doubtful: float = DOUBTFUL,
    keep: float = KEPT,
    start: Model | None = None,
    answers: pl.DataFrame | None = None,
    engine: str = "duckdb",
) -> Linked:
    """Match the rows of `new` against each other and, if given, against `known` people (not known with known).

    known: their rows, or `Known` where they are many and stay elsewhere; then nothing is learned, and only those
    who are compared with a new row are in the clusters. A column own_niks (see `standing_niks`) says which NIKs stand
    for each, where that is known better than from these rows.
    model: a stored model, used as it is; None learns from the rows where there are enough, starting from the
    packaged model (or `start`). keep: pairs below this probability are not in the result. threshold: probability
    from which rows join a cluster. The same input, model and seed give the
    same result. answers: pairs that a person has decided (id_l, id_r, answer same|different|ask), which overrule the
    scores in the clusters. engine: duckdb, or spark for lists that outgrow one machine.
    Raises InputError for tables that hold nothing to match on, and for answers about other rows.
    """
    clock = _Clock()
    with clock.stage("clean"):
        read = _read(new, known)
    with clock.stage("block"):
        blocks = blocking.block(read.table, read.keys, None if known is None else read.own)
    learns = model is None and _teaches(read, blocks, known)
    with _engine(engine) as comparing:
        compared = _compare(comparing, read, blocks, known, learns, clock)
        used, findings = model or start or default(), compared.read.findings + blocks.findings
        if learns:
            with clock.stage("train"):
                used, learned_nothing = _learn(comparing, compared, used, seed)
            findings += learned_nothing
    with clock.stage("score"):
        scores = _score(compared, used, same)
    join_at = THRESHOLD if threshold is None else threshold
    with clock.stage("cluster"):
        people = _gather(compared, scores, blocks.copies, join_at, same, answers)
    with clock.stage("decide"):
        kept = people.probability >= keep
        pairs = _pairs(compared, scores, people.probability, kept)
        decisions = decide.decide(
            compared.rungs.filter(pl.Series(kept)),
            people.probability[kept],
            compared.read.ids,
            read.own,
            known is not None,
            same,
            doubtful,
            used.id,
        )
        clusters = pl.DataFrame({"id": compared.read.ids, "cluster_id": people.label})
    report: Report = {
        "rows": read.every.height, "new": read.own, "pairs": pairs.height, "compared": compared.count,
        "clusters": int(clusters["cluster_id"].n_unique()), "refused_joins": people.refused,
        "model": used.id, "threshold": join_at, "same": same, "doubtful": doubtful,
        "prior_bits": round(scores.prior, 4), "block_scale": round(blocks.scale, 3), "copies": blocks.copies.height,
        "answers": people.answers, "findings": findings, "seconds": clock.seconds,
    }  # fmt: skip
    return Linked(pairs, decisions, clusters, report, used)


@dataclass(frozen=True)
class _Read:
    """Rows as they are compared, new ones first, with their keys; of known people who stay elsewhere only the keys.

    keys: of rows that may be compared; every: of all, which count; numbers: of the known among `keys`, in `every`
    less the new.
    """

    ids: pl.Series
    table: pl.DataFrame
    keys: pl.DataFrame
    every: pl.DataFrame
    own: int
    findings: list[Finding]
    numbers: pl.Series | None = None


def _read(new: pl.DataFrame, known: pl.DataFrame | Known | None) -> _Read:
    text, findings = standard(new)
    own = text.height
    if isinstance(known, Known):
        return _read_keys(text, known, findings)
    if known is not None:
        other, more = standard(known)
        text, findings = pl.concat([text, _other_ids(other, text["id"])]), findings + more
    cleaned = clean(text)
    if known is None:
        findings += unreadable(text, cleaned)
    else:
        cleaned = pl.concat([cleaned.head(own), _standing(cleaned.tail(-own) if own else cleaned, known)])
    table, keys, shared = without_shared(cleaned, blocking.keys_of(cleaned))
    findings += shared + too_common(table.head(own))
    return _Read(text["id"], _with_rarity(table, keys), keys, keys, own, findings)


def _read_keys(text: pl.DataFrame, known: Known, findings: list[Finding]) -> _Read:
    """Return the new rows with the keys of those known people who share one with any of them."""
    cleaned = clean(text)
    own = blocking.keys_of(cleaned, known.hide)
    near, every = blocking.sharing(own, known.keys), pl.concat([own, known.keys], rechunk=False)
    table, keys, shared = without_shared(cleaned, pl.concat([own, near.drop("number")]), every)
    findings += shared + too_common(table)
    return _Read(text["id"], table, keys, every, text.height, findings, near["number"])


def _standing(cleaned: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Return the clean rows of known people with the NIKs said to stand for them (column own_niks, same order)."""
    if "own_niks" not in given.columns:
        return cleaned
    return cleaned.with_columns(own_nik=pl.coalesce(given["own_niks"], "own_nik"))


def _with_rarity(table: pl.DataFrame, keys: pl.DataFrame, every: pl.DataFrame | None = None) -> pl.DataFrame:
    """How common each row's name and mother's name are, among all whose keys are known."""

    def among(column: str) -> tuple[pl.Series, pl.Series] | None:
        return None if every is None else (every[column], every["regency"])

    return table.with_columns(
        rarity(keys["full"], keys["regency"], among("full")).alias("rarity"),
        rarity(keys["mother"], keys["regency"], among("mother")).alias("mother_rarity"),
    )


def _other_ids(other: pl.DataFrame, taken: pl.Series) -> pl.DataFrame:
    """Return the known rows, those told apart whose id a new row has too."""
    clash = pl.col("id").is_in(taken.implode())
    return other.with_columns(id=pl.when(clash).then("known:" + pl.col("id")).otherwise("id"))


def _fetched(read: _Read, paired: pl.Series, known: Known) -> _Read:
    """Return the new rows with the known people who are in a pair with one; their uid is their place in the keys."""
    assert read.numbers is not None
    wanted = paired.filter(paired >= read.own)
    numbers = read.numbers.gather(wanted - read.own)
    names = known.ids.gather(numbers)
    asked = pl.DataFrame({"id": names}).join(known.fetch(names), on="id", how="left", maintain_order="left")
    text, findings = standard(asked)
    theirs = known.keys[numbers]
    rows, _, _ = without_shared(_standing(clean(text), asked), theirs, read.every)
    table = pl.concat([read.table, rows.with_columns(uid=wanted)])
    table = _with_rarity(table, pl.concat([read.keys.head(read.own), theirs]), read.every)
    ids = pl.concat([read.ids, _other_ids(text.select("id"), read.ids)["id"]])
    return replace(read, ids=ids, table=table, findings=read.findings + findings)


@dataclass(frozen=True)
class _Compared:
    """Rows and the rungs of their pairs (l, r: row numbers; rules; one column for each comparison).

    count: how many pairs blocking brought together.
    """

    read: _Read
    rungs: pl.DataFrame
    count: int


@dataclass(frozen=True)
class _Scores:
    """For each pair its weight in bits (prior included), probability, and bits by comparison; the prior in bits."""

    bits: np.ndarray
    probability: np.ndarray
    parts: dict[str, np.ndarray]
    prior: float


@dataclass(frozen=True)
class _People:
    """The cluster of each row, the probability of each pair with it, and how many joins and answers there were."""

    label: np.ndarray
    probability: np.ndarray
    refused: int
    answers: int


def _teaches(read: _Read, blocks: blocking.Blocks, known: pl.DataFrame | Known | None) -> bool:
    """Return whether a list is long enough to learn a model from; people who stay elsewhere teach nothing."""
    return read.every.height - blocks.copies.height >= ENOUGH_ROWS and not isinstance(known, Known)


def _compare(
    comparing: Engine | SparkEngine,
    read: _Read,
    blocks: blocking.Blocks,
    known: pl.DataFrame | Known | None,
    learns: bool,
    clock: _Clock,
) -> _Compared:
    """Bring the pairs together that share a key, fetch the known people among them, and put each pair on its rungs."""
    with clock.stage("block"):
        count = comparing.block(blocking.asking(read.keys, blocks), None if known is None else read.own)
    if isinstance(known, Known):
        with clock.stage("fetch"):
            read = _fetched(read, comparing.paired(), known)
    with clock.stage("compare"):
        # Rows without a key are in no pair, but to learn from; of known people only those in a pair were fetched.
        all_needed = learns or isinstance(known, Known)
        keyed = pl.any_horizontal(cs.starts_with("b").is_not_null())
        comparing.put_records(
            read.table if all_needed else read.table.filter(blocks.keys.select(keyed).to_series())
        )
        rungs = _with_copies(_numbered(comparing.compare("pairs"), read.table), blocks.copies)
    return _Compared(read, rungs, count)


def _learn(
    comparing: Engine | SparkEngine, compared: _Compared, start: Model, seed: int
) -> tuple[Model, list[Finding]]:
    """Return the model that the rows teach, starting from `start`; that one and a finding where they teach nothing."""
    rows = compared.read.table.height
    comparing.put_pairs("drawn", random_pairs(rows, seed))
    learned = train(start, compared.rungs, comparing.compare("drawn"), seed)
    if learned.seen["matches"]:
        return with_u(learned.model, closed_form(compared.read.table, learned.seen["matches"])), []
    return start, [nothing_learned(rows) if compared.count else nothing_compared(rows)]


def _score(compared: _Compared, model: Model, same: float) -> _Scores:
    """Weigh each pair by the model: bits of each comparison, of the household once, and the prior.

    From probability `same` on are only pairs with a proof of their own.
    """
    rungs, own, every = compared.rungs, compared.read.own, compared.read.every.height
    raw = np.zeros(rungs.height)
    parts: dict[str, np.ndarray] = {}
    at = {c.name: rungs[c.name].to_numpy() for c in COMPARISONS}
    for name, rung in at.items():
        parts[name] = model.ladders[name][rung]
        raw += parts[name]
    parts[household.NAME] = household.once(raw, at, every)
    raw += parts[household.NAME]
    prior = _prior(raw, own * (every - own) + own * (own - 1) / 2)
    bits = raw + prior
    return _Scores(bits, decide.only_proven(model.probability(bits), rungs, same), parts, prior)


def _gather(
    compared: _Compared,
    scores: _Scores,
    copies: pl.DataFrame,
    join_at: float,
    same: float,
    answers: pl.DataFrame | None,
) -> _People:
    """Gather rows into people by the pairs from probability `join_at` on, with what a person has decided first."""
    rungs, table = compared.rungs, compared.read.table
    edges = rungs.select("l", "r").with_columns(
        weight=pl.Series(scores.bits), join=pl.Series(scores.probability >= join_at)
    )
    edges = decide.asked(edges.filter(pl.col("weight") > -30), table["own_nik"])
    decided = None if answers is None else decide.given_by(answers, compared.read.ids)
    if decided is not None:
        edges = pl.concat([edges.join(decided, on=["l", "r"], how="anti", maintain_order="left"), decided])
    following = edges["r"].is_in(copies["uid"].implode())
    clusters = cluster(table.height, edges.filter(~following), table["nik"], table["own_nik"])
    _follow(clusters.label, edges.filter(following & edges["join"]))
    probability = decide.never_sure_apart(rungs, scores.probability, clusters.label, same, decided)
    return _People(
        clusters.label, probability, clusters.refused.height, 0 if decided is None else decided.height
    )


def _pairs(compared: _Compared, scores: _Scores, probability: np.ndarray, kept: np.ndarray) -> pl.DataFrame:
    """Return the table `Linked.pairs` of the pairs that are `kept`."""
    ids, rungs = compared.read.ids, compared.rungs.filter(pl.Series(kept))
    return pl.DataFrame(
        {
            "id_l": ids.gather(rungs["l"].to_numpy()),
            "id_r": ids.gather(rungs["r"].to_numpy()),
            "probability": probability[kept].round(6),
            "weight": scores.bits[kept].round(6),
            "rules": rungs["rules"],
        }
    ).with_columns(
        *(rungs[c.name].alias(f"gamma_{c.name}") for c in COMPARISONS),
        *(pl.Series(f"mw_{name}", part[kept].round(6)) for name, part in scores.parts.items()),
    )


def _numbered(rungs: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Renumber the pairs by the places of their rows in a table from which rows without a pair have been left out."""
    if table.is_empty() or table["uid"][-1] == table.height - 1:
        return rungs
    place = np.zeros(int(table["uid"][-1]) + 1, np.int32)
    place[table["uid"].to_numpy()] = np.arange(table.height, dtype=np.int32)
    return rungs.with_columns(pl.Series(side, place[rungs[side].to_numpy()]) for side in ("l", "r"))


def _engine(name: str) -> Engine | SparkEngine:
    if name == "spark":
        from payung.matching.spark import SparkEngine

        return SparkEngine()
    return Engine()


def _with_copies(rungs: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    """Copy each exact duplicate's score from its representative pair."""
    if copies.is_empty():
        return rungs
    model = rungs.rename({"l": "first", "r": "second"})
    follow = copies.join(model, on=["first", "second"]).rename({"first": "l", "uid": "r"}).drop("second")
    return pl.concat([rungs, follow.select(rungs.columns)]).sort("l", "r")


def _follow(label: np.ndarray, edges: pl.DataFrame) -> None:
    """Rows that only follow the first of their kind join its cluster."""
    label[edges["r"].to_numpy()] = label[edges["l"].to_numpy()]


def _prior(raw: np.ndarray, every: float) -> float:
    """Log2 odds that two rows drawn at random are one person, such that the scores agree with it."""
    if not len(raw) or every < 1:
        return -20.0
    matches = max(float((raw > 25).sum()), 1.0)
    for _ in range(30):
        odds = min(np.log2(matches / max(every - matches, 1.0)), LEAST_PRIOR)
        chance = 1 / (1 + np.exp2(-np.clip(raw + odds, -60, 60)))
        again = max(float(chance.sum()) / _FOUND, 0.5)
        if abs(again - matches) < 1e-6 * matches:
            break
        matches = again
    return min(float(np.log2(matches / max(every - matches, 1.0))), LEAST_PRIOR)
