"""Any list from end to end: shape, find candidates, compare, learn, learn again with people in place of rows, group."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

import numpy as np
import polars as pl

from payung.matching.columns import ids_of
from payung.matching.comparisons import Comparison
from payung.matching.decide import decide, given_by, never_sure_apart
from payung.matching.engine import Engine
from payung.matching.general import candidates
from payung.matching.general.fields import Field, compared
from payung.matching.general.group import group
from payung.matching.general.ladders import ladder, shared
from payung.matching.general.learn import Fit, Pairs, assumed, count, maximise, weights
from payung.matching.general.shape import shape
from payung.matching.general.text import cells
from payung.matching.link import DOUBTFUL, ENOUGH_ROWS, KEPT, SAME, THRESHOLD, Linked
from payung.matching.model import ListModel
from payung.matching.readable import cells_lost, no_usable_key, nothing_compared, nothing_learned
from payung.matching.report import Finding, Report
from payung.matching.train import random_pairs

#: kinds of columns that tell one person from another, in a list of some length
_TELLING = frozenset(("given", "surname", "full", "date", "email", "phone", "code", "text"))
#: times that the list is judged: the first counts rows, the others the people that the one before found
_ROUNDS = 3
#: pairs that are surely one person, at least, for a list to teach
_TEACHING = 5
_SURE = 0.95
#: probabilities never say more than this, as those of the worker's model
_SUREST = 0.9999


def link_general(
    table: pl.DataFrame, fields: Sequence[Field], *, seed: int = 1, threshold: float | None = None,
    answers: pl.DataFrame | None = None,
) -> Linked:  # fmt: skip
    """Match the rows of a list by whatever fields it has and return the same answer as `link` gives for workers.

    table: `id` and one column for each field, called as the field. threshold, answers: as for `link`. The same list and
    seed give the same result. Raises InputError for ids that repeat and for answers about other rows.
    """
    clock = {"clean": time.perf_counter()}
    findings: list[Finding] = []
    ids = ids_of(table, findings)
    own, again = compared(table, fields)
    comparisons = tuple(ladder(number, each, own) for number, each in enumerate(own))
    join_at = THRESHOLD if threshold is None else threshold
    shaped = shape(table, own, again)
    findings += _unread(table, own, shaped, ids)
    rows = shaped.height
    every = rows * (rows - 1) / 2
    useful = rows > 1 and any(
        each.kind in _TELLING and shaped[f"c{n}"].drop_nulls().n_unique() > 1 for n, each in enumerate(own)
    )
    if not useful and (rows > 1 or (rows and not own)):
        findings.append(no_usable_key(rows))
    clock["compare"] = time.perf_counter()
    pairs, drawn = _compared(shaped, own, comparisons, seed) if useful else _none(comparisons)
    clock["train"] = time.perf_counter()
    fit, label = _judged(pairs, drawn, shaped, own, comparisons, every)
    if rows >= ENOUGH_ROWS and useful:
        if not len(pairs.left):
            findings.append(nothing_compared(rows))
        elif fit.taught < _TEACHING:
            findings.append(nothing_learned(rows))
    parts = weights(fit, pairs, comparisons)
    bits = sum(parts.values(), start=np.full(len(pairs.left), fit.prior))
    probability = np.clip(1 / (1 + np.exp2(-np.clip(bits, -60, 60))), 0, _SUREST)
    clock["cluster"] = time.perf_counter()
    above = bits - np.log2(join_at / (1 - join_at))
    given = None if answers is None else given_by(answers, ids)
    label = group(rows, *_with_answers(pairs.left, pairs.right, above, given))
    numbered = {"l": pl.Series(pairs.left, dtype=pl.Int32), "r": pl.Series(pairs.right, dtype=pl.Int32)}
    probability = never_sure_apart(pl.DataFrame(numbered), probability, label, SAME, given)
    clock["end"] = time.perf_counter()
    model = _model(fit, own, comparisons)
    wanted = probability >= KEPT
    kept = pl.DataFrame(
        {"l": pairs.left[wanted], "r": pairs.right[wanted]}, schema={"l": pl.Int32, "r": pl.Int32}
    )
    found = pl.DataFrame({
        "id_l": ids.gather(kept["l"]), "id_r": ids.gather(kept["r"]), "probability": probability[wanted].round(6),
        "weight": bits[wanted].round(6), "rules": np.zeros(kept.height, np.int32),
        **{f"gamma_{c.name}": pairs.rungs[c.name][wanted].astype(np.int8) for c in comparisons},
        **{f"mw_{c.name}": parts[c.name][wanted].round(6) for c in comparisons},
    })  # fmt: skip
    decisions = decide(kept, probability[wanted], ids, rows, False, SAME, DOUBTFUL, model.id)
    seconds = {a: round(clock[b] - clock[a], 3) for a, b in itertools.pairwise(clock)}
    report: Report = {
        "rows": rows, "new": rows, "pairs": found.height, "compared": len(pairs.left),
        "clusters": len(np.unique(label)), "model": model.id, "threshold": join_at, "same": SAME, "doubtful": DOUBTFUL,
        "prior_bits": round(fit.prior, 4), "answers": 0 if given is None else given.height,
        "findings": findings, "seconds": seconds,
    }  # fmt: skip
    clusters = pl.DataFrame({"id": ids, "cluster_id": label})
    return Linked(found, decisions, clusters, report, model, comparisons)


def _unread(
    table: pl.DataFrame, fields: Sequence[Field], shaped: pl.DataFrame, ids: pl.Series
) -> list[Finding]:
    """Return a finding for each column of dates none of whose filled cells is a date."""
    findings = []
    for number, each in enumerate(fields):
        says = cells(table[each.name]).is_not_null()
        read = shaped[f"y{number}"] if each.kind == "date" else shaped[f"c{number}"]
        lost = says & read.is_null()
        if not says.any():
            continue
        if lost.any():
            values = cells(table[each.name])
            found = cells_lost(each.name, values, int(says.sum()), lost, str(ids.filter(lost)[0]))
            findings += [found] if found else []
    return findings


def _compared(
    shaped: pl.DataFrame, fields: Sequence[Field], comparisons: Sequence[Comparison], seed: int
) -> tuple[Pairs, Pairs]:
    """Candidates, and pairs drawn at random, on their rungs."""
    once = shared(comparisons)
    with Engine() as engine:
        engine.put_records(shaped, comparisons)
        if candidates.every_pair(shaped.height):
            keys, sql = shaped.select("uid"), candidates.EVERY
        else:
            keys = candidates.keys_of(shaped, fields)
            sql = candidates.pairs_sql(keys)
        if keys.width == 1 and sql != candidates.EVERY:
            return _none(comparisons)
        engine.con.register("keys", keys.to_arrow())
        engine.con.execute(f"create or replace temp table pairs as {sql}").fetchall()
        engine.con.unregister("keys")
        found = Pairs.of(engine.compare("pairs", comparisons, once), comparisons)
        engine.put_pairs("drawn", random_pairs(shaped.height, seed))
        return found, Pairs.of(engine.compare("drawn", comparisons, once), comparisons)


def _none(comparisons: Sequence[Comparison]) -> tuple[Pairs, Pairs]:
    none = Pairs(
        np.zeros(0, np.int32), np.zeros(0, np.int32), {c.name: np.zeros(0, np.int64) for c in comparisons}
    )
    return none, none


def _judged(
    pairs: Pairs, drawn: Pairs, shaped: pl.DataFrame, fields: Sequence[Field], comparisons: Sequence[Comparison],
    every: float,
) -> tuple[Fit, np.ndarray]:  # fmt: skip
    """Learn from the list and return the model with the number of each row's person."""
    fit, people = assumed(comparisons, {}), np.arange(shaped.height)
    for step in range(_ROUNDS):
        count(fit, fields, shaped, people, drawn, pairs if step else None, comparisons)
        maximise(fit, pairs, comparisons, every)
        bits = sum(weights(fit, pairs, comparisons).values(), start=np.full(len(pairs.left), fit.prior))
        fit.taught = float((1 / (1 + np.exp2(-np.clip(bits, -60, 60))) > _SURE).sum())
        people = group(shaped.height, pairs.left, pairs.right, bits)
    return fit, people


def _with_answers(
    left: np.ndarray, right: np.ndarray, bits: np.ndarray, given: pl.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs with those that a person has decided, which weigh more than all else."""
    if given is None:
        return left, right, bits
    kinds = {"l": pl.Int32, "r": pl.Int32, "weight": pl.Float64}
    edges = pl.DataFrame({"l": left, "r": right, "weight": bits}, schema=kinds)
    rest = edges.join(given.select("l", "r"), on=["l", "r"], how="anti", maintain_order="left")
    both = pl.concat([rest, given.select(rest.columns)]).sort("l", "r")
    return both["l"].to_numpy(), both["r"].to_numpy(), both["weight"].to_numpy()


def _model(fit: Fit, fields: Sequence[Field], comparisons: Sequence[Comparison]) -> ListModel:
    def rungs(comparison: Comparison, beside: int) -> dict[str, list[float]]:
        m, u = fit.m[comparison.name][beside], fit.u[comparison.name][beside]
        size = len(comparison.levels)
        return {
            level.key: [float(f"{m[size - place]:.6g}"), float(f"{u[size - place]:.6g}")]
            for place, level in enumerate(comparison.levels)
        }

    return ListModel({}, (), {
        "fields": {each.name: {"kind": each.kind, "columns": list(each.source)} for each in fields},
        "levels": {c.name: rungs(c, 0) for c in comparisons},
        "beside": {
            c.name: {"column": fit.parent[c.name], "levels": rungs(c, 1)} for c in comparisons if c.name in fit.parent
        },
        "prior_bits": round(fit.prior, 4),
    })  # fmt: skip
