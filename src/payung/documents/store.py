"""Files that people send: looked into before they are kept, encrypted outside the web root under names nobody chose.

Only PDF and photographs are taken, of which a safe copy is kept; see `payung.exchange.documents`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Refused, spoken
from payung.access.crypto import decrypt_bytes, encrypt_bytes
from payung.exchange.guard import UnreadableFile, confined

MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of encrypted files in Payung's home; `context` is what their ciphertexts are bound to."""

    folder: str
    context: str

    @property
    def path(self) -> Path:
        """The folder, made where it is missing; nobody but its user enters it."""
        folder = Path(settings.HOME) / self.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def keep(self, content: bytes) -> str:
        """Keep a file under a new name; that name."""
        name = uuid4().hex
        self.write(name, content)
        return name

    def write(self, name: str, content: bytes) -> None:
        """Keep a file under a name: the whole of it, or nothing."""
        beside = self.path / f"{name}.{uuid4().hex}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(encrypt_bytes(content, self.context))
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self.path / name)

    def read(self, name: str) -> bytes:
        """Read a file that is kept. Raises OSError, CannotDecrypt."""
        return decrypt_bytes((self.path / name).read_bytes(), self.context)


#: What families, villages and clerks send with a case.
CASE_PAPERS = Store("papers", "claims.paper")
#: Signed minutes of meetings, and evidence of what was agreed there.
MEETING_FILES = Store("meetings", "oversight.meeting_file")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent: a safe copy of it, its type, and the SHA-256 of what was sent, by which it is known.

    The safe copy differs each time it is made.
    """

    content: bytes
    content_type: str
    sha256: str


def take(chunks: Iterable[bytes]) -> Sent:
    """Read a file that is sent, up to the limit whatever it claims to be, and make a safe copy.

    Raises Refused with one sentence for what is too large, of another kind, broken, or not safe.
    """
    sent = _limited(chunks)
    content, kind = checked(sent)
    return Sent(content, kind, hashlib.sha256(sent).hexdigest())


def checked(content: bytes) -> tuple[bytes, str]:
    """Return a safe copy of the file and its type, made in a process of its own under limits. Raises Refused."""
    if not content:
        raise Refused(_("Berkas ini kosong."))
    try:
        made: tuple[bytes, str] = confined("payung.exchange.documents:copy_here", content)
    except UnreadableFile as error:
        if error.code in ("paper", "busy"):
            raise Refused(spoken(error.message)) from error
        # Whatever ended its reader: no other program opens it well either.
        raise Refused(
            _(
                "Berkas ini rusak atau terlalu besar setelah dibuka; foto ulang, atau cetak "
                "ke PDF lalu kirim lagi."
            )
        ) from error
    return made


def _limited(chunks: Iterable[bytes]) -> bytes:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refused(
                _("Berkas lebih besar dari %(most_bytes)s MB; foto cukup satu halaman tiap berkas."),
                most_bytes=MOST_BYTES // 1048576,
            )
        parts.append(chunk)
    return b"".join(parts)
