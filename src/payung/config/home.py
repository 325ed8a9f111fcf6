"""Where a Payung keeps its data: like git, in `.payung` at or above the current directory."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path


def payung_home() -> Path:
    """Return the data directory: PAYUNG_HOME, else the nearest `.payung` upwards, else `.payung` here."""
    named = os.environ.get("PAYUNG_HOME")
    if named:
        return Path(named).expanduser().resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".payung").is_dir():
            return folder / ".payung"
    return here / ".payung"


def make_private(home: Path) -> None:
    """Make the home where there is none, and close it to everybody but its user.

    Its mode stays where only a list of access was added, which shows as the right of the group to pass.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_mode & 0o067:
        with suppress(PermissionError):
            home.chmod(0o700)


def public_url(text: str) -> str:
    """Read the public address of the pages. Raises ImproperlyConfigured for what a browser could not open."""
    from django.core.exceptions import ImproperlyConfigured

    url = text.strip().rstrip("/")
    if url and not re.fullmatch(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~/\-]*)?", url):
        raise ImproperlyConfigured(
            f"PAYUNG_PUBLIC_URL={text!r} is no address of a page; write it like https://payung.example.go.id"
        )
    return url
