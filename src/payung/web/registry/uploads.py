"""Files between upload and loading: kept for an hour at most, readable by their uploader only."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from payung.access.models import User

KEEP_SECONDS = 3600


def _folder() -> Path:
    folder = Path(settings.HOME) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(file: UploadedFile) -> str:
    """Writes an uploaded file aside and returns its name there; removes what is too old."""
    now = time.time()
    for old in _folder().iterdir():
        if old.stat().st_mtime < now - KEEP_SECONDS:
            old.unlink(missing_ok=True)
    name = uuid4().hex
    # Lists of people: nobody else on this machine may read them.
    with os.fdopen(os.open(_folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return name


def find(kept: Any, user: User) -> Path | None:
    """The file that `kept` (the unsealed address) names, if this user uploaded it and it is still there."""
    if not isinstance(kept, dict) or kept.get("user") != user.pk:
        return None
    path = _folder() / Path(str(kept.get("kept", ""))).name
    return path if path.is_file() else None


def forget(path: Path) -> None:
    path.unlink(missing_ok=True)
