"""People known, as the matcher finds them: by keys kept beside them, so that a run reads only whom a new row may be.

A person's keys are made of what holds about them (`updated_at` says when that was) by one version of the cleaning;
what is out of date is made again before a run, and after a run for those it touched. NIKs are in the keys only as the
keyed hash under which they may be stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from django.db import connection

from payung.access.crypto import nik_hashes
from payung.access.statistics import analyze
from payung.matching import Known, blocking, clean, known_keys, names

#: Reads people by their numbers as a matching list, in the order of the numbers.
Rows = Callable[[list[int]], pl.DataFrame]

#: What is kept of a person, as `blocking.keys_of` makes it; 0 where there is none.
_KEPT = np.dtype([*((f"k{number}", "<u8") for number in range(len(blocking.RULES))),
                  ("n", "<u8"), ("full", "<u8"), ("mother", "<u8"), ("regency", "<u2"), ("year", "<u2"),
                  ("day", "<u2"), ("i1", "<u4"), ("il", "<u4")])  # fmt: skip
_ROW = np.dtype([("id", ">i8"), ("kept", _KEPT)])

#: Who is somebody on a list.
VALID = "p.merged_into_id IS NULL AND p.sources > 0"

#: Everybody with their keys, nothing but zeros where those are out of date; ten thousand in each row, which are read
#: many times sooner and fit into memory as they are put together.
_EVERYBODY = f"""
SELECT (SELECT string_agg(int8send(p.id) || coalesce(k.keys, decode(repeat('00', {_KEPT.itemsize}), 'hex')), ''::bytea)
          FROM registry_person p
          LEFT JOIN registry_matchkey k ON k.person_id = p.id AND k.made_of = p.updated_at
                                       AND k.version = %(version)s AND k.person_id BETWEEN low AND low + 9999
         WHERE {VALID} AND p.id BETWEEN low AND low + 9999)
  FROM generate_series(0, (SELECT max(id) FROM registry_person), 10000) low
"""


@cache
def version() -> str:
    """Of the code that makes keys, and of the library that hashes: keys of two versions do not meet."""
    files = [__file__, *(module.__file__ for module in (blocking, clean, names))]
    made_by = b"".join(Path(str(file)).read_bytes() for file in files)
    return f"{hashlib.sha256(made_by).hexdigest()[:12]}-{pl.__version__}"


def everybody(rows: Rows) -> Known:
    """All people who are somebody on a list, by their keys; ids are 'p' and the person's number.

    Must run inside a transaction with everybody visible.
    """
    found = _read()
    stale = found["n"] == 0
    if stale.any():
        kept = keep(rows, found["id"][stale].tolist())
        for name in _KEPT.names or ():
            found[name][stale] = kept[name]
    ids = pl.select(pl.format("p{}", pl.Series(found.pop("id")))).to_series()
    keys = pl.DataFrame(found).select(pl.when(pl.all() != 0).then(pl.all()))
    return Known(ids, keys, lambda some: rows(_numbers(some)), _hidden)


def _read() -> dict[str, np.ndarray]:
    """Numbers and kept columns of everybody, in the order of the numbers."""
    parts = {
        "id": [np.empty(0, np.int64)],
        **{name: [np.empty(0, _KEPT[name])] for name in _KEPT.names or ()},
    }
    with connection.cursor() as cursor:
        # How many people a region has is guessed far too low: looking each of them up would take twice the time.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        query = f"COPY ({_EVERYBODY}) TO STDOUT (FORMAT BINARY)"
        with cursor.copy(query, {"version": version()}) as copy:
            copy.set_types(["bytea"])
            for (many,) in copy.rows():
                found = np.frombuffer(many or b"", _ROW)
                found = found[np.argsort(found["id"], kind="stable")]
                parts["id"].append(found["id"].astype(np.int64))
                for name in _KEPT.names or ():
                    parts[name].append(found["kept"][name].copy())
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
    return {name: np.concatenate(some) for name, some in parts.items()}


def keep(rows: Rows, people: list[int]) -> np.ndarray:
    """Makes the keys of people anew, by their numbers; returns what is kept, in the order of the numbers.

    Must run inside a transaction with everybody visible. The number of statements does not depend on how many.
    """
    with connection.cursor() as cursor:
        # Of when the keys are is noted before people are read: who changes meanwhile is made anew the next time.
        cursor.execute(
            """CREATE TEMP TABLE staged_made ON COMMIT DROP AS
               SELECT id, updated_at, region_code FROM registry_person WHERE id = ANY(%s)""",
            [people],
        )
        keys = known_keys(rows(people), _hidden)
        kept = np.zeros(keys.height, _KEPT)
        for name in _KEPT.names or ():
            kept[name] = keys[name].fill_null(0).to_numpy()
        blob, size = kept.tobytes(), _KEPT.itemsize
        cursor.execute("CREATE TEMP TABLE staged_key (person_id bigint, keys bytea) ON COMMIT DROP")
        with cursor.copy("COPY staged_key FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for place, person in enumerate(sorted(people)):
                copy.write_row((person, blob[place * size : place * size + size]))
        cursor.execute(
            """
            INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
            SELECT p.id, p.updated_at, %s, s.keys, p.region_code
            FROM staged_key s JOIN staged_made p ON p.id = s.person_id
            ON CONFLICT (person_id) DO UPDATE SET made_of = excluded.made_of, version = excluded.version,
                                                  keys = excluded.keys, region_code = excluded.region_code;
            DROP TABLE staged_key, staged_made
            """,
            [version()],
        )
    analyze("registry_matchkey", rows=len(people), share=0.02)
    return kept


def _numbers(ids: pl.Series) -> list[int]:
    return ids.str.slice(1).cast(pl.Int64).to_list()


def _hidden(niks: pl.Series) -> pl.Series:
    return pl.Series(nik_hashes(niks.to_list()), dtype=pl.Binary)
