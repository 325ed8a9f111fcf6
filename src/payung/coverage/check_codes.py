"""The check code of a paper: how its reader finds out that it is genuine."""

from __future__ import annotations

from pathlib import Path
from typing import Any
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


def check_address(code: str) -> str:
    """Find the public page that confirms a check code; '' where no public address is set."""
    return public_address(f"/cek/{code}")


def printed(code: str) -> dict[str, Any]:
    """Say what a paper prints of its check code: the code, the address for the QR ('' for none), and a sentence."""
    address = check_address(code)
    where = address or f"kantor program dengan kode cek {code}"
    return {"code": code, "address": address, "check": f"Keaslian dapat dicek di {where}."}


def draw(address: str, path: Path) -> None:
    """Draw the QR of an address as SVG; of no address an empty picture."""
    segno.make(address or "-", error="m").save(str(path), border=0, scale=4)
