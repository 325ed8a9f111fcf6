"""Is this worker already known? Asked while somebody types: by NIK, or by name with birth date and village.

The database brings the few who may be meant, each by an index that row-level security lets be used: keyed hash of
the NIK, key of the name's sound with birth date or region, birth date with region, beginning of the name. They are
then scored by the same comparisons and weights as a run of the matcher, so the answer has the same reasons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, everyone_visible, record_reading
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import asked_hashes, last_digits
from payung.identity import dates, names
from payung.identity import nik as niks
from payung.identity.regions import span
from payung.matching import household
from payung.matching.clean import DEFAULT_DAYS, near_villages
from payung.matching.engine import READ
from payung.matching.explain import Step, explain
from payung.matching.frequency import CLASSES
from payung.matching.link import LEAST_PRIOR
from payung.matching.model import Model, default
from payung.matching.one_name import fold_name
from payung.matching.scalar import rungs
from payung.matching.standing import born_of, stands
from payung.registry import match_models, thresholds
from payung.values import Month

#: Most candidates that one index may bring.
_EACH = 40
_MOST_COMMON = 1200
_PERSON = (
    "id, name, nik_enc, nik_hash, sex, birth_date, birth_place, region_code, sources, candidate,"
    " covered_until, branch_until, died_on"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed, read. `nik` is 16 digits; `region` a region's code (a village's, if known)."""

    nik: str = ""
    name: str = ""
    birth_date: date | None = None
    region: str = ""

    @property
    def enough(self) -> bool:
        """Whether there is enough to look for: a NIK, or a name of three letters, or a birth date with a place."""
        return bool(self.nik or len(self.name) >= 3 or (self.birth_date and self.region))


@dataclass(frozen=True, slots=True)
class Known:
    """A person who may be the one asked for.

    `verdict` is 'same', 'doubtful' or 'alike', by the thresholds in use; `because` the evidence, strongest first.
    """

    id: int
    name: str
    nik_last4: str
    birth_date: date | None
    region_code: str
    sources: int
    candidate: bool
    covered_until: Month | None
    branch_until: date | None
    died_on: date | None
    probability: float
    weight: float
    verdict: str
    because: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Who may be meant, the likeliest first; `elsewhere`: this NIK is known, but outside the asker's regions."""

    found: tuple[Known, ...] = ()
    elsewhere: bool = False


def read(*, nik: str = "", name: str = "", birth_date: str = "", region: str = "", today: date) -> Asked:
    """Parse what was typed, in any usual form. Raises Refused, naming the field, for what cannot be read."""
    digits = ""
    if nik.strip():
        digits = niks.digits_of(nik)[0] or ""
        if not digits:
            raise Refused(_("NIK harus 16 angka. Periksa angkanya, atau kosongkan dan cari dengan nama."))
    born = dates.read(birth_date, today=today).date if birth_date.strip() else None
    if birth_date.strip() and born is None:
        raise Refused(
            _("Tanggal lahir %(birth_date)s tidak terbaca. Tulis seperti 17-08-1985."),
            birth_date=repr(birth_date.strip()),
        )
    return Asked(digits, names.tidy(name)[:200], born, region)


def lookup(actor: Actor, asked: Asked, *, limit: int = 10) -> Answer:
    """Who of the people the session may see is meant; the likeliest first, at most `limit`, each with reasons.

    Two queries for a name, one for a NIK that is found. A NIK known only outside the actor's regions is said to be
    known there, and no more; that answer is recorded.
    """
    if not asked.enough:
        return Answer()
    if asked.nik:
        rows = _rows(f"SELECT {_PERSON} FROM registry_person WHERE {_HELD}", _values(asked))
        if rows:
            return Answer(_scored(asked, rows, 0, 1.0, limit))
        if _held_elsewhere(asked):
            record_reading(actor, Act.LOOKUP_ELSEWHERE, 0, region_code=OWN_REGIONS)
            return Answer(elsewhere=True)
    if not (asked.name or asked.birth_date):
        return Answer()
    rows = _rows(_candidates(asked), _values(asked))
    if not rows:
        return Answer()
    namesakes, people = _rows(_COMMON, _values(asked))[0].values()
    return Answer(_scored(asked, rows, namesakes, max(float(people), 1.0), limit))


_BORN = "birth_date IN (%(born)s, %(swapped)s)"
_BORN_READ = 1500
_HELD = "merged_into_id IS NULL AND nik_hash = ANY(%(nik)s)"
_COMMON = f"""
SELECT (SELECT count(*) FROM (SELECT 1 FROM registry_person WHERE name_norm = %(norm)s LIMIT {_MOST_COMMON}) n)
           AS namesakes,
       (SELECT reltuples FROM pg_class WHERE oid = 'registry_person'::regclass) AS people
"""


def _values(asked: Asked) -> dict[str, Any]:
    norm = names.normalise(asked.name) if asked.name else ""
    born = asked.birth_date
    swapped = None
    if born is not None and born.day <= 12 and born.day != born.month:
        swapped = date(born.year, born.day, born.month)
    first, end = span(asked.region)
    return {
        "nik": asked_hashes(asked.nik) if asked.nik else None,
        "norm": norm,
        "norm_end": norm + "\uffff",
        "last": norm.rsplit(" ", 1)[-1],
        "words": [f"%{word}%" for word in norm.split() if len(word) >= 3],
        "born": born,
        "swapped": swapped or born,
        "region": first,
        "region_end": end,
    }


def _candidates(asked: Asked) -> str:
    """One statement with an index scan for each way that what was typed can find somebody."""
    sounds = "name_key IN (payung_name_key(%(norm)s), payung_name_key(%(last)s))"
    place = "region_code >= %(region)s AND region_code < %(region_end)s"
    ways = []
    if asked.name and asked.birth_date:
        ways.append(f"{sounds} AND {_BORN}")
    if asked.birth_date and asked.region:
        ways.append(f"{_BORN} AND {place}")
    if asked.name and asked.region:
        ways.append(f"{sounds} AND {place}")
    if asked.name and asked.birth_date:
        # The first word may be the one misspelt: of those born that day, who has one of the words. A default
        # birth date is shared by thousands, so only so many are read.
        born = f"SELECT id, name_norm FROM registry_person WHERE merged_into_id IS NULL AND {_BORN} LIMIT {_BORN_READ}"
        ways.append(f"id IN (SELECT id FROM ({born}) q WHERE name_norm LIKE ANY(%(words)s))")
    if len(asked.name) >= 3:
        ways.append("name_norm >= %(norm)s AND name_norm < %(norm_end)s")
    each = " UNION ALL ".join(
        f"(SELECT id FROM registry_person WHERE merged_into_id IS NULL AND {way} LIMIT {_EACH})"
        for way in ways
    )
    return f"SELECT {_PERSON} FROM registry_person WHERE id = ANY(ARRAY({each}))"


def _rows(sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _held_elsewhere(asked: Asked) -> bool:
    with transaction.atomic(), everyone_visible():
        return bool(_rows(f"SELECT 1 AS known FROM registry_person WHERE {_HELD}", _values(asked)))


def _scored(
    asked: Asked, rows: list[dict[str, Any]], namesakes: int, people: float, limit: int
) -> tuple[Known, ...]:
    """Score the rows by the comparisons and weights of the matcher's own model."""
    model = match_models.current() or default()
    cleaned = _clean(asked, rows)
    rarity = _rarity(namesakes, people)
    one, others = cleaned[0], cleaned[1:]
    one["rarity"] = rarity
    prior = min(-math.log2(people), LEAST_PRIOR)
    weight_of = model.ladders
    limits = thresholds.current()
    answers = []
    for row, other in zip(rows, others, strict=True):
        other["rarity"] = rarity if other["full"] == one["full"] else 0
        found = rungs(one, other)
        parts = {name: float(weight_of[name][rung]) for name, rung in found.items()}
        parts[household.NAME] = household.once_for(sum(parts.values()), found, people)
        total = prior + sum(parts.values())
        answers.append((total, row, found, parts))
    answers.sort(key=lambda answer: (-answer[0], answer[1]["id"]))
    return tuple(_known(*answer, model, limits) for answer in answers[:limit])


def _clean(asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was typed and each candidate in the columns that the comparisons read.

    As `matching.clean` makes them (a test says so), for one handful of rows and only the columns that can have been
    typed: cleaning a table takes longer to set up than a whole look-up may take. A NIK stands where both have it.
    """
    hashes = asked_hashes(asked.nik) if asked.nik else []
    cleaned = [clean_row(fold_name(asked.name), asked.birth_date, asked.region, asked.nik)]
    for row in rows:
        same = row["nik_hash"] is not None and bytes(row["nik_hash"]) in hashes
        nik = asked.nik if same else ""
        cleaned.append(clean_row(fold_name(row["name"]), row["birth_date"], row["region_code"], nik))
    return cleaned


def clean_row(name: Mapping[str, Any], born: date | None, region: str, nik: str) -> dict[str, Any]:
    """One row in the columns of READ, from its folded name; columns that were not typed are None."""
    row: dict[str, Any] = {**dict.fromkeys(READ), "rarity": 0, "mother_rarity": 1, "implied": False, **name}
    if born is not None:
        row |= _dated(born.year * 10_000 + born.month * 100 + born.day)
    elif nik and (dob := born_of(nik)):
        row |= _dated(dob) | {"implied": True}
    digits = region.replace(".", "")
    for column, length in (("village", 10), ("district", 6), ("regency", 4)):
        row[column] = digits[:length] if len(digits) >= length else None
    row["near"] = near_villages().get(row["village"])
    if nik:
        # Three zeros at the end are what a spreadsheet leaves of a NIK.
        row["nik"] = None if nik.endswith("000") else nik
        day, month = int(nik[6:8]), int(nik[8:10])
        if (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12:
            row["sex"] = 2 if day > 40 else 1
            row["own_nik"] = row["nik"] if stands(nik, born) else None
            row["serial"] = int(nik[12:]) if row["own_nik"] else None
    return row


def _dated(dob: int) -> dict[str, Any]:
    day = dob % 10_000
    return {"dob": dob, "day": day, "year": dob // 10_000, "default_day": day in DEFAULT_DAYS}


def _rarity(namesakes: int, people: float) -> int:
    """How common the name typed is, in the classes of the matcher."""
    share = namesakes / people
    return sum(share >= edge for edge in CLASSES)


def _known(
    total: float,
    row: dict[str, Any],
    found: dict[str, int],
    parts: dict[str, float],
    model: Model,
    limits: thresholds.Thresholds,
) -> Known:
    probability = float(model.probability(np.array([total]))[0])
    pair: dict[str, Any] = {"weight": total, "probability": probability}
    pair |= {f"gamma_{name}": rung for name, rung in found.items()}
    pair |= {f"mw_{name}": bits for name, bits in parts.items()}
    verdict = (
        "same" if probability >= limits.same else "doubtful" if probability >= limits.doubtful else "alike"
    )
    until = row["covered_until"]
    return Known(
        row["id"],
        row["name"],
        last_digits(row["nik_enc"]),
        row["birth_date"],
        row["region_code"],
        row["sources"],
        row["candidate"],
        None if until is None else Month(int(until)),
        row["branch_until"],
        row["died_on"],
        round(probability, 6),
        round(total, 3),
        verdict,
        tuple(explain(pair)),
    )
