"""Files between upload and loading: encrypted, kept for an hour, opened by their uploader only.

A file that a job waits for, or that was refused and may be tried again, is kept until it is loaded; a week at most.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from payung.access.crypto import decrypt_bytes, encrypt_bytes
from payung.access.models import User
from payung.database.locks import Lock, one_at_a_time
from payung.jobs.kinds import Outcome, Tell
from payung.jobs.models import Job
from payung.jobs.scope import everyones_jobs

KEEP_SECONDS, HOLD_SECONDS = 3600, 7 * 24 * 3600
#: A file is encrypted part by part, so that a large one need not be whole in memory.
_PART = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")


def _folder() -> Path:
    folder = Path(settings.HOME) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove_old() -> None:
    """Remove what was never loaded, and what a process that ended hard left open."""
    oldest = time.time() - KEEP_SECONDS
    for old in _folder().iterdir():
        try:
            if old.stat().st_mtime < oldest:
                old.unlink()
        except FileNotFoundError:
            continue  # another process was quicker


def keep(file: UploadedFile[bytes]) -> str:
    """Write an uploaded file aside, encrypted, and return its name there; what is too old goes."""
    remove_old()
    name = uuid4().hex
    with _private(_folder() / name) as target:
        for number, chunk in enumerate(file.chunks(_PART)):
            part = encrypt_bytes(chunk, f"upload.{name}.{number}")
            target.write(len(part).to_bytes(4, "big") + part)
    return name


@contextmanager
def opened(kept: Any, user: User) -> Iterator[Path | None]:
    """Open the file that `kept` (the unsealed address) names, readable within the block only.

    None where this user did not upload it, or it is no longer there.
    """
    name = str(kept.get("kept", "")) if isinstance(kept, dict) and kept.get("user") == user.pk else ""
    path = _folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        yield None
        return
    plain = _folder() / f"{name}.{uuid4().hex[:8]}"
    try:
        with _private(plain) as target:
            for part in _parts(path, name):
                target.write(part)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def hold(kept: Any) -> bool:
    """Keep a file longer, for a job that is to load it; False where it is there no more."""
    path = _folder() / str(kept.get("kept", ""))
    if not _NAME.fullmatch(path.name):
        return False
    # A file goes an hour after this moment.
    until = time.time() + HOLD_SECONDS - KEEP_SECONDS
    try:
        os.utime(path, (until, until))
    except FileNotFoundError:
        return False
    return True


def done_before(kept: Any, tell: Tell) -> Outcome | None:
    """Return what to say where another job of the same kind and owner used this file up; None where it is still to do.

    To be asked by a job that forgets its file, before it opens it: a button that was pressed twice is no failure.
    Whoever asks for the same file waits until the transaction of the first ends.
    """
    name = str(kept.get("kept", ""))
    one_at_a_time(Lock.JOB, "upload", name)
    with everyones_jobs():
        this = Job.objects.get(pk=tell.job_id)
        done = Job.objects.filter(
            owner=this.owner_id, kind=this.kind, state=Job.State.DONE, arguments__kept__kept=name
        )
        result = done.exclude(pk=this.pk).order_by("-id").values_list("result", flat=True).first()
    if result is None:
        return None
    words = gettext_noop(
        "Berkas ini sudah selesai dikerjakan atas permintaan yang sama; tidak ada yang diulang."
    )
    return Outcome(words, path=result.get("path", ""))


def forget(kept: Any) -> None:
    """Remove a kept file: it was used up, or cannot be read."""
    name = str(kept.get("kept", ""))
    if _NAME.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def _parts(path: Path, name: str) -> Iterator[bytes]:
    with path.open("rb") as source:
        number = 0
        while head := source.read(4):
            yield decrypt_bytes(source.read(int.from_bytes(head, "big")), f"upload.{name}.{number}")
            number += 1


def _private(path: Path) -> Any:
    """Make a new file that nobody else on this machine may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
