"""Personal data at rest: encrypted with AES-GCM, searchable only by a keyed hash.

Encryption and index use keys of their own. Every ciphertext starts with a key id, so that keys can be
rotated, and is bound to what it is (`context`), so that a value cannot be moved to another column.
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

_KEY_ID = b"\x01"
_NONCE = 12


class CannotDecrypt(Exception):
    """The ciphertext was made with another key, for another column, or was changed."""


@cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(bytes.fromhex(key))


def encrypt_bytes(content: bytes, context: str) -> bytes:
    """`content` encrypted for the column `context`: key id, nonce, ciphertext with tag."""
    nonce = os.urandom(_NONCE)
    return _KEY_ID + nonce + _cipher(settings.NIK_ENCRYPTION_KEY).encrypt(nonce, content, context.encode())


def decrypt_bytes(blob: bytes | memoryview, context: str) -> bytes:
    """What `encrypt_bytes` was given. Raises CannotDecrypt."""
    data = bytes(blob)
    try:
        return _cipher(settings.NIK_ENCRYPTION_KEY).decrypt(
            data[1 : 1 + _NONCE], data[1 + _NONCE :], context.encode()
        )
    except InvalidTag as error:
        raise CannotDecrypt(f"a value of {context} cannot be decrypted with the key in use") from error


def encrypt(text: str, context: str) -> bytes:
    """`text` encrypted for the column `context`."""
    return encrypt_bytes(text.encode(), context)


def decrypt(blob: bytes | memoryview, context: str) -> str:
    """The text of what `encrypt` made. Raises CannotDecrypt."""
    return decrypt_bytes(blob, context).decode()


def encrypt_json(value: Any, context: str) -> bytes:
    return encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str), context)


def decrypt_json(blob: bytes | memoryview, context: str) -> Any:
    return json.loads(decrypt(blob, context))


def nik_hash(nik: str) -> bytes:
    """The keyed hash (HMAC-SHA-256, first 16 bytes) under which a NIK can be found."""
    return hmac.digest(bytes.fromhex(settings.NIK_INDEX_KEY), nik.encode(), hashlib.sha256)[:16]


def nik_hashes(niks: Iterable[str | None]) -> list[bytes | None]:
    """`nik_hash` for many; None stays None."""
    key = bytes.fromhex(settings.NIK_INDEX_KEY)
    return [None if nik is None else hmac.digest(key, nik.encode(), "sha256")[:16] for nik in niks]
