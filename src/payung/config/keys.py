"""The keys of a deployment: where they are kept and how they are read. None is made here; see `payung.config.settle`.

Each kind of key is a ring: several keys by number, of which the first is used to write and all to read. A ring is
given by an environment variable or kept in a file of the home, as `number:key` separated by commas or lines; a bare
key has the number 1.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_KEY = re.compile(r"[0-9a-fA-F]{64}")
_ENTRY = re.compile(r"(?:(\d{1,3}):)?([^:]*)")
#: Seconds for which a process goes on with the file as it read it: so long may a new key wait to be used.
LOOK_AGAIN = 1.0


class KeysWrong(RuntimeError):
    """A key is missing, unreadable, open to others, or not the one that the database was written with."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of key: its short name, the name of its file and variable, what is lost without it."""

    name: str
    file: str
    what: str

    @property
    def variable(self) -> str:
        return f"PAYUNG_{self.file.upper()}"


ENCRYPTION = Kind("encryption", "nik_encryption_key", "NIKs, rows as sent, contact data and papers")
INDEX = Kind("index", "nik_index_key", "finding a person by NIK")
SECRET = Kind("secret", "secret_key", "sessions and signatures")
KINDS = {kind.name: kind for kind in (ENCRYPTION, INDEX, SECRET)}
#: Other variables that hold something secret and end like a key's.
_OTHER_VARIABLES = frozenset({"PAYUNG_SECRET_KEY_FALLBACKS"})


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of one kind by number, in their order; the first is used to write."""

    kind: Kind
    keys: Mapping[int, str]
    where: str
    given: bool = False

    @property
    def current(self) -> int:
        return next(iter(self.keys))

    def check_value(self, number: int) -> bytes:
        """Return a value by which the database recognises this key and which reveals nothing of it."""
        return check_value(self.kind, number, self.keys[number])


def check_value(kind: Kind, number: int, key: str) -> bytes:
    """HMAC-SHA-256 of a fixed text that names the kind and number, first 16 bytes."""
    text = f"payung key check|{kind.name}|{number}".encode()
    return hmac.digest(bytes.fromhex(key), text, hashlib.sha256)[:16]


def new_key() -> str:
    """256 random bits as hexadecimal digits."""
    return secrets.token_hex(32)


def read_ring(kind: Kind, text: str, where: str, *, given: bool = False) -> Ring:
    """Parse the ring written in `text`. Raises KeysWrong, which never quotes a key."""
    entries = [entry.strip() for entry in re.split(r"[,\n]", text) if entry.strip()]
    if not entries:
        raise KeysWrong(
            f"The key for {kind.what} is empty in {where}: write the 64 hexadecimal digits it had"
            f"{f', or unset {kind.variable} where a file holds it' if given else ''}."
        )
    keys: dict[int, str] = {}
    for place, entry in enumerate(entries, start=1):
        found = _ENTRY.fullmatch(entry)
        number, key = (int(found[1] or 1), found[2].strip()) if found else (0, "")
        if not 1 <= number <= 255 or number in keys:
            raise KeysWrong(
                f"Key {place} for {kind.what} in {where} has no number of its own from 1 to 255: "
                "write number:key, the newest first, such as 2:…,1:…."
            )
        if not _KEY.fullmatch(key):
            raise KeysWrong(
                f"Key {number} for {kind.what} in {where} is damaged: it has {len(key)} characters and must have "
                "64 hexadecimal digits; write it as it was, from the copy you keep."
            )
        keys[number] = key
    return Ring(kind, keys, where, given)


def secrets_folder(home: Path) -> Path:
    """Return the folder of secrets below `home`."""
    return home / "secrets"


def key_file(home: Path, kind: Kind) -> Path:
    """Return the file of a kind of key."""
    return secrets_folder(home) / kind.file


def read_private(path: Path) -> str | None:
    """Return the text of a file of secrets; None where it is not there. Raises KeysWrong where others may read it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeysWrong(
            f"{path} cannot be read ({error.strerror}): give it to the user who runs Payung."
        ) from error
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise KeysWrong(f"{path} is no file: put the key's file back.")
    with os.fdopen(handle, "rb") as file:
        if about.st_mode & 0o077:
            raise KeysWrong(
                f"{path} can be read or changed by others (mode {about.st_mode & 0o777:04o}): run chmod 600 {path}, "
                "and payung keys rotate if somebody else may have read it."
            )
        if about.st_uid not in (os.geteuid(), 0):
            raise KeysWrong(
                f"{path} belongs to another user ({about.st_uid}): it must be that of the user who runs Payung."
            )
        try:
            return file.read(100_000).decode("ascii")
        except UnicodeDecodeError as error:
            raise KeysWrong(f"{path} is damaged: put it back from the copy you keep.") from error


def write_private(path: Path, text: str) -> None:
    """Write a file of secrets whole or not at all, readable by its user only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_ring(home: Path, ring: Ring) -> None:
    """Write a ring into its file."""
    write_private(
        key_file(home, ring.kind), "".join(f"{number}:{key}\n" for number, key in ring.keys.items())
    )


def retired_file(home: Path) -> Path:
    """Return the file of keys that only old backups need."""
    return secrets_folder(home) / "retired_keys"


def retired_keys(home: Path, kind: Kind) -> list[str]:
    """Keys of a kind that were given up: what was made with them long ago is still checked or restored with them."""
    lines = (read_private(retired_file(home)) or "").splitlines()
    return [line.split()[3] for line in lines if line.split()[1:2] == [kind.name]]


def load(home: Path, kind: Kind, environment: Mapping[str, str] | None = None) -> Ring | None:
    """Return the ring of a kind from its variable, else its file; None where there is neither. Raises KeysWrong."""
    environment = os.environ if environment is None else environment
    if kind.variable in environment:
        ring = read_ring(kind, environment[kind.variable], kind.variable, given=True)
        return _with_fallbacks(ring, environment) if kind is SECRET else ring
    path = key_file(home, kind)
    text = read_private(path)
    return None if text is None else read_ring(kind, text, str(path))


def _with_fallbacks(ring: Ring, environment: Mapping[str, str]) -> Ring:
    """Return the ring of SECRET_KEY with the older ones that PAYUNG_SECRET_KEY_FALLBACKS lists."""
    older = environment.get("PAYUNG_SECRET_KEY_FALLBACKS", "").strip()
    if not older:
        return ring
    keys = dict(ring.keys)
    for number, key in enumerate((entry.strip() for entry in older.split(",")), start=1):
        if not _KEY.fullmatch(key):
            raise KeysWrong(
                f"Key {number} of PAYUNG_SECRET_KEY_FALLBACKS is damaged: it has {len(key)} characters and must have "
                "64 hexadecimal digits; separate several by commas."
            )
        if key not in keys.values():
            keys[next(free for free in range(1, 256) if free not in keys)] = key
    return Ring(ring.kind, keys, ring.where, ring.given)


def refuse_unknown_variables(environment: Mapping[str, str] | None = None) -> None:
    """Raise KeysWrong for a variable that looks like a key's but is none: its key would not be used."""
    known = {kind.variable for kind in KINDS.values()} | _OTHER_VARIABLES
    for name in os.environ if environment is None else environment:
        if name.startswith("PAYUNG_") and name.endswith(("_KEY", "_KEYS")) and name not in known:
            raise KeysWrong(
                f"{name} is no variable that Payung reads; keys are given in {', '.join(sorted(known))}."
            )


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the keys found: the rings, the stamps of their files, the moment of the next look."""

    rings: Mapping[str, Ring | None] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    next: float = 0.0


@dataclass(slots=True)
class Keys:
    """The rings of this process, read again when their files change.

    A look takes the place of the one before it whole, so a thread that asks meanwhile sees the one or the other.
    """

    home: Path
    _seen: _Look = field(default_factory=_Look)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ring(self, kind: Kind) -> Ring:
        """Return the ring of a kind. Raises KeysWrong where there is none."""
        ring = self.ring_or_none(kind)
        if ring is None:
            raise missing(self.home, kind)
        return ring

    def ring_or_none(self, kind: Kind) -> Ring | None:
        seen = self._seen
        if time.monotonic() >= seen.next:
            with self._lock:
                if time.monotonic() >= self._seen.next:
                    self._seen = self._look(self._seen)
                seen = self._seen
        return seen.rings[kind.name]

    def look(self) -> None:
        """Read what changed since the last look. A running process keeps its rings where a file is now damaged."""
        with self._lock:
            self._seen = self._look(self._seen)

    def _look(self, last: _Look) -> _Look:
        rings, stamps = dict(last.rings), dict(last.stamps)
        for kind in KINDS.values():
            stamp = _stamp(key_file(self.home, kind))
            if kind.name in rings and stamp == stamps[kind.name]:
                continue
            before = rings.get(kind.name)
            try:
                ring = load(self.home, kind)
            except KeysWrong:
                if before is None:
                    raise
                continue
            if before is None or (ring is not None and _follows(ring, before)):
                rings[kind.name], stamps[kind.name] = ring, stamp
        return _Look(rings, stamps, time.monotonic() + LOOK_AGAIN)

    def forget(self) -> None:
        """Read everything anew at the next use."""
        with self._lock:
            self._seen = _Look()


def _follows(ring: Ring, before: Ring) -> bool:
    """Return whether a ring can take another's place under way: no number means another key than it did."""
    return all(ring.keys.get(number, key) == key for number, key in before.keys.items())


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_ino


def missing(home: Path, kind: Kind) -> KeysWrong:
    """Return the refusal for a key that is nowhere to be found."""
    return KeysWrong(
        f"The key for {kind.what} is missing: it is neither in {kind.variable} nor in {key_file(home, kind)}, and a "
        "new one could not read what is there; put it back from the copy you keep."
    )
