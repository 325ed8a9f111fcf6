"""The check code of a paper: how its reader finds out that it is genuine."""

from __future__ import annotations

from typing import Any

from payung.documents.qr import public_address


def check_address(code: str) -> str:
    """Find the public page that confirms a check code; '' where no public address is set."""
    return public_address(f"/cek/{code}")


def printed(code: str) -> dict[str, Any]:
    """Say what a paper prints of its check code: the code, the address for the QR ('' for none), and a sentence."""
    address = check_address(code)
    where = address or f"kantor program dengan kode cek {code}"
    return {"code": code, "address": address, "check": f"Keaslian dapat dicek di {where}."}
