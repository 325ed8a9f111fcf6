"""People known, as the matcher finds them: by keys kept beside them, so that a run reads only whom a new row may be.

A person's keys are made of what holds about them (`made_of` says when that was) by one version of the cleaning. The
database marks whoever changes, or is somebody or nobody from now on; what is out of date is made again before a run,
and after a run for those it touched. NIKs are in the keys only as the keyed hash under which they may be stored, and
the keys are kept encrypted: a hash without a key would tell whoever tries all telephones whose is whose.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import connection

from payung import database
from payung.access.crypto import index_subkey, index_version, nik_hashes
from payung.database.planner import analyze
from payung.matching import Known, blocking, clean, known_keys, names

#: Reads people by their numbers as a matching list, in the order of the numbers.
Rows = Callable[[list[int]], pl.DataFrame]

#: What is kept of a person, as `blocking.keys_of` makes it; 0 where there is none.
_KEPT = np.dtype([*((f"k{number}", "<u8") for number in range(len(blocking.RULES))),
                  ("n", "<u8"), ("full", "<u8"), ("mother", "<u8"), ("regency", "<u2"), ("year", "<u2"),
                  ("day", "<u2"), ("i1", "<u4"), ("il", "<u4"), ("ij", "<u4")])  # fmt: skip
_NAMES = _KEPT.names or ()
#: Kept keys are masked by a stream that their nonce, drawn anew each time, and a key make.
_ROW = np.dtype([("id", ">i8"), ("nonce", "<u8"), ("kept", "u1", _KEPT.itemsize)])
_BLOCKS = -(-_KEPT.itemsize // 16)

#: Who is somebody on a list.
VALID = "p.merged_into_id IS NULL AND p.sources > 0"

#: Everybody with their keys, nothing but zeros where those are out of date; two thousand in each row, which are read
#: many times sooner.
_EVERYBODY = """
SELECT (SELECT string_agg(int8send(person_id) || CASE WHEN version = %(version)s THEN keys ELSE %(nothing)s END, '')
          FROM registry_matchkey WHERE person_id BETWEEN low AND low + 1999)
  FROM generate_series(0, %(last)s::bigint, 2000) low
"""


def version() -> str:
    """Of the code that makes keys, the library that hashes, and the key of NIKs: keys of two versions do not meet."""
    return f"{_code()}-{index_version()}"


@cache
def _code() -> str:
    files = [__file__, *(module.__file__ for module in (blocking, clean, names))]
    made_by = b"".join(Path(str(file)).read_bytes() for file in files)
    return f"{hashlib.sha256(made_by).hexdigest()[:12]}-{pl.__version__}"


def everybody(rows: Rows, compared: Rows) -> Known:
    """All people who are somebody on a list, by their keys; ids are 'p' and the person's number.

    rows: what keys are made of; compared: the same people as they are compared with new rows.

    Must run inside a transaction with everybody visible.
    """
    found = _read()
    stale = found["n"] == 0
    if stale.any():
        kept = keep(rows, found["id"][stale].tolist())
        for name in _NAMES:
            found[name][stale] = kept[name]
    ids = pl.select(pl.format("p{}", pl.Series(found.pop("id")))).to_series()
    keys = pl.DataFrame(found).select(pl.when(pl.all() != 0).then(pl.all()))
    return Known(ids, keys, lambda some: compared(_numbers(some)), _hidden)


def _read() -> dict[str, np.ndarray]:
    """Numbers and kept columns of everybody, in the order of the numbers."""
    values = {"version": version(), "nothing": bytes(_ROW.itemsize - 8)}
    key = index_subkey("match keys")
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(person_id), 0) FROM registry_matchkey")
        last = cursor.fetchall()[0][0]
        # Room for every number there may be; what is not written to takes no memory.
        places = {name: np.empty(last + 2000, _KEPT[name]) for name in _NAMES} | {
            "id": np.empty(last + 2000, int)
        }
        query = f"COPY ({_EVERYBODY}) TO STDOUT (FORMAT BINARY)"
        read = 0
        with cursor.copy(query, {**values, "last": last}) as copy:
            copy.set_types(["bytea"])
            for (many,) in copy.rows():
                found = np.frombuffer(many or b"", _ROW)
                found = found[np.argsort(found["id"], kind="stable")]
                kept = _masked(found["nonce"], found["kept"], key)
                kept[found["nonce"] == 0] = 0
                opened = kept.view(_KEPT)[:, 0]
                here = slice(read, read := read + len(found))
                places["id"][here] = found["id"]
                for name in _NAMES:
                    places[name][here] = opened[name]
    return {name: column[:read] for name, column in places.items()}


def keep(rows: Rows, people: list[int]) -> np.ndarray:
    """Make the keys of people anew, by their numbers; return what is kept, in the order of the numbers.

    Must run inside a transaction with everybody visible. The number of statements does not depend on how many.
    """
    # Noted before people are read: who changes meanwhile stays marked, and is made anew the next time.
    made = database.stage_query(
        "made",
        {"person_id": "bigint", "made_of": "timestamptz"},
        "SELECT person_id, made_of FROM registry_matchkey WHERE person_id = ANY(%(people)s)",
        {"people": people},
    )
    keys = known_keys(rows(people), _hidden)
    kept = np.zeros(keys.height, _KEPT)
    for name in _NAMES:
        kept[name] = keys[name].fill_null(0).to_numpy()
    nonces = np.frombuffer(secrets.token_bytes(8 * len(kept)), "<u8") | 1
    plain = np.frombuffer(kept.tobytes(), np.uint8).reshape(len(kept), _KEPT.itemsize)
    masked = _masked(nonces, plain, index_subkey("match keys"))
    blob = np.hstack([nonces.view(np.uint8).reshape(-1, 8), masked]).tobytes()
    size = _ROW.itemsize - 8
    new = database.stage(
        "new_keys",
        {"person_id": "bigint PRIMARY KEY", "keys": "bytea"},
        ((person, blob[place * size : place * size + size]) for place, person in enumerate(sorted(people))),
        binary=True,
    )
    made.analyze()
    database.run(
        f"""
        UPDATE registry_matchkey k
           SET version = %s, keys = (SELECT s.keys FROM {new.identifier} s WHERE s.person_id = k.person_id)
          FROM {made.identifier} m WHERE k.person_id = m.person_id AND k.made_of = m.made_of
        """,
        [version()],
    )
    made.drop()
    new.drop()
    analyze("registry_matchkey", rows=len(people), share=0.02)
    return kept


def _masked(nonces: np.ndarray, content: np.ndarray, key: bytes) -> np.ndarray:
    """Rows of bytes masked, or unmasked again: AES in counter mode, all rows in one pass."""
    blocks = np.empty((len(nonces), _BLOCKS, 2), "<u8")
    blocks[:, :, 0] = nonces[:, None]
    blocks[:, :, 1] = np.arange(_BLOCKS)
    # Counter mode is this mode over counters; the library's own would begin anew for each row.
    stream = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(blocks.tobytes())  # noqa: S305
    rows = np.frombuffer(stream, np.uint8).reshape(len(nonces), _BLOCKS * 16)
    return np.ascontiguousarray(content ^ rows[:, : _KEPT.itemsize])


def _numbers(ids: pl.Series) -> list[int]:
    return ids.str.slice(1).cast(pl.Int64).to_list()


def _hidden(niks: pl.Series) -> pl.Series:
    return pl.Series(nik_hashes(niks.to_list()), dtype=pl.Binary)
