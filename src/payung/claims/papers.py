"""Papers of a case: looked into before they are kept, encrypted outside the web root, opened on the record.

Only PDF and photographs are taken, of which a safe copy is kept; see `payung.exchange.documents`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from payung.access.actor import Actor, Refused, action, record_reading
from payung.access.acts import OF_SUBJECT, Act
from payung.access.crypto import decrypt_bytes, encrypt_bytes
from payung.claims.models import Case, Paper
from payung.exchange.guard import UnreadableFile, confined

MOST_BYTES = 10 * 1024 * 1024
_PURPOSE = "claims.paper"


def store_paper(actor: Actor, *, case_id: int, item: str, chunks: Iterable[bytes]) -> Paper:
    """Check an uploaded file and keep it with a case as the paper `item`. The same again changes nothing.

    It is known again by the hash of what was sent: the safe copy made of it differs each time. One scan of several
    papers may be kept for each of them.

    Reading stops at the size limit, whatever the file claims. Raises NotAllowed; Refused with one sentence for
    what is too large, of another kind, broken, or not safe.
    """
    sent = _limited(chunks)
    content, kind = checked(sent)
    digest = hashlib.sha256(sent).hexdigest()
    with action(actor, Act.PAPER_STORE, region_code=OF_SUBJECT) as deed:
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise Refused("Kasus ini tidak ada di wilayah Anda.", "There is no such case in your region.")
        deed.at(case.region_code)
        deed.subject_id, deed.data = case_id, {"item": item[:200], "sha256": digest}
        wanted = item.strip()[:200]
        known = case.papers.filter(sha256=digest, item=wanted, removed=False).first()
        if known is not None:
            deed.unchanged()
            return known
        name = uuid4().hex
        _write(name, encrypt_bytes(content, _PURPOSE))
        return Paper.objects.create(
            case=case,
            item=wanted,
            content_type=kind,
            size=len(content),
            sha256=digest,
            stored_as=name,
            by=actor.user,
            region_code=case.region_code,
        )


def open_paper(actor: Actor, *, paper_id: int) -> tuple[Paper, bytes]:
    """Return the content of a paper to whoever handles claims in its region; the opening is recorded.

    Raises Refused.
    """
    paper = Paper.objects.filter(pk=paper_id, removed=False).first()
    if paper is None:
        raise Refused("Berkas ini tidak ada di wilayah Anda.", "There is no such paper in your region.")
    actor.require_act(Act.PAPER_OPEN, region_code=paper.region_code)
    content = decrypt_bytes((_folder() / paper.stored_as).read_bytes(), _PURPOSE)
    record_reading(actor, Act.PAPER_OPEN, paper.pk, region_code=paper.region_code, case=paper.case_id)
    return paper, content


def remove_paper(actor: Actor, *, paper_id: int, reason: str) -> None:
    """Take a paper out of a case, giving the reason; what it was stays on record. Raises NotAllowed, Refused."""
    if not reason.strip():
        raise Refused("Tulis mengapa berkas ini dihapus.", "Write why this paper is removed.")
    with action(actor, Act.PAPER_REMOVE, region_code=OF_SUBJECT) as deed:
        paper = Paper.objects.select_for_update().filter(pk=paper_id, removed=False).first()
        if paper is None:
            raise Refused("Berkas ini tidak ada di wilayah Anda.", "There is no such paper in your region.")
        deed.at(paper.region_code)
        deed.subject_id, deed.reason = paper_id, reason.strip()
        paper.removed = True
        paper.save(update_fields=["removed"])


def checked(content: bytes) -> tuple[bytes, str]:
    """Return a safe copy of the file and its type, made in a process of its own under limits. Raises Refused."""
    if not content:
        raise Refused("Berkas ini kosong.", "The file is empty.")
    try:
        made: tuple[bytes, str] = confined("payung.exchange.documents:copy_here", content)
    except UnreadableFile as error:
        if error.code in ("paper", "busy"):
            raise Refused(error.message("id"), error.message("en")) from error
        # Whatever ended its reader: no other program opens it well either.
        raise Refused(
            "Berkas ini rusak atau terlalu besar setelah dibuka; foto ulang, atau cetak ke PDF lalu kirim lagi.",
            "The file is broken or too large once opened; take a new photograph, or print it to PDF and send that.",
        ) from error
    return made


def _limited(chunks: Iterable[bytes]) -> bytes:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refused(
                f"Berkas lebih besar dari {MOST_BYTES // 1_048_576} MB; foto cukup satu halaman tiap berkas.",
                f"The file is larger than {MOST_BYTES // 1_048_576} MB; one page a photograph is enough.",
            )
        parts.append(chunk)
    return b"".join(parts)


def _folder() -> Path:
    folder = Path(settings.HOME) / "papers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(name: str, content: bytes) -> None:
    with os.fdopen(os.open(_folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
