"""Personal data at rest: encrypted with AES-GCM, searchable only by a keyed hash.

Encryption and index use keys of their own. Every ciphertext and every hash starts with the number of its key, so that
keys can be rotated, and a ciphertext is bound to what it is (`context`), so that a value cannot be moved to another
column.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from payung.config.keys import ENCRYPTION, INDEX, KeysWrong, Ring

_NONCE = 12
#: Nonces are drawn by so many at once: the system's generator costs as much to ask as a NIK to encrypt.
_DRAWN = 256
#: The lock that a change of the index key holds alone, and whoever writes hashes in a transaction shares.
INDEX_LOCK = 6_511_202


class CannotDecrypt(Exception):
    """The ciphertext was made with another key, for another column, or was changed."""


@cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(bytes.fromhex(key))


def encrypt_bytes(content: bytes, context: str) -> bytes:
    """`content` encrypted for the column `context`: key number, nonce, ciphertext with tag."""
    ring = settings.KEYS.ring(ENCRYPTION)
    number = ring.current
    nonce = os.urandom(_NONCE)
    return bytes((number,)) + nonce + _cipher(ring.keys[number]).encrypt(nonce, content, context.encode())


def encrypt_many(texts: Iterable[str | None], context: str) -> list[bytes | None]:
    """`encrypt` for many at once; None and '' become None."""
    ring = settings.KEYS.ring(ENCRYPTION)
    number = ring.current
    seal, bound, first = _cipher(ring.keys[number]).encrypt, context.encode(), bytes((number,))
    drawn, place = b"", 0
    made: list[bytes | None] = []
    for text in texts:
        if not text:
            made.append(None)
            continue
        if place >= len(drawn):
            drawn, place = os.urandom(_NONCE * _DRAWN), 0
        nonce = drawn[place : place + _NONCE]
        place += _NONCE
        made.append(first + nonce + seal(nonce, text.encode(), bound))
    return made


def decrypt_bytes(blob: bytes | memoryview, context: str) -> bytes:
    """Decrypt what `encrypt_bytes` made. Raises CannotDecrypt."""
    data = bytes(blob)
    key = settings.KEYS.ring(ENCRYPTION).keys.get(data[0]) if data else None
    if key is None:
        key = _looked_up_again(data)
    if key is None:
        raise CannotDecrypt(f"a value of {context} was encrypted with a key that is not at hand")
    try:
        return _cipher(key).decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt(f"a value of {context} cannot be decrypted with its key") from error


def _looked_up_again(data: bytes) -> str | None:
    """Return the key of a ciphertext after reading the keys again, which another process may have changed."""
    settings.KEYS.look()
    found: str | None = settings.KEYS.ring(ENCRYPTION).keys.get(data[0]) if data else None
    return found


def encrypt(text: str, context: str) -> bytes:
    """`text` encrypted for the column `context`."""
    return encrypt_bytes(text.encode(), context)


def decrypt(blob: bytes | memoryview, context: str) -> str:
    """Return the text of what `encrypt` made. Raises CannotDecrypt."""
    return decrypt_bytes(blob, context).decode()


def last_digits(blob: bytes | memoryview | None) -> str:
    """Return the last four digits of an encrypted NIK; '' where there is none. Raises CannotDecrypt."""
    return unsealed(blob, "nik")[-4:]


def unsealed(blob: bytes | memoryview | None, context: str) -> str:
    """Return the text of a column that may be empty: '' for NULL. Raises CannotDecrypt."""
    return decrypt(blob, context) if blob else ""


def encrypt_json(value: Any, context: str) -> bytes:
    """Encrypt a value as JSON, bound to `context`."""
    return encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str), context)


def decrypt_json(blob: bytes | memoryview, context: str) -> Any:
    """Decrypt what `encrypt_json` made with this `context`. Raises CannotDecrypt."""
    return json.loads(decrypt(blob, context))


def keyed_hash(key: str, text: str) -> bytes:
    """HMAC-SHA-256 of `text` under a key of hexadecimal digits."""
    return hmac.digest(bytes.fromhex(key), text.encode("utf-8", "replace"), hashlib.sha256)


def anonymous(text: str) -> bytes:
    """Return a keyed hash that recognises the same text while the index keeps its key, and cannot be read back."""
    ring = settings.KEYS.ring(INDEX)
    return keyed_hash(ring.keys[ring.current], text)


def _hash(ring: Ring, number: int, text: str) -> bytes:
    return bytes((number,)) + keyed_hash(ring.keys[number], text)[:15]


def nik_hash(nik: str) -> bytes:
    """Return the keyed hash under which a NIK is kept: the key's number, then HMAC-SHA-256, 16 bytes in all."""
    ring = settings.KEYS.ring(INDEX)
    return _hash(ring, _index_in_use(ring), nik)


def nik_hashes(niks: Iterable[str | None]) -> list[bytes | None]:
    """`nik_hash` for many; None stays None. In a transaction the key stays the same until its end."""
    ring = settings.KEYS.ring(INDEX)
    number = _index_in_use(ring)
    key, first = bytes.fromhex(ring.keys[number]), bytes((number,))
    return [None if nik is None else first + hmac.digest(key, nik.encode(), "sha256")[:15] for nik in niks]


def asked_hashes(nik: str) -> list[bytes]:
    """Every hash under which a NIK may be found: two while the index is brought under a new key."""
    ring = settings.KEYS.ring(INDEX)
    return [_hash(ring, number, nik) for number in ring.keys]


def index_subkey(purpose: str) -> bytes:
    """256 bits for one purpose, made of the key that hashes are made with."""
    ring = settings.KEYS.ring(INDEX)
    return keyed_hash(ring.keys[_index_in_use(ring)], f"payung|{purpose}")


def index_version() -> int:
    """Return the number of the key that hashes are made with."""
    return _index_in_use(settings.KEYS.ring(INDEX))


def _index_in_use(ring: Ring) -> int:
    """Return the number of the key that the database's hashes are made with.

    The database says so, and within a transaction it stays so; where there is one key only, a plain look-up need not
    ask.
    """
    if not connection.in_atomic_block:
        if len(ring.keys) == 1:
            return ring.current
        question = "SELECT number FROM registry_keynote WHERE kind = 'index' AND state = 'current'"
    else:
        question = (
            f"SELECT pg_advisory_xact_lock_shared({INDEX_LOCK}); "
            "SELECT number FROM registry_keynote WHERE kind = 'index' AND state = 'current'"
        )
    with connection.cursor() as cursor:
        cursor.execute(question)
        while cursor.nextset():
            pass
        found = cursor.fetchall()
    number = int(found[0][0]) if found else ring.current
    if number not in ring.keys:
        settings.KEYS.look()
        if number not in settings.KEYS.ring(INDEX).keys:
            raise KeysWrong(
                f"The index of NIKs was brought under key {number}, which is not in {ring.where}: start this process "
                "again with the keys in use."
            )
    return number
