"""Where a Payung keeps its data: like git, in `.payung` at or above the current directory."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path


def payung_home() -> Path:
    """The data directory: PAYUNG_HOME, else the nearest `.payung` upwards, else `.payung` here."""
    named = os.environ.get("PAYUNG_HOME")
    if named:
        return Path(named).expanduser().resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".payung").is_dir():
            return folder / ".payung"
    return here / ".payung"


def secret(name: str) -> str:
    """A 256-bit secret as hex: from the environment (PAYUNG_<NAME>), else kept in the home, made on first use.

    On a server the secrets come from the environment, so that a copy of the database alone opens nothing.
    """
    given = os.environ.get(f"PAYUNG_{name.upper()}")
    if given:
        return given
    folder = payung_home() / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


def public_url(text: str) -> str:
    """Read the public address of the pages. Raises ImproperlyConfigured for what a browser could not open."""
    from django.core.exceptions import ImproperlyConfigured

    url = text.strip().rstrip("/")
    if url and not re.fullmatch(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~/\-]*)?", url):
        raise ImproperlyConfigured(
            f"PAYUNG_PUBLIC_URL={text!r} is no address of a page; write it like https://payung.example.go.id"
        )
    return url
