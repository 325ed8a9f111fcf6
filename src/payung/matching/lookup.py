"""Is this worker already known? Answered while somebody types, from sorted keys in memory.

Built once over a list of known people: each blocking key becomes a hash, the hashes are sorted, a look-up is ten
binary searches. Candidates are scored with the same comparisons (see `scalar`) and the same weights as everywhere,
so a look-up and a run with the same model stand on the same rungs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from payung.matching import household
from payung.matching.blocking import keys_of
from payung.matching.clean import clean
from payung.matching.columns import FIELDS, standard
from payung.matching.engine import READ
from payung.matching.explain import Step, explain
from payung.matching.frequency import rarity, without_shared
from payung.matching.link import LEAST_PRIOR
from payung.matching.model import Model, default
from payung.matching.scalar import rungs

#: keys of a look-up: what somebody has typed so far is rarely complete
_KEYS: tuple[tuple[str, ...], ...] = (
    ("nik",), ("nik12",), ("phone",), ("dob", "k1"), ("dob", "kl"), ("dob", "village"), ("full", "village"),
    ("k1", "kl", "village"), ("k1", "village", "year"), ("full", "year"), ("full",),
)  # fmt: skip
#: most candidates that one key may bring, and that are scored
_PER_KEY, _SCORED = 60, 150


@dataclass(frozen=True)
class Found:
    """A known person: id, probability, weight in bits, and the reasons in words."""

    id: str
    probability: float
    weight: float
    because: list[Step]


class LookupIndex:
    """An index over known people; it does not change once built, so several threads may ask at once."""

    def __init__(self, known: pl.DataFrame, model: Model | None = None) -> None:
        """known: columns of a matching list. Raises InputError when there is nothing to look people up by."""
        text, self.findings = standard(known)
        self.model = model or default()
        self.ids = text["id"]
        cleaned = clean(text)
        table, _, _ = without_shared(cleaned, keys_of(cleaned))
        table = table.with_columns(
            rarity(table["full"], table["regency"]).alias("rarity"),
            rarity(table["mother"], table["regency"]).alias("mother_rarity"),
        )
        self._table = table.select(*READ)
        self._classes = dict(table.select("full", "rarity").drop_nulls().unique("full").iter_rows())
        self._keys = [_sorted_keys(table, parts) for parts in _KEYS]
        self._prior = min(-float(np.log2(max(table.height, 1))), LEAST_PRIOR)
        self._weights = self.model.ladders

    def __len__(self) -> int:
        return len(self.ids)

    def lookup(self, record: Mapping[str, Any], limit: int = 10) -> list[Found]:
        """Known people who may be this one, the likeliest first, at most `limit`; each with its reasons.

        record: any of the matching columns, as typed (NIK with spaces, dates in any usual form).
        """
        row = pl.DataFrame(
            {field: [None if record.get(field) is None else str(record[field])] for field in FIELDS},
            schema=dict.fromkeys(FIELDS, pl.String),
        )
        one = clean(row.with_columns(id=pl.lit("?")))
        one = one.with_columns(
            rarity=pl.lit(self._classes.get(one["full"][0], 0), pl.Int8), mother_rarity=pl.lit(1, pl.Int8)
        )
        rows = self._candidates(one)
        if not len(rows):
            return []
        return self._score(one.select(*READ).row(0, named=True), rows, limit)

    def _candidates(self, one: pl.DataFrame) -> np.ndarray:
        found: list[np.ndarray] = []
        typed = one.select(_hash(parts).alias(str(number)) for number, parts in enumerate(_KEYS)).row(0)
        for (keys, rows), key in zip(self._keys, typed, strict=True):
            if key is None:
                continue
            value = np.uint64(key)
            begin, end = np.searchsorted(keys, value, "left"), np.searchsorted(keys, value, "right")
            found.append(rows[begin : min(end, begin + _PER_KEY)])
        if not found:
            return np.empty(0, np.int64)
        merged = np.concatenate(found)
        distinct, first = np.unique(merged, return_index=True)
        return distinct[np.argsort(first)][:_SCORED]

    def _score(self, one: dict[str, Any], rows: np.ndarray, limit: int) -> list[Found]:
        scored = []
        for row, other in zip(rows.tolist(), self._table[rows].iter_rows(named=True), strict=True):
            found = rungs(one, other)
            parts = {name: float(self._weights[name][rung]) for name, rung in found.items()}
            parts[household.NAME] = household.once_for(sum(parts.values()), found, len(self))
            scored.append((-self._prior - sum(parts.values()), row, found, parts))
        scored.sort(key=lambda item: item[:2])
        probability = self.model.probability(np.array([-item[0] for item in scored[:limit]]))
        answer = []
        for (total, row, found, parts), chance in zip(scored[:limit], probability, strict=True):
            pair: dict[str, Any] = {"weight": -total, "probability": float(chance)}
            pair |= {f"gamma_{name}": rung for name, rung in found.items()}
            pair |= {f"mw_{name}": bits for name, bits in parts.items()}
            answer.append(Found(str(self.ids[row]), round(float(chance), 6), round(-total, 4), explain(pair)))
        return answer


def lookup(record: Mapping[str, Any], known: LookupIndex | pl.DataFrame, limit: int = 10) -> list[Found]:
    """`LookupIndex.lookup`, also for a plain table (then the index is built first: for short lists)."""
    index = known if isinstance(known, LookupIndex) else LookupIndex(known)
    return index.lookup(record, limit)


def _hash(parts: tuple[str, ...]) -> pl.Expr:
    present = pl.all_horizontal(pl.col(part).is_not_null() for part in parts)
    return pl.when(present).then(pl.struct(parts).hash(11))


def _sorted_keys(table: pl.DataFrame, parts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    key = table.select(_hash(parts)).to_series()
    rows = np.flatnonzero(key.is_not_null().to_numpy()).astype(np.int32)
    values = key.drop_nulls().to_numpy()
    order = np.argsort(values, kind="stable")
    return values[order], rows[order]
