"""The public address that a paper bears, and its QR."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import segno
from django.conf import settings

#: Names by which a machine calls itself; on paper they lead a reader nowhere.
_OWN = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 (compared, not listened on)


def public_address(path: str) -> str:
    """Find the address of a public page for a paper; '' where no public address is set.

    A paper is read for years: an address that only this machine knows is never printed on it.
    """
    base = settings.PAYUNG_PUBLIC_URL.rstrip("/")
    host = urlsplit(base).hostname or ""
    if not base or host in _OWN or host.endswith(".localhost"):
        return ""
    return base + path


def draw(address: str, path: Path) -> None:
    """Draw the QR of an address as SVG; of no address an empty picture."""
    segno.make(address or "-", error="m").save(str(path), border=0, scale=4)
