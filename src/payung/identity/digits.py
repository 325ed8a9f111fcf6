"""Digits that software keeps as numbers: what scientific notation has left of them, and how far a double is exact."""

from __future__ import annotations

import re

#: A double holds every whole number up to here (9,007,199,254,740,992); the NIKs of Papua lie above it.
EXACT_DOUBLE = 2**53
_SCIENTIFIC = re.compile(r"^\s*['’]?\+?([0-9])(?:[.,]([0-9]*))?\s*[eE]\s*\+?([0-9]{1,2})\s*$")


def scientific(text: str) -> tuple[str | None, bool]:
    """(digits, whether the cell is in scientific notation): ('6281234567890', True) for '6.281234567890E+12'.

    Digits are None where the notation has lost some ('6,28123E+12'): nothing tells them any more.
    """
    found = _SCIENTIFIC.match(text)
    if not found:
        return None, False
    digits, places = found[1] + (found[2] or ""), int(found[3]) + 1
    return (digits if len(digits) == places else None), True
