"""Whole rupiah, as integers. Never floats."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"^-?\d+$")
_GROUPED = re.compile(r"^-?\d{1,3}([.,]\d{3})+$")
#: The largest amount taken: more than twenty times the yearly budget of the state (some Rp3,8 thousand trillion), and
#: a sum of dozens still fits its column.
MOST = 10**17
_CENTS = re.compile(r"[.,]\d{2}$|,-$")


def format_rupiah(amount: int) -> str:
    """`amount` (rupiah) as Indonesians write it: 16800 -> 'Rp16.800', -500 -> '-Rp500'."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(amount):,}".replace(",", ".")


def parse_rupiah(text: str) -> int:
    """Return the whole rupiah written in `text`: 'Rp 3.000.000', '3,000,000', '3000000', 'Rp3.000.000,00'.

    Raises ValueError for anything that is not plainly one amount: '3.000.00', '3 juta', '', or is beyond all money.
    """
    amount = _parse(text)
    if abs(amount) > MOST:
        raise ValueError(f"not an amount in rupiah: {text!r}")
    return amount


def _parse(text: str) -> int:
    if len(text) > 60:
        raise ValueError("not an amount in rupiah: too long")
    bare = re.sub(r"(?i)^\s*(rp|idr)\.?\s*", "", text).replace("\u00a0", "").replace(" ", "").strip()
    digits = bare
    if not _PLAIN.match(digits) and not _GROUPED.match(digits):
        digits = _CENTS.sub("", digits)
    if _PLAIN.match(digits):
        return int(digits)
    if _GROUPED.match(digits):
        separators = set(re.findall(r"[.,]", digits))
        if len(separators) == 1:
            return int(re.sub(r"[.,]", "", digits))
    raise ValueError(f"not an amount in rupiah: {text!r}")
