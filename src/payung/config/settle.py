"""Holds the keys at hand against the database they wrote: none is made, replaced or lost in silence.

The database keeps a check value of every key. Keys are made for an empty database only.
"""

from __future__ import annotations

import hmac
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from payung.config.keys import (
    ENCRYPTION,
    INDEX,
    KINDS,
    SECRET,
    Keys,
    KeysWrong,
    Kind,
    Ring,
    key_file,
    missing,
    new_key,
    write_ring,
)

#: Folders of the home whose files are encrypted, and what each is bound to.
STORES = {"papers": "claims.paper", "meetings": "oversight.meeting_file"}
#: The same for files that are encrypted part by part: each part is bound to this, its file's name and its number.
STORES_OF_PARTS = {"uploads": "upload"}
_NOTED = "SELECT kind, number, check_value, state FROM registry_keynote ORDER BY kind, number"


@dataclass(frozen=True, slots=True)
class Noted:
    """What the database knows of one key. state: current, next (not yet written with), old, retired."""

    kind: str
    number: int
    check: bytes
    state: str


def noted(cursor: Any) -> list[Noted]:
    """Return the keys' check values that the database holds; nothing where it is not that far yet."""
    cursor.execute("SELECT to_regclass('registry_keynote') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return []
    cursor.execute(_NOTED)
    return [Noted(kind, number, bytes(check), state) for kind, number, check, state in cursor.fetchall()]


def verify(known: Iterable[Noted], keys: Keys) -> bool:
    """Return whether the database knows every key at hand. Raises KeysWrong unless each key it used is there."""
    known = list(known)
    complete = True
    for kind in KINDS.values():
        rows = [one for one in known if one.kind == kind.name]
        ring = keys.ring_or_none(kind)
        if ring is None:
            raise missing(keys.home, kind)
        complete = (_verify_secret if kind is SECRET else _verify_ring)(rows, ring) and complete
    return complete


def _verify_ring(rows: list[Noted], ring: Ring) -> bool:
    for row in rows:
        if row.number in ring.keys:
            if not hmac.compare_digest(row.check, ring.check_value(row.number)):
                raise _another(ring, row.number)
        elif row.state != "retired":
            raise KeysWrong(
                f"Key {row.number} for {ring.kind.what} is missing: {ring.where} holds "
                f"{', '.join(map(str, ring.keys))}, and what it wrote is still there; put it back from your copy."
            )
    states = {row.number: row.state for row in rows}
    if states.get(ring.current) == "retired":
        raise KeysWrong(
            f"Key {ring.current} for {ring.kind.what} in {ring.where} was retired: put the newest key first."
        )
    return all(number in states for number in ring.keys) and (
        ring.kind is INDEX or not states or states[ring.current] == "current"
    )


def _verify_secret(rows: list[Noted], ring: Ring) -> bool:
    """Accept a new SECRET_KEY given by its variable: only who is logged in depends on it."""
    checks = {row.check: row for row in rows}
    row = checks.get(_secret_check(ring, ring.current))
    still_there = any(
        one.state == "current" and one.check in {_secret_check(ring, number) for number in ring.keys}
        for one in rows
    )
    if row is None and rows and not ring.given and not still_there:
        raise _another(ring, ring.current)
    return row is not None and row.state == "current"


def _secret_check(ring: Ring, number: int) -> bytes:
    """Keys of SECRET_KEY are known by themselves: the same key may stand under another number in a variable."""
    from payung.config.keys import check_value

    return check_value(SECRET, 0, ring.keys[number])


def _another(ring: Ring, number: int) -> KeysWrong:
    return KeysWrong(
        f"Key {number} for {ring.kind.what} in {ring.where} is not the one this database was written with: put that "
        "one back from the copy you keep, or name the right database and PAYUNG_HOME; payung keys rotate adds new ones."
    )


def make_or_refuse(cursor: Any, keys: Keys) -> None:
    """Before migrating: makes the keys of an empty database; of any other, raises KeysWrong unless they are there."""
    known = noted(cursor)
    if known:
        verify(known, keys)
        return
    lacking = [kind for kind in KINDS.values() if keys.ring_or_none(kind) is None]
    where = written(cursor, keys.home)
    if where and lacking:
        raise missing(keys.home, lacking[0])
    if where:
        _try_on(cursor, keys)
    for kind in lacking:
        make(keys, kind)


def make(keys: Keys, kind: Kind) -> None:
    """Make the first key of a kind in its file; of two processes that begin at once, both use the first one's."""
    from payung.config.home import make_private

    make_private(keys.home)
    path = key_file(keys.home, kind)
    beside = path.with_name(f"{path.name}.first")
    write_ring(keys.home, Ring(Kind(kind.name, beside.name, kind.what), {1: new_key()}, str(beside)))
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)
    keys.forget()


def written(cursor: Any, home: Path) -> str:
    """Name a place that holds something encrypted; '' where there is none."""
    cursor.execute(
        """SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'bytea'::regtype
              AND NOT a.attisdropped AND (a.attname LIKE '%\\_enc' OR a.attname = 'nik_hash')"""
    )
    for table, column in cursor.fetchall():
        cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE "{column}" IS NOT NULL)')
        if cursor.fetchone()[0]:
            return f"{table}.{column}"
    for name in STORES:
        folder = home / name
        if folder.is_dir() and any(folder.iterdir()):
            return str(folder)
    return ""


def _try_on(cursor: Any, keys: Keys) -> None:
    """Decrypt something that an older version wrote, before its keys are noted. Raises KeysWrong if they do not fit."""
    from payung.access.crypto import CannotDecrypt, decrypt, keyed_hash

    cursor.execute("SELECT to_regclass('registry_record') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return
    cursor.execute(
        "SELECT raw_enc, nik_enc, nik_hash FROM registry_record ORDER BY nik_enc IS NULL, id LIMIT 1"
    )
    for raw, sealed, hashed in cursor.fetchall():
        ring, index = keys.ring(ENCRYPTION), keys.ring(INDEX)
        try:
            decrypt(raw, "record.raw")
            nik = None if sealed is None else decrypt(sealed, "nik")
        except CannotDecrypt as error:
            raise _another(ring, ring.current) from error
        full = None if nik is None else keyed_hash(index.keys[index.current], nik)
        if full is not None and bytes(hashed) not in (full[:16], bytes([index.current]) + full[:15]):
            raise _another(index, index.current)


def note(cursor: Any, keys: Keys) -> list[str]:
    """After migrating, as the owner: notes every key the database does not know; returns what is new, in words."""
    known, new = noted(cursor), []
    for kind in KINDS.values():
        ring = keys.ring(kind)
        rows = {one.number: one for one in known if one.kind == kind.name}
        if kind is SECRET:
            new += _note_secret(cursor, ring, list(rows.values()))
            continue
        for number in ring.keys:
            if number not in rows:
                state = "current" if not rows and number == ring.current else "next" if rows else "old"
                _write(cursor, kind, number, ring.check_value(number), state)
                new += [f"Key {number} for {kind.what} is new."] if rows else []
        if kind is ENCRYPTION and rows and rows.get(ring.current) is None:
            new.append("Run payung keys rotate encryption to bring everything under it.")
        if kind is ENCRYPTION:
            make_current(cursor, kind, ring.current)
    return new


def _note_secret(cursor: Any, ring: Ring, rows: list[Noted]) -> list[str]:
    check = _secret_check(ring, ring.current)
    row = next((one for one in rows if one.check == check), None)
    number = row.number if row else max((one.number for one in rows), default=0) + 1
    if row is None:
        _write(cursor, SECRET, number, check, "next")
    if row is None or row.state != "current":
        make_current(cursor, SECRET, number)
    older = {_secret_check(ring, one) for one in ring.keys}
    for one in rows:
        if one.check not in older and one.state in ("current", "old"):
            cursor.execute(
                "UPDATE registry_keynote SET state = 'retired', retired_at = now()"
                " WHERE kind = 'secret' AND number = %s",
                [one.number],
            )
    if row is not None or not rows:
        return []
    kept = any(one.check in older for one in rows)
    return [f"{ring.where} is new: {'sessions go on' if kept else 'everybody logs in again'}."]


def _write(cursor: Any, kind: Kind, number: int, check: bytes, state: str) -> None:
    cursor.execute(
        "INSERT INTO registry_keynote (kind, number, check_value, state) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [kind.name, number, check, state],
    )


def make_current(cursor: Any, kind: Kind, number: int) -> None:
    """From now on this key is written with; the one before is old."""
    cursor.execute(
        "UPDATE registry_keynote SET state = CASE WHEN number = %(number)s THEN 'current' ELSE 'old' END"
        " WHERE kind = %(kind)s AND (number = %(number)s OR state = 'current')",
        {"kind": kind.name, "number": number},
    )


def tell(sentences: Iterable[str]) -> None:
    """Print sentences on standard error."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
