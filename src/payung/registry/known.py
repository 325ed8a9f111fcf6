"""People known, as the matcher finds them: by keys kept beside them, so that a run reads only whom a new row may be.

A person's keys are made of what holds about them (`updated_at` says when that was) by one version of the cleaning;
what is out of date is made again before a run, and after it for those it touched. NIKs are in the keys only as the
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

#: Reads people by their numbers as a matching list.
Rows = Callable[[list[int]], pl.DataFrame]

#: What is kept of a person: a hash for each rule and to narrow them, of the name and the mother's name, and the
#: regency; 0 where there is none.
_KEPT = np.dtype([*((f"k{number}", "<u8") for number in range(len(blocking.RULES))),
                  ("n", "<u8"), ("full", "<u8"), ("mother", "<u8"), ("regency", "<u2")])  # fmt: skip
#: A row of binary COPY: the number of columns, then each with its size before it; beside them a head and a tail.
_ROW = np.dtype([("", ">i2"), ("", ">i4"), ("id", ">i8"), ("", ">i4"), ("kept", _KEPT)])
_HEAD, _TAIL = 19, 2

_PEOPLE = (
    "FROM registry_person p {} JOIN registry_matchkey k ON k.person_id = p.id AND k.made_of = p.updated_at"
)
#: Who is somebody on a list.
VALID = "p.merged_into_id IS NULL AND p.sources > 0"


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
    keep(rows)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY (SELECT p.id, k.keys {_PEOPLE.format('')} WHERE {VALID}) TO STDOUT (FORMAT BINARY)"
        ) as copy,
    ):
        blob = b"".join(bytes(block) for block in copy)
    found = np.frombuffer(blob, _ROW, offset=_HEAD, count=(len(blob) - _HEAD - _TAIL) // _ROW.itemsize)
    found = found[np.argsort(found["id"])]
    ids = pl.select(pl.format("p{}", pl.Series(found["id"].astype(np.int64)))).to_series()
    kept = found["kept"]
    keys = pl.DataFrame({name: np.ascontiguousarray(kept[name]) for name in kept.dtype.names or ()})
    return Known(
        ids, keys.select(pl.when(pl.all() != 0).then(pl.all())), lambda some: rows(_numbers(some)), _hidden
    )


def keep(rows: Rows) -> int:
    """Makes the keys of people who have none, or whose facts or whose keys' making have changed; says how many.

    Must run inside a transaction with everybody visible. The number of statements does not depend on how many.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_matchkey WHERE version <> %s", [version()])
        cursor.execute(
            f"SELECT p.id {_PEOPLE.format('LEFT')} WHERE {VALID} AND k.person_id IS NULL ORDER BY p.id"
        )
        stale = [row[0] for row in cursor.fetchall()]
        if not stale:
            return 0
        keys = known_keys(rows(stale), _hidden)
        kept = np.zeros(keys.height, _KEPT)
        for name in kept.dtype.names or ():
            kept[name] = keys[name].fill_null(0).to_numpy()
        blob, size = kept.tobytes(), _KEPT.itemsize
        cursor.execute("CREATE TEMP TABLE staged_key (person_id bigint, keys bytea) ON COMMIT DROP")
        with cursor.copy("COPY staged_key FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for place, person in enumerate(stale):
                copy.write_row((person, blob[place * size : place * size + size]))
        cursor.execute(
            """
            INSERT INTO registry_matchkey (person_id, made_of, version, keys, region_code)
            SELECT p.id, p.updated_at, %s, s.keys, p.region_code
            FROM staged_key s JOIN registry_person p ON p.id = s.person_id
            ON CONFLICT (person_id) DO UPDATE SET made_of = excluded.made_of, keys = excluded.keys,
                                                  region_code = excluded.region_code
            """,
            [version()],
        )
        cursor.execute("DROP TABLE staged_key")
    analyze("registry_matchkey", rows=len(stale))
    return len(stale)


def _numbers(ids: pl.Series) -> list[int]:
    return ids.str.slice(1).cast(pl.Int64).to_list()


def _hidden(niks: pl.Series) -> pl.Series:
    return pl.Series(nik_hashes(niks.to_list()), dtype=pl.Binary)
