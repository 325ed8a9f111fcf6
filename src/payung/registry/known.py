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

#: What is kept of a person: a hash for each rule and to narrow them, of the name and the mother's name, and the
#: regency; 0 where there is none.
_KEPT = np.dtype([*((f"k{number}", "<u8") for number in range(len(blocking.RULES))),
                  ("n", "<u8"), ("full", "<u8"), ("mother", "<u8"), ("regency", "<u2")])  # fmt: skip
_ROW = np.dtype([("id", ">i8"), ("kept", _KEPT)])

#: Who is somebody on a list.
VALID = "p.merged_into_id IS NULL AND p.sources > 0"

#: Everybody with their keys, nothing but zeros where those are out of date; many people in each row, which is read
#: many times sooner.
_EVERYBODY = f"""
SELECT string_agg(int8send(p.id) || coalesce(k.keys, decode(repeat('00', {_KEPT.itemsize}), 'hex')), ''::bytea)
  FROM registry_person p
  LEFT JOIN registry_matchkey k ON k.person_id = p.id AND k.made_of = p.updated_at AND k.version = %(version)s
 WHERE {VALID} GROUP BY p.id / 10000
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
    stale = found["id"][found["kept"]["n"] == 0]
    if len(stale):
        keep(rows, stale.tolist())
        found = _read()
    ids = pl.select(pl.format("p{}", pl.Series(found["id"].astype(np.int64)))).to_series()
    kept = found["kept"]
    keys = pl.DataFrame({name: np.ascontiguousarray(kept[name]) for name in _KEPT.names or ()})
    return Known(
        ids, keys.select(pl.when(pl.all() != 0).then(pl.all())), lambda some: rows(_numbers(some)), _hidden
    )


def _read() -> np.ndarray:
    with connection.cursor() as cursor:
        query = f"COPY ({_EVERYBODY}) TO STDOUT (FORMAT BINARY)"
        with cursor.copy(query, {"version": version()}) as copy:
            copy.set_types(["bytea"])
            found = np.frombuffer(b"".join(row[0] for row in copy.rows()), _ROW)
    return found[np.argsort(found["id"])]


def keep(rows: Rows, people: list[int]) -> None:
    """Makes the keys of people anew, by their numbers.

    Must run inside a transaction with everybody visible. The number of statements does not depend on how many.
    """
    keys = known_keys(rows(people), _hidden)
    kept = np.zeros(keys.height, _KEPT)
    for name in _KEPT.names or ():
        kept[name] = keys[name].fill_null(0).to_numpy()
    blob, size = kept.tobytes(), _KEPT.itemsize
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged_key (person_id bigint, keys bytea) ON COMMIT DROP")
        with cursor.copy("COPY staged_key FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for place, person in enumerate(sorted(people)):
                copy.write_row((person, blob[place * size : place * size + size]))
        cursor.execute(
            """
            INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
            SELECT p.id, p.updated_at, %s, s.keys, p.region_code
            FROM staged_key s JOIN registry_person p ON p.id = s.person_id
            ON CONFLICT (person_id) DO UPDATE SET made_of = excluded.made_of, version = excluded.version,
                                                  keys = excluded.keys, region_code = excluded.region_code;
            DROP TABLE staged_key
            """,
            [version()],
        )
    analyze("registry_matchkey", rows=len(people))


def _numbers(ids: pl.Series) -> list[int]:
    return ids.str.slice(1).cast(pl.Int64).to_list()


def _hidden(niks: pl.Series) -> pl.Series:
    return pl.Series(nik_hashes(niks.to_list()), dtype=pl.Binary)
