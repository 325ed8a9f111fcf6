"""Brings everything encrypted, and the index of NIKs, under a new key while Payung goes on working.

Each step can be ended at any moment and begun again. An old key is given up only when the database itself has proved,
by a constraint that it checked, that nothing is written with it, nor ever will be.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.utils import OperationalError, ProgrammingError

from payung.access import parts
from payung.access.crypto import (
    INDEX_LOCK,
    CannotDecrypt,
    decrypt,
    decrypt_bytes,
    encrypt_bytes,
    keyed_hash,
)
from payung.access.fields import CiphertextField, SealedText
from payung.config import settle
from payung.config.keys import ENCRYPTION, INDEX, LOOK_AGAIN

Say = Callable[[str], None]
_BATCH = 2_000
#: Tables with hashes of NIKs beside the NIK they are of.
_HASHED = ("registry_person", "registry_record")


class CannotRotate(Exception):
    """Something could not be brought under the new key; the old one stays."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ciphertexts, and what they are bound to."""

    table: str
    key: str
    name: str
    context: str


def columns() -> list[Column]:
    """Every column that holds ciphertexts."""
    return [
        Column(model._meta.db_table, str(model._meta.pk.column), str(field.column), field.context)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CiphertextField | SealedText)
    ]


def let_everybody_look() -> None:
    """Wait until every process has read the new keys."""
    time.sleep(2 * LOOK_AGAIN)


def used(column: Column) -> dict[int, int]:
    """How many ciphertexts of a column each key wrote."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"SELECT get_byte({column.name}, 0), count(*) FROM {column.table}"
            f" WHERE length({column.name}) > 0 GROUP BY 1"
        )
        return dict(cursor.fetchall())


def used_by_files() -> dict[int, int]:
    """How many kept files each key wrote."""
    found: dict[int, int] = {}
    for path, _ in _files():
        with path.open("rb") as file:
            number = (file.read(1) or b"\0")[0]
        found[number] = found.get(number, 0) + 1
    for path, _ in _files_of_parts():
        for number in parts.keys_of(path):
            found[number] = found.get(number, 0) + 1
    return found


def reencrypt(say: Say) -> int:
    """Bring every ciphertext under the current key and return how many there were. Raises CannotRotate."""
    number = settings.KEYS.ring(ENCRYPTION).current
    done = 0
    for column in columns():
        changed = _column(column, number)
        _from_now_on(column.table, column.name, number)
        # What was written between the last look and the rule.
        changed += _column(column, number)
        _prove(column.table, column.name)
        if changed:
            say(f"{column.table}.{column.name}: {changed} under key {number}")
        done += changed
    changed = _kept_files(number)
    if changed:
        say(f"files: {changed} under key {number}")
    return done + changed


def _column(column: Column, number: int) -> int:
    done, last = 0, None
    with connections["owner"].cursor() as cursor:
        while True:
            with transaction.atomic(using="owner"):
                cursor.execute(
                    f"""SELECT {column.key}, {column.name} FROM {column.table}
                         WHERE length({column.name}) > 0 AND get_byte({column.name}, 0) <> %(number)s
                           AND (%(last)s::text IS NULL OR {column.key} > %(last)s) ORDER BY 1 LIMIT {_BATCH}""",
                    {"number": number, "last": last},
                )
                rows = cursor.fetchall()
                if not rows:
                    return done
                last = rows[-1][0]
                old = [bytes(sealed) for _, sealed in rows]
                _silently(cursor)
                cursor.execute(
                    f"""UPDATE {column.table} t SET {column.name} = v.new
                          FROM unnest(%s, %s::bytea[], %s::bytea[]) v(key, old, new)
                         WHERE t.{column.key} = v.key AND t.{column.name} = v.old""",
                    [[key for key, _ in rows], old, [_again(one, column) for one in old]],
                )
                done += cursor.rowcount


def _again(sealed: bytes, column: Column) -> bytes:
    return encrypt_bytes(decrypt_bytes(sealed, column.context), column.context)


def _silently(cursor: Any) -> None:
    """Nothing of what is told changes, so no trigger need note it; an owner who may not say so does without."""
    try:
        with transaction.atomic(using="owner"):
            cursor.execute("SET LOCAL session_replication_role = replica")
    except ProgrammingError:
        return


def _from_now_on(table: str, column: str, number: int) -> None:
    """From now on the database takes nothing by an older key: a process that still has only that is refused."""
    name = f"{table}_{column}_key"
    _in_a_quiet_moment(
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name}"
        f" CHECK (coalesce(length({column}), 0) = 0 OR get_byte({column}, 0) >= {number}) NOT VALID"
    )


def _prove(table: str, column: str) -> None:
    _in_a_quiet_moment(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_{column}_key")


def _in_a_quiet_moment(statement: str) -> None:
    """Run a statement that needs the table for itself, without making others wait behind it for long."""
    for _ in range(600):
        try:
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                cursor.execute(statement)
            return
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":
                raise
            time.sleep(0.2)
    raise CannotRotate("A table was in use for minutes; run payung keys rotate again.")


def _files() -> Iterator[tuple[Path, str]]:
    for name, context in settle.STORES.items():
        folder = Path(settings.HOME) / name
        if folder.is_dir():
            yield from ((path, context) for path in sorted(folder.iterdir()) if path.is_file())


def _files_of_parts() -> Iterator[tuple[Path, str]]:
    for name, context in settle.STORES_OF_PARTS.items():
        folder = Path(settings.HOME) / name
        if folder.is_dir():
            names = sorted(path.name for path in folder.iterdir() if parts.WHOLE.fullmatch(path.name))
            yield from ((folder / one, f"{context}.{one}") for one in names)


def _kept_files(number: int) -> int:
    done = 0
    for path, bound in _files_of_parts():
        # One that no key at hand opens waits for nothing any more, and goes by itself.
        with suppress(CannotDecrypt):
            done += parts.renew(path, bound, number)
    for path, context in _files():
        if path.name.endswith(".again"):
            path.unlink()
            continue
        sealed = path.read_bytes()
        if sealed[:1] == bytes((number,)):
            continue
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.again")
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(encrypt_bytes(decrypt_bytes(sealed, context), context))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        done += 1
    return done


def reindex(number: int) -> int:
    """Bring every hash of a NIK under key `number` of the index and return how many. Raises CannotRotate.

    Hashes are compared with each other, so all change in one transaction: whoever reads goes on, whoever writes people
    waits for it (seconds). What can be worked out before is.
    """
    key = settings.KEYS.ring(INDEX).keys[number]
    renewed: dict[bytes, bytes] = {}
    with connections["owner"].cursor() as cursor:
        _renew(cursor, key, number, renewed)
        with transaction.atomic(using="owner"):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEX_LOCK])
            cursor.execute(f"LOCK TABLE {', '.join(_HASHED)} IN SHARE ROW EXCLUSIVE MODE")
            _renew(cursor, key, number, renewed)
            _silently(cursor)
            cursor.execute("CREATE TEMP TABLE renewed (old bytea PRIMARY KEY, new bytea) ON COMMIT DROP")
            with cursor.copy("COPY renewed FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["bytea", "bytea"])
                for row in renewed.items():
                    copy.write_row(row)
            cursor.execute("ANALYZE renewed")
            changed = 0
            for table in _HASHED:
                cursor.execute(
                    f"UPDATE {table} t SET nik_hash = r.new FROM renewed r WHERE t.nik_hash = r.old"
                )
                changed += cursor.rowcount
                name = f"{table}_nik_hash_key"
                cursor.execute(
                    f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name}"
                    f" CHECK (nik_hash IS NULL OR get_byte(nik_hash, 0) >= {number})"
                )
            settle.make_current(cursor, INDEX, number)
    return changed


def _renew(cursor: Any, key: str, number: int, renewed: dict[bytes, bytes]) -> None:
    """Work out the new hash for every old one that is not yet in `renewed`."""
    for table in _HASHED:
        cursor.execute(
            f"SELECT DISTINCT ON (nik_hash) nik_hash, nik_enc FROM {table}"
            " WHERE nik_hash IS NOT NULL AND get_byte(nik_hash, 0) <> %s ORDER BY nik_hash, nik_enc IS NULL",
            [number],
        )
        for old, sealed in cursor.fetchall():
            if bytes(old) in renewed:
                continue
            if sealed is None:
                raise CannotRotate(
                    f"{table} has the hash of a NIK and not the NIK itself; nothing was changed."
                )
            renewed[bytes(old)] = bytes((number,)) + keyed_hash(key, decrypt(sealed, "nik"))[:15]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Only one rotation runs at once. Raises CannotRotate beside another."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('payung keys rotate'))")
        if not cursor.fetchone()[0]:
            raise CannotRotate("Another payung keys rotate is running; wait for it.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('payung keys rotate'))")
