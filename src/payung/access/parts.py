"""Files encrypted part by part, so that a large one need not be whole in memory; each part is bound to its place.

A part is its length in four bytes, then its ciphertext. Whoever opens, keeps longer or removes such a file and a change
of keys come to it one after the other (`alone`).
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from payung.access.crypto import decrypt_bytes, encrypt_bytes

#: The name of a file that is kept whole; others in its folder are being written, or left open.
WHOLE = re.compile(r"[0-9a-f]{32}")


def write_parts(path: Path, parts: Iterable[bytes], bound: str) -> None:
    """Write a new file, which nobody else on this machine may read, under the current key."""
    with new_file(path) as target:
        for number, part in enumerate(parts):
            sealed = encrypt_bytes(part, f"{bound}.{number}")
            target.write(len(sealed).to_bytes(4, "big") + sealed)
        target.flush()
        os.fsync(target.fileno())


def read_parts(source: BinaryIO, bound: str) -> Iterator[bytes]:
    """Read what `write_parts` wrote, part by part. Raises CannotDecrypt."""
    for number, sealed in enumerate(_sealed(source)):
        yield decrypt_bytes(sealed, f"{bound}.{number}")


def keys_of(path: Path) -> set[int]:
    """Return the numbers of the keys that wrote the parts of a file; empty where it is there no more."""
    with alone(path) as source:
        return set() if source is None else {sealed[0] for sealed in _sealed(source) if sealed}


def renew(path: Path, bound: str, number: int) -> bool:
    """Bring a file under the current key, `number`; whether it was not. Raises CannotDecrypt.

    It goes as late as it would have.
    """
    with alone(path) as source:
        if source is None or {sealed[:1] for sealed in _sealed(source)} <= {bytes((number,))}:
            return False
        source.seek(0)
        about = os.fstat(source.fileno())
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.again")
        try:
            write_parts(beside, read_parts(source, bound), bound)
            os.utime(beside, ns=(about.st_atime_ns, about.st_mtime_ns))
            beside.replace(path)
        except FileNotFoundError:
            return False  # it was too old, and somebody removes those
        finally:
            beside.unlink(missing_ok=True)
    return True


@contextmanager
def alone(path: Path) -> Iterator[BinaryIO | None]:
    """Open a file to read it, let nobody else at it within the block; None where it is there no more."""
    while True:
        try:
            source = path.open("rb")
        except FileNotFoundError:
            yield None
            return
        with source:
            fcntl.flock(source, fcntl.LOCK_EX)
            # Another may stand in its place by now, or none.
            if path.exists() and os.path.samestat(path.stat(), os.fstat(source.fileno())):
                yield source
                return


def new_file(path: Path) -> BinaryIO:
    """Make a new file that nobody else on this machine may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sealed(source: BinaryIO) -> Iterator[bytes]:
    while head := source.read(4):
        yield source.read(int.from_bytes(head, "big"))
