"""Files between upload and loading: encrypted, kept for an hour, opened by their uploader only.

A file that a job waits for, or that was refused and may be tried again, is kept until it is loaded; a week at most.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from payung.access.models import User
from payung.access.parts import WHOLE, alone, new_file, read_parts, write_parts
from payung.database.locks import Lock, one_at_a_time
from payung.jobs.kinds import Outcome, Tell
from payung.jobs.models import Job
from payung.jobs.scope import everyones_jobs

KEEP_SECONDS, HOLD_SECONDS = 3600, 7 * 24 * 3600
#: A file is encrypted part by part, so that a large one need not be whole in memory.
_PART = 1024 * 1024


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
    beside = _folder() / f"{name}.new"
    write_parts(beside, file.chunks(_PART), _bound(name))
    beside.rename(_folder() / name)
    return name


def _bound(name: str) -> str:
    return f"upload.{name}"


@contextmanager
def opened(kept: Any, user: User) -> Iterator[Path | None]:
    """Open the file that `kept` (the unsealed address) names, readable within the block only.

    None where this user did not upload it, or it is no longer there.
    """
    name = str(kept.get("kept", "")) if isinstance(kept, dict) and kept.get("user") == user.pk else ""
    if not WHOLE.fullmatch(name):
        yield None
        return
    plain = _folder() / f"{name}.{uuid4().hex[:8]}"
    try:
        yield plain if _laid_open(name, plain) else None
    finally:
        plain.unlink(missing_ok=True)


def _laid_open(name: str, plain: Path) -> bool:
    """Write a kept file in plain; False where it is there no more."""
    with alone(_folder() / name) as source:
        if source is None:
            return False
        with new_file(plain) as target:
            for part in read_parts(source, _bound(name)):
                target.write(part)
    return True


def hold(kept: Any) -> bool:
    """Keep a file longer, for a job that is to load it; False where it is there no more."""
    name = str(kept.get("kept", ""))
    if not WHOLE.fullmatch(name):
        return False
    # A file goes an hour after this moment.
    until = time.time() + HOLD_SECONDS - KEEP_SECONDS
    with alone(_folder() / name) as source:
        if source is None:
            return False
        os.utime(source.fileno(), (until, until))
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
    if WHOLE.fullmatch(name):
        with alone(_folder() / name) as source:
            if source is not None:
                (_folder() / name).unlink(missing_ok=True)
